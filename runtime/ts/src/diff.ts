/**
 * The operations that turn one value into another. Parts with one identity are equal at once, so the cost
 * is that of what changed. Elements of lists are recognised by their key, their origin in a draft, or
 * their value.
 */
import { isContainer, type Op, sameJson } from "./patch.js";
import { formatPointer } from "./pointer.js";
import type { Schema, Shape } from "./shape.js";
import { diffText } from "./text.js";

/** What a copied container was copied from (see draft.ts). */
export type Origins = WeakMap<object, object>;

type Json = Record<string, unknown>;

/** Beyond this many moves a list is replaced as a whole. */
const MOST_MOVES = 500;

class Differ {
	readonly ops: Op[] = [];
	readonly #schema: Schema;
	readonly #origins: Origins | undefined;
	readonly #exact: boolean;

	constructor(schema: Schema, origins: Origins | undefined, exact: boolean) {
		this.#schema = schema;
		this.#origins = origins;
		this.#exact = exact;
	}

	value(before: unknown, after: unknown, path: string, shape: Shape | undefined): void {
		if (before === after || (Number.isNaN(before) && Number.isNaN(after))) return;
		const was = this.#schema.resolve(shape, before);
		const is = this.#schema.resolve(shape, after);
		if (is === "counter" && typeof before === "number" && typeof after === "number")
			this.ops.push({ op: "inc", path, by: after - before });
		else if (is === "text" && typeof before === "string" && typeof after === "string")
			this.ops.push({ op: "text", path, delta: diffText(before, after) });
		else if (
			was === is &&
			!this.#schema.isWhole(shape) &&
			isContainer(before) &&
			isContainer(after) &&
			typeof is !== "string"
		)
			this.#container(before, after, path, is);
		else if (!sameJson(before, after)) this.ops.push({ op: "replace", path, value: after });
	}

