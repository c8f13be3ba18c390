/** Long-running calls: progress, one outcome, cancel at any time, attached again after a reconnect. */
import { errorFrom, SyncError, type Thrown } from "./errors.js";
import type { TaskFrame } from "./frames.js";
import { Listeners } from "./listeners.js";

export type TaskState = "waiting" | "running" | "done" | "failed" | "cancelled";

export interface TaskStatus<Progress, Result> {
	readonly state: TaskState;
	readonly progress: Progress | undefined;
	readonly value: Result | undefined;
	readonly error: SyncError | undefined;
}

/** What a task needs of its document. */
export interface TaskHost {
	send(task: Task, what: "task" | "cancel"): void;
	ended(task: Task): void;
}

/** A task that was started here. */
export class Task<Progress = unknown, Result = unknown> {
	private status: TaskStatus<Progress, Result> = {
		state: "waiting",
		progress: undefined,
		value: undefined,
		error: undefined,
	};
	private readonly listeners = new Listeners<[]>();
	private cancelled = false;
	private sent = false;
	private resolve!: (value: Result) => void;
	private reject!: (error: SyncError) => void;
	/** The outcome: the value, or a SyncError (`cancelled`, a typed error in `thrown`, …). */
	readonly result: Promise<Result>;

	constructor(
		readonly id: string,
		readonly name: string,
		readonly args: unknown,
		private readonly doc: string,
		private readonly host: TaskHost,
	) {
		this.result = new Promise((resolve, reject) => {
			this.resolve = resolve;
			this.reject = reject;
		});
		this.result.catch(() => undefined);
	}

	get state(): TaskState {
		return this.status.state;
	}
	get progress(): Progress | undefined {
		return this.status.progress;
	}
	get ended(): boolean {
		return this.state !== "waiting" && this.state !== "running";
	}

	/** The same object as long as nothing changes. */
	readonly getSnapshot = (): TaskStatus<Progress, Result> => this.status;
	readonly subscribe = (listener: () => void): (() => void) => this.listeners.add(listener);

	/** Asks for an end; the outcome tells whether it came in time. */
	cancel(): void {
		if (this.ended || this.cancelled) return;
		this.cancelled = true;
		if (this.sent) this.host.send(this as Task, "cancel");
		else this.end({ state: "cancelled" });
	}

	/** There is a connection (again). The same identity attaches to what already runs. */
	attach(): void {
		if (this.ended) return;
		this.sent = true;
		this.host.send(this as Task, "task");
		if (this.cancelled) this.host.send(this as Task, "cancel");
	}

	receive(frame: Pick<TaskFrame, "state" | "progress" | "value" | "error">): void {
		if (this.ended) return;
		if (frame.state !== "running") return this.end(frame);
		this.change({ state: "running", progress: (frame.progress ?? this.progress) as Progress });
	}

	end(frame: Pick<TaskFrame, "state" | "value" | "error">): void {
		if (this.ended) return;
		const error = this.failure(frame);
		this.change({ state: frame.state, value: frame.value as Result, error });
		if (error) this.reject(error);
		else this.resolve(frame.value as Result);
		this.host.ended(this as Task);
	}

	private failure(frame: Pick<TaskFrame, "state" | "error">): SyncError | undefined {
		if (frame.state === "cancelled")
			return new SyncError("cancelled", "the task was cancelled", { doc: this.doc });
		if (frame.state !== "failed") return undefined;
		const error = frame.error ?? { code: "internal", message: "the task failed" };
		if ("code" in error) return errorFrom({ ...error }, this.doc);
		return new SyncError("internal", error.name, { doc: this.doc, thrown: error as Thrown });
	}

	private change(part: Partial<TaskStatus<Progress, Result>>): void {
		this.status = { ...this.status, ...part };
		this.listeners.tell();
	}
}
