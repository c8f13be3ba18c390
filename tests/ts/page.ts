/** The page of test_browser.mjs: a board with React, kept in IndexedDB. */
import { createElement as h, StrictMode, useCallback, useRef, useState } from "react";
import { createRoot } from "react-dom/client";
import { Client } from "../../runtime/ts/src/index.js";
import { IndexedDbStore } from "../../runtime/ts/src/indexeddb.js";
import {
	SyncProvider,
	usePresence,
	useSynced,
	useSyncEvent,
	useSyncState,
} from "../../runtime/ts/src/react.js";
import { Board } from "./board.js";
import { labOf } from "./lab.js";

const store = new IndexedDbStore();
const client = new Client({ url: "/ws", store, maxReconnectDelay: 300 });
const draws: Record<string, number> = {};
const errors: string[] = [];
client.onError((error) => errors.push(error.message));

function Cards() {
	const board = useSynced(Board, undefined, {
		optimistic: { add: (d, { id, text }) => d.cards.push({ id, text, done: false }) },
	});
	const drawn = useRef(0);
	draws["cards"] = ++drawn.current;
	return h(
		"section",
		null,
		h(
			"ul",
			{ id: "cards" },
			board.cards.map((c) => h("li", { key: c.id }, c.text)),
		),
		h(
			"button",
			{
				id: "add",
				onClick: () => void board.$actions.add({ id: String(Math.random()), text: "card" }),
			},
			"add",
		),
	);
}

/** Comes late: after the client is connected. */
function Late() {
	const board = useSynced(Board);
	const others = usePresence(board.$, { name: document.title });
	return h(
		"p",
		{ id: "late" },
		`${board.title}; here: ${[...others.values()].map((o) => o.name).join(",")}`,
	);
}

function App() {
	const board = useSynced(Board);
	const { connected, syncing } = useSyncState();
	const [late, setLate] = useState(false);
	const [saved, setSaved] = useState(0);
	useSyncEvent(
		board.$,
		"saved",
		useCallback(({ at }: { at: number }) => setSaved(at), []),
	);
	return h(
		"main",
		null,
		h(
			"p",
			{ id: "state" },
			connected ? "connected" : "away",
			" ",
			syncing,
			" ",
			board.$status.pending,
			" ",
			saved,
		),
		h("input", {
			id: "title",
			value: board.title,
			onChange: (e: { target: HTMLInputElement }) => void board.syncTitle(e.target.value),
		}),
		h("input", {
			id: "body",
			value: board.body,
			onChange: (e: { target: HTMLInputElement }) => board.setBody(e.target.value),
		}),
		h("button", { id: "sync", onClick: () => void board.syncBody() }, "sync"),
		h(
			"button",
			{ id: "note", onClick: () => void board.$update((d) => d.notes.push(`note ${d.notes.length}`)) },
			"note",
		),
		h(
			"ol",
			{ id: "notes" },
			board.notes.map((n, i) => h("li", { key: i }, n)),
		),
		h("button", { id: "more", onClick: () => setLate((l) => !l) }, "more"),
		late ? h(Late) : null,
		h(Cards),
	);
}

Object.assign(globalThis, { client, draws, errors, board: client.open(Board), lab: labOf(client) });
createRoot(document.getElementById("root")!).render(h(StrictMode, null, h(SyncProvider, { client }, h(App))));
