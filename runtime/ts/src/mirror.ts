/**
 * Where every element of a value's lists has gone while operations were applied to it. Sparse: only what
 * operations touched is spelled out. A place is named by its pointer at the start, or by a name of its
 * own when it was added since; the name stays when the place moves.
 */
import { diff } from "./diff.js";
import { isContainer, type Op, PatchError, Patcher, sameJson } from "./patch.js";
import { arrayIndex, formatPointer, parsePointer } from "./pointer.js";
import type { Schema } from "./shape.js";

export class Place {
	/** Of a list: the elements; a number is the element that had that index at the start. */
	kids: (number | Place)[] | undefined;
	/** Of an object: members that were added, moved here or visited. */
	readonly members = new Map<string, Place>();
	constructor(
		readonly name: string,
		public parent: Place | undefined,
		/** Its name in the parent, when that is an object. */
		public key = "",
	) {}
}

export interface Spot {
	place: Place;
	value: unknown;
}

const isContained = (value: unknown, key: string): boolean =>
	Array.isArray(value) ? arrayIndex(key) >= 0 && arrayIndex(key) < value.length : isContainer(value) && Object.hasOwn(value, key);

export class Mirror {
	private readonly root = new Place("", undefined);
	private readonly patcher: Patcher;
	/** Places by name that are no longer where their name says. */
	private readonly moved = new Map<string, Place>();
	/** In the order in which they were added; a user may forget them. */
	added: Place[] = [];
	private names = 0;

	constructor(
		value: unknown,
		private readonly schema: Schema,
		private readonly prefix: string,
	) {
		this.patcher = new Patcher(value);
	}

	get value(): unknown {
		return this.patcher.root;
	}

	/** Same content as the value so far, another identity or order of sets. */
	settle(value: unknown): void {
		this.patcher.root = value;
		this.patcher.share();
	}

	/** The elements of a list, spelled out. */
	static kids(spot: Spot): (number | Place)[] {
		const list = spot.value as unknown[];
		return (spot.place.kids ??= Array.from(list, (_, i) => i));
	}

	/** The place below; undefined when there is no such thing. */
	enter(spot: Spot, key: string): Spot | undefined {
		const { place, value } = spot;
		if (!isContained(value, key)) return undefined;
		const below = (value as Record<string, unknown>)[key];
		if (Array.isArray(value)) {
			const kids = Mirror.kids(spot);
			const index = arrayIndex(key);
			let kid = kids[index]!;
			if (typeof kid === "number") kids[index] = kid = new Place(`${place.name}/${kid}`, place);
			return { place: kid, value: below };
		}
		let member = place.members.get(key);
		if (!member) {
			member = new Place(place.name + formatPointer([key]), place, key);
			place.members.set(key, member);
		}
		return { place: member, value: below };
	}

	find(segments: readonly string[]): Spot | undefined {
		let spot: Spot | undefined = { place: this.root, value: this.value };
		for (const segment of segments) if (spot) spot = this.enter(spot, segment);
		return spot;
	}

	/** The present path of a place; undefined when it was removed. */
	path(place: Place): string[] | undefined {
		const { parent } = place;
		if (!parent) return place === this.root ? [] : undefined;
		const above = this.path(parent);
		if (!above) return undefined;
		if (!parent.kids) return parent.members.get(place.key) === place ? [...above, place.key] : undefined;
		const index = parent.kids.indexOf(place);
		return index < 0 ? undefined : [...above, String(index)];
	}

	/** The place that had this name at the start. Members are known by their key: one that was replaced is
	 * still the same. */
	named(name: string): Spot | undefined {
		if (name === "") return { place: this.root, value: this.value };
		const moved = this.moved.get(name);
		if (moved) return this.spot(moved);
		const cut = name.lastIndexOf("/");
		if (cut < 0) return undefined; // added, and not here
		return this.inside(this.named(name.slice(0, cut)), name.slice(cut + 1));
	}

	/** The place that had this name below `above` at the start. */
	inside(above: Spot | undefined, segment: string): Spot | undefined {
		if (!above) return undefined;
		const kids = above.place.kids;
		if (!Array.isArray(above.value)) return this.enter(above, parsePointer(`/${segment}`)[0]!);
		if (!kids) return this.enter(above, segment);
		const name = `${above.place.name}/${segment}`;
		const index = kids.findIndex((k) => (typeof k === "number" ? k === Number(segment) : k.name === name));
		return index < 0 ? undefined : this.enter(above, String(index));
	}

	spot(place: Place): Spot | undefined {
		const path = this.path(place);
		return path && this.find(path);
	}

	/** Throws a PatchError where it does not fit. */
	apply(op: Op): void {
		if (op.op === "replace" && this.spread(op.path, op.value)) return;
		if (op.op === "add" || op.op === "copy") this.insert(op.path, undefined);
		else if (op.op === "remove") this.take(op.path, op.value);
		else if (op.op === "move" && op.from !== op.path) {
			this.move(op);
			return;
		}
		this.patcher.apply(op);
	}

	private move(op: Op & { op: "move" }): void {
		const spot = this.find(parsePointer(op.from));
		if (!spot) throw new PatchError("there is no such place", op.from);
		this.take(op.from, undefined);
		this.patcher.apply({ op: "remove", path: op.from });
		this.insert(op.path, spot.place);
		this.patcher.apply({ op: "add", path: op.path, value: spot.value });
	}

	/** A container that replaces another: only what differs has changed. */
	private spread(path: string, value: unknown): boolean {
		const segments = parsePointer(path);
		const old = this.find(segments)?.value;
		if (!isContainer(old) || !isContainer(value)) return false;
		const ops = diff(old, value, this.schema, this.schema.at(segments, this.value));
		if (ops.some((o) => o.path === "")) return false;
		for (const o of ops) {
			const moved = "from" in o ? { ...o, from: path + o.from } : o;
			this.apply({ ...moved, path: path + o.path });
		}
		return true;
	}

	private holder(path: string): [Spot, string] {
		const segments = parsePointer(path);
		const key = segments.pop();
		const spot = this.find(segments);
		if (key === undefined || !spot || !isContainer(spot.value)) throw new PatchError("there is no such place", path);
		return [spot, key];
	}

	private insert(path: string, moved: Place | undefined): void {
		if (path === "") return;
		const [spot, key] = this.holder(path);
		const place = moved ?? new Place(`${this.prefix}${this.names++}`, undefined);
		if (Array.isArray(spot.value)) {
			const kids = Mirror.kids(spot);
			const index = key === "-" ? kids.length : arrayIndex(key);
			if (index < 0 || index > kids.length) throw new PatchError("there is no such place", path);
			kids.splice(index, 0, place);
		} else {
			spot.place.members.set(key, place);
		}
		place.parent = spot.place;
		place.key = key;
		this.moved.set(place.name, place);
		if (!moved) this.added.push(place);
	}

	private take(path: string, value: unknown): void {
		const [spot, key] = this.holder(path);
		if (!Array.isArray(spot.value)) {
			spot.place.members.delete(key);
			return;
		}
		let index = arrayIndex(key);
		if (value !== undefined && !sameJson(spot.value[index], value))
			index = spot.value.findIndex((v) => sameJson(v, value));
		if (index >= 0) Mirror.kids(spot).splice(index, 1);
	}
}
