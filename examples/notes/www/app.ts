/** The page of the notebook. The types come from notes.sync. */
import { Notes, type NotesActions, type NotesTasks } from "notes";
import { Connection, type Condition } from "./connection";

const FRAMES_SHOWN = 30;

function find<E extends HTMLElement>(id: string): E {
	return document.getElementById(id) as E;
}

const title = find<HTMLInputElement>("title");
const note = find<HTMLInputElement>("note");
const name = find<HTMLInputElement>("name");
const list = find<HTMLOListElement>("notes");
const wire = find<HTMLOListElement>("wire");
const toast = find<HTMLParagraphElement>("toast");

// ---- showing ----

function row(text: string, index: number): HTMLLIElement {
	const item = document.createElement("li");
	const span = document.createElement("span");
	const remove = document.createElement("button");
	span.textContent = text;
	remove.textContent = "×";
	remove.title = "Remove this line";
	remove.onclick = () => notebook.patch([{ op: "remove", path: `/notes/${index}` }]);
	item.append(span, remove);
	return item;
}

let shown: readonly string[] = [];
let first = true;

function showNotes(notes: readonly string[]): void {
	if (notes === shown && !first) return;
	const rows = notes.map(row);
	if (!first) rows.slice(shown.length).forEach((item) => item.classList.add("new"));
	list.replaceChildren(...rows);
	find("empty").hidden = notes.length > 0;
	find("count").textContent =
		notes.length === 0 ? "" : notes.length === 1 ? "one line" : `${notes.length} lines`;
	shown = notes;
	first = false;
}

function showState(state: Notes): void {
	document.title = state.title;
	/* Not while it is empty for a moment: that is not sent, so what comes is not an answer to it. */
	if (title.value !== state.title && !(document.activeElement === title && title.value === "")) {
		const at = title.selectionStart;
		title.value = state.title;
		if (document.activeElement === title) title.setSelectionRange(at, at);
	}
	showNotes(state.notes);
}

const words: Record<Condition, string> = {
	connecting: "connecting",
	live: "in step",
	away: "offline, trying again",
};

function showCondition(condition: Condition): void {
	const state = find("state");
	state.dataset.state = condition;
	state.lastElementChild!.textContent = words[condition];
	for (const control of document.querySelectorAll<HTMLInputElement | HTMLButtonElement>("input, form button"))
		control.disabled = condition !== "live";
}

let toastTimer = 0;

function showError(message: string): void {
	toast.textContent = message;
	toast.hidden = false;
	clearTimeout(toastTimer);
	toastTimer = window.setTimeout(() => (toast.hidden = true), 4000);
}

function showFrame(text: string, out: boolean): void {
	const item = document.createElement("li");
	item.textContent = text;
	item.className = out ? "out" : "in";
	wire.prepend(item);
	while (wire.childElementCount > FRAMES_SHOWN) wire.lastElementChild!.remove();
}

// ---- the notebook ----

const url = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`;
const notebook = new Connection<Notes>(url, Notes.key, {
	state: showState,
	condition: showCondition,
	error: showError,
	frame: showFrame,
});

function act<Name extends keyof NotesActions & string>(action: Name, args: NotesActions[Name]["args"]): void {
	notebook.action(action, args);
}

function start<Name extends keyof NotesTasks & string>(task: Name, args: NotesTasks[Name]["args"]): void {
	notebook.task(task, args);
}

title.oninput = () => {
	if (title.value) notebook.patch([{ op: "replace", path: "/title", value: title.value }]);
};
title.onblur = () => {
	if (notebook.state) title.value = notebook.state.title;
};

find("add").onsubmit = (event) => {
	event.preventDefault();
	if (!note.value) return;
	start("ADD", { note: note.value });
	note.value = "";
};

find("rename").onsubmit = (event) => {
	event.preventDefault();
	if (!name.value) return;
	act("RENAME", { title: name.value });
	name.value = "";
};
