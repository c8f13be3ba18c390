/** Operations of a client, counted in the tree as it was at its base, done to the tree as it is now. */
import { applyDelta, composeDelta, type Delta, diffText, transformDelta } from "../../runtime/ts/src/delta.js";
import {
	follow,
	graft,
	harvest,
	indexOf,
	plant,
	Refused,
	segments,
	type Tree,
	type Way,
	wayTo,
	type PlainOp,
} from "./tree.js";

/** Which fields are sets, texts and counters: the least a schema has to say. */
export interface Kinds {
	sets: string[];
	texts: string[];
	counters: string[];
}

/** What was done to texts, to carry edits over it. */
export type TextLog = { rev: number; way: string; delta: Delta }[];

const wayKey = (way: Way) => way.map((s) => s.member ?? `#${s.id}`).join("/");

export class Apply {
	/** What the client sees: its base and its own operations on it. */
	private shadow: Tree;
	private readonly shifts = new Map<string, Delta>();
	/** Texts that this push changed. */
	readonly texts: { way: string; delta: Delta }[] = [];

	constructor(
		base: Tree,
		public head: Tree,
		private readonly kinds: Kinds,
		private readonly log: TextLog,
		private readonly rev: number,
	) {
		this.shadow = graft(base);
	}

	/** One mutation: all of it or nothing. Throws Refused. */
	mutation(ops: PlainOp[]): void {
		const [shadow, head] = [graft(this.shadow), graft(this.head)];
		const texts = this.texts.length;
		try {
			for (const op of ops) this.one(op);
		} catch (error) {
			this.shadow = shadow;
			this.head = head;
			this.texts.length = texts;
			throw error;
		}
	}

	private one(op: PlainOp): void {
		const path = segments(op.path);
		switch (op.op) {
			case "add":
				return this.add(path, plant(op.value));
			case "remove":
				return this.remove(path, op.value);
			case "replace":
				return this.replace(path, () => plant(op.value));
			case "move":
				return this.move(segments(op.from as string), path);
			case "inc":
				return this.replace(path, (old) => {
					if (old.kind !== "value" || typeof old.value !== "number")
						throw new Refused("invalid", "no counter");
					return { kind: "value", value: old.value + (op.by as number) };
				});
			case "text":
				return this.text(path, op.delta as Delta);
			case "test": {
				const there = follow(this.head, wayTo(this.shadow, path));
				const current = there && harvest(there);
				if (!there || JSON.stringify(current) !== JSON.stringify(op.value))
					throw new Refused("conflict", "test failed", { path: op.path, current });
				return;
			}
			default:
				throw new Refused("unsupported", op.op);
		}
	}

	private holders(path: readonly string[]): { mine: Tree; there: Tree; key: string; way: Way } {
		const way = wayTo(this.shadow, path.slice(0, -1));
		const mine = follow(this.shadow, way)!;
		const there = follow(this.head, way);
		if (!there || there.kind !== mine.kind) throw new Refused("not_found", "it is gone");
		return { mine, there, key: path.at(-1)!, way };
	}

	private add(path: readonly string[], value: Tree): void {
		const { mine, there, key } = this.holders(path);
		if (mine.kind === "object" && there.kind === "object") {
			mine.members.set(key, value);
			there.members.set(key, graft(value));
			return;
		}
		if (mine.kind !== "list" || there.kind !== "list") throw new Refused("invalid", "no container");
		const text = JSON.stringify(harvest(value));
		if (this.kinds.sets.includes(path[0]!)) {
			if (!mine.items.some((i) => JSON.stringify(harvest(i.tree)) === text))
				mine.items.push({ id: -1, tree: value });
			if (!there.items.some((i) => JSON.stringify(harvest(i.tree)) === text))
				there.items.push(...(plant([harvest(value)]) as Tree & { kind: "list" }).items);
			return;
		}
		const index = key === "-" ? mine.items.length : indexOf(key, mine.items.length);
		const item = (plant([harvest(value)]) as { items: { id: number; tree: Tree }[] }).items[0]!;
		const at = key === "-" ? there.items.length : this.gap(mine.items, there.items, index);
		mine.items.splice(index, 0, item);
		there.items.splice(at, 0, { id: item.id, tree: graft(item.tree) });
	}

