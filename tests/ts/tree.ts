/**
 * What the reference server holds: a value in which every element of a list has an identity. Made to be
 * plainly right, not fast; it shares no code with the client.
 */
export type Tree =
	| { kind: "value"; value: unknown }
	| { kind: "object"; members: Map<string, Tree> }
	| { kind: "list"; items: { id: number; tree: Tree }[] };

let ids = 0;

export function plant(value: unknown): Tree {
	if (Array.isArray(value))
		return { kind: "list", items: value.map((v) => ({ id: ++ids, tree: plant(v) })) };
	if (value !== null && typeof value === "object")
		return { kind: "object", members: new Map(Object.entries(value).map(([k, v]) => [k, plant(v)])) };
	return { kind: "value", value };
}

/** The same identities, another tree. */
export function graft(tree: Tree): Tree {
	if (tree.kind === "list")
		return { kind: "list", items: tree.items.map(({ id, tree: t }) => ({ id, tree: graft(t) })) };
	if (tree.kind === "object")
		return { kind: "object", members: new Map([...tree.members].map(([k, t]) => [k, graft(t)])) };
	return { ...tree };
}

export function harvest(tree: Tree): unknown {
	if (tree.kind === "list") return tree.items.map((i) => harvest(i.tree));
	if (tree.kind === "object") return Object.fromEntries([...tree.members].map(([k, t]) => [k, harvest(t)]));
	return tree.value;
}

export const equal = (a: Tree, b: Tree): boolean => {
	if (a.kind !== b.kind) return false;
	if (a.kind === "value") return a.value === (b as typeof a).value;
	if (a.kind === "list") {
		const items = (b as typeof a).items;
		return a.items.length === items.length && a.items.every((x, i) => equal(x.tree, items[i]!.tree));
	}
	const members = (b as typeof a).members;
	return (
		a.members.size === members.size &&
		[...a.members].every(([k, t]) => members.has(k) && equal(t, members.get(k)!))
	);
};

export class Refused extends Error {
	constructor(
		readonly code: string,
		message: string,
		/** Of a `nack`: `path` and `current`. */
		readonly where: { path?: string; current?: unknown } = {},
	) {
		super(message);
	}
}

/** A way down by identities. */
export type Way = { member?: string; id?: number }[];

export function segments(pointer: string): string[] {
	if (pointer === "") return [];
	if (!pointer.startsWith("/")) throw new Refused("invalid", `not a pointer: ${pointer}`);
	return pointer
		.slice(1)
		.split("/")
		.map((s) => s.replace(/~1/g, "/").replace(/~0/g, "~"));
}

export function indexOf(segment: string, most: number): number {
	if (!/^(0|[1-9]\d*)$/.test(segment) || Number(segment) > most)
		throw new Refused("invalid", `no index: ${segment}`);
	return Number(segment);
}

/** From positions to identities. */
export function wayTo(tree: Tree, path: readonly string[]): Way {
	const way: Way = [];
	let at = tree;
	for (const segment of path) {
		if (at.kind === "object") {
			const next = at.members.get(segment);
			if (!next) throw new Refused("not_found", `no member ${segment}`);
			way.push({ member: segment });
			at = next;
		} else if (at.kind === "list") {
			const item = at.items[indexOf(segment, at.items.length - 1)];
			if (!item) throw new Refused("not_found", `no element ${segment}`);
			way.push({ id: item.id });
			at = item.tree;
		} else throw new Refused("not_found", "nothing below a scalar");
	}
	return way;
}

/** What stands at the end of a way; undefined when something on it is gone. */
export function follow(tree: Tree, way: Way): Tree | undefined {
	let at: Tree | undefined = tree;
	for (const step of way) {
		if (at?.kind === "object" && step.member !== undefined) at = at.members.get(step.member);
		else if (at?.kind === "list" && step.id !== undefined)
			at = at.items.find((i) => i.id === step.id)?.tree;
		else return undefined;
	}
	return at;
}

const escape = (s: string) => s.replace(/~/g, "~0").replace(/\//g, "~1");

export type PlainOp = { op: string; path: string; [member: string]: unknown };

/** RFC 6902 operations from one tree to another, elements by identity: removals from the end, adds and
 * moves from the front, then what changed inside. */
export function delta(
	before: Tree,
	after: Tree,
	path = "",
	text?: (a: string, b: string) => unknown,
): PlainOp[] {
	if (before.kind === "object" && after.kind === "object") {
		const ops: PlainOp[] = [];
		for (const [k, old] of before.members) {
			const now = after.members.get(k);
			if (!now) ops.push({ op: "remove", path: `${path}/${escape(k)}` });
			else ops.push(...delta(old, now, `${path}/${escape(k)}`, text));
		}
		for (const [k, now] of after.members)
			if (!before.members.has(k))
				ops.push({ op: "add", path: `${path}/${escape(k)}`, value: harvest(now) });
		return ops;
	}
	if (before.kind === "list" && after.kind === "list")
		return listDelta(before.items, after.items, path, text);
	if (equal(before, after)) return [];
	if (
		before.kind === "value" &&
		after.kind === "value" &&
		typeof before.value === "string" &&
		typeof after.value === "string"
	) {
		const edit = text?.(before.value, after.value);
		if (edit) return [{ op: "text", path, delta: edit }];
	}
	return [{ op: "replace", path, value: harvest(after) }];
}

type Items = { id: number; tree: Tree }[];

function listDelta(
	before: Items,
	after: Items,
	path: string,
	text?: (a: string, b: string) => unknown,
): PlainOp[] {
	const ops: PlainOp[] = [];
	const kept = new Set(after.map((i) => i.id));
	const order = before.map((i) => i.id);
	for (let i = order.length - 1; i >= 0; i--)
		if (!kept.has(order[i]!)) {
			ops.push({ op: "remove", path: `${path}/${i}` });
			order.splice(i, 1);
		}
	after.forEach(({ id, tree }, i) => {
		if (order[i] === id) return;
		const at = order.indexOf(id);
		if (at < 0) {
			ops.push({ op: "add", path: `${path}/${i}`, value: harvest(tree) });
		} else {
			ops.push({ op: "move", from: `${path}/${at}`, path: `${path}/${i}` });
			order.splice(at, 1);
		}
		order.splice(i, 0, id);
	});
	const old = new Map(before.map((i) => [i.id, i.tree]));
	after.forEach(({ id, tree }, i) => {
		const was = old.get(id);
		if (was) ops.push(...delta(was, tree, `${path}/${i}`, text));
	});
	return ops;
}
