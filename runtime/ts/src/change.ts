/**
 * What leads from one value to another that shares most of itself with it. Values of documents are never
 * changed in place, so what is the same object is passed over unseen. Plain data, for a store; not for the
 * wire, where operations say what was meant.
 */
import { type Container, isContainer, own } from "./patch.js";

export type Change =
	/** Another value. */
	| { is: unknown }
	/** Of a string or list: from `start` on `gone` places less, these in their stead. */
	| { start: number; gone: number; now: string | unknown[] }
	/** Members that changed, are new, or gone. */
	| { in: [key: string, Change][]; out: string[] };

/** Shorter strings are said anew. */
const SPLICED = 64;

const holds = (value: unknown): value is Container => isContainer(value) && !(value instanceof Uint8Array);

/** Undefined: they are the same. `patched(a, changeOf(a, b))` is `b`, to the order of its members. */
export function changeOf(a: unknown, b: unknown): Change | undefined {
	if (Object.is(a, b)) return undefined;
	if (typeof a === "string" && typeof b === "string" && b.length > SPLICED) return splice(a, b);
	if (!holds(a) || !holds(b) || Array.isArray(a) !== Array.isArray(b)) return { is: b };
	if (!Array.isArray(a)) return changeOfMembers(a, b);
	const spliced = splice(a, b as unknown[]);
	if (spliced.gone !== spliced.now.length) return spliced;
	const inside = spliced.now as unknown[];
	const changes = inside.flatMap((value, i): [string, Change][] => {
		const at = spliced.start + i;
		const change = changeOf(a[at], value);
		return change ? [[String(at), change]] : [];
	});
	return changes.length > 0 ? { in: changes, out: [] } : undefined;
}

function splice<T extends string | unknown[]>(a: T, b: T): { start: number; gone: number; now: T } {
	const most = Math.min(a.length, b.length);
	let start = 0;
	while (start < most && Object.is(a[start], b[start])) start++;
	let end = 0;
	while (end < most - start && Object.is(a[a.length - 1 - end], b[b.length - 1 - end])) end++;
	return { start, gone: a.length - start - end, now: b.slice(start, b.length - end) as T };
}

function changeOfMembers(a: Container, b: Container): Change | undefined {
	const before = Object.keys(a);
	const after = Object.keys(b);
	const stay = before.filter((key) => Object.hasOwn(b, key));
	const made = after.filter((key) => !Object.hasOwn(a, key));
	// Their order is part of a value. That name means something to an assignment.
	if ([...stay, ...made].some((key, i) => key !== after[i] || key === "__proto__")) return { is: b };
	const changes = after.flatMap((key): [string, Change][] => {
		const now = own(b, key);
		const change = Object.hasOwn(a, key) ? changeOf(own(a, key), now) : { is: now };
		return change ? [[key, change]] : [];
	});
	const out = before.filter((key) => !Object.hasOwn(b, key));
	return changes.length + out.length > 0 ? { in: changes, out } : undefined;
}

/** The value behind the change. What stays is that of `value`. */
export function patched(value: unknown, change: Change): unknown {
	if ("is" in change) return change.is;
	if ("start" in change) {
		const { start, gone, now } = change;
		if (typeof now === "string") {
			const text = value as string;
			return text.slice(0, start) + now + text.slice(start + gone);
		}
		const list = value as unknown[];
		return [...list.slice(0, start), ...now, ...list.slice(start + gone)];
	}
	const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
	for (const key of change.out) delete copy[key];
	for (const [key, inside] of change.in) copy[key] = patched(own(value, key), inside);
	return copy;
}

/** About the bytes that a store needs for a value. */
export function weigh(value: unknown): number {
	if (typeof value === "string") return value.length;
	if (value instanceof Uint8Array) return value.length;
	if (!isContainer(value)) return 8;
	let sum = 8;
	for (const [key, inside] of Object.entries(value)) sum += key.length + weigh(inside);
	return sum;
}
