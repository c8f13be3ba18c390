/**
 * What is pending here, carried over what came in.
 *
 * Two mirrors start from the confirmed value as it was. `mine` sees the pending mutations in order, as
 * they were made; `theirs` sees the incoming operations and then each pending mutation again, translated:
 * a position means the element it meant, a text edit is shifted by what others wrote. What the server has
 * meanwhile done of ours is in both; elements we added are recognised by key or content, so that edits
 * inside them survive.
 */
import { Mirror, type Place, type Spot } from "./mirror.js";
import { isContainer, type Op, PatchError, sameJson } from "./patch.js";
import { arrayIndex, formatPointer, parsePointer } from "./pointer.js";
import type { Schema } from "./shape.js";
import { type Delta, diffText, transformDelta } from "./text.js";

export interface Step {
	ops: readonly Op[];
	/** `done`: the incoming operations contain it. `lost`: it was refused. Neither is replayed. */
	fate?: "done" | "lost" | undefined;
}

export interface Rebased {
	/** What the application sees: the new confirmed value and what is still pending. */
	view: unknown;
	/** For each step that is replayed its new operations; undefined where it no longer fits. */
	ops: (Op[] | undefined)[];
}

/** Its target is gone. */
class Dead extends Error {}

class Rebase {
	private readonly mine: Mirror;
	private readonly theirs: Mirror;
	/** Places that were added on both sides: ours by name, to theirs. */
	private readonly twins = new Map<string, Place>();
	private readonly taken = new Set<Place>();
	/** Per text: what others changed in it, as seen from where `mine` stands. */
	private readonly shifts = new Map<string, Delta>();

	constructor(
		before: unknown,
		after: unknown,
		incoming: readonly Op[],
		private readonly schema: Schema,
	) {
		this.mine = new Mirror(before, schema, "mine");
		this.theirs = new Mirror(before, schema, "theirs");
		for (const op of incoming) this.theirs.apply(op);
		this.theirs.settle(after);
	}

	get view(): unknown {
		return this.theirs.value;
	}

	/** Ours alone: done, or refused, or without an effect any more. */
	skip(step: Step): void {
		const known = this.mine.added.length;
		for (const op of step.ops) this.mine.apply(op);
		if (step.fate !== "done") this.mine.added.length = known;
	}

	/** Finds what we added among what came in. */
	match(): void {
		const holders = new Set<Place>();
		for (const place of this.mine.added) {
			const ours = place.parent && this.mine.spot(place.parent);
			const other = ours && this.locate(ours.place.name);
			if (!other || holders.has(ours.place)) continue;
			if (Array.isArray(ours.value) && Array.isArray(other.value)) {
				holders.add(ours.place);
				this.matchList(ours, other);
			} else {
				const member = this.theirs.enter(other, place.key);
				if (member) this.pair(place, member.place);
			}
		}
		this.mine.added = [];
	}

	private matchList(ours: Spot, other: Spot): void {
		const key = this.keyOf(ours);
		const fresh = (spot: Spot, prefix: string) =>
			Mirror.kids(spot).flatMap((kid, i) =>
				typeof kid !== "number" && kid.name.startsWith(prefix) ? [{ kid, value: (spot.value as unknown[])[i] }] : [],
			);
		let left = fresh(ours, "mine").filter((e) => !this.twins.has(e.kid.name));
		const there = fresh(other, "theirs").filter((e) => !this.taken.has(e.kid));
		left = left.filter((e) => {
			const at = there.findIndex((t) => same(e.value, t.value, key));
			if (at < 0) return true;
			this.pair(e.kid, there.splice(at, 1)[0]!.kid);
			return false;
		});
		// The server may have changed them on the way in: then the order tells.
		if (key === undefined && left.length === there.length) left.forEach((e, i) => this.pair(e.kid, there[i]!.kid));
	}

	private keyOf(list: Spot): string | undefined {
		const path = this.mine.path(list.place);
		const shape = path && this.schema.resolve(this.schema.at(path, this.mine.value), list.value);
		return typeof shape === "object" && "list" in shape ? shape.key : undefined;
	}

