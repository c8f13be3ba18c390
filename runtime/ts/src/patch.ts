/**
 * RFC 6902 patches on plain JSON values, plus `inc` and `text` of the protocol.
 *
 * Structural sharing: what a patch does not touch keeps its identity, and each container on the way is
 * copied once per patch. Nothing given is changed. All or nothing: a failing patch throws `conflict`.
 */
import { arrayIndex, parsePointer } from "./pointer.js";
import { unfit } from "./errors.js";
import { applyDelta, type Delta } from "./delta.js";

export type Op =
	| { op: "add"; path: string; value: unknown }
	| { op: "replace"; path: string; value: unknown }
	| { op: "test"; path: string; value: unknown }
	| { op: "remove"; path: string; value?: unknown }
	| { op: "move"; path: string; from: string }
	| { op: "copy"; path: string; from: string }
	| { op: "inc"; path: string; by: number }
	| { op: "text"; path: string; delta: Delta };

export type Container = unknown[] | Record<string, unknown>;

export const isContainer = (v: unknown): v is Container => v !== null && typeof v === "object";

/** Sets an own member whatever its name: `__proto__` is a name like any other. */
export function put(container: Container, key: string, value: unknown): void {
	if (key === "__proto__")
		Object.defineProperty(container, key, {
			value,
			writable: true,
			enumerable: true,
			configurable: true,
		});
	else (container as Record<string, unknown>)[key] = value;
}

/** An own member or element; undefined where there is none. */
export function own(container: unknown, key: string): unknown {
	return isContainer(container) && Object.hasOwn(container, key)
		? (container as Record<string, unknown>)[key]
		: undefined;
}

/** Maps have no prototype, and keep to that. */
export function copyOf(container: Container): Container {
	if (Array.isArray(container)) return container.slice();
	return Object.getPrototypeOf(container) ? { ...container } : { __proto__: null, ...container };
}

/** JSON equality (RFC 6902 section 4.6). */
export function sameJson(a: unknown, b: unknown): boolean {
	if (a === b || !isContainer(a) || !isContainer(b)) return a === b;
	const keys = Object.keys(a);
	return (
		Array.isArray(a) === Array.isArray(b) &&
		keys.length === Object.keys(b).length &&
		keys.every((k) => Object.hasOwn(b, k) && sameJson(own(a, k), own(b, k)))
	);
}

/** `now`, with the parts that are equal to those of `was` taken from there: they keep their identity. */
export function reuse<T>(was: unknown, now: T): T {
	if (was === now || !isContainer(was) || !isContainer(now) || Array.isArray(was) !== Array.isArray(now))
		return now;
	const keys = Object.keys(now);
	let same = keys.length === Object.keys(was).length;
	let result: Container = now;
	for (const key of keys) {
		const old = own(was, key);
		const value = own(now, key);
		const kept = reuse(old, value);
		same &&= kept === old;
		if (kept === value) continue;
		if (result === now) result = copyOf(now);
		put(result, key, kept);
	}
	return (same ? was : result) as T;
}

function child(container: unknown, segment: string, path: string): unknown {
	if (
		!isContainer(container) ||
		!Object.hasOwn(container, segment) ||
		(Array.isArray(container) && arrayIndex(segment) < 0)
	)
		throw unfit("nothing there", path);
	return own(container, segment);
}

/** The value at a path. Throws `conflict` when there is none. */
export function valueAt(root: unknown, path: string): unknown {
	let at = root;
	for (const segment of parsePointer(path)) at = child(at, segment, path);
	return at;
}

/** Identities of the elements of lists, kept while Patchers that share them copy and change the lists. */
export class Identities {
	readonly #lists = new WeakMap<unknown[], number[]>();
	#last = 0;

	/** One for each element, in order. Not to be kept: it follows the list. */
	of(list: unknown[]): number[] {
		let ids = this.#lists.get(list);
		if (!ids) this.#lists.set(list, (ids = list.map(() => this.fresh())));
		return ids;
	}
	fresh(): number {
		return ++this.#last;
	}
	copy(from: unknown[], to: unknown[]): void {
		this.#lists.set(to, [...this.of(from)]);
	}
}