	#container(
		before: Json | unknown[],
		after: Json | unknown[],
		path: string,
		shape: Shape | undefined,
	): void {
		if (Array.isArray(before) !== Array.isArray(after))
			this.ops.push({ op: "replace", path, value: after });
		else if (!Array.isArray(before)) this.#members(before, after as Json, path, shape);
		else if (shape !== undefined && typeof shape === "object" && "set" in shape)
			this.#set(before, after as unknown[], path);
		else this.#list(before, after as unknown[], path, shape);
	}

	#members(before: Json, after: Json, path: string, shape: Shape | undefined): void {
		for (const key of Object.keys(before)) {
			const at = path + formatPointer([key]);
			if (!Object.hasOwn(after, key) || after[key] === undefined) {
				if (before[key] !== undefined) this.ops.push({ op: "remove", path: at });
			} else if (before[key] !== undefined) {
				this.value(before[key], after[key], at, this.#schema.below(shape, before, key));
			}
		}
		for (const key of Object.keys(after)) {
			const known = Object.hasOwn(before, key) && before[key] !== undefined;
			if (!known && after[key] !== undefined)
				this.ops.push({ op: "add", path: path + formatPointer([key]), value: after[key] });
		}
	}

	#set(before: unknown[], after: unknown[], path: string): void {
		if (this.#exact) {
			if (!sameJson(before, after)) this.ops.push({ op: "replace", path, value: after });
			return;
		}
		for (let i = before.length - 1; i >= 0; i--)
			if (!after.some((v) => sameJson(v, before[i])))
				this.ops.push({ op: "remove", path: `${path}/${i}`, value: before[i] });
		const there = new Set<unknown>(before);
		for (const v of after) {
			if (there.has(v) || before.some((b) => sameJson(b, v))) continue;
			there.add(v);
			this.ops.push({ op: "add", path: `${path}/-`, value: v });
		}
	}

	/** What an element is recognised by. */
	#identity(element: unknown, key: string | undefined): unknown {
		if (!isContainer(element)) return element;
		if (key !== undefined) return (element as Json)[key];
		const origin = this.#origins?.get(element) ?? element;
		return this.#origins
			? origin
			: JSON.stringify(origin, (_, v) => (typeof v === "bigint" ? `${v}n` : v));
	}

	#list(before: unknown[], after: unknown[], path: string, shape: Shape | undefined): void {
		const key = typeof shape === "object" && "list" in shape ? shape.key : undefined;
		const element = this.#schema.below(shape, before, "0");
		const same = (a: unknown, b: unknown) => a === b || this.#identity(a, key) === this.#identity(b, key);
		let start = 0;
		const most = Math.min(before.length, after.length);
		while (start < most && same(before[start], after[start])) start++;
		let end = 0;
		while (end < most - start && same(before[before.length - 1 - end], after[after.length - 1 - end]))
			end++;
		const old = before.slice(start, before.length - end);
		const now = after.slice(start, after.length - end);

		const from = this.#pair(old, now, key);
		const first = this.ops.length;
		if (!this.#arrange(old, now, from, path, start, before.length)) {
			this.ops.length = first;
			this.ops.push({ op: "replace", path, value: after });
			return;
		}
		const at = (i: number) => `${path}/${i}`;
		for (let i = 0; i < start; i++) this.value(before[i], after[i], at(i), element);
		now.forEach((v, i) => {
			if (from[i]! >= 0) this.value(old[from[i]!], v, at(start + i), element);
		});
		for (let i = 1; i <= end; i++)
			this.value(before[before.length - i], after[after.length - i], at(after.length - i), element);
	}

	/** For each new element the index of the old one that it is, or -1. */
	#pair(old: unknown[], now: unknown[], key: string | undefined): number[] {
		const places = new Map<unknown, number[]>();
		for (let i = old.length - 1; i >= 0; i--) {
			const id = this.#identity(old[i], key);
			const list = places.get(id);
			if (list) list.push(i);
			else places.set(id, [i]);
		}
		const from = now.map((v) => places.get(this.#identity(v, key))?.pop() ?? -1);
		// Assigned in place: what has no partner takes the one at its own index, if that is free too.
		if (key === undefined && old.length === now.length) {
			const taken = new Set(from);
			for (let i = 0; i < now.length; i++) if (from[i] === -1 && !taken.has(i)) from[i] = i;
		}
		return from;
	}

	/** Removals from the end, then adds and moves from the front. False when replacing is cheaper. */
	#arrange(
		old: unknown[],
		now: unknown[],
		from: number[],
		path: string,
		start: number,
		size: number,
	): boolean {
		const kept = new Set(from);
		const order: number[] = []; // the old indices, as the list stands so far; -2 - i is the i-th new one
		for (let i = old.length - 1; i >= 0; i--)
			if (!kept.has(i)) this.ops.push({ op: "remove", path: `${path}/${start + i}` });
		for (let i = 0; i < old.length; i++) if (kept.has(i)) order.push(i);
		let length = size - old.length + order.length;
		const still = rising(from);
		let moves = 0;
		for (let i = 0; i < now.length; i++) {
			const id = from[i]! >= 0 ? from[i]! : -2 - i;
			if (id >= 0 && still.has(id)) continue;
			const before = i === 0 ? undefined : from[i - 1]! >= 0 ? from[i - 1]! : -1 - i;
			if (id >= 0) {
				if (++moves > MOST_MOVES) return false;
				const at = order.indexOf(id);
				order.splice(at, 1);
				const to = place(order, before, i);
				order.splice(to, 0, id);
				if (at !== to)
					this.ops.push({
						op: "move",
						from: `${path}/${start + at}`,
						path: `${path}/${start + to}`,
					});
			} else {
				const to = place(order, before, i);
				order.splice(to, 0, id);
				const last = start + to === length;
				length++;
				this.ops.push({
					op: "add",
					path: last ? `${path}/-` : `${path}/${start + to}`,
					value: now[i],
				});
			}
		}
		return true;
	}
}

/** Behind `before`, which most often stands right at i - 1. */
function place(order: number[], before: number | undefined, i: number): number {
	if (before === undefined) return 0;
	return order[i - 1] === before ? i : order.indexOf(before) + 1;
}

/** A longest rising subsequence of the indices that are not negative: those need not move. */
function rising(from: number[]): Set<number> {
	const tails: number[] = [];
	const previous = new Map<number, number | undefined>();
	for (const v of from) {
		if (v < 0) continue;
		let low = 0;
		let high = tails.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if (tails[middle]! < v) low = middle + 1;
			else high = middle;
		}
		previous.set(v, tails[low - 1]);
		tails[low] = v;
	}
	const still = new Set<number>();
	for (let v = tails.at(-1); v !== undefined; v = previous.get(v)) still.add(v);
	return still;
}

/** The operations from `before` to `after`. With `origins` (of a draft), elements are known by what they
 * were copied from; else by equal JSON. `true`: also the order of sets counts. */
export function diff(
	before: unknown,
	after: unknown,
	schema: Schema,
	shape?: Shape,
	how?: Origins | true,
): Op[] {
	const differ = new Differ(schema, how === true ? undefined : how, how === true);
	differ.value(before, after, "", shape);
	return differ.ops;
}