	/** Behind the nearest element on the left that is still there, else before the nearest on the right. */
	private gap(mine: { id: number }[], there: { id: number }[], index: number): number {
		for (let i = index - 1; i >= 0; i--) {
			const at = there.findIndex((t) => t.id === mine[i]!.id);
			if (at >= 0) return at + 1;
		}
		for (let i = index; i < mine.length; i++) {
			const at = there.findIndex((t) => t.id === mine[i]!.id);
			if (at >= 0) return at;
		}
		return 0;
	}

	private remove(path: readonly string[], value: unknown): void {
		const { mine, there, key } = this.holders(path);
		if (mine.kind === "object" && there.kind === "object") {
			if (!mine.members.delete(key)) throw new Refused("not_found", "no member");
			there.members.delete(key);
			return;
		}
		if (mine.kind !== "list" || there.kind !== "list") throw new Refused("invalid", "no container");
		if (value !== undefined) {
			const text = JSON.stringify(value);
			for (const list of [mine, there])
				list.items = list.items.filter((i) => JSON.stringify(harvest(i.tree)) !== text);
			return;
		}
		const { id } = mine.items[indexOf(key, mine.items.length - 1)]!;
		for (const list of [mine, there]) list.items = list.items.filter((i) => i.id !== id);
	}

	private replace(path: readonly string[], change: (old: Tree) => Tree): void {
		const { mine, there, key, way } = this.holders(path);
		if (mine.kind === "object" && there.kind === "object") {
			const [a, b] = [mine.members.get(key), there.members.get(key)];
			if (!a || !b) throw new Refused("not_found", "no member");
			this.logText([...way, { member: key }], b, change(b));
			mine.members.set(key, change(a));
			there.members.set(key, change(b));
			return;
		}
		if (mine.kind !== "list" || there.kind !== "list") throw new Refused("invalid", "no container");
		const item = mine.items[indexOf(key, mine.items.length - 1)]!;
		const other = there.items.find((i) => i.id === item.id);
		if (!other) throw new Refused("not_found", "it is gone");
		item.tree = change(item.tree);
		other.tree = change(other.tree);
	}

	private logText(way: Way, old: Tree, now: Tree): void {
		if (!this.kinds.texts.includes(way.at(-1)!.member ?? "")) return;
		if (old.kind !== "value" || now.kind !== "value") return;
		this.texts.push({ way: wayKey(way), delta: diffText(String(old.value), String(now.value)) });
		this.shifts.delete(wayKey(way));
	}

	private move(from: readonly string[], to: readonly string[]): void {
		const a = this.holders(from);
		const b = this.holders(to);
		if (a.mine !== b.mine || a.mine.kind !== "list" || a.there.kind !== "list")
			throw new Refused("unsupported", "a move between lists");
		const { mine, there } = a as { mine: Tree & { kind: "list" }; there: Tree & { kind: "list" } };
		const item = mine.items.splice(indexOf(a.key, mine.items.length - 1), 1)[0]!;
		const index = indexOf(b.key, mine.items.length);
		const at = there.items.findIndex((i) => i.id === item.id);
		if (at < 0) throw new Refused("not_found", "it is gone");
		const [moved] = there.items.splice(at, 1);
		there.items.splice(this.gap(mine.items, there.items, index), 0, moved!);
		mine.items.splice(index, 0, item);
	}

	private text(path: readonly string[], edit: Delta): void {
		const way = wayTo(this.shadow, path);
		const mine = follow(this.shadow, way)!;
		const there = follow(this.head, way);
		if (mine.kind !== "value" || there?.kind !== "value") throw new Refused("not_found", "it is gone");
		const key = wayKey(way);
		let shift = this.shifts.get(key);
		if (!shift) {
			shift = this.log
				.filter((l) => l.rev > this.rev && l.way === key)
				.reduce<Delta>((all, l) => composeDelta(all, l.delta), []);
			// Not in the log: an element that came later.
			if (applyOr(String(mine.value), shift) !== there.value)
				shift = diffText(String(mine.value), String(there.value));
		}
		const carried = transformDelta(edit, shift, true);
		try {
			mine.value = applyDelta(String(mine.value), edit);
			there.value = applyDelta(String(there.value), carried);
		} catch (error) {
			throw new Refused("invalid", (error as Error).message);
		}
		this.shifts.set(key, transformDelta(shift, edit, false));
		this.texts.push({ way: key, delta: carried });
	}
}

function applyOr(text: string, edit: Delta): string | undefined {
	try {
		return applyDelta(text, edit);
	} catch {
		return undefined;
	}
}
