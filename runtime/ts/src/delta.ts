/**
 * Edits of `text` fields: retain (a positive number), insert (a string), delete (a negative number),
 * in UTF-16 code units; what stands behind the last part is retained.
 * Composition and transformation as in operational transformation (Ellis and Gibbs, 1989).
 *
 * Every client applies edits; what makes and carries them is in text.ts, for those who write texts.
 */

import { unfit } from "./errors.js";

export type Delta = readonly (number | string)[];

const high = (unit: number) => unit >= 0xd800 && unit < 0xdc00;
const low = (unit: number) => unit >= 0xdc00 && unit < 0xe000;

/** Is `at` between the halves of a surrogate pair? */
function splits(text: string, at: number): boolean {
	return at > 0 && at < text.length && high(text.charCodeAt(at - 1)) && low(text.charCodeAt(at));
}

/** Throws `conflict` when the delta does not fit the text or cuts a surrogate pair. */
export function applyDelta(text: string, delta: Delta, path = ""): string {
	let out = "";
	let at = 0;
	for (const part of delta) {
		if (typeof part === "string") {
			out += part;
			continue;
		}
		const end = at + Math.abs(part);
		if (part % 1 !== 0 || end > text.length || splits(text, end)) throw unfit("the edit does not fit", path);
		if (part > 0) out += text.slice(at, end);
		at = end;
	}
	return out + text.slice(at);
}

/** Joins neighbours of one kind, drops what does nothing. */
export function tidy(parts: Delta): (number | string)[] {
	const out: (number | string)[] = [];
	for (const part of parts) {
		if (part === 0 || part === "") continue;
		const last = out[out.length - 1];
		if (typeof part === "string" && typeof last === "string") out[out.length - 1] = last + part;
		else if (typeof part === "number" && typeof last === "number" && part > 0 === last > 0)
			out[out.length - 1] = last + part;
		else out.push(part);
	}
	while (typeof out[out.length - 1] === "number" && (out[out.length - 1] as number) > 0) out.pop();
	return out;
}

/** Reads a delta in pieces no longer than asked for; retains for ever behind its end. */
class Reader {
	#part = 0;
	#done = 0;
	readonly #delta: Delta;

	constructor(delta: Delta) {
		this.#delta = delta;
	}

