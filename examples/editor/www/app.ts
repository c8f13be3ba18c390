/** A text that several people write. The textarea always shows the newest state; what is typed becomes the
 * letters that changed, and everybody's caret moves along with what others write. */
import { Editor, type EditorPresence } from "editor";
import { Client, diffText, presence } from "syncgen";
import { IndexedDbStore } from "syncgen/indexeddb";
import { drawCarets, shift, TINTS } from "./carets";

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

function showText(): void {
	const text = page.state.body;
	if (text !== body.value) {
		const edit = diffText(body.value, text);
		const { selectionDirection, scrollTop } = body;
		const [from, to] = [shift(body.selectionStart, edit), shift(body.selectionEnd, edit)];
		body.value = text;
		body.setSelectionRange(from, to, selectionDirection);
		body.scrollTop = scrollTop;
		others = others.map((o) => ({ ...o, from: shift(o.from, edit), to: shift(o.to, edit) }));
	}
	drawCarets(mirror, text, others);
	const words = text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
	find("count").textContent = `${words} ${words === 1 ? "word" : "words"}`;
}

function showTitle(): void {
	document.title = page.state.title || "Untitled";
	if (title.value !== page.state.title) title.value = page.state.title;
}

body.oninput = () => {
	const edit = diffText(page.state.body, body.value);
	others = others.map((o) => ({ ...o, from: shift(o.from, edit), to: shift(o.to, edit) }));
	void page.update((draft) => {
		draft.body = body.value;
	});
	sayWhere();
};
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
