/** The page of the notebook. The types come from notes.sync. */
import { Notes } from "notes";
import { Client, type Socket } from "syncgen";
import { IndexedDbStore } from "syncgen/indexeddb";

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
	remove.onclick = () => notebook.update((draft) => draft.notes.splice(index, 1));
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

function showStatus(): void {
	const { connected, loaded, pending } = notebook.status;
	find("empty").hidden = shown.length > 0 || !loaded;
	const state = find("state");
	const words = connected ? "in step" : client.status.online ? "connecting" : "offline";
	state.dataset.state = connected ? "live" : "away";
	state.lastElementChild!.textContent = pending > 0 ? `${words} · ${pending} waiting` : words;
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

/** Sockets whose frames are shown. */
function dial(url: string, protocol: string): Socket {
	const socket = new WebSocket(url, protocol);
	const send = socket.send.bind(socket);
	socket.addEventListener("message", ({ data }) => showFrame(String(data), false));
	socket.send = (data: string) => {
		showFrame(data, true);
		send(data);
	};
	return socket as unknown as Socket;
}

const client = new Client({ url: "/ws", dial, store: new IndexedDbStore() });
const notebook = client.open(Notes);

/** What the server does not take is said, taken back, and not kept: here nobody would look at it again. */
client.onError((error) => {
	if (error.temporary || error.code === "closed") return;
	showError(error.message);
	for (const { id } of notebook.quarantine) notebook.discard(id);
});

notebook.subscribe(() => {
	showState(notebook.state);
	showStatus();
});
client.subscribe(showStatus);
showState(notebook.state);
showStatus();

title.oninput = () => {
	if (title.value) void notebook.update((draft) => void (draft.title = title.value));
};
title.onblur = () => (title.value = notebook.state.title);

find("add").onsubmit = (event) => {
	event.preventDefault();
	if (!note.value) return;
	void notebook.update((draft) => draft.notes.push(note.value));
	note.value = "";
};

find("rename").onsubmit = (event) => {
	event.preventDefault();
	if (!name.value) return;
	void notebook.actions.RENAME({ title: name.value });
	name.value = "";
};
