/**
 * The shape of a state: which arrays are lists or sets, which objects are maps, what is a counter or a
 * text. Comes with generated models; without one (`undefined`) arrays are lists, the rest is guessed.
 *
 * On the wire a state is plain JSON. Here maps have no prototype (any key is just a key), `int64` is a
 * bigint and `bytes` a Uint8Array: `decode` makes them (the way back needs no shape, see binary.ts).
 */
import { fromBase64 } from "./binary.js";
import { copyOf, isContainer, put } from "./patch.js";

export type Shape =
	/** A scalar, or any JSON that changes as a whole. What a struct does not mention is this. */
	| "json"
	| "int64"
	| "bytes"
	| "text"
	| "counter"
	/** One of the model's `shapes`. */
	| { readonly ref: string }
	/** `key`: the member that identifies an element. */
	| { readonly list: Shape; readonly key?: string }
	| { readonly set: Shape }
	/** Changes as a whole, whatever it is. */
	| { readonly whole: Shape }
	/** A member that is changed by those alone who have seen it. Inside of `whole`. */
	| { readonly checked: Shape }
	/** Tables are maps. */
	| { readonly map: Shape }
	| { readonly struct: { readonly [member: string]: Shape } }
	| { readonly union: { readonly [tag: string]: Shape } };

export type Shapes = { readonly [name: string]: Shape };
/** With references and unions resolved. */
type Resolved =
	| Exclude<Shape, { ref: string } | { union: unknown } | { whole: unknown } | { checked: unknown }>
	| undefined;

export class Schema {
	readonly #plain = new Map<Shape, boolean>();
	readonly #named: Shapes = {};

	constructor(
		readonly root: Shape | undefined,
		named: Shapes = {},
	) {
		this.#named = named;
	}

	/** What `shape` is for this value. */
	resolve(shape: Shape | undefined, value: unknown): Resolved {
		let at = shape;
		while (typeof at === "object") {
			if ("ref" in at) at = this.#named[at.ref] ?? "json";
			else if ("whole" in at) at = at.whole;
			else if ("checked" in at) at = at.checked;
			else if ("union" in at)
				at = at.union[String((value as { type?: unknown } | null)?.type)] ?? "json";
			else break;
		}
		return at as Resolved;
	}

	/** Does a value of this shape change as a whole only? */
	isWhole(shape: Shape | undefined): boolean {
		return typeof shape === "object" && "whole" in shape;
	}

	/** The beginning of a path from the root of `value` that leads to a `checked` member, if there is one. */
	checked(segments: readonly string[], value: unknown): readonly string[] | undefined {
		return segments
			.map((_, i) => segments.slice(0, i + 1))
			.find((part) => {
				const shape = this.at(part, value);
				const inner = typeof shape === "object" && "whole" in shape ? shape.whole : shape;
				return typeof inner === "object" && "checked" in inner;
			});
	}

	/** The shape of a member or element. */
	below(shape: Shape | undefined, value: unknown, segment: string): Shape | undefined {
		const at = this.resolve(shape, value);
		if (at === undefined) return undefined;
		if (typeof at === "string") return "json";
		if ("list" in at) return at.list;
		if ("set" in at) return at.set;
		if ("map" in at) return at.map;
		return Object.hasOwn(at.struct, segment) ? at.struct[segment] : "json";
	}

	/** The shape at the end of a path from the root; `value` is the root's. */
	at(segments: readonly string[], value: unknown): Shape | undefined {
		let shape = this.root;
		let at = value;
		for (const segment of segments) {
			if (shape === undefined) return undefined;
			shape = this.below(shape, at, segment);
			at = isContainer(at) ? (at as Record<string, unknown>)[segment] : undefined;
		}
		return shape;
	}

	/** Is JSON of this shape the same here and on the wire? */
	#isPlain(shape: Shape): boolean {
		let plain = this.#plain.get(shape);
		if (plain === undefined) this.#plain.set(shape, (plain = this.#search(shape, new Set())));
		return plain;
	}

	#search(shape: Shape, seen: Set<Shape>): boolean {
		if (typeof shape === "string") return shape !== "int64" && shape !== "bytes";
		if (seen.has(shape)) return true;
		seen.add(shape);
		if ("map" in shape) return false;
		if ("ref" in shape) return this.#search(this.#named[shape.ref] ?? "json", seen);
		const below =
			"struct" in shape
				? Object.values(shape.struct)
				: "union" in shape
					? Object.values(shape.union)
					: [Object.values(shape)[0] as Shape];
		return below.every((s) => this.#search(s, seen));
	}

	/** From the wire. Plain parts keep their identity; what is decoded already stays as it is. */
	decode(value: unknown, shape: Shape | undefined = this.root): unknown {
		if (shape === undefined || value === null || value === undefined || this.#isPlain(shape))
			return value;
		const at = this.resolve(shape, value);
		if (at === "int64") return BigInt(value as string);
		if (at === "bytes") return typeof value === "string" ? fromBase64(value) : value;
		if (!isContainer(value) || typeof at === "string") return value;
		if (Array.isArray(value)) {
			const each = this.below(at, value, "0");
			return value.map((v) => this.decode(v, each));
		}
		const map = typeof at === "object" && "map" in at;
		const copy = map
			? (Object.create(null) as Record<string, unknown>)
			: (copyOf(value) as Record<string, unknown>);
		for (const key of Object.keys(value))
			put(copy, key, this.decode(value[key], this.below(at, value, key)));
		return copy;
	}
}
