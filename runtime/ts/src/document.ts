/**
 * One live document: what the server confirmed, what is pending here, and the state that both make.
 *
 *     away → joining → resuming → live        (a loss of the connection leads back to away)
 *
 * Invariants (numbers as in the protocol)
 *  1. The state shown is the confirmed one with the pending mutations on it, nothing else.
 *  4. One push flies at a time.
 *  5. Nothing is pushed before the resume patch is applied: only `live` pushes.
 *  7. A refusal consumes its number; the mutation goes to the quarantine.
 *  8. A patch that does not fit, or a gap, leads to a new join, never to half a state.
 */
import { toWire } from "./binary.js";
import { copyJson } from "./draft.js";
import { errorFrom, SyncError } from "./errors.js";
import type { ErrorFrame, Joined, Nack, PatchFrame, Resume, TaskFrame } from "./frames.js";
import type { DocumentHost } from "./host.js";
import { Keeper } from "./keeper.js";
import { Listeners } from "./listeners.js";
import type { ModelInfo } from "./model.js";
import { Outbox, type Refusal } from "./outbox.js";
import { applyPatch, type Op } from "./patch.js";
import { Presence } from "./presence.js";
import { Replica, type Resumed } from "./replica.js";
import type { Saved } from "./queue.js";
import { Task } from "./tasks.js";

export interface DocumentStatus {
	/** A state from the server is here (now or from earlier). */
	readonly loaded: boolean;
	/** In step with the server at this moment. */
	readonly connected: boolean;
	readonly syncing: "idle" | "syncing" | "error";
	readonly pending: number;
	readonly quarantined: number;
	readonly error: SyncError | undefined;
}

/** Changes ahead of the answer of an action. */
export type Optimistic<S> = { [action: string]: (draft: S, args: never) => unknown };

type Phase = "away" | "joining" | "resuming" | "live" | "refused";

const RETRY_MS = 1000;

export class Document<S = unknown> {
	readonly presence: Presence;
	private readonly replica: Replica<S>;
	private readonly keeper: Keeper;
	private readonly tasks = new Map<string, Task>();
	private readonly changes = new Listeners<[]>();
	private readonly eventListeners = new Map<string, Listeners<[unknown]>>();

	private phase: Phase = "away";
	private error: SyncError | undefined;
	private readonly resumed: Resumed = { last: 0, strange: false };
	private parts: Op[] = [];
	private snapshots = 0;
	/** A push that waits for the batch delay. */
	private scheduled: (() => void) | undefined;
	/** Counts pushes and joins: what was put together before a join is not sent after it. */
	private turn = 0;
	private pausedUntil = 0;
	private shown: DocumentStatus;
	/** Since when an answer is overdue; undefined when none is. */
	waitingSince: number | undefined;

	constructor(
		readonly model: ModelInfo,
		readonly key: string,
		private readonly host: DocumentHost,
		/** May be set anew at any time. */
		public optimistic: Optimistic<S> = {},
	) {
		this.replica = new Replica(model, key);
		this.keeper = new Keeper(
			key,
			() => host.slot,
			() => this.replica.saved(),
			(error) =>
				host.report(
					new SyncError("internal", `the queue cannot be stored: ${String(error)}`, { doc: key }),
				),
		);
		this.presence = new Presence(
			(state) => this.phase === "live" && host.send({ t: "here", doc: key, state: toWire(state) }),
			(state) => this.decodeCall("", "args", state),
		);
		this.shown = this.makeStatus();
		if (host.slot) this.restore(host.slot.documents.get(key));
	}

	/* ---- reading ---- */

	/** The state as it is to be shown. The same object as long as nothing changes. Not to be written to. */
	get state(): S {
		return this.replica.view;
	}
	readonly getSnapshot = (): S => this.replica.view;
	/** Hears of every change of state, status or quarantine. */
	readonly subscribe = (listener: () => void): (() => void) => this.changes.add(listener);

	/** The same object as long as nothing changes. */
	readonly getStatus = (): DocumentStatus => this.shown;
	get status(): DocumentStatus {
		return this.shown;
	}
	/** Mutations that the server refused: to be looked at, retried or discarded. */
	get quarantine(): readonly Refusal[] {
		return this.replica.box.quarantine;
	}
	/** Tasks that run, also those that another life of this tab started. */
	get runningTasks(): readonly Task[] {
		return [...this.tasks.values()];
	}

