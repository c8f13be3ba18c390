/**
 * What is pending here, carried over what came in.
 *
 * Two values start from the confirmed one. `mine` sees the pending mutations in order, as they were
 * made; `theirs` sees the incoming operations and then each pending mutation again, translated: both
 * are walked down side by side, an element of a list being the one with the same identity, and a text
 * edit is shifted by what others wrote. What the server has meanwhile done of ours is in both; elements
 * that we added are recognised by key or content, so that edits inside them survive.
 */
import { diff } from "./diff.js";
import { Identities, isContainer, type Op, PatchError, Patcher, sameJson, valueAt } from "./patch.js";
import { arrayIndex, formatPointer, parsePointer, type Segments } from "./pointer.js";
import type { Schema, Shape } from "./shape.js";
import { applyDelta, type Delta, diffText, tidy, transformDelta } from "./text.js";

export interface Step {
	ops: readonly Op[];
	/** `done`: the incoming operations contain it. `lost`: it was refused. Neither is replayed. */
	fate?: "done" | "lost" | undefined;
}

export interface Rebased {
	/** What the application sees: the new confirmed value and what is still pending. */
	view: unknown;
	/** For each step that is replayed its new operations, or why it no longer fits. */
	ops: (Op[] | Error)[];
}

/** Its target is gone. */
class Dead extends Error {}

/** Per text its edits, one behind the other; undefined where it was written as a whole, or one was refused. */
type Edits = Map<string, Delta[] | undefined>;

/** Two containers that are the same one, here and there. */
interface Pair {
	mine: unknown;
	theirs: unknown;
	shape: Shape | undefined;
	/** Where it is there. */
	path: string[];
	/** What it is called by identities, which do not shift. */
	name: string;
}

class Rebase {
	readonly #ids = new Identities();
	readonly #mine: Patcher;
	readonly theirs: Patcher;
	/** Elements that we added and the server has done; those that came in. Not paired yet. */
	readonly #ours = new Set<number>();
	readonly #others = new Set<number>();
	/** Per text: what others changed in it, edit by edit, as seen from where `mine` stands. */
	readonly #shifts = new Map<string, readonly Delta[]>();
	/** The edits that came in, and ours that are among them. */
	readonly #came: Edits = new Map();
	readonly #done: Edits = new Map();
	readonly #schema: Schema;

	constructor(before: unknown, incoming: readonly Op[], schema: Schema) {
		this.#schema = schema;
		this.#mine = new Patcher(before, this.#ids);
		this.theirs = new Patcher(before, this.#ids);
		for (const op of incoming) this.#spread(this.theirs, op, this.#others);
	}

	/** Where a container replaces another, only what differs changes: the rest keeps its identity. */
	#spread(on: Patcher, op: Op, added?: Set<number>): void {
		const old = op.op === "replace" && isContainer(op.value) ? valueAt(on.root, op.path) : undefined;
		const ops = isContainer(old)
			? diff(
					old,
					(op as { value: unknown }).value,
					this.#schema,
					this.#schema.at(parsePointer(op.path), on.root),
					true,
				)
			: [op];
		for (const o of ops) {
			const inside = { ...o, path: op.path + o.path } as Op;
			if ("from" in inside) inside.from = op.path + inside.from;
			const one = isContainer(old) ? inside : op;
			if (added === this.#others) this.#note(one, on.root, this.#came);
			const id = on.apply(one);
			if (id !== undefined) added?.add(id);
		}
	}

	/** Ours alone: done, or refused, or without an effect any more. */
	skip(step: Step): void {
		const done = step.fate === "done";
		for (const op of step.ops) {
			this.#note(op, this.#mine.root, this.#done, done);
			this.#spread(this.#mine, op, done ? this.#ours : undefined);
		}
	}

	/** Takes down what an operation does to a text. */
	#note(op: Op, at: unknown, edits: Edits, happened = true): void {
		let name = "";
		for (const segment of parsePointer(op.path)) {
			if (!isContainer(at)) return;
			name += `/${this.#nameOf(at, segment)}`;
			at = (at as Record<string, unknown>)[segment];
		}
		if (typeof at !== "string" || op.op === "test") return;
		const before = known(edits, name);
		edits.set(name, op.op === "text" && happened && before ? [...before, op.delta] : undefined);
		this.#shifts.delete(name);
	}

	/** Replays one mutation. Gives its operations as they are now; throws Dead or a PatchError. `progress`
	 * tells whether anything was applied before that. */
	replay(step: Step, progress: { touched: boolean }): Op[] {
		const out: Op[] = [];
		for (const op of step.ops) {
			const now = this.#translate(op);
			let id: number | undefined;
			if (now) {
				id = this.theirs.apply(now);
				out.push(now);
			}
			progress.touched = true;
			this.#mine.apply(op, id);
		}
		return out;
	}

