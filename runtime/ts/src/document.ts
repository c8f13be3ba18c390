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
 *
 * What the application sees of it is in live.ts.
 */
import { copyJson } from "./draft.js";
import { waitFor } from "./connection.js";
import { errorFrom, SyncError } from "./errors.js";
import type { ErrorFrame, FromServer, Joined, PatchFrame, Resume } from "./frames.js";
import type { DocumentHost } from "./host.js";
import { Listeners, Watched } from "./listeners.js";
import type { CallOptions } from "./live.js";
import type { ModelInfo } from "./model.js";
import { modules } from "./modules.js";
import { type Added, type Refusal, sentOf, weigh } from "./outbox.js";
import type { Part } from "./part.js";
import { applyPatch, type Op } from "./patch.js";
import type { DocumentKeeper } from "./queue.js";
import { Replica, type Resumed } from "./replica.js";

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
type Args = [args?: unknown, options?: CallOptions];

const RETRY_MS = 1000;
/** What an application can ask for at most: how long changes are collected, and how much a push holds. */
const MOST_DELAY_MS = 100;
const MOST_BYTES = 1 << 20;
/** Of a patch: a server that never comes to an end is not waited for. */
const MOST_PARTS = 4096;
/** Connections that are told of. */
const MOST_HERE = 10_000;

export class Document<S = unknown> {
	readonly actions: Record<string, (...args: Args) => Promise<unknown>> = {};
	/** Changes that actions are expected to do. May be set anew at any time. */
	optimistic: Optimistic<S> = {};
	readonly parts: Part[] = [];
	/** What others say of themselves, as it came. */
	readonly here = new Map<string, unknown>();
	/** How many hold it open, and what would close it. */
	users = 0;
	leaving: (() => void) | undefined;
	/** Since when an answer is awaited. */
	awaits = Infinity;

	readonly replica: Replica<S>;
	/** What keeps its queue, if anything does. */
	readonly keeper: DocumentKeeper | undefined;

	readonly #changes = new Listeners<[]>();
	readonly #events = new Map<string, Listeners<[unknown]>>();
	readonly #status: Watched<DocumentStatus>;
	readonly #resumed: Resumed = { last: 0, strange: false };
	#phase: Phase = "away";
	#error: SyncError | undefined;
	#parts: Op[][] = [];
	#snapshots = 0;
	/** A push that waits for the batch delay. */
	#scheduled: (() => void) | undefined;
	/** Counts pushes and joins: what was put together before a join is not sent after it. */
	#turn = 0;
	#pausedUntil = 0;

	constructor(
		readonly model: ModelInfo,
		readonly key: string,
		readonly host: DocumentHost,
	) {
		this.replica = new Replica(model, key);
		this.keeper = host.keeping?.keep(this as Document);
		this.#status = new Watched(this.#makeStatus());
		for (const name of model.actions) this.actions[name] = (...args) => this.call(name, ...args);
		if (host.keeping?.ready) this.keeper!.start();
	}

	/* ---- reading ---- */

	get state(): S {
		return this.replica.view;
	}
	readonly getSnapshot = (): S => this.replica.view;
	readonly subscribe = (listener: () => void): (() => void) => this.#changes.add(listener);
	get status(): DocumentStatus {
		return this.#status.now;
	}
	readonly getStatus = (): DocumentStatus => this.#status.now;
	get quarantine(): readonly Refusal[] {
		return this.replica.box.quarantine;
	}

	on(event: string, listener: (args: unknown) => void): () => void {
		let listeners = this.#events.get(event);
		if (!listeners) this.#events.set(event, (listeners = new Listeners()));
		return listeners.add(listener);
	}

	/* ---- writing ---- */

	update(recipe: (draft: S) => unknown): Promise<void> {
		return this.#mutate(this.replica.edit(recipe));
	}
	set(value: S): Promise<void> {
		return this.#mutate(this.replica.compare(value));
	}
	patch(ops: readonly Op[]): Promise<void> {
		return this.#mutate(copyJson(ops) as Op[]);
	}

