/**
 * The shape of a state: which arrays are lists or sets, which objects are maps, what is a counter or a
 * text. Comes with generated models; without one (`undefined`) arrays are lists, the rest is guessed.
 *
 * On the wire a state is plain JSON. Here maps have no prototype (any key is just a key), `int64` is a
 * bigint and `bytes` a Uint8Array: `decode` makes them (the way back needs no shape, see binary.ts).
 */
import { fromBase64 } from "./binary.js";
import { type Container, copyOf, isContainer, own, put } from "./patch.js";

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
				at = (own(at.union, String(own(value, "type"))) as Shape | undefined) ?? "json";
			else break;
		}
		return at as Resolved;
	}

	/** The shape of a member or element. */
	below(shape: Shape | undefined, value: unknown, segment: string): Shape | undefined {
		const at = this.resolve(shape, value);
		if (at === undefined) return undefined;
		if (typeof at === "string") return "json";
		if ("list" in at) return at.list;
		if ("set" in at) return at.set;
		if ("map" in at) return at.map;
		return (own(at.struct, segment) as Shape | undefined) ?? "json";
	}

	/** The shape at the end of a path from the root; `value` is the root's. */
	at(segments: readonly string[], value: unknown): Shape | undefined {
		let shape = this.root;
		let at = value;
		for (const segment of segments) {
			shape = this.below(shape, at, segment);
			at = own(at, segment);
		}
		return shape;
	}

	/** From the wire. Plain parts keep their identity; what is decoded already stays as it is. */
	decode(value: unknown, shape: Shape | undefined = this.root): unknown {
		const at = this.resolve(shape, value);
		if (value === null || value === undefined || at === undefined || at === "json") return value;
		if (at === "int64") return BigInt(value as string);
		if (at === "bytes") return typeof value === "string" ? fromBase64(value) : value;
		if (!isContainer(value) || typeof at === "string") return value;
		let result: Container = value;
		if ("map" in at && Object.getPrototypeOf(value)) result = { __proto__: null, ...value };
		for (const key of Object.keys("struct" in at ? at.struct : value)) {
			const old = own(value, key);
			const now = this.decode(old, this.below(at, value, key));
			if (now === old) continue;
			if (result === value) result = copyOf(value);
			put(result, key, now);
		}
		return result;
	}
}
