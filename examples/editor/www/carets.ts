/** What others have selected, shown behind the text. */
import { type Delta, transformDelta } from "syncgen";
import type { EditorPresence } from "editor";

export const TINTS = ["#d1495b", "#00798c", "#a3701b", "#5b6abf", "#3d8361", "#9a4f96", "#c0562f", "#4c6a82"];

/** Where a position is after an edit; one at the place of an insertion stays in front of it. */
export function shift(position: number, edit: Delta): number {
	const moved = transformDelta([position, "|"], edit, false)[0];
	return typeof moved === "number" ? moved : 0;
}

function caret(who: EditorPresence): HTMLElement {
	const b = document.createElement("b");
	b.dataset.name = who.name;
	b.style.setProperty("--tint", TINTS[who.tint]!);
	return b;
}

function marked(text: string, who: EditorPresence): HTMLElement {
	const mark = document.createElement("mark");
	mark.textContent = text;
	mark.style.setProperty("--tint", TINTS[who.tint]!);
	return mark;
}

/** Fills the mirror: the text with the others' selections and carets in it. */
export function drawCarets(mirror: HTMLElement, text: string, others: readonly EditorPresence[]): void {
	const cuts = [...new Set(others.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b);
	const parts: Node[] = [];
	let at = 0;
	for (const cut of [...cuts, text.length]) {
		const end = Math.min(cut, text.length);
		const who = others.find(({ from, to }) => Math.min(from, to) <= at && end <= Math.max(from, to));
		const piece = text.slice(at, end);
		if (piece) parts.push(who ? marked(piece, who) : document.createTextNode(piece));
		at = Math.max(at, end);
		for (const other of others) if (other.to === cut) parts.push(caret(other));
	}
	mirror.replaceChildren(...parts, "\n");
}
