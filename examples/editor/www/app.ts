/** A text that several people write. The textarea always shows the newest state; what is typed becomes the
 * letters that changed, and everybody's caret moves along with what others write. */
import { Editor, type EditorPresence } from "editor";
import { applyDelta, Client, type Delta, diffText, presence, transformDelta } from "syncgen";
import { IndexedDbStore } from "syncgen/indexeddb";
import { drawCarets, shift, TINTS } from "./carets";
import { Undo } from "./undo";

function find<E extends HTMLElement>(id: string): E {
	return document.getElementById(id) as E;
}

const title = find<HTMLInputElement>("title");
const body = find<HTMLTextAreaElement>("body");
const mirror = find("mirror");
const cut = find<HTMLButtonElement>("cut");

const client = new Client({ url: "/ws", store: new IndexedDbStore() });
const page = client.open(Editor);
const here = presence(page);

// ---- me, and the others ----

const ANIMALS = ["Heron", "Otter", "Lynx", "Magpie", "Badger", "Newt", "Marten", "Stoat", "Wren", "Vole"];
const any = (many: readonly unknown[]) => Math.floor(Math.random() * many.length);
const me = { name: ANIMALS[any(ANIMALS)]!, tint: any(TINTS) };

let others: EditorPresence[] = [];
/** Others have seen my colour: it stays. */
let chosen = false;

function sayWhere(): void {
	const backward = body.selectionDirection === "backward";
	const [from, to] = backward
		? [body.selectionEnd, body.selectionStart]
		: [body.selectionStart, body.selectionEnd];
	here.set({ ...me, from, to });
}

/** One that nobody had before me. */
function chooseTint(): void {
	const taken = new Set(others.map((other) => other.tint));
	if (chosen || !taken.has(me.tint) || taken.size === TINTS.length) return;
	while (taken.has(me.tint)) me.tint = any(TINTS);
	sayWhere();
}

function badge({ name, tint }: Pick<EditorPresence, "name" | "tint">, mine: boolean): HTMLLIElement {
	const item = document.createElement("li");
	item.textContent = name;
	item.className = mine ? "me" : "";
	item.style.setProperty("--tint", TINTS[tint]!);
	return item;
}

function showPeople(): void {
	others = [...here.getSnapshot().values()];
	chooseTint();
	find("people").replaceChildren(badge(me, true), ...others.map((other) => badge(other, false)));
	drawCarets(mirror, body.value, others);
}

// ---- the text ----

/** What the field had when it was last in step with the page. */
let shown = "";
/** An input method is at work: a field that is written into now would take its unfinished word for a finished one. */
let composing = false;
const undo = new Undo();

function moveOthers(edit: Delta): void {
	others = others.map((o) => ({ ...o, from: shift(o.from, edit), to: shift(o.to, edit) }));
}

function showText(): void {
	if (composing) return;
	const text = page.state.body;
	if (text !== shown) {
		const edit = diffText(shown, text);
		const { selectionDirection, scrollTop } = body;
		const [from, to] = [shift(body.selectionStart, edit), shift(body.selectionEnd, edit)];
		body.value = shown = text;
		body.setSelectionRange(from, to, selectionDirection);
		body.scrollTop = scrollTop;
		undo.others(edit);
		moveOthers(edit);
	}
	drawCarets(mirror, text, others);
	const words = text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
	find("count").textContent = `${words} ${words === 1 ? "word" : "words"}`;
}

/** Brings what stands in the field to the page, on top of what others wrote since the two were in step. */
function takeText(mine: Delta): void {
	const theirs = diffText(shown, page.state.body);
	shown = body.value;
	moveOthers(mine);
	void page.update((draft) => {
		draft.body = applyDelta(page.state.body, transformDelta(mine, theirs, false));
	});
	showText();
	sayWhere();
}

function showTitle(): void {
	document.title = page.state.title || "Untitled";
	if (title.value !== page.state.title) title.value = page.state.title;
}

function wrote(): void {
	if (composing || body.value === shown) return;
	const mine = diffText(shown, body.value);
	undo.wrote(shown, mine);
	takeText(mine);
}

body.oninput = wrote;
body.addEventListener("compositionstart", () => (composing = true));
body.addEventListener("compositionend", () => {
	composing = false;
	wrote();
	showText();
});

/** Mine alone, wherever it stands by now. */
function takeBack(how: "back" | "again"): void {
	const text = undo[how](shown);
	if (text === undefined || text === shown) return;
	const edit = diffText(shown, text);
	body.value = text;
	const end = edit.reduce<number>((at, part) => at + (typeof part === "string" ? part.length : Math.max(part, 0)), 0);
	body.setSelectionRange(end, end);
	takeText(edit);
}
body.addEventListener("keydown", (event) => {
	const key = event.key.toLowerCase();
	if (!(event.ctrlKey || event.metaKey) || event.altKey || (key !== "z" && key !== "y")) return;
	event.preventDefault();
	if (!composing) takeBack(key === "y" || event.shiftKey ? "again" : "back");
});
body.addEventListener("beforeinput", (event) => {
	if (!event.inputType.startsWith("history")) return; // of a menu
	event.preventDefault();
	takeBack(event.inputType === "historyRedo" ? "again" : "back");
});

title.oninput = () =>
	void page.update((draft) => {
		draft.title = title.value;
	});
document.addEventListener("selectionchange", () => document.activeElement === body && sayWhere());

// ---- how it stands ----

function showStatus(): void {
	const { connected, pending } = page.status;
	const away = cut.textContent === "Go online";
	const state = find("state");
	state.dataset.state = connected ? "live" : away ? "away" : "connecting";
	const words = connected ? "in step" : away ? "offline" : "connecting";
	state.lastElementChild!.textContent = connected || pending === 0 ? words : `${words} · ${pending} waiting`;
}

cut.onclick = () => {
	const away = cut.textContent === "Go online";
	cut.textContent = away ? "Go offline" : "Go online";
	if (away) client.connect();
	else client.disconnect();
	showStatus();
};

setTimeout(() => (chosen = true), 1000);
page.subscribe(() => {
	showTitle();
	showText();
	showStatus();
});
here.subscribe(showPeople);
showTitle();
showText();
showPeople();
sayWhere();