	on(event: string, listener: (args: unknown) => void): () => void {
		let listeners = this.eventListeners.get(event);
		if (!listeners) this.eventListeners.set(event, (listeners = new Listeners()));
		return listeners.add(listener);
	}

	/* ---- writing ---- */

	/**
	 * Changes the state here at once and at the server soon. The promise tells when the server has it, or
	 * why it refused; it need not be looked at. Throws when the change cannot be sent at all.
	 */
	update(recipe: (draft: S) => unknown): Promise<void> {
		return this.mutate(this.replica.edit(recipe));
	}

	/** Makes the state equal to `value`; only what differs is sent. */
	set(value: S): Promise<void> {
		return this.mutate(this.replica.compare(value));
	}

	/** Operations as they are: positions count in the present state. */
	patch(ops: readonly Op[]): Promise<void> {
		return this.mutate(copyJson(ops) as Op[]);
	}

	private mutate(ops: Op[]): Promise<void> {
		if (ops.length === 0) return Promise.resolve();
		this.replica.checkWritable(ops);
		Outbox.weigh({ ops, action: undefined }, this.pushBytes, this.key);
		return this.enqueue(ops).done as Promise<void>;
	}

	/** What a push may hold. */
	private get pushBytes(): number {
		const { limits, batchBytes } = this.host;
		return Math.min(limits.push, limits.frame - 1024, batchBytes);
	}

	/** An action. The promise brings its result, a refusal or (with `timeout`) a `timeout`: the call
	 * itself is not taken back by that. */
	call(name: string, args?: unknown, options: { timeout?: number } = {}): Promise<unknown> {
		const action = { name, args: copyJson(args ?? {}) };
		const ahead = this.optimistic[name];
		const ops = ahead ? this.replica.edit((draft) => ahead(draft, action.args as never)) : [];
		Outbox.weigh({ ops: [], action }, this.pushBytes, this.key);
		const { id, done } = this.enqueue(ops, action);
		if (options.timeout !== undefined) {
			const stop = this.host.clock.after(options.timeout, () =>
				this.replica.box.abandon(
					id,
					new SyncError("timeout", `no answer to ${name}`, { doc: this.key }),
				),
			);
			done.then(stop, stop);
		}
		return done;
	}

	private enqueue(
		ops: Op[],
		action?: { name: string; args: unknown },
	): { id: number; done: Promise<unknown> } {
		const added = this.replica.add(ops, action);
		this.keeper.store();
		this.schedule();
		this.tell();
		return added;
	}

	/** Starts a task. */
	start<P = unknown, R = unknown>(name: string, args?: unknown): Task<P, R> {
		const task = new Task(this.host.clock.uuid(), name, copyJson(args ?? {}), this.key, {
			send: (t, what) => this.sendTask(t, what),
			ended: (t) => {
				this.tasks.delete(t.id);
				this.tell();
			},
		});
		this.tasks.set(task.id, task);
		if (this.phase === "live") task.attach();
		this.tell();
		return task as unknown as Task<P, R>;
	}

	private sendTask(task: Task, what: "task" | "cancel"): void {
		if (this.phase !== "live") return;
		const { id, name } = task;
		if (what === "cancel") this.host.send({ t: "cancel", doc: this.key, id });
		else {
			const args = toWire(task.args, (bytes) => this.host.sendBytes(bytes));
			this.host.send({ t: "task", doc: this.key, id, name, args });
		}
	}

	/** Sends a refused mutation again, as a new one. Throws when it does not fit the present state. */
	retry(id: number): Promise<unknown> {
		const refusal = this.quarantine.find((r) => r.id === id);
		if (!refusal) throw new SyncError("not_found", "there is no such mutation", { doc: this.key });
		const ops = refusal.action ? [] : [...refusal.ops];
		try {
			applyPatch(this.state, ops);
		} catch (error) {
			throw new SyncError("conflict", (error as Error).message, { doc: this.key });
		}
		this.replica.box.release(id);
		return this.enqueue(ops, refusal.action && { ...refusal.action }).done;
	}

