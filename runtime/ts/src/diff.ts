/**
 * The operations that turn one value into another. Parts with one identity are equal at once, so the cost
 * is that of what changed. Elements of lists are recognised by their key, their origin in a draft, or
 * their value.
 */
import { isContainer, type Op, own, sameJson } from "./patch.js";
import { formatPointer } from "./pointer.js";
import type { Schema, Shape } from "./shape.js";
import { needText } from "./modules.js";

/** What a copied container was copied from (see draft.ts). */
export type Origins = WeakMap<object, object>;

type Json = Record<string, unknown>;

/** Beyond this many moves a list is replaced as a whole. */
const MOST_MOVES = 500;

class Differ {
	readonly ops: Op[] = [];
	readonly #schema: Schema;
	/** Of a draft: what elements are known by. Else by equal JSON; `true`: by nothing else, and the order of sets
	 * counts. */
	readonly #how: Origins | true | undefined;

	constructor(schema: Schema, how: Origins | true | undefined) {
		this.#schema = schema;
		this.#how = how;
	}

	value(before: unknown, after: unknown, path: string, shape: Shape | undefined): void {
		if (before === after) return;
		const was = this.#schema.resolve(shape, before);
		const is = this.#schema.resolve(shape, after);
		if (is === "counter" && typeof before === "number" && typeof after === "number")
			this.ops.push({ op: "inc", path, by: after - before });
		else if (is === "text" && typeof before === "string" && typeof after === "string")
			this.ops.push({ op: "text", path, delta: needText().diff(before, after) });
		else if (
			!isContainer(before) ||
			!isContainer(after) ||
			was !== is ||
			typeof is === "string" ||
			(typeof shape === "object" && "whole" in shape) ||
			(this.#how === true && is && "set" in is)
		)
			this.#replace(before, after, path);
		else if (Array.isArray(before) && Array.isArray(after))
			if (is && "set" in is) this.#set(before, after, path);
			else this.#list(before, after, path, is);
		else if (Array.isArray(before) || Array.isArray(after)) this.#replace(before, after, path);
		else this.#members(before, after, path, is);
	}

	#replace(before: unknown, after: unknown, path: string): void {
		if (!sameJson(before, after)) this.ops.push({ op: "replace", path, value: after });
	}

	#members(before: Json, after: Json, path: string, shape: Shape | undefined): void {
		for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
			const at = path + formatPointer([key]);
			const was = own(before, key);
			const is = own(after, key);
			if (was !== undefined && is !== undefined)
				this.value(was, is, at, this.#schema.below(shape, before, key));
			else if (was !== undefined) this.ops.push({ op: "remove", path: at });
			else if (is !== undefined) this.ops.push({ op: "add", path: at, value: is });
		}
	}

	#set(before: unknown[], after: unknown[], path: string): void {
		for (let i = before.length - 1; i >= 0; i--)
			if (!after.some((v) => sameJson(v, before[i])))
				this.ops.push({ op: "remove", path: `${path}/${i}`, value: before[i] });
		const there = new Set<unknown>(before);
		for (const value of after) {
			if (there.has(value) || before.some((b) => sameJson(b, value))) continue;
			there.add(value);
			this.ops.push({ op: "add", path: `${path}/-`, value });
		}
	}

	/** What an element is recognised by. */
	#identity(element: unknown, key: string | undefined): unknown {
		if (!isContainer(element)) return element;
		if (key !== undefined) return own(element, key);
		return this.#how instanceof WeakMap
			? (this.#how.get(element) ?? element)
			: JSON.stringify(element, (_, v) => (typeof v === "bigint" ? `${v}n` : v));
	}

	#list(before: unknown[], after: unknown[], path: string, shape: Shape | undefined): void {
		const key = typeof shape === "object" && "list" in shape ? shape.key : undefined;
		const same = (a: unknown, b: unknown) => a === b || this.#identity(a, key) === this.#identity(b, key);
		const most = Math.min(before.length, after.length);
		let start = 0;
		while (start < most && same(before[start], after[start])) start++;
		let end = 0;
		while (end < most - start && same(before.at(-1 - end), after.at(-1 - end))) end++;
		const old = before.slice(start, before.length - end);
		const now = after.slice(start, after.length - end);
		const from = this.#pair(old, now, key);
		const still = rising(from);
		if (from.filter((id) => id >= 0 && !still.has(id)).length > MOST_MOVES)
			return this.#replace(before, after, path);
		const at = (i: number) => `${path}/${start + i}`;
		this.#arrange(old.length, now, from, still, at, end > 0 ? undefined : `${path}/-`);
		const element = this.#schema.below(shape, before, "0");
		after.forEach((value, i) => {
			let was = i;
			if (i >= start + now.length) was += before.length - after.length;
			else if (i >= start) was = from[i - start]! < 0 ? -1 : start + from[i - start]!;
			if (was >= 0) this.value(before[was], value, `${path}/${i}`, element);
		});
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
		// Assigned in place: what has no partner takes the one at its own index, if that is free too. Of what
		// somebody else made nobody knows.
		if (this.#how === true || key !== undefined || old.length !== now.length) return from;
		const taken = new Set(from);
		return from.map((id, i) => (id < 0 && !taken.has(i) ? i : id));
	}

	/** Removals from the end, then adds and moves from the front. `last`: where the list itself ends. */
	#arrange(
		size: number,
		now: unknown[],
		from: number[],
		still: Set<number>,
		at: (index: number) => string,
		last: string | undefined,
	): void {
		const kept = new Set(from);
		const order: number[] = []; // the old indices, as the list stands so far; -1 - i is the i-th new one
		for (let i = size - 1; i >= 0; i--)
			if (kept.has(i)) order.push(i);
			else this.ops.push({ op: "remove", path: at(i) });
		order.reverse();
		const ids = from.map((id, i) => (id < 0 ? -1 - i : id));
		ids.forEach((id, i) => {
			if (still.has(id)) return;
			const was = id < 0 ? -1 : order.indexOf(id);
			if (was >= 0) order.splice(was, 1);
			// Behind the one in front, which most often stands right at i - 1.
			const to = order.indexOf(ids[i - 1]!, i - 1) + 1;
			order.splice(to, 0, id);
			const path = (to === order.length - 1 && last) || at(to);
			if (was < 0) this.ops.push({ op: "add", path, value: now[i] });
			else if (was !== to) this.ops.push({ op: "move", from: at(was), path: at(to) });
		});
	}
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
 * were copied from; else by equal JSON, or their place. `true`: not by their place, and the order of sets counts. */
export function diff(
	before: unknown,
	after: unknown,
	schema: Schema,
	shape?: Shape,
	how?: Origins | true,
): Op[] {
	const differ = new Differ(schema, how);
	differ.value(before, after, "", shape);
	return differ.ops;
}