	private pair(ours: Place, other: Place): void {
		this.twins.set(ours.name, other);
		this.taken.add(other);
	}

	/** Where one of our places is on their side. */
	private locate(name: string): Spot | undefined {
		const twin = this.twins.get(name);
		if (twin) return this.theirs.spot(twin);
		const cut = name.lastIndexOf("/");
		if (cut <= 0) return this.theirs.named(name);
		return this.theirs.named(name) ?? this.theirs.inside(this.locate(name.slice(0, cut)), name.slice(cut + 1));
	}

	/** Replays one mutation. Gives its operations as they are now; throws Dead or a PatchError. The flag
	 * `touched` tells whether anything was applied before that. */
	replay(step: Step, progress: { touched: boolean }): Op[] {
		const out: Op[] = [];
		for (const op of step.ops) {
			const now = this.translate(op);
			const adds = now && "value" in now && now.op !== "test" ? this.theirs.added.length : -1;
			if (now) {
				progress.touched ||= now.op === "move" || now.op === "copy";
				this.theirs.apply(now);
				out.push(now);
			}
			progress.touched = true;
			this.mine.apply(op);
			const other = this.theirs.added[adds];
			if (other && op.op === "add") this.pair(this.mine.added.pop()!, other);
			else if (now) this.match();
			else this.mine.added = [];
		}
		return out;
	}

	/** The operation on their side; undefined when there is nothing left to do. */
	private translate(op: Op): Op | undefined {
		const segments = parsePointer(op.path);
		switch (op.op) {
			case "add": {
				const path = this.target(segments, true);
				return this.isInSet(path, op.value) ? undefined : { ...op, path: formatPointer(path) };
			}
			case "move":
			case "copy": {
				const from = this.target(parsePointer(op.from), false);
				// The place to insert is counted without the element that moves.
				const path = op.op === "move" ? this.gapOfMove(op.from, segments, from) : this.target(segments, true);
				return { ...op, from: formatPointer(from), path: formatPointer(path) };
			}
			case "remove": {
				if (op.value !== undefined) return { ...op, path: formatPointer(this.setElement(segments)) };
				const path = this.survivor(segments);
				return path && { op: "remove", path: formatPointer(path) };
			}
			case "text":
				return this.text(op, segments);
			default:
				if (op.op === "replace") this.shifts.delete(this.mine.find(segments)?.place.name ?? "");
				return { ...op, path: formatPointer(this.target(segments, false)) };
		}
	}

	private text(op: Op & { op: "text" }, segments: string[]): Op {
		const ours = this.mine.find(segments);
		const path = this.target(segments, false);
		const other = this.theirs.find(path);
		if (!ours || !other || typeof ours.value !== "string" || typeof other.value !== "string") throw new Dead();
		const shift = this.shifts.get(ours.place.name) ?? diffText(ours.value, other.value);
		this.shifts.set(ours.place.name, transformDelta(shift, op.delta, false));
		return { op: "text", path: formatPointer(path), delta: transformDelta(op.delta, shift, true) };
	}

	/** Their path for one of ours. */
	private target(segments: readonly string[], insert: boolean): string[] {
		if (segments.length === 0) return [];
		const key = segments.at(-1)!;
		const holder = this.mine.find(segments.slice(0, -1));
		if (!holder) throw new Dead();
		if (Array.isArray(holder.value)) {
			if (insert) return this.gap(holder, key, undefined);
			const spot = this.mine.enter(holder, key);
			return this.pathOf(spot && this.locate(spot.place.name));
		}
		return [...this.pathOf(this.locate(holder.place.name)), key];
	}

	private pathOf(spot: Spot | undefined): string[] {
		const path = spot && this.theirs.path(spot.place);
		if (!path) throw new Dead();
		return path;
	}

	/** Like target, but undefined for what is gone: removing it again is nothing to do. */
	private survivor(segments: readonly string[]): string[] | undefined {
		try {
			const path = this.target(segments, false);
			return this.theirs.find(path) && path;
		} catch (error) {
			if (error instanceof Dead) return undefined;
			throw error;
		}
	}