	#mutate(ops: Op[]): Promise<void> {
		if (ops.length === 0) return Promise.resolve();
		this.replica.checkWritable(ops);
		const { view, schema } = this.replica;
		return this.#enqueue(modules.checked?.(ops, view, schema) ?? ops).done as Promise<void>;
	}

	call(name: string, args?: unknown, { timeout }: CallOptions = {}): Promise<unknown> {
		const action = { name, args: copyJson(args ?? {}) };
		const ahead = this.optimistic[name];
		const ops = ahead ? this.replica.edit((draft) => ahead(draft, action.args as never)) : [];
		const { m, done } = this.#enqueue(ops, action);
		if (timeout !== undefined) {
			const stop = this.host.clock.after(timeout, () =>
				this.replica.box.abandon(m, this.#problem("timeout", `no answer to ${name}`)),
			);
			done.then(stop, stop);
		}
		return done;
	}

	/** What a push may hold. */
	get #pushBytes(): number {
		const { limits, options } = this.host;
		return Math.min(limits.push, limits.frame - 1024, options.batchBytes ?? MOST_BYTES, MOST_BYTES);
	}

	#problem(code: SyncError["code"], message: string): SyncError {
		return new SyncError(code, message, { doc: this.key });
	}

	#enqueue(ops: Op[], action?: Refusal["action"]): Added {
		const { bin } = this.host.limits;
		const [size, apart] = weigh({ ops, action }, bin);
		if (size > this.#pushBytes || apart > bin)
			throw this.#problem("too_big", `${size + apart} bytes`);
		const added = this.replica.add(ops, action);
		this.#store();
		this.#schedule();
		this.tell();
		return added;
	}

	retry(id: number): Promise<unknown> {
		const refusal = this.quarantine.find((r) => r.id === id);
		if (!refusal) throw this.#problem("not_found", "no such mutation");
		const { action } = refusal;
		const ops = action ? [] : (refusal.ops as Op[]);
		applyPatch(this.state, ops);
		this.replica.box.release(id);
		return this.#enqueue(ops, action).done;
	}

	discard(id: number): void {
		if (!this.replica.box.release(id)) return;
		this.#store();
		this.tell();
	}

	close(): void {
		if (this.users > 0 && --this.users === 0) this.host.changed();
	}

	/* ---- pushing ---- */

	/** Calls back when what is pending is safe. */
	#store(done = () => {}): void {
		if (this.keeper) this.keeper.store(done);
		else done();
	}

	#schedule(delay = Math.min(this.host.options.batchDelay ?? 0, MOST_DELAY_MS)): void {
		if (this.#phase !== "live" || this.#scheduled) return;
		this.#scheduled = this.host.clock.after(delay, () => {
			this.#scheduled = undefined;
			this.#push();
		});
	}

	#push(): void {
		const { box } = this.replica;
		const now = this.host.clock.now();
		if (this.#phase !== "live" || box.flying.length > 0) return;
		if (this.#pausedUntil > now) return this.#schedule(this.#pausedUntil - now);
		if (box.take(this.host.limits, this.#pushBytes).length === 0) return;
		this.awaits = now;
		const turn = ++this.#turn;
		this.#store(() => {
			if (this.#turn === turn) this.#send();
		});
	}

	/** The push is stored. It is spelled now: patches may have come in meanwhile. */
	#send(): void {
		const { box, epoch, rev } = this.replica;
		if (box.flying.some((m) => m.dead)) {
			this.replica.buryDead().forEach(this.host.report);
			return this.#push();
		}
		const m = box.flying.map((one) => sentOf(one, this.host.sendBytes));
		this.host.send({ t: "push", doc: this.key, epoch: epoch!, base: rev!, m });
	}

	/* ---- frames ---- */

	receive(frame: FromServer): void {
		// What crosses another join is said again in that: now it would come before the changes it is about.
		if ((frame.t === "task" || frame.t === "here") && this.#phase !== "live") return;
		if (frame.t === "gone" && this.#phase === "joining") return;
		switch (frame.t) {
			case "joined":
				this.#joined(frame);
				break;
			case "patch":
				return this.#patched(frame);
			case "nack":
				return this.replica.box.refuse(frame.n, errorFrom(frame, this.key));
			case "event":
				return this.#events.get(frame.name)?.tell(this.decode(frame.name, "args", frame.args));
			case "here":
				if (frame.state == null || this.here.size >= MOST_HERE) this.here.delete(frame.who);
				else this.here.set(frame.who, frame.state);
				break;
			case "gone": {
				// Nothing of it stays but what was made here.
				const error = errorFrom({ code: frame.code, message: "gone" }, this.key);
				this.replica.clear(error);
				this.#store();
				return this.refuse(error);
			}
		}
		for (const part of this.parts) part.receive(frame);
	}

	/** What was on its way does not count any more. */
	#enter(phase: Phase, since = Infinity): void {
		this.#scheduled?.();
		this.#scheduled = undefined;
		this.replica.box.land();
		this.#turn++;
		this.#parts = [];
		this.awaits = since;
		this.#phase = phase;
		this.tell();
	}

	/** A join for this document is on its way. Gives what it is to say. */
	joining(): Resume {
		this.#enter("joining", this.host.clock.now());
		const { rev, epoch } = this.replica;
		return { doc: this.key, rev, epoch };
	}

	join(): void {
		this.host.send({ t: "join", ...this.joining() });
	}

	/** The identity under which earlier pushes went out is not known to the server. */
	disown(): void {
		this.#resumed.strange = true;
	}

	#joined(frame: Joined): void {
		if (this.#phase !== "joining") return;
		if (frame.error) {
			const error = errorFrom(frame.error, this.key);
			this.host.report(error);
			return this.failed({ ...frame.error, re: "join" }, error);
		}
		this.#phase = "resuming";
		this.#resumed.last = Number(frame.last) || 0;
	}

	#patched(frame: PatchFrame): void {
		const resuming = this.#phase === "resuming";
		if (!resuming && this.#phase !== "live") return; // of before the join
		const { part = 1, of } = frame;
		if (!this.replica.follows(frame) || part !== this.#parts.push(frame.ops) || part > MOST_PARTS)
			return resuming ? this.#misfit("a gap") : this.join();
		if (part < of!) return;
		const ops = this.#parts.flat();
		this.#parts = [];
		let errors: SyncError[];
		try {
			const results = (name: string, value: unknown) => this.decode(name, "result", value);
			errors = this.replica.advance(frame, ops, resuming ? this.#resumed : undefined, results);
		} catch (error) {
			return this.#misfit((error as Error).message);
		}
		errors.forEach(this.host.report);
		this.#snapshots = 0;
		if (this.replica.box.flying.length === 0) this.awaits = Infinity;
		this.#store();
		if (resuming) this.#live();
		this.#push();
		this.tell();
	}

	#live(): void {
		this.#phase = "live";
		this.#resumed.strange = false;
		this.#error = undefined;
		for (const part of this.parts) part.live();
	}

	/** The patch is not for this state: once more from a snapshot; when that does not help, an error. */
	#misfit(why: string): void {
		const error = this.#problem("protocol", `a bad patch: ${why}`);
		if (++this.#snapshots > 2) return this.refuse(error);
		this.host.report(error);
		this.joining();
		this.host.send({ t: "join", doc: this.key });
	}

	/** Values of calls as the application sees them. */
	decode(name: string, part: "args" | "result" | "progress", value: unknown): unknown {
		return this.replica.schema.decode(
			this.host.resolve(value),
			this.model.calls?.[name]?.[part] ?? "json",
		);
	}

	/** An error about one of this document's frames, which the application was told of. */
	failed(frame: Partial<ErrorFrame>, error: SyncError): void {
		const { clock } = this.host;
		const wait = waitFor(frame.retry_after, RETRY_MS * (0.5 + clock.random()));
		for (const part of this.parts) part.receive(frame as ErrorFrame);
		if (frame.re === "join") {
			this.leave("refused");
			this.#error = error;
			if (error.temporary) this.#scheduled = clock.after(wait, () => this.join());
		} else if (frame.re === "push") {
			// As a whole: the server's numbers tell where to go on.
			if (error.code === "stale") this.disown();
			else this.replica.box.bounce(error);
			this.#pausedUntil = clock.now() + wait;
			this.#store();
			if (this.#phase === "live") this.join();
		}
		this.tell();
	}

	/** The server's revision as far as it has been sent, from a ping or pong. */
	compare(rev: number): void {
		if (this.#phase === "live" && rev !== this.replica.rev) this.join();
	}

	/** It cannot be had at present. */
	refuse(error: SyncError): void {
		this.leave("refused");
		this.#error = error;
		this.host.report(error);
		this.tell();
	}

	/** The connection is gone. */
	leave(phase: "away" | "refused" = "away"): void {
		this.here.clear();
		this.#enter(phase);
		for (const part of this.parts) part.away();
	}

	/** Nobody uses it any more. */
	end(): void {
		this.leaving?.();
		this.leave();
		this.replica.box.close(this.#problem("closed", "closed here"));
	}

	/** Its revision when it is in step, for pings. */
	get revision(): number | undefined {
		return this.#phase === "live" ? this.replica.rev : undefined;
	}
	get isAway(): boolean {
		return this.#phase === "away";
	}
	/** Something is still to be sent or awaited. */
	get busy(): boolean {
		return this.replica.box.pending.length > 0 || this.parts.some((part) => part.busy);
	}

	/* ---- telling ---- */

	#makeStatus(): DocumentStatus {
		const { box, rev } = this.replica;
		const pending = box.pending.length;
		const quarantined = box.quarantine.length;
		const error = this.#error ?? box.quarantine.at(-1)?.error;
		const working = pending > 0 || this.#phase === "joining" || this.#phase === "resuming";
		return {
			loaded: rev !== undefined,
			connected: this.#phase === "live",
			syncing: error ? "error" : working ? "syncing" : "idle",
			pending,
			quarantined,
			error,
		};
	}

	tell(): void {
		if (this.#status.put(this.#makeStatus())) this.host.changed();
		this.#changes.tell();
	}
}
