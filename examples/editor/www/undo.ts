/** What I wrote and may want back. A field that a program writes into forgets its own undoing; and it would undo
 * what others wrote, too. */
import { applyDelta, type Delta, transformDelta } from "syncgen";

/** A pause after which writing is another thing to be undone. */
const PAUSE_MS = 800;

/** The edit that leads back to `text` from what `edit` makes of it. */
function inverse(text: string, edit: Delta): Delta {
	let at = 0;
	return edit.map((part) => {
		if (typeof part === "string") return -part.length;
		if (part > 0) {
			at += part;
			return part;
		}
		return text.slice(at, (at -= part));
	});
}

interface Step {
	edit: Delta;
	/** Steps of one number belong together. */
	run: number;
}

/** The last of `steps` is for the present text, each other one for the text that the one behind it makes. */
function carry(steps: Step[], theirs: Delta): void {
	for (let i = steps.length - 1; i >= 0; i--) {
		const { edit } = steps[i]!;
		steps[i]!.edit = transformDelta(edit, theirs, false);
		theirs = transformDelta(theirs, edit, true);
	}
}

export class Undo {
	#undo: Step[] = [];
	#redo: Step[] = [];
	#run = 0;
	#last = 0;

	/** I wrote `edit` into `text`. */
	wrote(text: string, edit: Delta): void {
		const now = Date.now();
		if (now - this.#last > PAUSE_MS) this.#run++;
		this.#last = now;
		this.#undo.push({ edit: inverse(text, edit), run: this.#run });
		this.#redo = [];
	}
	/** Somebody else wrote `edit`. */
	others(edit: Delta): void {
		carry(this.#undo, edit);
		carry(this.#redo, edit);
	}
	/** What `text` was, as far as it is mine; undefined: there is nothing more. */
	back(text: string): string | undefined {
		return this.#take(this.#undo, this.#redo, text);
	}
	again(text: string): string | undefined {
		return this.#take(this.#redo, this.#undo, text);
	}

	#take(from: Step[], to: Step[], text: string): string | undefined {
		const run = from.at(-1)?.run;
		if (run === undefined) return undefined;
		while (from.at(-1)?.run === run) {
			const { edit } = from.pop()!;
			to.push({ edit: inverse(text, edit), run });
			text = applyDelta(text, edit);
		}
		this.#last = 0;
		return text;
	}
}
