/** A document as the application holds it: a Document (document.ts), with the types of its model. */
import type { DocumentStatus, Optimistic } from "./document.js";
import type { ArgsOf, DraftOf, Member, ModelTypes } from "./model.js";
import type { Refusal } from "./outbox.js";
import type { Op } from "./patch.js";
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
interface Base<S, Draft = S> {
	readonly key: string;
	/** The state as it is to be shown. The same object as long as nothing changes; not to be written to. */
	readonly state: S;
	readonly getSnapshot: () => S;
	/** Hears of every change of state, status or quarantine. */
	readonly subscribe: (listener: () => void) => () => void;
	/** The same object as long as nothing changes. */
	readonly status: DocumentStatus;
	readonly getStatus: () => DocumentStatus;

	/**
	 * Changes the state here at once and at the server soon. The promise tells when the server has it, or
	 * why it refused; it need not be looked at. Throws when the change cannot be sent at all.
	 */
	update(recipe: (draft: Draft) => unknown): Promise<void>;
	/** Makes the state equal to `value`; only what differs is sent. */
	set(value: S): Promise<void>;
	/** Operations as they are: positions count in the present state. */
	patch(ops: readonly Op[]): Promise<void>;

	/** Mutations that the server refused: to be looked at, retried or discarded. */
	readonly quarantine: readonly Refusal[];
	/** Sends a refused mutation again, as a new one. Throws when it does not fit the present state. */
	retry(id: number): Promise<unknown>;
	/** Forgets a refused mutation. */
	discard(id: number): void;

	/** An action by its name. The promise brings its result, a refusal or (with `timeout`) a `timeout`: the
	 * call itself is not taken back by that. */
	call(name: string, args?: unknown, options?: CallOptions): Promise<unknown>;
	/** What actions are expected to do, shown ahead of the answer. May be set anew at any time. */
	optimistic: Optimistic<S>;

	/** Not needed any more; as often as it was opened. */
	close(): void;
}

export interface Live<T extends ModelTypes> extends Base<T["state"], DraftOf<T>> {
	readonly actions: Actions<T["actions"]>;
	/** For the type checker alone: what tasks() and presence() give. */
	readonly types?: T;
	on<K extends keyof T["events"] & string>(event: K, listener: (args: T["events"][K]) => void): () => void;
}

export interface UntypedLive<S> extends Base<S> {
	/** What has a model is none: its types count. */
	readonly types?: never;
	on(event: string, listener: (args: unknown) => void): () => void;
}
