/**
 * RFC 6902 patches on plain JSON values, plus `inc` and `text` of the protocol.
 *
 * Structural sharing: what a patch does not touch keeps its identity, and each container on the way is
 * copied once per patch. Nothing given is changed. All or nothing: a failing patch throws a PatchError.
 */
import { arrayIndex, parsePointer } from "./pointer.js";
import { applyDelta, type Delta } from "./text.js";

export type Op =
	| { op: "add"; path: string; value: unknown }
	| { op: "replace"; path: string; value: unknown }
	| { op: "test"; path: string; value: unknown }
	| { op: "remove"; path: string; value?: unknown }
	| { op: "move"; path: string; from: string }
	| { op: "copy"; path: string; from: string }
	| { op: "inc"; path: string; by: number }
	| { op: "text"; path: string; delta: Delta };

export class PatchError extends Error {
	constructor(
		message: string,
		/** The path that was refused. */
		readonly path: string,
		/** Where a `test` failed: what stands there. */
		readonly current?: unknown,
	) {
		super(`${message}: ${path || "(the whole)"}`);
		this.name = "PatchError";
	}
}

export type Container = unknown[] | Record<string, unknown>;

export const isContainer = (v: unknown): v is Container => v !== null && typeof v === "object";

/** Sets an own member whatever its name: `__proto__` is a name like any other. */
export function put(object: Record<string, unknown>, key: string, value: unknown): void {
	if (key === "__proto__")
		Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
	else object[key] = value;
}

export function copyOf(container: Container): Container {
	if (Array.isArray(container)) return container.slice();
	const copy = Object.create(Object.getPrototypeOf(container)) as Record<string, unknown>;
	for (const key of Object.keys(container)) put(copy, key, container[key]);
	return copy;
}

/** JSON equality (RFC 6902 section 4.6). */
export function sameJson(a: unknown, b: unknown): boolean {
	if (a === b) return true;
	if (!isContainer(a) || !isContainer(b)) return false;
	if (Array.isArray(a) || Array.isArray(b)) {
		if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
		return a.every((v, i) => sameJson(v, b[i]));
	}
	const keys = Object.keys(a);
	return (
		keys.length === Object.keys(b).length &&
		keys.every((k) => Object.hasOwn(b, k) && sameJson(a[k], b[k]))
	);
}

/** `now`, with the parts that are equal to those of `was` taken from there: they keep their identity. */
export function reuse<T>(was: unknown, now: T): T {
	if (was === now || !isContainer(was) || !isContainer(now) || Array.isArray(was) !== Array.isArray(now))
		return now;
	const old = was as Record<string, unknown>;
	const keys = Object.keys(now);
	let same = keys.length === Object.keys(was).length;
	let copy: Container | undefined;
	for (const key of keys) {
		const value = (now as Record<string, unknown>)[key];
		const kept = Object.hasOwn(old, key) ? reuse(old[key], value) : value;
		same &&= kept === old[key] && Object.hasOwn(old, key);
		if (kept !== value) put((copy ??= copyOf(now)) as Record<string, unknown>, key, kept);
	}
	return same ? (was as T) : ((copy ?? now) as T);
}

function child(container: unknown, segment: string, path: string): unknown {
	if (Array.isArray(container)) {
		const index = arrayIndex(segment);
		if (index < 0 || index >= container.length) throw new PatchError("no such element", path);
		return container[index];
	}
	if (!isContainer(container) || !Object.hasOwn(container, segment))
		throw new PatchError("no such member", path);
	return (container as Record<string, unknown>)[segment];
}

/** The value at a path. Throws a PatchError when there is none. */
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

/** Applies operations one by one; owns the copies it has made. `root` is the value so far. */
export class Patcher {
	#own = new WeakSet<object>();
	constructor(
		public root: unknown,
		private readonly ids?: Identities,
	) {}

	/** From here on `root` belongs to others too (somebody keeps it, or it holds one value twice). */
	share(): void {
		this.#own = new WeakSet();
	}

	/** Throws a PatchError where the operation does not fit. An element that is added to a list gets the
	 * identity `id`, or a new one; it is given back. */
	apply(op: Op, id?: number): number | undefined {
		return applyOne(this, op, id);
	}

	#mine(container: Container): Container {
		if (this.#own.has(container)) return container;
		const copy = copyOf(container);
		if (Array.isArray(container)) this.ids?.copy(container, copy as unknown[]);
		this.#own.add(copy);
		return copy;
	}