	/** An element of a set is found by value: the index is a hint. */
	private setElement(segments: readonly string[]): string[] {
		return [...this.target(segments.slice(0, -1), false), segments.at(-1)!];
	}

	private isInSet(path: readonly string[], value: unknown): boolean {
		const above = path.slice(0, -1);
		const list = this.theirs.find(above)?.value;
		if (!Array.isArray(list)) return false;
		const shape = this.schema.resolve(this.schema.at(above, this.theirs.value), list);
		return typeof shape === "object" && "set" in shape && list.some((v) => sameJson(v, value));
	}

	/** Behind the nearest element on the left that is still there; else before the nearest on the right. */
	private gap(holder: Spot, key: string, without: number | undefined): string[] {
		const other = this.locate(holder.place.name);
		const above = this.pathOf(other);
		if (!other || !Array.isArray(other.value)) throw new Dead();
		if (key === "-") return [...above, key];
		const kids = Mirror.kids(holder);
		const index = arrayIndex(key);
		const order = kids.map((_, i) => i).filter((i) => i !== without);
		const where = (i: number): number => {
			const kid = kids[order[i]!]!;
			const spot = this.locate(typeof kid === "number" ? `${holder.place.name}/${kid}` : kid.name);
			return spot && spot.place.parent === other.place ? Mirror.kids(other).indexOf(spot.place) : -1;
		};
		for (let i = index - 1; i >= 0; i--) {
			const at = where(i);
			if (at >= 0) return [...above, String(at + 1)];
		}
		for (let i = index; i < order.length; i++) {
			const at = where(i);
			if (at >= 0) return [...above, String(at)];
		}
		return [...above, "0"];
	}

	private gapOfMove(from: string, to: readonly string[], fromThere: readonly string[]): string[] {
		const source = parsePointer(from);
		const above = to.slice(0, -1);
		const holder = this.mine.find(above);
		const sameList = formatPointer(source.slice(0, -1)) === formatPointer(above);
		if (!holder || !Array.isArray(holder.value) || !sameList) return this.target(to, true);
		const path = this.gap(holder, to.at(-1)!, arrayIndex(source.at(-1)!));
		const at = arrayIndex(path.at(-1)!);
		return at > arrayIndex(fromThere.at(-1)!) ? [...path.slice(0, -1), String(at - 1)] : path;
	}
}

function same(a: unknown, b: unknown, key: string | undefined): boolean {
	if (key === undefined || !isContainer(a) || !isContainer(b)) return sameJson(a, b);
	return sameJson((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]);
}

/**
 * From the confirmed value `before` with `steps` on it to `after`, which is `before` with the `incoming`
 * operations applied. A first operation at the path "" (a snapshot) is compared with `before`.
 */
export function rebase(
	before: unknown,
	after: unknown,
	incoming: readonly Op[],
	steps: readonly Step[],
	schema: Schema,
): Rebased {
	const dead = new Set<Step>();
	for (;;) {
		const result = attempt(before, after, incoming, steps, schema, dead);
		if (result) return result;
	}
}

/** Undefined when a step failed half-way: it is in `dead` then. */
function attempt(
	before: unknown,
	after: unknown,
	incoming: readonly Op[],
	steps: readonly Step[],
	schema: Schema,
	dead: Set<Step>,
): Rebased | undefined {
	const run = new Rebase(before, after, incoming, schema);
	const ops: (Op[] | undefined)[] = [];
	for (const step of steps) {
		if (step.fate || dead.has(step)) {
			run.skip(step);
			if (!step.fate) ops.push(undefined);
			continue;
		}
		run.match();
		const progress = { touched: false };
		try {
			ops.push(run.replay(step, progress));
		} catch (error) {
			if (!(error instanceof Dead) && !(error instanceof PatchError)) throw error;
			dead.add(step);
			if (progress.touched) return undefined;
			run.skip(step);
			ops.push(undefined);
		}
	}
	return { view: run.view, ops };
}
