/**
 * The mutations of one document that the server has not confirmed: pending in order, of which the first
 * few may be flying (pushed, unanswered), and the quarantine of those it refused.
 *
 * Invariants: numbers are consecutive and given when a push is put together; one push flies at a time;
 * a refused mutation whose caller cannot be told otherwise is in the quarantine, never just gone.
 */
import { type Apart, byteLength, toWire } from "./binary.js";
import type { SyncError } from "./errors.js";
import type { Limits, Sent } from "./frames.js";
import type { Op } from "./patch.js";
import type { SavedMutation } from "./queue.js";

export interface Mutation extends SavedMutation {
	/** The server's refusal, until the patch that covers its number. */
	refused?: SyncError;
	/** Given up, whatever its number: what builds on it is carried over before it goes. */
	lost?: SyncError;
	/** Why the push with it alone was refused: given up, unless it turns out to be done. */
	blamed?: SyncError;
	/** How often it was recomputed after `stale`. */
	tries?: number;
	/** Its caller, as long as that waits. */
	caller?: Promised | undefined;
}

/** A mutation that was refused. */
export interface Refusal {
	readonly id: number;
	readonly ops: readonly Op[];
	readonly action: { readonly name: string; readonly args: unknown } | undefined;
	readonly error: SyncError;
}

interface Promised {
	resolve(value: unknown): void;
	reject(error: SyncError): void;
}

/** A new mutation, and what becomes of it. */
export interface Added {
	m: Mutation;
	done: Promise<unknown>;
}

/** After so many refusals as `stale` it is not tried again. */
const MOST_TRIES = 8;

export class Outbox {
	pending: Mutation[] = [];
	flying: Mutation[] = [];
	quarantine: readonly Refusal[] = [];
	/** The last number that the server is known to have seen. */
	last = 0;
	/** After an error about a whole push: how many mutations the next ones may hold. */
	#most = Infinity;
	/** The last one that was given. */
	ids = 0;

	/** Resolves when the server has done it, rejects when it refuses. Need not be looked at. */
	add(ops: Op[], action?: Refusal["action"]): Added {
		const m: Mutation = { id: ++this.ids, ops, action };
		this.pending.push(m);
		const done = new Promise<unknown>((resolve, reject) => (m.caller = { resolve, reject }));
		done.catch(() => undefined); // told by the error listeners and the quarantine too
		return { m, done };
	}

	/** Puts the next push together and numbers it; what is flying then has to be answered. */
	take(limits: Limits, bytes: number): Mutation[] {
		let size = 0;
		let beside = 0;
		let optimistic = false;
		for (const m of this.pending) {
			// What builds on a guess waits for the truth.
			if (this.flying.length >= Math.min(limits.mutations, this.#most) || (optimistic && !m.action))
				break;
			const [one, apart] = weigh(m, limits.bin);
			size += one;
			beside += apart;
			if ((size > bytes || beside > limits.bin) && this.flying.length > 0) break;
			optimistic ||= m.action !== undefined && m.ops.length > 0;
			m.n = this.last + this.flying.length + 1;
			delete m.refused; // said of an earlier number
			this.flying.push(m);
		}
		return this.flying;
	}

	refuse(n: number, error: SyncError): void {
		const m = this.pending.find((p) => p.n === n);
		if (m) m.refused = error;
	}

	/** The connection is gone: nothing flies any more, the numbers tell later what arrived. */
	land(): void {
		this.flying = [];
	}

	/** Numbers up to `done` are covered. Gives the errors of those that were refused for good. */
	cover(done: number, value: (m: Mutation) => unknown): SyncError[] {
		const refused: Mutation[] = [];
		this.last = Math.max(this.last, done);
		this.pending = this.pending.filter((m) => {
			const fate = fateOf(m, done);
			if (fate === "done") m.caller?.resolve(value(m));
			if (fate === "lost") refused.push(m);
			if (!fate && m.n! <= done) {
				m.tries = (m.tries ?? 0) + 1;
				delete m.n;
				delete m.refused;
			}
			return !fate;
		});
		this.flying = this.flying.filter((m) => m.n! > done);
		if (done > 0 && this.flying.length === 0 && !this.pending.some((m) => m.blamed))
			this.#most = Infinity;
		const buried = refused.map((m) => this.bury(m, (m.lost ?? m.refused)!));
		return buried.filter((_, i) => !refused[i]!.blamed); // those that were told
	}

	/** Out of the queue, into the quarantine; or to its caller, when an action still has one. */
	bury(m: Mutation, error: SyncError): SyncError {
		const { id, ops, action, caller } = m;
		this.pending = this.pending.filter((p) => p !== m);
		if (!caller || !action)
			this.quarantine = [...this.quarantine, { id, ops, action, error }];
		caller?.reject(error);
		return error;
	}

	/** Nothing of it is left to do. */
	drop(m: Mutation): void {
		this.pending = this.pending.filter((p) => p !== m);
		m.caller?.resolve(undefined);
	}

	/** A push was refused, from somewhere on: the server's numbers will tell from where. One by one it
	 * shows which is to blame. */
	bounce(error: SyncError): void {
		if (error.temporary) return;
		this.#most = 1;
		if (this.flying.length === 1) this.flying[0]!.blamed = error;
	}

	/** Its caller waits no longer; the mutation itself stays. */
	abandon(m: Mutation, error: SyncError): void {
		m.caller?.reject(error);
		m.caller = undefined;
	}

	/** Nothing will be answered any more. */
	close(error: SyncError): void {
		for (const m of this.pending) this.abandon(m, error);
	}

	release(id: number): Refusal | undefined {
		const refusal = this.quarantine.find((r) => r.id === id);
		this.quarantine = this.quarantine.filter((r) => r !== refusal);
		return refusal;
	}
}

/** What one mutation takes, in bytes: in the push, and in frames of bytes beside it. */
export function weigh(m: Pick<Mutation, "ops" | "action">, bin: number): [size: number, apart: number] {
	let beside = 0;
	const apart = (bytes: Uint8Array) => {
		beside += bytes.length;
		return "00000000";
	};
	const sent = sentOf({ n: 0, ...m }, bin > 0 ? apart : undefined);
	return [byteLength(JSON.stringify(sent)) + 32, beside];
}

export function sentOf(m: Pick<Mutation, "n" | "ops" | "action">, apart: Apart | undefined): Sent {
	if (m.action) return { n: m.n!, action: m.action.name, args: toWire(m.action.args, apart) };
	return { n: m.n!, ops: toWire(m.ops) as Op[] };
}

/** Tells the fate of a pending mutation in a patch that covers numbers up to `done`. */
export function fateOf(m: Mutation, done: number): "done" | "lost" | undefined {
	if (m.lost) return "lost";
	if ((m.n ?? Infinity) > done) return undefined;
	if (!m.refused) return "done";
	return m.refused.code === "stale" && (m.tries ?? 0) < MOST_TRIES ? undefined : "lost";
}