	/** Forgets a refused mutation. */
	discard(id: number): void {
		if (!this.replica.box.release(id)) return;
		this.keeper.store();
		this.tell();
	}

	/** The store has opened: what an earlier life left comes first. */
	restore(saved: Saved | undefined): void {
		if (saved) this.replica.restore(saved);
		this.keeper.resume(saved !== undefined);
		if (saved) this.tell();
	}

	/* ---- pushing ---- */

	private schedule(delay = this.host.batchDelay): void {
		if (this.phase !== "live" || this.scheduled) return;
		this.scheduled = this.host.clock.after(delay, () => {
			this.scheduled = undefined;
			this.push();
		});
	}

	private push(): void {
		const { box } = this.replica;
		if (this.phase !== "live" || box.flying.length > 0) return;
		const wait = this.pausedUntil - this.host.clock.now();
		if (wait > 0) return this.schedule(wait);
		if (box.take(this.host.limits, this.pushBytes, this.key).length === 0) return;
		this.waitingSince = this.host.clock.now();
		const turn = ++this.turn;
		this.keeper.store(() => {
			if (this.turn === turn && this.phase === "live") this.send();
		});
	}

	/** The push is stored. It is spelled now: patches may have come in meanwhile. */
	private send(): void {
		const { box, epoch, rev } = this.replica;
		if (box.flying.some((m) => m.dead)) {
			this.report(this.replica.buryDead());
			this.push();
			return;
		}
		const m = box.flying.map((one) => Outbox.sent(one, (bytes) => this.host.sendBytes(bytes)));
		this.host.send({ t: "push", doc: this.key, epoch: epoch!, base: rev!, m });
	}

	private report(errors: readonly SyncError[]): void {
		for (const error of errors) this.host.report(error);
	}

	/* ---- frames ---- */

	resumePoint(): Resume {
		const { rev, epoch } = this.replica;
		return rev === undefined || epoch === undefined ? { doc: this.key } : { doc: this.key, rev, epoch };
	}

	/** A join for this document is on its way. */
	joining(): void {
		this.replica.box.land();
		this.turn++;
		this.parts = [];
		this.waitingSince = this.host.clock.now();
		this.phase = "joining";
		this.tell();
	}

	/** The identity under which earlier pushes went out is not known to the server. */
	disown(): void {
		this.resumed.strange = true;
	}

	receiveJoined(frame: Joined): void {
		if (this.phase !== "joining") return;
		if (frame.error) return this.refuse(errorFrom({ ...frame.error }, this.key));
		this.phase = "resuming";
		this.resumed.last = frame.last ?? 0;
		for (const t of frame.tasks ?? [])
			this.tasks
				.get(t.id)
				?.receive({ state: "running", progress: this.decodeCall(t.name, "progress", t.progress) });
	}

	receiveNack(frame: Nack): void {
		this.replica.box.refuse(frame.n, errorFrom({ ...frame }, this.key));
	}

	receivePatch(frame: PatchFrame): void {
		if (this.phase !== "resuming" && this.phase !== "live") return; // of before the join
		if (!this.replica.follows(frame)) return this.rejoin();
		this.parts.push(...frame.ops);
		if (frame.of !== undefined && (frame.part ?? 1) < frame.of) return;
		const ops = this.parts;
		this.parts = [];
		const resuming = this.phase === "resuming";
		try {
			this.report(
				this.replica.advance(
					frame,
					ops,
					resuming ? this.resumed : undefined,
					({ n, action }, results) =>
						action ? this.decodeCall(action.name, "result", results.get(n!)) : undefined,
				),
			);
		} catch (error) {
			this.misfit(error as Error);
			return;
		}
		this.snapshots = 0;
		if (this.replica.box.flying.length === 0) this.waitingSince = undefined;
		this.keeper.store();
		if (resuming) this.live();
		else this.push();
		this.tell();
	}

	private live(): void {
		this.phase = "live";
		this.resumed.strange = false;
		this.error = undefined;
		this.presence.attach();
		for (const task of [...this.tasks.values()]) task.attach();
		this.push();
	}

	private rejoin(resume = this.resumePoint()): void {
		this.joining();
		this.host.send({ t: "join", ...resume });
	}

