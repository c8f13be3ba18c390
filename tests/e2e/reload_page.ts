/**
 * The page of test_reload.mjs: a desk of one's own, in a document that each session has for itself. How it is had
 * is in the address: `close`, the page closes its client a while before it is left; `react`, through hooks in StrictMode.
 */
import { createElement, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Client } from "syncgen";
import { IndexedDbStore } from "syncgen/indexeddb";
import { SyncProvider, useSynced } from "syncgen/react";
import { Desk } from "ws_sync";

const how = new URLSearchParams(location.search).get("how");
const url = "/ws";
const field = document.querySelector<HTMLInputElement>("#text")!;
const state = document.querySelector("#state")!;
let write: (text: string) => void;

function show(text: string, connected: boolean, pending: number) {
	field.value = text;
	state.textContent = !connected ? "away" : pending > 0 ? "waiting" : "in step";
}
field.addEventListener("input", () => write(field.value));

function App() {
	const desk = useSynced(Desk);
	write = (text) => void desk.syncText(text);
	show(desk.text, desk.$status.connected, desk.$status.pending);
	return null;
}

if (how === "react") {
	const provider = createElement(SyncProvider, { url, store: new IndexedDbStore() }, createElement(App));
	createRoot(document.querySelector("#root")!).render(createElement(StrictMode, null, provider));
} else {
	const client = new Client({ url, store: new IndexedDbStore() });
	const desk = client.open(Desk);
	write = (text) => void desk.update((d) => void (d.text = text));
	const draw = () => show(desk.state.text, desk.status.connected, desk.status.pending);
	desk.subscribe(draw);
	draw();
	if (how === "close") Object.assign(globalThis, { leave: () => client.close() });
}
