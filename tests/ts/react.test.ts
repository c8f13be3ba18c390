/** The hooks without a browser: what is rendered on a server, and types. A browser has the rest. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createElement, StrictMode } from "react";
import { renderToString } from "react-dom/server";
import { Client, MemoryStore } from "../../runtime/ts/src/index.js";
import {
	type Synced,
	SyncProvider,
	usePresence,
	useSynced,
	useSyncState,
} from "../../runtime/ts/src/react.js";
import { Board, type BoardTypes, emptyBoard } from "./board.js";
import { World } from "./world.js";

const offline = (world = new World(1)) =>
	new Client({
		clock: world,
		connect: false,
		store: new MemoryStore(),
		dial: () => assert.fail("connected while rendering"),
		url: "ws://x",
	});

function Title() {
	const board = useSynced(Board);
	return createElement("p", null, board.title, " ", board.$status.pending);
}

test("the first render shows the defaults of the model", () => {
	const html = renderToString(createElement(SyncProvider, { client: offline() }, createElement(Title)));
	assert.equal(html, "<p>My board<!-- --> <!-- -->0</p>");
});

test("a server render shows what the client already has", () => {
	const client = offline();
	void client.open(Board).update((b) => void (b.title = "Shopping"));
	const html = renderToString(
		createElement(StrictMode, null, createElement(SyncProvider, { client }, createElement(Title))),
	);
	assert.equal(html, "<p>Shopping<!-- --> <!-- -->1</p>");
});

test("a document without a model shows its first state", () => {
	function Counter() {
		const { count } = useSynced("COUNT", { count: 3 });
		const { connected } = useSyncState();
		return createElement("p", null, `${count} ${connected}`);
	}
	assert.equal(
		renderToString(createElement(SyncProvider, { client: offline() }, createElement(Counter))),
		"<p>3 false</p>",
	);
});

test("a provider makes its own client and leaves the network alone while rendering", () => {
	const dial = () => assert.fail("connected while rendering");
	const html = renderToString(
		createElement(SyncProvider, { url: "ws://nowhere", dial, clock: new World(1) }, createElement(Title)),
	);
	assert.match(html, /My board/);
});

test("without a provider the error says what is missing", () => {
	assert.throws(() => renderToString(createElement(Title)), /SyncProvider/);
});

test("drafts of setField stay here, syncField sends them", () => {
	const client = offline();
	const live = client.open(Board);
	let taken: Synced<BoardTypes> | undefined;
	function Editor() {
		const board = useSynced(Board);
		taken = board;
		return createElement("p", null, board.title);
	}
	const page = () => renderToString(createElement(SyncProvider, { client }, createElement(Editor)));
	page();
	taken!.setTitle("dr");
	taken!.setTitle((now) => `${now}aft`);
	assert.equal(page(), "<p>draft</p>");
	assert.equal(live.state.title, "My board");
	void taken!.syncTitle();
	assert.equal(live.state.title, "draft");
	assert.equal(page(), "<p>draft</p>");
	assert.equal(live.status.pending, 1);
});

test("a draft that cannot be sent stays", () => {
	const client = offline();
	let taken: Synced<BoardTypes> | undefined;
	function Views() {
		taken = useSynced(Board);
		return createElement("p", null, taken.views);
	}
	const page = () => renderToString(createElement(SyncProvider, { client }, createElement(Views)));
	page();
	taken!.setViews(NaN);
	assert.throws(() => taken!.syncViews(), TypeError);
	assert.throws(() => taken!.$sync(), TypeError);
	assert.equal(page(), "<p>NaN</p>");
	taken!.setViews(7);
	void taken!.$sync();
	assert.equal(page(), "<p>7</p>");
	assert.deepEqual(taken!.$drafts, {});
});

test("components on one document each bring reducers of their own", () => {
	const client = offline();
	const live = client.open(Board, undefined, { optimistic: { clear: (d) => (d.notes = []) } });
	let taken: Synced<BoardTypes> | undefined;
	function Adds() {
		taken = useSynced(Board, undefined, {
			optimistic: { add: (d, { id, text }) => d.cards.push({ id, text, done: false }) },
		});
		return null;
	}
	function Marks() {
		useSynced(Board, undefined, { optimistic: { mark: (d, { mark }) => (d.title = mark) } });
		return null;
	}
	renderToString(createElement(SyncProvider, { client }, createElement(Adds), createElement(Marks)));
	void taken!.$actions.add({ id: "1", text: "x" });
	void taken!.$actions.mark({ mark: "m" });
	assert.deepEqual([live.state.cards.length, live.state.title], [1, "m"]);
	void live.update((d) => void d.notes.push("n"));
	void live.actions.clear();
	assert.deepEqual(live.state.notes, []);
});

test("a guess that throws does so at the call, and nothing has happened", () => {
	const client = offline();
	let taken: Synced<BoardTypes> | undefined;
	function Adds() {
		taken = useSynced(Board, undefined, {
			optimistic: {
				add: (d) => {
					d.title = "half";
					throw new RangeError("no guess");
				},
			},
		});
		return createElement("p", null, taken.title, taken.$status.pending);
	}
	const page = () => renderToString(createElement(SyncProvider, { client }, createElement(Adds)));
	page();
	assert.throws(() => taken!.$actions.add({ id: "1", text: "x" }), RangeError);
	assert.equal(page(), "<p>My board<!-- -->0</p>");
	void taken!.$actions.mark({ mark: "m" });
	assert.equal(page(), "<p>My board<!-- -->1</p>");
});

test("parameters and presence may hold a bigint", () => {
	const Room = {
		...Board,
		name: "Room",
		keyOf: ({ id }: { id: bigint }) => `ROOM/${id}`,
		types: undefined as (Omit<BoardTypes, "params"> & { params: { id: bigint } }) | undefined,
	};
	function Page() {
		const room = useSynced(Room, { id: 7n });
		usePresence(room.$ as never, { at: 7n });
		return createElement("p", null, room.$.key);
	}
	const html = renderToString(createElement(SyncProvider, { client: offline() }, createElement(Page)));
	assert.equal(html, "<p>ROOM/7</p>");
});

test("types: fields, calls and events are those of the model", () => {
	// Never called: the type checker is the test.
	function Typed() {
		const board = useSynced(Board, undefined, {
			optimistic: { add: (d, { id, text }) => d.cards.push({ id, text, done: false }) },
		});
		const card: Promise<{ id: string }> = board.$actions.add({ id: "1", text: "x" });
		const task = board.$tasks.load({ url: "https://example.org" });
		const percent: number | undefined = task.progress?.percent;
		board.$.on("saved", ({ at }) => at.toFixed());
		usePresence(board.$, { name: "Ann" }).get("x")?.name.trim();
		// @ts-expect-error: a number is no title
		void board.syncTitle(1);
		// @ts-expect-error: there is no such field
		board.setTitel("x");
		// @ts-expect-error: there is no such action
		board.$actions.remove({});
		// @ts-expect-error: the text is missing
		void board.$actions.add({ id: "1" });
		return [card, percent, emptyBoard()];
	}
	assert.equal(typeof Typed, "function");
});
