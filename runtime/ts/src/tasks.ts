/** Long-running calls: progress, one outcome, cancel at any time, attached again after a reconnect. */
import { toWire } from "./binary.js";
import type { Document } from "./document.js";
import { copyJson } from "./draft.js";
import { errorFrom, SyncError, type Thrown } from "./errors.js";
import type { FromServer, TaskFrame } from "./frames.js";
import { Watched } from "./listeners.js";
import type { Live, Tasks, UntypedLive } from "./live.js";
import type { ModelTypes } from "./model.js";
import { type Part, partOf } from "./part.js";

export type TaskState = "waiting" | "running" | "done" | "failed" | "cancelled";

/** Those that a server says. */
const STATES: readonly TaskState[] = ["running", "done", "failed", "cancelled"];

export interface TaskStatus<Progress, Result> {
	readonly state: TaskState;
	readonly progress: Progress | undefined;
	readonly value: Result | undefined;
	readonly error: SyncError | undefined;
}

/** A task that was started here. */
export interface Task<Progress = unknown, Result = unknown> {
	readonly id: string;
	readonly name: string;
	readonly args: unknown;
	readonly state: TaskState;
	readonly progress: Progress | undefined;
	readonly ended: boolean;
	/** The outcome: the value, or a SyncError (`cancelled`, a typed error in `thrown`, …). */
	readonly result: Promise<Result>;
	/** The same object as long as nothing changes. */
	readonly getSnapshot: () => TaskStatus<Progress, Result>;
	readonly subscribe: (listener: () => void) => () => void;
	/** Asks for an end; the outcome tells whether it came in time. */
	cancel(): void;
}

/** A server remembers for so long how a task ended. */
const KEPT_MS = 600_000;

type Heard = Pick<TaskFrame, "state" | "progress" | "value" | "error">;

class Running implements Task {
	readonly #status = new Watched<TaskStatus<unknown, unknown>>({
		state: "waiting",
		progress: undefined,
		value: undefined,
		error: undefined,
	});
	readonly #part: TaskPart;
	#cancelled = false;
	/** To whom it was sent first, and when. */
	#sent: { life: string; at: number } | undefined;
	#resolve!: (value: unknown) => void;
	#reject!: (error: SyncError) => void;
	readonly result: Promise<unknown>;

	constructor(
		readonly id: string,
		readonly name: string,
		readonly args: unknown,
		part: TaskPart,
	) {
		this.#part = part;
		this.result = new Promise((resolve, reject) => {
			this.#resolve = resolve;
			this.#reject = reject;
		});
		this.result.catch(() => undefined);
	}

	get state(): TaskState {
		return this.#status.now.state;
	}
	get progress(): unknown {
		return this.#status.now.progress;
	}
	get ended(): boolean {
		return this.state !== "waiting" && this.state !== "running";
	}
	readonly getSnapshot = (): TaskStatus<unknown, unknown> => this.#status.now;
	readonly subscribe = (listener: () => void): (() => void) => this.#status.add(listener);

	cancel(): void {
		if (this.ended || this.#cancelled) return;
		this.#cancelled = true;
		if (this.#sent) this.#part.say(this, "cancel");
		else this.hear({ state: "cancelled" });
	}

	/** There is a connection (again). The same identity attaches to what already runs. */
	attach(): void {
		const { life, clock } = this.#part.document.host;
		const at = clock.now();
		// It may have begun where nobody knows of it any more.
		const lost = this.#sent && (this.#sent.life !== life || at - this.#sent.at >= KEPT_MS);
		this.#sent ??= { life, at };
		this.#part.say(this, "task", lost || this.state === "running");
		if (this.#cancelled) this.#part.say(this, "cancel");
	}

	hear(frame: Heard): void {
		// A server that is newer than this client may say another state.
		if (this.ended || !STATES.includes(frame.state)) return;
		const running = frame.state === "running";
		const error = running ? undefined : this.#failure(frame);
		this.#status.put({
			state: frame.state,
			progress: (running ? frame.progress : undefined) ?? this.progress,
			value: running ? undefined : frame.value,
			error,
		});
		this.#status.tell();
		if (running) return;
		if (error) this.#reject(error);
		else this.#resolve(frame.value);
		this.#part.ended(this);
	}

	#failure({
		state,
		error: told,
	}: Heard): SyncError | undefined {
		const doc = this.#part.document.key;
		const error = told ?? { code: "internal", message: "the task failed" };
		if (state === "cancelled") return new SyncError("cancelled", "the task was cancelled", { doc });
		if (state !== "failed") return undefined;
		if ("code" in error) return errorFrom(error, doc);
		return new SyncError("internal", error.name, { doc, thrown: error as Thrown });
	}
}

class TaskPart implements Part {
	readonly running = new Map<string, Running>();
	readonly byName: Record<string, (args?: unknown) => Task> = {};

	constructor(readonly document: Document) {
		for (const name of document.model.tasks) this.byName[name] = (args) => this.start(name, args);
	}

	get busy(): boolean {
		return this.running.size > 0;
	}

	start(name: string, args: unknown = {}): Task {
		const task = new Running(this.document.host.clock.uuid(), name, copyJson(args), this);
		this.running.set(task.id, task);
		if (this.document.revision !== undefined) task.attach();
		this.document.tell();
		return task;
	}

	say({ id, name, args }: Running, t: "task" | "cancel", again = false): void {
		const { key: doc, revision, host } = this.document;
		if (revision === undefined) return;
		if (t === "cancel") return void host.send({ t, doc, id });
		host.send({ t, doc, id, name, args: toWire(args, host.sendBytes), ...(again && { again }) });
	}

	ended(task: Running): void {
		this.running.delete(task.id);
		this.document.tell();
	}

	live(): void {
		for (const task of [...this.running.values()]) task.attach();
	}
	away(): void {}

	receive(frame: FromServer): void {
		if (frame.t === "task") this.#hear(frame.id, frame);
		else if (frame.t !== "error" || frame.re !== "task") return;
		// It crossed the end of a join, and is said again in the next one.
		else if (frame.code !== "not_found" || this.document.revision !== undefined)
			this.#hear(frame.id, { state: "failed", error: frame });
	}

	#hear(id: string | undefined, frame: Heard): void {
		const task = this.running.get(id!);
		if (!task) return;
		const { document } = this;
		task.hear({
			...frame,
			progress: document.decode(task.name, "progress", frame.progress),
			value: document.decode(task.name, "result", frame.value),
		});
	}
}

/** The tasks of a document: `tasks(notes).import({ url })` starts one. */
export function tasks<T extends ModelTypes>(live: Live<T>): Tasks<T["tasks"]> {
	return partOf(live, TaskPart).byName as unknown as Tasks<T["tasks"]>;
}

/** Starts a task by its name, for documents without a model. */
export function startTask(live: Live<any> | UntypedLive<any>, name: string, args?: unknown): Task {
	return partOf(live, TaskPart).start(name, args);
}

/** Those that run. */
export function runningTasks(live: Live<any> | UntypedLive<any>): readonly Task[] {
	return [...partOf(live, TaskPart).running.values()];
}
