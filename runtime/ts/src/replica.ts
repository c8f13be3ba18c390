/**
 * A document without its connection: the confirmed state, the pending mutations on it, and the view that
 * both make.
 */
import { diff } from "./diff.js";
import { copyJson, edit, type Edited } from "./draft.js";
import { SyncError, unfit } from "./errors.js";
import type { PatchFrame } from "./frames.js";
import type { ModelInfo } from "./model.js";
import { type Added, fateOf, type Mutation, Outbox, type Refusal } from "./outbox.js";
import { applyPatch, isContainer, type Op, Patcher, reuse } from "./patch.js";
import { parsePointer } from "./pointer.js";
import { rebase } from "./rebase.js";
import { Schema } from "./shape.js";
import { isEdit, needText } from "./modules.js";

/** What the last numbers were when the server was asked: see `advance`. */
export interface Resumed {
	last: number;
	/** The identity under which earlier pushes went out is not known to the server. */
	strange: boolean;
}

export class Replica<S> {
	readonly schema: Schema;
	readonly box = new Outbox();
	epoch: string | undefined;
	rev: number | undefined;
	view: S;
	confirmed: unknown;
	readonly #model: ModelInfo;

	constructor(
		model: ModelInfo,
		readonly key: string,
	) {
		this.#model = model;
		this.schema = new Schema(model.shape, model.shapes);
		this.confirmed = this.#initial();
		this.view = this.confirmed as S;
	}

	#initial(): unknown {
		return this.schema.decode(this.#model.initial?.() ?? {});
	}

	/* ---- changes made here ---- */

	edit(recipe: (draft: S) => unknown): Op[] {
		const { value, origins }: Edited<S> = edit(this.view, recipe);
		return diff(this.view, value, this.schema, this.schema.root, origins);
	}

	compare(value: S): Op[] {
		return diff(this.view, copyJson(value), this.schema, this.schema.root);
	}

	/** Throws where a client may not write. */
	checkWritable(ops: readonly Op[]): void {
		const { writable } = this.#model;
		if (writable.includes("*")) return;
		for (const op of ops) {
			const field = parsePointer(op.path)[0];
			if (op.op !== "test" && (field === undefined || !writable.includes(field)))
				throw new SyncError("readonly", "only the server writes this", {
					doc: this.key,
					path: op.path,
				});
		}
	}

	/** Shows it at once and queues it. */
	add(ops: Op[], action?: Refusal["action"]): Added {
		const view = applyPatch(this.view, ops);
		if (ops.some(isEdit)) needText();
		const added = this.box.add(ops, action);
		this.view = view;
		return added;
	}

	/* ---- what the server says ---- */

	/** Does the patch follow what is here? */
	follows(frame: PatchFrame): boolean {
		const { from, rev, epoch } = frame;
		if (typeof rev !== "number" || typeof epoch !== "string") return false;
		return from === null || (from === this.rev && epoch === this.epoch);
	}

	/**
	 * Applies a whole patch. Throws `conflict`, and changes nothing, when it does not fit.
	 * `resumed` comes with the first patch after a join, `result` decodes the results of actions. Gives the mutations that went to the quarantine.
	 */
	advance(
		frame: PatchFrame,
		ops: Op[],
		resumed: Resumed | undefined,
		result: (action: string, value: unknown) => unknown,
	): SyncError[] {
		const whole = frame.from === null;
		const state = this.#decodeOps(whole ? undefined : this.confirmed, ops);
		const done = Math.max(Number(frame.done) || 0, resumed?.last ?? 0);
		const { epoch, rev } = frame;
		if (!isContainer(state)) throw unfit("no value", "");
		const results = new Map(frame.results?.map((r) => [r.n, r.value]));
		if (resumed) this.#renumber(epoch, resumed, done);
		const next = whole ? reuse(this.confirmed, state) : state;
		const errors = this.carry(next, whole ? snapshot(next) : ops, done);
		this.epoch = epoch;
		this.rev = rev;
		errors.push(
			...this.box.cover(done, ({ n, action }) => action && result(action.name, results.get(n!))),
		);
		if (this.box.pending.length === 0) this.confirmed = this.view;
		return errors;
	}

	/** The state after the operations, whose values are decoded in place. */
	#decodeOps(state: unknown, ops: Op[]): unknown {
		const { schema } = this;
		const draft = new Patcher(state);
		for (const op of ops) {
			// What a path leads to may depend on the operations in front.
			if ("value" in op)
				op.value = schema.decode(op.value, schema.at(parsePointer(op.path), draft.root));
			draft.apply(op);
		}
		return draft.root;
	}

	/** After a join: which of the numbers given earlier still mean something. */
	#renumber(epoch: string, { last, strange }: Resumed, done: number): void {
		const sameHistory = this.epoch === undefined || this.epoch === epoch;
		const forgotten = strange || (sameHistory && last < this.box.last);
		const message = "forgotten, perhaps done";
		this.box.last = last;
		for (const m of this.box.pending) {
			if (m.n === undefined || (!forgotten && m.n <= done)) continue;
			delete m.n; // it never arrived, or else:
			if (m.blamed) m.lost = m.blamed;
			if (forgotten) m.lost = new SyncError("stale", message, { doc: this.key });
		}
	}

	/** Moves the confirmed state on and carries over what stays pending. */
	carry(next: unknown, incoming: readonly Op[], done: number): SyncError[] {
		const { pending } = this.box;
		const steps = pending.map((m) => ({ ops: m.dead ? [] : m.ops, fate: fateOf(m, done) }));
		const staying = pending.filter((m) => !fateOf(m, done));
		const result =
			staying.length > 0
				? rebase(this.confirmed, incoming, steps, this.schema)
				: { view: next, ops: [] };
		this.view = reuse(this.view, result.view) as S;
		this.confirmed = next;
		return staying.flatMap((m, i) => this.settle(m, result.ops[i], done) ?? []);
	}

	/** A pending mutation as it is after a replay. */
	settle(m: Mutation, now: Op[] | SyncError | undefined, done: number): SyncError | undefined {
		const ops = Array.isArray(now) ? now : undefined;
		if (m.action) {
			m.ops = ops ?? []; // a guess that no longer fits
			return undefined;
		}
		if (ops && !m.dead) m.ops = ops;
		else m.dead = true;
		if (m.n! > done) return undefined; // it flies: the server has the word
		if (m.dead) return this.#bury(m, now instanceof Error ? now : {});
		if (m.ops.length === 0) this.box.drop(m); // it came true by itself
		return undefined;
	}

	/** Mutations that were put together for a push and turned out not to fit any more before it went. */
	buryDead(): SyncError[] {
		const dead = this.box.flying.filter((m) => m.dead);
		for (const m of this.box.flying) delete m.n;
		this.box.land();
		return dead.map((m) => this.#bury(m));
	}

	#bury(m: Mutation, why: Partial<SyncError> = {}): SyncError {
		const { message = "its target is gone", path, current } = why;
		return this.box.bury(m, new SyncError("conflict", message, { doc: this.key, path, current }));
	}

	/** The server has taken it away. */
	clear(error: SyncError): void {
		for (const m of [...this.box.pending]) this.box.bury(m, error);
		this.epoch = this.rev = undefined;
		this.confirmed = this.#initial();
		this.view = this.confirmed as S;
	}
}

export function snapshot(value: unknown): Op[] {
	return [{ op: "replace", path: "", value }];
}
