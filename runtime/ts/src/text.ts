/**
 * Edits of `text` fields, letter by letter. Generated models that have such fields import this; without a
 * model it is `import "syncgen/text"`, before a text is edited.
 */
import { applyDelta, type Delta, diffText, tidy, transformDelta } from "./delta.js";
import { type Identities, isContainer, type Op, sameJson } from "./patch.js";
import { arrayIndex, parsePointer } from "./pointer.js";
import { modules, type TextCarrier } from "./modules.js";

/** Per text its edits, one behind the other; undefined where it was written as a whole, or one was refused. */
type Edits = Map<string, Delta[] | undefined>;

class Carrier implements TextCarrier {
	readonly #ids: Identities;
	/** Per text: what others changed in it, edit by edit, as seen from where ours stands. */
	readonly #shifts = new Map<string, readonly Delta[]>();
	/** The edits that came in, and ours that are among them. */
	readonly #came: Edits = new Map();
	readonly #done: Edits = new Map();

	constructor(ids: Identities) {
		this.#ids = ids;
	}

	replaced({ path }: Op, root: unknown): void {
		this.#shifts.set(this.#find(path, root).name, []);
	}

	carried({ path, delta }: Op & { op: "text" }, root: unknown, ours: string, theirs: string): Delta {
		const { name } = this.#find(path, root);
		const shift = this.#shifts.get(name) ?? this.#shiftOf(name, ours, theirs);
		const [now, behind] = pass(delta, shift);
		this.#shifts.set(name, behind);
		return now;
	}

	/** What stands at a path, and what it is called by identities, which do not shift. */
	#find(path: string, root: unknown): { name: string; at: unknown } {
		let name = "";
		let at = root;
		for (const segment of parsePointer(path)) {
			if (!isContainer(at)) return { name, at: undefined };
			name += `/${Array.isArray(at) ? this.#ids.of(at)[arrayIndex(segment)] : JSON.stringify(segment)}`;
			at = (at as Record<string, unknown>)[segment];
		}
		return { name, at };
	}

	/** Takes down what an operation does to a text. */
	note(op: Op, root: unknown, done?: boolean): void {
		const edits = done === undefined ? this.#came : this.#done;
		const { name, at } = this.#find(op.path, root);
		if (typeof at !== "string" || op.op === "test") return;
		const before = known(edits, name);
		edits.set(name, op.op === "text" && done !== false && before ? [...before, op.delta] : undefined);
		this.#shifts.delete(name);
	}

	/** What others did to a text, seen from ours. Where that is not known, what differs must do: of two equal
	 * letters it takes the second for the new one. */
	#shiftOf(name: string, ours: string, theirs: string): readonly Delta[] {
		const came = known(this.#came, name);
		const done = known(this.#done, name);
		try {
			const others = came && done && othersOf(came, done);
			if (others?.reduce((text, edit) => applyDelta(text, edit), ours) === theirs) return others;
		} catch {} // they do not fit
		return [diffText(ours, theirs)];
	}
}

function known(edits: Edits, name: string): Delta[] | undefined {
	return edits.has(name) ? edits.get(name) : [];
}

/** A delta carried past others, and they past it. */
function pass(delta: Delta, others: readonly Delta[]): [(number | string)[], Delta[]] {
	let now = tidy(delta);
	const behind = others.map((other) => {
		const was = now;
		now = transformDelta(was, other, true);
		return transformDelta(other, was, false);
	});
	return [now, behind];
}

/** Tells ours among the edits that came in, each as the server has moved it; gives the others as from behind
 * ours. */
function othersOf(came: readonly Delta[], done: readonly Delta[]): Delta[] {
	let others: Delta[] = [];
	let found = 0;
	for (const edit of came) {
		const [ours, behind] = pass(done[found] ?? [], others);
		const own = ours[0] && sameJson(ours, edit);
		if (own) found++;
		others = own ? behind : [...others, edit];
	}
	return others;
}

modules.text = { diff: diffText, carrier: (ids) => new Carrier(ids) };

export { applyDelta, composeDelta, type Delta, diffText, transformDelta } from "./delta.js";