	/** The patch is not for this state: once more from a snapshot; when that does not help, an error. */
	private misfit(error: Error): void {
		const report = new SyncError("protocol", `a patch does not fit: ${error.message}`, { doc: this.key });
		if (++this.snapshots > 2) return this.refuse(report);
		this.host.report(report);
		this.rejoin({ doc: this.key });
	}

	receiveTask(frame: TaskFrame): void {
		const task = this.tasks.get(frame.id);
		task?.receive({
			...frame,
			progress: this.decodeCall(task.name, "progress", frame.progress),
			value: this.decodeCall(task.name, "result", frame.value),
		});
	}

	receiveEvent(name: string, args: unknown): void {
		this.eventListeners.get(name)?.tell(this.decodeCall(name, "args", args));
	}

	/** Values of calls as the application sees them. */
	private decodeCall(name: string, part: "args" | "result" | "progress", value: unknown): unknown {
		return this.replica.schema.decode(
			this.host.resolve(value),
			this.model.calls?.[name]?.[part] ?? "json",
		);
	}

	/** It was deleted, or may no longer be read: nothing of it stays but what was made here. */
	receiveGone(code: string): void {
		const error = errorFrom({ code, message: "the document is gone" }, this.key);
		this.replica.clear(error);
		this.keeper.store();
		this.refuse(error);
	}

	receiveError(frame: ErrorFrame, error: SyncError): void {
		const wait = frame.retry_after ?? RETRY_MS * (0.5 + this.host.clock.random());
		if (frame.re === "task" && frame.id) this.tasks.get(frame.id)?.end({ state: "failed", error: frame });
		else if (frame.re === "join") {
			this.refuse(error);
			if (error.temporary) this.host.clock.after(wait, () => this.phase === "refused" && this.rejoin());
		} else if (frame.re === "push") this.bounce(error, wait);
		this.tell();
	}

	/** A push was refused as a whole. The server's numbers tell where to go on. */
	private bounce(error: SyncError, wait: number): void {
		if (error.code === "stale") this.resumed.strange = true;
		else this.replica.box.bounce(error);
		this.pausedUntil = this.host.clock.now() + wait;
		this.keeper.store();
		if (this.phase === "live") this.rejoin();
	}

	/** The server's revision as far as it has been sent, from a ping or pong. */
	compare(rev: number): void {
		if (this.phase === "live" && rev !== this.replica.rev) this.rejoin();
	}

	/** It cannot be had at present. */
	refuse(error: SyncError): void {
		this.leave("refused");
		this.error = error;
		this.host.report(error);
		this.tell();
	}

	/** The connection is gone. */
	leave(phase: "away" | "refused" = "away"): void {
		this.scheduled?.();
		this.scheduled = undefined;
		this.replica.box.land();
		this.parts = [];
		this.waitingSince = undefined;
		this.phase = phase;
		this.presence.clear();
		this.tell();
	}

	/** Nobody uses it any more. */
	close(): void {
		this.leave();
		this.replica.box.close(new SyncError("closed", "the document was closed", { doc: this.key }));
	}

	/** Its revision when it is in step, for pings. */
	get revision(): number | undefined {
		return this.phase === "live" ? this.replica.rev : undefined;
	}
	get isAway(): boolean {
		return this.phase === "away";
	}
	/** Something is still to be sent or awaited. */
	get busy(): boolean {
		return this.replica.box.pending.length > 0 || this.tasks.size > 0;
	}

	/* ---- telling ---- */

	private makeStatus(): DocumentStatus {
		const { box, rev } = this.replica;
		const pending = box.pending.length;
		const failed = this.error !== undefined || box.quarantine.length > 0;
		const working = pending > 0 || this.phase === "joining" || this.phase === "resuming";
		return {
			loaded: rev !== undefined,
			connected: this.phase === "live",
			syncing: failed ? "error" : working ? "syncing" : "idle",
			pending,
			quarantined: box.quarantine.length,
			error: this.error ?? box.quarantine.at(-1)?.error,
		};
	}

	private tell(): void {
		const status = this.makeStatus();
		const keys = Object.keys(status) as (keyof DocumentStatus)[];
		if (keys.some((k) => status[k] !== this.shown[k])) {
			this.shown = status;
			this.host.changed();
		}
		this.changes.tell();
	}
}
