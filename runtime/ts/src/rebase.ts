/**
 * What is pending here, carried over what came in.
 *
 * Two values start from the confirmed one. `mine` sees the pending mutations in order, as they were
 * made; `theirs` sees the incoming operations and then each pending mutation again, translated: both
 * are walked down side by side, an element of a list being the one with the same identity. Edits of texts are
 * shifted by what others wrote (text.ts). What the server has meanwhile done of ours is in both; elements
 * that we added are recognised by key or content, so that edits inside them survive.
 */
import { diff } from "./diff.js";
import { SyncError, unfit } from "./errors.js";
import { Identities, isContainer, type Op, own, Patcher, sameJson, valueAt } from "./patch.js";
import { arrayIndex, formatPointer, parsePointer } from "./pointer.js";
import type { Schema, Shape } from "./shape.js";
import { modules } from "./modules.js";

export interface Step {
	ops: readonly Op[];
	/** `done`: the incoming operations contain it. `lost`: it was refused. Neither is replayed. */
	fate?: "done" | "lost" | undefined;
}

export interface Rebased {
	/** What the application sees: the new confirmed value and what is still pending. */
	view: unknown;
	/** For each step that is replayed its new operations, or why it no longer fits. */
	ops: (Op[] | SyncError)[];
}

const noTarget = (path: string): SyncError => unfit("its target is gone", path);

/** Two containers that are the same one, here and there. */
interface Pair {
	mine: unknown;
	theirs: unknown;
	shape: Shape | undefined;
	/** Where it is there. */
	path: string[];
}

class Rebase {
	readonly #ids = new Identities();
	readonly #mine: Patcher;
	readonly theirs: Patcher;
	/** Elements that we added and the server has done; those that came in. Not paired yet. */
	readonly #ours = new Set<number>();
	readonly #others = new Set<number>();
	readonly #texts = modules.text?.carrier(this.#ids);
	readonly #schema: Schema;
	/** Was anything applied before the last replay failed? */
	touched = false;

	constructor(before: unknown, incoming: readonly Op[], schema: Schema) {
		this.#schema = schema;
		this.#mine = new Patcher(before, this.#ids);
		this.theirs = new Patcher(before, this.#ids);
		for (const op of incoming) {
			this.#texts?.note(op, this.theirs.root);
			for (const one of this.#spread(this.theirs, op)) {
				const id = this.theirs.apply(one);
				if (id) this.#others.add(id);
			}
		}
	}

	/** Where a container replaces another, only what differs changes: the rest keeps its identity. */
	#spread({ root }: Patcher, op: Op): Op[] {
		const { path } = op;
		const old = op.op === "replace" && isContainer(op.value) && valueAt(root, path);
		if (!isContainer(old)) return [op];
		const shape = this.#schema.at(parsePointer(path), root);
		return diff(old, (op as { value: unknown }).value, this.#schema, shape, true).map((inside) =>
			"from" in inside
				? { ...inside, path: path + inside.path, from: path + inside.from }
				: { ...inside, path: path + inside.path },
		);
	}

	/** Ours alone: done, or refused, or without an effect any more. */
	skip(step: Step): void {
		const done = step.fate === "done";
		for (const op of step.ops) {
			this.#texts?.note(op, this.#mine.root, done);
			for (const one of this.#spread(this.#mine, op)) {
				const id = this.#mine.apply(one);
				if (id && done) this.#ours.add(id);
			}
		}
	}

	/** Replays one mutation. Gives its operations as they are now; throws a SyncError. */
	replay(step: Step): Op[] {
		const out: Op[] = [];
		this.touched = false;
		for (const op of step.ops) {
			const now = this.#translate(op);
			let id: number | undefined;
			if (now) {
				id = this.theirs.apply(now);
				out.push(now);
			}
			this.touched = true;
			this.#mine.apply(op, id);
		}
		return out;
	}