	/** The rest of the present part: an insert, or how much is retained (> 0) or deleted (< 0). */
	peek(): number | string {
		const part = this.#delta[this.#part];
		if (part === undefined) return Infinity;
		if (typeof part === "string") return part.slice(this.#done);
		return part > 0 ? part - this.#done : part + this.#done;
	}
	get ended(): boolean {
		return this.#part >= this.#delta.length;
	}
	take(units: number): void {
		const part = this.#delta[this.#part];
		if (part === undefined) return;
		const length = typeof part === "string" ? part.length : Math.abs(part);
		this.#done += units;
		if (this.#done >= length) {
			this.#part++;
			this.#done = 0;
		}
	}
}

/** `second` as it must be when `first`, made beside it, has been applied. Where both insert at one place,
 * `first`'s text stands in front if `before`. */
export function transformDelta(second: Delta, first: Delta, before: boolean): (number | string)[] {
	const out: (number | string)[] = [];
	const a = new Reader(second);
	const b = new Reader(first);
	while (!a.ended) {
		const x = a.peek();
		const y = b.peek();
		if (typeof y === "string" && (before || typeof x !== "string")) {
			out.push(y.length);
			b.take(y.length);
		} else if (typeof x === "string") {
			out.push(x);
			a.take(x.length);
		} else {
			const n = Math.min(Math.abs(x), Math.abs(y as number));
			if ((y as number) > 0) out.push(x > 0 ? n : -n);
			a.take(n);
			b.take(n);
		}
	}
	return tidy(out);
}

/** One delta that does what `first` and then `second` do. */
export function composeDelta(first: Delta, second: Delta): (number | string)[] {
	return tidy(composePieces(first, second));
}

/** The same, where what is put stays in the pieces that it was put in. */
export function composePieces(first: Delta, second: Delta): (number | string)[] {
	const out: (number | string)[] = [];
	const a = new Reader(first);
	const b = new Reader(second);
	while (!a.ended || !b.ended) {
		const x = a.peek();
		const y = b.peek();
		if (typeof y === "string") {
			out.push(y);
			b.take(y.length);
		} else if (typeof x === "number" && x < 0) {
			out.push(x);
			a.take(-x);
		} else {
			const n = Math.min(typeof x === "string" ? x.length : x, Math.abs(y));
			if (typeof x === "string") {
				if (y > 0) out.push(x.slice(0, n));
			} else {
				out.push(y > 0 ? n : -n);
			}
			a.take(n);
			b.take(n);
		}
	}
	return out;
}

/** What takes a delta back, which was made for `text`. */
export function invertDelta(delta: Delta, text: string): (number | string)[] {
	let at = 0;
	return tidy(
		delta.map((part) => {
			if (typeof part === "string") return -part.length;
			const from = at;
			at += Math.abs(part);
			return part > 0 ? part : text.slice(from, at);
		}),
	);
}

/** Letters that are compared at most to find a text in another, where both are made to take long. */
const MOST_COMPARED = 67_108_864;

/** From a text that was put to what has become of it among others: how, and what of those stands behind it. */
function among(put: string, text: string, exact: boolean): [Delta, rest: string] {
	const at = (text.length - put.length) * put.length < MOST_COMPARED ? text.indexOf(put) : -1;
	if (at >= 0) return [[text.slice(0, at), put.length], text.slice(at + put.length)];
	if (exact) throw unfit("it is another text", "");
	const inner = diffText(put, text);
	const seen = inner.reduce<number>((n, p) => (typeof p === "number" ? n + Math.abs(p) : n), 0);
	// Others have added to it, or taken from it; else it is gone.
	const grown = inner.every((p) => typeof p === "string" || p > 0);
	const shrunk = inner.every((p) => typeof p === "number");
	return grown || shrunk ? [[...inner, put.length - seen], ""] : [[-put.length], text];
}

/** What leads from behind `part` to behind `whole`, made for the same text, which does what `part` does and more.
 * Throws `conflict` where it does not; if `exact`, also where others wrote into what `part` has put. */
export function restDelta(whole: Delta, part: Delta, exact: boolean): (number | string)[] {
	const out: (number | string)[] = [];
	const a = new Reader(whole);
	const b = new Reader(part);
	while (!a.ended || !b.ended) {
		// Of what is put and deleted at one place the order is not told.
		let text = "";
		let gone = 0;
		let x = a.peek();
		for (; typeof x === "string" || x < 0; x = a.peek()) {
			if (typeof x === "string") text += x;
			else gone -= x;
			a.take(typeof x === "string" ? x.length : -x);
		}
		let y = b.peek();
		for (; typeof y === "string" || gone > 0; y = b.peek()) {
			const n = typeof y === "string" ? y.length : Math.min(Math.abs(y), gone);
			if (typeof y === "string") {
				const [inner, rest] = among(y, text, exact);
				out.push(...inner);
				text = rest;
			} else {
				if (y > 0) out.push(-n);
				gone -= n;
			}
			b.take(n);
		}
		out.push(text);
		if (y < 0) throw unfit("it stands there again", "");
		const n = Math.min(x, y);
		if (n < Infinity) out.push(n);
		a.take(n);
		b.take(n);
	}
	return tidy(out);
}

/** How many edits diffText looks for before it replaces the whole stretch. */
const MOST_EDITS = 400;

/**
 * The shortest script from a to b by Myers' greedy method (1986) as a path of snakes; undefined when it
 * would take more than MOST_EDITS steps.
 */
function shortest(a: string, b: string): Int32Array[] | undefined {
	const most = Math.min(a.length + b.length, MOST_EDITS);
	const reach = new Int32Array(2 * most + 2);
	const trace: Int32Array[] = [];
	for (let d = 0; d <= most; d++) {
		trace.push(reach.slice());
		for (let k = -d; k <= d; k += 2) {
			const down = k === -d || (k !== d && reach[most + k - 1]! < reach[most + k + 1]!);
			let x = down ? reach[most + k + 1]! : reach[most + k - 1]! + 1;
			while (x < a.length && x - k < b.length && a.charCodeAt(x) === b.charCodeAt(x - k)) x++;
			reach[most + k] = x;
			if (x >= a.length && x - k >= b.length) return trace;
		}
	}
	return undefined;
}

/** Walks the trace back from the end; gives the parts in order. */
function script(a: string, b: string, trace: Int32Array[]): Delta {
	const most = (trace[0]!.length - 2) / 2;
	const parts: (number | string)[] = [];
	let x = a.length;
	let y = b.length;
	for (let d = trace.length - 1; d >= 0; d--) {
		const reach = trace[d]!;
		const k = x - y;
		const down = k === -d || (k !== d && reach[most + k - 1]! < reach[most + k + 1]!);
		const from = down ? reach[most + k + 1]! : reach[most + k - 1]!;
		const fromY = from - (down ? k + 1 : k - 1);
		const start = d === 0 ? 0 : down ? from : from + 1;
		if (x > start) parts.push(x - start);
		if (d > 0) parts.push(down ? b.slice(fromY, fromY + 1) : -1);
		x = from;
		y = fromY;
	}
	return parts.reverse();
}

/** Does a cut of the delta fall between the halves of a surrogate pair? */
function cuts(a: string, b: string, delta: Delta): boolean {
	let x = 0;
	let y = 0;
	for (const part of delta) {
		if (splits(a, x) || splits(b, y)) return true;
		if (typeof part === "string") y += part.length;
		else {
			x += Math.abs(part);
			if (part > 0) y += part;
		}
	}
	return splits(a, x) || splits(b, y);
}

/** The delta between two texts: the shortest where that is cheap to find, else one replaced stretch.
 * Never cuts a surrogate pair. */
export function diffText(before: string, after: string): (number | string)[] {
	const most = Math.min(before.length, after.length);
	let start = 0;
	while (start < most && before.charCodeAt(start) === after.charCodeAt(start)) start++;
	while (splits(before, start) || splits(after, start)) start--;
	let end = 0;
	while (
		end < most - start &&
		before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)
	)
		end++;
	while (end > 0 && (splits(before, before.length - end) || splits(after, after.length - end))) end--;
	const a = before.slice(start, before.length - end);
	const b = after.slice(start, after.length - end);
	const trace = a && b ? shortest(a, b) : undefined;
	const inner = trace ? script(a, b, trace) : [];
	return tidy([start, ...(trace && !cuts(a, b, inner) ? inner : [b, -a.length])]);
}