	/** The container that holds the last segment, copied along with all above it. */
	#holder(segments: string[], path: string): Container {
		if (!isContainer(this.root)) throw new PatchError("no such member", path);
		let at = (this.root = this.#mine(this.root));
		for (const segment of segments.slice(0, -1)) {
			const next = child(at, segment, path);
			if (!isContainer(next)) throw new PatchError("nothing below", path);
			const copy = this.#mine(next);
			if (Array.isArray(at)) at[arrayIndex(segment)] = copy;
			else put(at, segment, copy);
			at = copy;
		}
		return at;
	}

	add(path: string, value: unknown, id = this.ids?.fresh()): number | undefined {
		const segments = parsePointer(path);
		const key = segments.at(-1);
		if (key === undefined) {
			this.root = value;
			return undefined;
		}
		const holder = this.#holder(segments, path);
		if (!Array.isArray(holder)) {
			put(holder, key, value);
			return undefined;
		}
		const index = key === "-" ? holder.length : arrayIndex(key);
		if (index < 0 || index > holder.length) throw new PatchError("no such place", path);
		this.ids?.of(holder).splice(index, 0, id!);
		holder.splice(index, 0, value);
		return id;
	}

	replace(path: string, change: (old: unknown) => unknown): void {
		const segments = parsePointer(path);
		const key = segments.at(-1);
		if (key === undefined) {
			this.root = change(this.root);
			return;
		}
		const holder = this.#holder(segments, path);
		const value = change(child(holder, key, path));
		if (Array.isArray(holder)) holder[arrayIndex(key)] = value;
		else put(holder, key, value);
	}

	/** With a value (elements of a set): the value decides, the index is a hint; absent already is fine. */
	remove(path: string, value?: unknown): { old: unknown; id?: number | undefined } {
		const segments = parsePointer(path);
		let key = segments.at(-1);
		if (key === undefined) throw new PatchError("not the whole", path);
		const holder = this.#holder(segments, path);
		if (value !== undefined && Array.isArray(holder)) {
			const hint = arrayIndex(key);
			const index = sameJson(holder[hint], value) ? hint : holder.findIndex((v) => sameJson(v, value));
			if (index < 0) return { old: undefined };
			key = String(index);
		}
		const old = child(holder, key, path);
		if (!Array.isArray(holder)) {
			delete holder[key];
			return { old };
		}
		holder.splice(arrayIndex(key), 1);
		return { old, id: this.ids?.of(holder).splice(arrayIndex(key), 1)[0] };
	}
}

function applyOne(on: Patcher, op: Op, id?: number): number | undefined {
	const { path } = op;
	if (
		op.op !== "remove" && "value" in op
			? op.value === undefined
			: ["add", "replace", "test"].includes(op.op)
	)
		throw new PatchError("no value", path);
	switch (op.op) {
		case "add":
			return on.add(path, op.value, id);
		case "replace":
			on.replace(path, () => op.value);
			break;
		case "remove":
			on.remove(path, op.value);
			break;
		case "move": {
			if (path.startsWith(`${op.from}/`)) throw new PatchError("into itself", path);
			const there = valueAt(on.root, op.from);
			if (path === op.from) break;
			const { id: same } = on.remove(op.from);
			on.add(path, there, same);
			break;
		}
		case "copy":
			on.share();
			return on.add(path, valueAt(on.root, op.from), id);
		case "test": {
			const current = valueAt(on.root, path);
			if (!sameJson(current, op.value)) throw new PatchError("the test failed", path, current);
			break;
		}
		case "inc":
			on.replace(path, (old) => {
				if (typeof old !== "number") throw new PatchError("not a counter", path);
				return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, old + op.by));
			});
			break;
		case "text":
			on.replace(path, (old) => {
				if (typeof old !== "string") throw new PatchError("not a text", path);
				try {
					return applyDelta(old, op.delta);
				} catch (error) {
					throw new PatchError((error as Error).message, path);
				}
			});
			break;
		default:
			throw new PatchError(`unknown operation ${(op as Op).op}`, path);
	}
	return undefined;
}

/** The value after the patch. */
export function applyPatch<T>(root: T, ops: readonly Op[]): T {
	const draft = new Patcher(root);
	for (const op of ops) draft.apply(op);
	return draft.root as T;
}