	/** The operation on their side; undefined when there is nothing left to do. */
	#translate(op: Op): Op | undefined {
		const segments = parsePointer(op.path);
		if (segments.length === 0) return op;
		const holder = this.#walk(segments.slice(0, -1));
		const key = segments.at(-1)!;
		if (op.op === "add" || op.op === "copy") {
			const shape = this.#schema.resolve(holder.shape, holder.theirs);
			const set =
				typeof shape === "object" && "set" in shape && Array.isArray(holder.theirs)
					? holder.theirs
					: [];
			if (op.op === "add" && set.some((v) => sameJson(v, op.value))) return undefined;
			const path = formatPointer([...holder.path, this.#gap(holder, key)]);
			return op.op === "add"
				? { ...op, path }
				: { ...op, from: formatPointer(this.#target(op.from)), path };
		}
		if (op.op === "move") {
			const from = formatPointer(this.#target(op.from));
			return {
				op: "move",
				from,
				path: formatPointer([...holder.path, this.#gapOfMove(op, holder, key, from)]),
			};
		}
		if (op.op === "remove") {
			if (op.value !== undefined) return { ...op, path: formatPointer([...holder.path, key]) };
			const there = this.#find(holder, key);
			// Removing once more what is gone is nothing to do.
			return there === undefined || !hasKey(holder.theirs, there)
				? undefined
				: { op: "remove", path: formatPointer([...holder.path, there]) };
		}
		const path = formatPointer(this.#target(op.path));
		if (op.op === "text") return this.#text(op, path, `${holder.name}/${this.#nameOf(holder.mine, key)}`);
		if (op.op === "replace") this.#shifts.set(`${holder.name}/${this.#nameOf(holder.mine, key)}`, []);
		return { ...op, path };
	}

	#text(op: Op & { op: "text" }, path: string, name: string): Op {
		const ours = valueAt(this.#mine.root, op.path);
		const there = valueAt(this.theirs.root, path);
		if (typeof ours !== "string" || typeof there !== "string") throw new Dead();
		const shift = this.#shifts.get(name) ?? this.#shiftOf(name, ours, there);
		const [delta, behind] = pass(op.delta, shift);
		this.#shifts.set(name, behind);
		return { op: "text", path, delta };
	}

	/** What others did to a text, seen from ours. Where that is not known, what differs must do: of two equal
	 * letters it takes the second for the new one. */
	#shiftOf(name: string, ours: string, there: string): readonly Delta[] {
		const came = known(this.#came, name);
		const done = known(this.#done, name);
		try {
			const others = came && done && othersOf(came, done);
			if (others?.reduce(applyDelta, ours) === there) return others;
		} catch {} // they do not fit
		return [diffText(ours, there)];
	}

	/** Down to a container, on both sides. */
	#walk(segments: Segments): Pair {
		const at: Pair = {
			mine: this.#mine.root,
			theirs: this.theirs.root,
			shape: this.#schema.root,
			path: [],
			name: "",
		};
		for (const segment of segments) {
			const there = this.#find(at, segment);
			if (there === undefined || !hasKey(at.theirs, there)) throw new Dead();
			at.name += `/${this.#nameOf(at.mine, segment)}`;
			at.shape = this.#schema.below(at.shape, at.mine, segment);
			at.mine = (at.mine as Record<string, unknown>)[segment];
			at.theirs = (at.theirs as Record<string, unknown>)[there];
			at.path.push(there);
		}
		this.#pairUp(at);
		return at;
	}

	#nameOf(container: unknown, key: string): string {
		return Array.isArray(container)
			? `${this.#ids.of(container)[arrayIndex(key)]}`
			: formatPointer([key]);
	}

	/** The key on their side of what has this key on ours. */
	#find(at: Pair, key: string): string | undefined {
		if (!Array.isArray(at.mine)) return key;
		this.#pairUp(at);
		const index = Array.isArray(at.theirs)
			? this.#ids.of(at.theirs).indexOf(this.#ids.of(at.mine)[arrayIndex(key)]!)
			: -1;
		return index < 0 ? undefined : String(index);
	}

	#target(pointer: string): string[] {
		const segments = parsePointer(pointer);
		if (segments.length === 0) return [];
		const holder = this.#walk(segments.slice(0, -1));
		const there = this.#find(holder, segments.at(-1)!);
		if (there === undefined) throw new Dead();
		return [...holder.path, there];
	}

	/** Where to insert: behind the nearest element on the left that is still there, else before the nearest
	 * on the right. `without`: an element of ours that is not counted. */
	#gap({ mine, theirs }: Pair, key: string, without = -1): string {
		if (!Array.isArray(mine) || key === "-") return key;
		if (!Array.isArray(theirs)) throw new Dead();
		const left = this.#ids.of(mine).filter((_, i) => i !== without);
		const there = this.#ids.of(theirs);
		const index = arrayIndex(key);
		for (let i = index - 1; i >= 0; i--) {
			const at = there.indexOf(left[i]!);
			if (at >= 0) return String(at + 1);
		}
		for (let i = index; i < left.length; i++) {
			const at = there.indexOf(left[i]!);
			if (at >= 0) return String(at);
		}
		return "0";
	}

	/** The same for an element that leaves its place in the same list: the index counts without it. */
	#gapOfMove(op: Op & { op: "move" }, holder: Pair, key: string, from: string): string {
		const [above, index] = cut(op.from);
		if (above !== cut(op.path)[0] || !Array.isArray(holder.mine)) return this.#gap(holder, key);
		const to = this.#gap(holder, key, arrayIndex(index));
		const gone = arrayIndex(cut(from)[1]);
		return to !== "-" && arrayIndex(to) > gone ? String(arrayIndex(to) - 1) : to;
	}

	/** Finds what we added among what came in. */
	#pairUp({ mine, theirs, shape }: Pair): void {
		if (this.#ours.size === 0 || !Array.isArray(mine) || !Array.isArray(theirs)) return;
		const at = this.#schema.resolve(shape, mine);
		const key = typeof at === "object" && "list" in at ? at.key : undefined;
		const [here, there] = [this.#ids.of(mine), this.#ids.of(theirs)];
		let left = here.flatMap((id, i) => (this.#ours.delete(id) ? [i] : []));
		const free = there.flatMap((id, i) => (this.#others.has(id) ? [i] : []));
		const pair = (i: number, j: number) => {
			this.#others.delete(there[j]!);
			here[i] = there[j]!;
			this.#align(mine[i], theirs[j]);
		};
		left = left.filter((i) => {
			const k = free.findIndex((j) => same(mine[i], theirs[j], key));
			if (k >= 0) pair(i, free.splice(k, 1)[0]!);
			return k < 0;
		});
		// The server may have changed them on the way in: then the order tells.
		if (key === undefined && left.length === free.length) left.forEach((i, k) => pair(i, free[k]!));
	}

	/** The lists inside of one thing here and there are the same ones. */
	#align(mine: unknown, theirs: unknown): void {
		if (!isContainer(mine) || !isContainer(theirs)) return;
		if (Array.isArray(mine) && Array.isArray(theirs) && mine.length === theirs.length)
			this.#ids.copy(theirs, mine);
		for (const key of Object.keys(mine))
			this.#align((mine as Record<string, unknown>)[key], (theirs as Record<string, unknown>)[key]);
	}
}

function known(edits: Edits, name: string): Delta[] | undefined {
	return edits.has(name) ? edits.get(name) : [];
}

/** A delta carried past others, and they past it. */
function pass(delta: Delta, others: readonly Delta[]): [(number | string)[], Delta[]] {
	let now = tidy(delta);
	const behind = others.map((other) => {
		const was = now;
		now = transformDelta(was, other, true);
		return transformDelta(other, was, false);
	});
	return [now, behind];
}

/** Tells ours among the edits that came in, each as the server has moved it; gives the others as from behind
 * ours. */
function othersOf(came: readonly Delta[], done: readonly Delta[]): Delta[] {
	let others: Delta[] = [];
	let found = 0;
	for (const edit of came) {
		const [ours, behind] = pass(done[found] ?? [], others);
		const own = ours[0] && sameJson(ours, edit);
		if (own) found++;
		others = own ? behind : [...others, edit];
	}
	return others;
}

function hasKey(container: unknown, key: string): boolean {
	return isContainer(container) && Object.hasOwn(container, key);
}

/** The pointer above, and the last segment. */
function cut(pointer: string): [string, string] {
	const at = pointer.lastIndexOf("/");
	return [pointer.slice(0, at), pointer.slice(at + 1)];
}

function same(a: unknown, b: unknown, key: string | undefined): boolean {
	if (key === undefined || !isContainer(a) || !isContainer(b)) return sameJson(a, b);
	return sameJson((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]);
}

/**
 * Carries `steps`, which build on `before`, over `incoming`, which does too. A first operation at the
 * path "" (a snapshot) is compared with `before`.
 */
export function rebase(
	before: unknown,
	incoming: readonly Op[],
	steps: readonly Step[],
	schema: Schema,
): Rebased {
	const dead = new Map<Step, Error>();
	for (;;) {
		const result = attempt(before, incoming, steps, schema, dead);
		if (result) return result;
	}
}

/** Undefined when a step failed half-way: it is in `dead` then. */
function attempt(
	before: unknown,
	incoming: readonly Op[],
	steps: readonly Step[],
	schema: Schema,
	dead: Map<Step, Error>,
): Rebased | undefined {
	const run = new Rebase(before, incoming, schema);
	const ops: (Op[] | Error)[] = [];
	for (const step of steps) {
		const progress = { touched: false };
		let now: Op[] | undefined;
		try {
			if (!step.fate && !dead.has(step)) now = run.replay(step, progress);
		} catch (error) {
			if (!(error instanceof Dead) && !(error instanceof PatchError)) throw error;
			dead.set(step, error);
			if (progress.touched) return undefined;
		}
		if (!now) run.skip(step);
		if (!step.fate) ops.push(now ?? dead.get(step)!);
	}
	return { view: run.theirs.root, ops };
}
