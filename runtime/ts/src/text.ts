/**
 * Edits of `text` fields, letter by letter. Generated models that have such fields import this; without a
 * model it is `import "syncgen/text"`, before a text is edited.
 */
import {
	applyDelta,
	composeDelta,
	composePieces,
	type Delta,
	diffText,
	invertDelta,
	restDelta,
	tidy,
	transformDelta,
} from "./delta.js";
import { unfit } from "./errors.js";
import { type Identities, isContainer, type Op, valueAt } from "./patch.js";
import { arrayIndex, parsePointer } from "./pointer.js";
import { modules, type TextCarrier } from "./modules.js";

/** What became of one text. */
interface Track {
	/** All that came in, until one of ours was carried, and what of it is ours: both from where the text began. */
	came: Delta | undefined;
	done: Delta;
	/** Takes back what was refused of ours. */
	undo: Delta;
	/** From ours to theirs, as soon as that is asked for. */
	shift: Delta | undefined;
}

class Carrier implements TextCarrier {
	readonly #ids: Identities;
	readonly #tracks = new Map<string, Track>();

	constructor(ids: Identities) {
		this.#ids = ids;
	}

	/** A text is known by the member that holds it, and the element which holds that: places shift. */
	#find(path: string, root: unknown): { track: Track; at: unknown } {
		let name = "";
		let at = root;
		for (const segment of parsePointer(path)) {
			name = Array.isArray(at)
				? String(this.#ids.of(at)[arrayIndex(segment)])
				: `${name}/${JSON.stringify(segment)}`;
			at = isContainer(at) ? (at as Record<string, unknown>)[segment] : undefined;
		}
		let track = this.#tracks.get(name);
		if (!track) this.#tracks.set(name, (track = { came: [], done: [], undo: [], shift: undefined }));
		return { track, at };
	}

	note(op: Op, root: unknown, done?: boolean): void {
		if (op.op !== "text" && op.op !== "replace") return;
		const { track, at } = this.#find(op.path, root);
		if (typeof at !== "string" || (op.op === "replace" && typeof op.value !== "string")) return;
		const edit = op.op === "text" ? op.delta : diffText(at, op.value as string);
		if (done === undefined) {
			track.came &&= composeDelta(track.came, edit);
		} else if (done) {
			const [now, undo] = pass(edit, track.undo);
			track.done = composePieces(track.done, now);
			track.undo = undo;
		} else {
			const back = invertDelta(edit, at);
			track.undo = composeDelta(back, track.undo);
			track.shift &&= composeDelta(back, track.shift);
		}
	}

	carried(op: Op & { op: "text" }, mine: unknown, path: string, theirs: unknown): Delta {
		const { track, at } = this.#find(op.path, mine);
		const there = valueAt(theirs, path);
		if (typeof at !== "string" || typeof there !== "string") throw unfit("its target is gone", op.path);
		const [now, shift] = pass(op.delta, shiftOf(track, at, there));
		track.shift = shift;
		track.came = undefined; // theirs is another one now
		track.undo = [];
		return now;
	}
}

/** The first of these that leads from ours to theirs. */
function shiftOf({ came, done, undo, shift }: Track, ours: string, theirs: string): Delta {
	const ways = [
		() => shift,
		() => came && composeDelta(undo, restDelta(came, tidy(done), true)),
		() => came && composeDelta(undo, restDelta(came, done, false)),
		// Where it is not known what others did, what differs must do: of two equal letters it takes the second
		// for the new one. What was refused is known.
		() => composeDelta(undo, diffText(applyDelta(ours, undo), theirs)),
	];
	for (const way of ways)
		try {
			const found = way();
			if (found && applyDelta(ours, found) === theirs) return found;
		} catch {} // it does not fit
	return diffText(ours, theirs);
}

/** A delta carried past another, and that past it. */
function pass(delta: Delta, other: Delta): [now: Delta, behind: Delta] {
	return [transformDelta(delta, other, true), transformDelta(other, delta, false)];
}

modules.text = { diff: diffText, carrier: (ids) => new Carrier(ids) };

export { applyDelta, composeDelta, type Delta, diffText, transformDelta } from "./delta.js";
