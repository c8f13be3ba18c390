/** Small applications beside that of page.ts, each in a root of its own, for test_browser.mjs. */
import { createElement as h, type ReactNode, startTransition, StrictMode, useLayoutEffect, useState } from "react";
import { createRoot, hydrateRoot } from "react-dom/client";
import { Client } from "../../runtime/ts/src/index.js";
import { IndexedDbStore } from "../../runtime/ts/src/indexeddb.js";
import { SyncProvider, usePresence, useSynced, useSyncState } from "../../runtime/ts/src/react.js";
import { Board } from "./board.js";

function root(id: string, html = ""): HTMLElement {
	const element = document.createElement("div");
	element.id = id;
	element.innerHTML = html;
	document.body.append(element);
	return element;
}

function Line() {
	const board = useSynced(Board);
	const { connected } = useSyncState();
	return h("p", null, `${board.title}, ${board.$status.connected || connected ? "connected" : "away"}`);
}

function Sayer({ name }: { name: string }) {
	usePresence(useSynced(Board).$, { name });
	return null;
}

const torn: string[] = [];
let told: (() => void) | undefined;

/** One of many that are drawn slowly. */
function Slow() {
	const { views } = useSynced(Board);
	const end = performance.now() + 2;
	while (performance.now() < end);
	return h("i", null, views);
}

function Many() {
	const [round, setRound] = useState(0);
	told = () => startTransition(() => setRound((r) => r + 1));
	useLayoutEffect(() => {
		const all = [...document.querySelectorAll("#many i")].map((e) => e.textContent);
		if (new Set(all).size > 1) torn.push(all.join());
	});
	return h(
		"section",
		null,
		Array.from({ length: 20 }, (_, i) => h(Slow, { key: `${round} ${i}` })),
	);
}

function Switch() {
	const [key, setKey] = useState("A");
	const doc = useSynced(key, { text: `of ${key}` });
	const drawn = `${key}: ${doc.text} ${doc.$.key}`;
	if (!drawn.startsWith(`${doc.$.key}: of ${doc.$.key}`)) torn.push(drawn);
	return h(
		"p",
		null,
		drawn,
		["A", "B"].map((to) =>
			h("button", { key: to, id: to, onClick: () => startTransition(() => setKey(to)) }, to),
		),
		h("button", { id: "draft", onClick: () => doc.setText(`of ${key}, draft`) }, "draft"),
	);
}

function Toggle({ children }: { children?: ReactNode }) {
	const [on, setOn] = useState(true);
	return h("div", null, h("button", { id: "toggle", onClick: () => setOn((o) => !o) }, "toggle"), on ? children : "off");
}

function Notes() {
	const board = useSynced(Board);
	return h(
		"p",
		{ id: "own" },
		h("button", { id: "own-note", onClick: () => void board.$update((d) => d.notes.push("own")) }, "note"),
		`${board.notes.join()}; ${board.$status.pending} wait`,
	);
}

export function labOf(client: Client) {
	const page = (...children: ReactNode[]) => h(SyncProvider, { client }, ...children);
	return {
		torn,
		/** Takes over what a server has rendered; gives what React had to mend. */
		hydrate(html: string): string[] {
			const errors: string[] = [];
			hydrateRoot(root("hydrated", html), page(h(Line)), {
				onRecoverableError: (error) => errors.push(String(error)),
			});
			return errors;
		},
		/** Several that say something, as long as they are there. */
		say(...names: string[]): void {
			const all = (this as { sayers?: ReturnType<typeof createRoot> }).sayers ?? createRoot(root("sayers"));
			(this as { sayers?: unknown }).sayers = all;
			all.render(h(StrictMode, null, page(...names.map((name) => h(Sayer, { key: name, name })))));
		},
		many(): void {
			createRoot(root("many")).render(page(h(Many)));
		},
		/** Draws them anew, in a transition. */
		again: () => told?.(),
		change: () => createRoot(root("switch")).render(h(StrictMode, null, page(h(Switch)))),
		/** A provider that makes a client of its own, and comes and goes. */
		own(kept: boolean): void {
			const store = kept ? { store: new IndexedDbStore() } : {};
			const options = { url: "/ws", maxReconnectDelay: 300, batchDelay: 100, ...store };
			createRoot(root("toggled")).render(
				h(StrictMode, null, h(Toggle, null, h(SyncProvider, options, h(Notes)))),
			);
		},
	};
}