	/** The operation on their side; undefined when there is nothing left to do. */
	#translate(op: Op): Op | undefined {
		if (op.path === "") return op;
		const [holder, key] = this.#walk(op.path);
		const now = { ...op };
		if ("from" in now) now.from = this.#target(now.from);
		let there: string | undefined = key;
		if (op.op === "add" || op.op === "copy" || op.op === "move") {
			const { mine, theirs } = holder;
			const shape = this.#schema.resolve(holder.shape, theirs);
			if (
				op.op === "add" &&
				typeof shape === "object" &&
				"set" in shape &&
				Array.isArray(theirs) &&
				theirs.some((v) => sameJson(v, op.value))
			)
				return undefined;
			// An element that leaves its place in the same list: the index counts without it.
			const within = op.op === "move" && Array.isArray(mine) && cut(op.from)[0] === cut(op.path)[0];
			there = within
				? this.#gap(holder, key, cut(op.from)[1], cut((now as { from: string }).from)[1])
				: this.#gap(holder, key);
		} else if (op.op !== "remove" || op.value === undefined) {
			there = this.#find(holder, key);
			// Removing once more what is gone is nothing to do.
			if (op.op === "remove" && (there === undefined || own(holder.theirs, there) === undefined))
				return undefined;
			if (there === undefined) throw noTarget(op.path);
		}
		now.path = formatPointer([...holder.path, there]);
		if (op.op === "text")
			(now as typeof op).delta = this.#texts!.carried(op, this.#mine.root, now.path, this.theirs.root);
		return now;
	}

	/** Down to the container that holds the end of a path of ours, on both sides; and the last segment. */
	#walk(pointer: string): [holder: Pair, key: string] {
		const segments = parsePointer(pointer);
		const key = segments.pop()!;
		const at: Pair = {
			mine: this.#mine.root,
			theirs: this.theirs.root,
			shape: this.#schema.root,
			path: [],
		};
		for (const segment of segments) {
			const there = this.#find(at, segment);
			const theirs = there === undefined ? undefined : own(at.theirs, there);
			if (theirs === undefined) throw noTarget(pointer);
			at.shape = this.#schema.below(at.shape, at.mine, segment);
			at.mine = own(at.mine, segment);
			at.theirs = theirs;
			at.path.push(there!);
		}
		this.#pairUp(at);
		return [at, key];
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

	#target(pointer: string): string {
		if (pointer === "") return "";
		const [holder, key] = this.#walk(pointer);
		const there = this.#find(holder, key);
		if (there === undefined) throw noTarget(pointer);
		return formatPointer([...holder.path, there]);
	}

	/** Where to insert: behind the nearest element on the left that is still there, else before the nearest
	 * on the right. `without`, `gone`: where an element stands, here and there, that is not counted. */
	#gap({ mine, theirs, path }: Pair, key: string, without = "", gone = ""): string {
		if (!Array.isArray(mine) || key === "-") return key;
		if (!Array.isArray(theirs)) throw noTarget(formatPointer(path));
		const left = this.#ids.of(mine).filter((_, i) => i !== arrayIndex(without));
		const there = this.#ids.of(theirs).filter((_, i) => i !== arrayIndex(gone));
		const index = arrayIndex(key);
		for (let i = index; i > 0; i--) {
			const at = there.indexOf(left[i - 1]!);
			if (at >= 0) return String(at + 1);
		}
		const at = left.slice(index).find((id) => there.includes(id));
		return String(Math.max(0, there.indexOf(at!)));
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
			this.#align(own(mine, key), own(theirs, key));
	}
}

/** The pointer above, and the last segment. */
function cut(pointer: string): [string, string] {
	const at = pointer.lastIndexOf("/");
	return [pointer.slice(0, at), pointer.slice(at + 1)];
}

function same(a: unknown, b: unknown, key: string | undefined): boolean {
	if (key === undefined || !isContainer(a) || !isContainer(b)) return sameJson(a, b);
	return sameJson(own(a, key), own(b, key));
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
	const dead = new Map<Step, SyncError>();
	again: for (;;) {
		const run = new Rebase(before, incoming, schema);
		const ops: (Op[] | SyncError)[] = [];
		for (const step of steps) {
			let now: Op[] | undefined;
			try {
				if (!step.fate && !dead.has(step)) now = run.replay(step);
			} catch (error) {
				if (!(error instanceof SyncError)) throw error;
				dead.set(step, error);
				if (run.touched) continue again; // it failed half-way
			}
			if (!now) run.skip(step);
			if (!step.fate) ops.push(now ?? dead.get(step)!);
		}
		return { view: run.theirs.root, ops };
	}
}
