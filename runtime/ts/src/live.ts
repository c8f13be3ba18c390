/** A document as the application holds it: typed calls around a Document. */
import type { Document, DocumentStatus } from "./document.js";
import type { ArgsOf, Member, ModelTypes } from "./model.js";
import type { Refusal } from "./outbox.js";
import type { Op } from "./patch.js";
import type { Presence } from "./presence.js";
import type { Task } from "./tasks.js";

export interface CallOptions {
	/** Milliseconds after which the promise gives up (the call itself is not taken back). */
	timeout?: number;
}

export type Actions<A> = {
	readonly [K in keyof A]: (
		...args: [...ArgsOf<A[K]>, options?: CallOptions]
	) => Promise<Member<A[K], "result">>;
};
export type Tasks<T> = {
	readonly [K in keyof T]: (
		...args: ArgsOf<T[K]>
	) => Task<Member<T[K], "progress">, Member<T[K], "result">>;
};

/** What is common to documents with and without a model. */
interface Base<S> {
	readonly key: string;
	/** What to show. The same object as long as nothing changes; not to be written to. */
	readonly state: S;
	readonly status: DocumentStatus;
	readonly getSnapshot: () => S;
	readonly getStatus: () => DocumentStatus;
	readonly subscribe: (listener: () => void) => () => void;
	update(recipe: (draft: S) => unknown): Promise<void>;
	set(value: S): Promise<void>;
	patch(ops: readonly Op[]): Promise<void>;
	readonly quarantine: readonly Refusal[];
	retry(id: number): Promise<unknown>;
	discard(id: number): void;
	/** Actions and tasks by name. */
	call(name: string, args?: unknown, options?: CallOptions): Promise<unknown>;
	start(name: string, args?: unknown): Task;
	readonly runningTasks: readonly Task[];
	/** Not needed any more; as often as it was opened. */
	close(): void;
	/** What this is about, for those who extend it. */
	readonly document: Document<S>;
}

export interface Live<T extends ModelTypes> extends Base<T["state"]> {
	readonly actions: Actions<T["actions"]>;
	readonly tasks: Tasks<T["tasks"]>;
	readonly presence: Presence<T["presence"]>;
	on<K extends keyof T["events"] & string>(event: K, listener: (args: T["events"][K]) => void): () => void;
}

export interface UntypedLive<S> extends Base<S> {
	readonly presence: Presence;
	on(event: string, listener: (args: unknown) => void): () => void;
}

export function makeLive<S>(document: Document<S>, close: () => void): Base<S> {
	const named = <F>(names: readonly string[], make: (name: string) => F) =>
		Object.fromEntries(names.map((name) => [name, make(name)]));
	const live = {
		document,
		key: document.key,
		get state() {
			return document.state;
		},
		get status() {
			return document.status;
		},
		get quarantine() {
			return document.quarantine;
		},
		get runningTasks() {
			return document.runningTasks;
		},
		getSnapshot: document.getSnapshot,
		getStatus: document.getStatus,
		subscribe: document.subscribe,
		presence: document.presence,
		update: (recipe: (draft: S) => unknown) => document.update(recipe),
		set: (value: S) => document.set(value),
		patch: (ops: readonly Op[]) => document.patch(ops),
		retry: (id: number) => document.retry(id),
		discard: (id: number) => document.discard(id),
		call: (name: string, args?: unknown, options?: CallOptions) => document.call(name, args, options),
		start: (name: string, args?: unknown) => document.start(name, args),
		on: (event: string, listener: (args: unknown) => void) => document.on(event, listener),
		actions: named(
			document.model.actions,
			(name) => (args?: unknown, options?: CallOptions) => document.call(name, args, options),
		),
		tasks: named(document.model.tasks, (name) => (args?: unknown) => document.start(name, args)),
		close,
	};
	return live;
}