/** Applies operations one by one; owns the copies it has made. */
export class Patcher {
	#own = new WeakSet<object>();
	/** Holds the value as a member, so that the whole is a place like any other. */
	readonly #top: Record<string, unknown>;
	readonly #ids: Identities | undefined;

	constructor(root: unknown, ids?: Identities) {
		this.#top = { "": root };
		this.#ids = ids;
	}

	/** The value so far. */
	get root(): unknown {
		return this.#top[""];
	}

	/** Throws `conflict` where the operation does not fit. An element that is added to a list gets the
	 * identity `id`, or a new one; it is given back. */
	apply(op: Op, id = this.#ids?.fresh()): number | undefined {
		const { op: kind, path, from, value: given } = op as Op & { from: string; value: unknown };
		const value = kind === "move" || kind === "copy" ? valueAt(this.root, from) : given;
		if (/add|replace|test/.test(kind) && value === undefined)
			throw unfit("no value", path);
		switch (kind) {
			case "move":
				if (path.startsWith(`${from}/`)) throw unfit("into itself", path);
				if (path === from) return undefined;
				id = this.#remove(from) ?? id;
				return this.#add(path, value, id);
			case "copy":
				// From here on one value is held twice.
				this.#own = new WeakSet();
				return this.#add(path, value, id);
			case "add":
				return this.#add(path, value, id);
			case "remove":
				this.#remove(path, value);
				return undefined;
			case "test": {
				const current = valueAt(this.root, path);
				if (!sameJson(current, value)) throw unfit("the test failed", path, current);
				return undefined;
			}
		}
		const [holder, key] = this.#holder(path);
		put(holder, key, changed(op, child(holder, key, path)));
		return undefined;
	}

	/** The container that holds the end of a path, copied along with all above it; and the last segment. */
	#holder(path: string): [holder: Container, key: string] {
		const segments = ["", ...parsePointer(path)];
		const key = segments.pop()!;
		let at: Container = this.#top;
		for (const segment of segments) {
			let next = child(at, segment, path);
			if (!isContainer(next)) throw unfit("nothing there", path);
			if (!this.#own.has(next)) {
				const copy = copyOf(next);
				if (Array.isArray(next)) this.#ids?.copy(next, copy as unknown[]);
				this.#own.add(copy);
				put(at, segment, (next = copy));
			}
			at = next as Container;
		}
		return [at, key];
	}

	#add(path: string, value: unknown, id: number | undefined): number | undefined {
		const [holder, key] = this.#holder(path);
		if (!Array.isArray(holder)) {
			put(holder, key, value);
			return undefined;
		}
		const index = key === "-" ? holder.length : arrayIndex(key);
		if (index < 0 || index > holder.length) throw unfit("nothing there", path);
		this.#ids?.of(holder).splice(index, 0, id!);
		holder.splice(index, 0, value);
		return id;
	}

	/** With a value (elements of a set): the value decides, the index is a hint; absent already is fine.
	 * Gives the identity of an element. */
	#remove(path: string, value?: unknown): number | undefined {
		const [holder, key] = this.#holder(path);
		if (holder === this.#top) throw unfit("not the whole", path);
		if (!Array.isArray(holder)) {
			child(holder, key, path);
			delete holder[key];
			return undefined;
		}
		let index = arrayIndex(key);
		if (value === undefined) child(holder, key, path);
		else if (!sameJson(holder[index], value)) index = holder.findIndex((v) => sameJson(v, value));
		if (index < 0) return undefined;
		const id = this.#ids?.of(holder).splice(index, 1)[0];
		holder.splice(index, 1);
		return id;
	}
}

/** What a counter holds at most. */
const MOST = 2 ** 53 - 1;

/** What a value becomes. */
function changed(op: Op, old: unknown): unknown {
	if (op.op === "replace") return op.value;
	if (op.op === "inc" && typeof old === "number" && Number.isFinite(op.by)) return Math.max(-MOST, Math.min(MOST, old + op.by));
	if (op.op === "text" && typeof old === "string") return applyDelta(old, op.delta, op.path);
	throw unfit(`no place for ${op.op}`, op.path);
}

/** The value after the patch. */
export function applyPatch<T>(root: T, ops: readonly Op[]): T {
	const draft = new Patcher(root);
	for (const op of ops) draft.apply(op);
	return draft.root as T;
}
