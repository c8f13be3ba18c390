/** A program without `syncgen/text`: nothing here may import it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Client, type ModelInfo, type Saved, type Socket, type Store } from "../../runtime/ts/src/index.js";
import { FakeSocket, storeOf, World } from "./world.js";

interface Page {
	title: string;
	body: string;
}

/** A client that has said hello, and its server's words. */
function connected(store?: Store) {
	const world = new World(1);
	const socket = new FakeSocket(world, () => 0);
	const client = new Client({ url: "ws://x", clock: world, dial: () => socket as Socket, store });
	const errors: string[] = [];
	client.onError((error) => errors.push(error.message));
	const says = (frame: object) => socket.fire("message", { data: JSON.stringify(frame) });
	const sent = () => socket.sent.map((text) => JSON.parse(String(text)) as any);
	const patch = (from: number | null, ops: object[], done = 0) =>
		says({ t: "patch", doc: "PAGE", epoch: "e", from, rev: (from ?? 0) + 1, ops, done });
	socket.readyState = 1;
	socket.fire("open");
	const welcome = () => {
		const { client: name } = sent()[0];
		says({ t: "welcome", session: "s", client: name, secret: "x", heartbeat: 20000, models: {} });
	};
	const join = (state: Page) => {
		says({ t: "joined", doc: "PAGE", ok: true, last: 0 });
		patch(null, [{ op: "replace", path: "", value: state }]);
	};
	return { world, client, errors, welcome, join, patch, sent };
}

const needs = { code: "unsupported", message: 'this needs: import "syncgen/text"' };

test("a document without a model shows what others edit in its texts, and writes them whole", () => {
	const { world, client, errors, welcome, join, patch, sent } = connected();
	const page = client.open<Page>("PAGE", { title: "", body: "" });
	welcome();
	world.run(1);
	join({ title: "t", body: "one" });
	patch(1, [{ op: "text", path: "/body", delta: [3, " two"] }]);
	assert.equal(page.state.body, "one two");
	page.update((draft) => {
		draft.title = "T";
		draft.body = draft.body.toUpperCase();
	});
	patch(2, [{ op: "text", path: "/body", delta: ["zero "] }]);
	assert.equal(page.state.body, "ONE TWO");
	world.run(1);
	assert.deepEqual(sent().at(-1).m[0].ops, [
		{ op: "replace", path: "/title", value: "T" },
		{ op: "replace", path: "/body", value: "ONE TWO" },
	]);
	patch(3, sent().at(-1).m[0].ops, 1);
	assert.equal(page.status.pending, 0);
	assert.deepEqual(page.state, { title: "T", body: "ONE TWO" });
	assert.deepEqual(errors, []);
});

test("an edit of a text says what it needs, and changes nothing", () => {
	const { client, welcome, join } = connected();
	const page = client.open<Page>("PAGE", { title: "", body: "" });
	welcome();
	join({ title: "t", body: "one" });
	assert.throws(() => page.patch([{ op: "text", path: "/body", delta: [3, "!"] }]), needs);
	assert.equal(page.state.body, "one");
	assert.equal(page.status.pending, 0);
});

test("a model with texts that does not import what edits them says so", () => {
	const { client } = connected();
	const model = {
		name: "Page",
		key: "PAGE",
		hash: "h",
		writable: ["*"],
		actions: [],
		tasks: [],
		events: [],
		shape: { struct: { body: "text" } },
		initial: () => ({ title: "", body: "" }),
	} satisfies ModelInfo;
	const page = client.open(model as ModelInfo<any>);
	assert.throws(() => page.update((draft: any) => (draft.body = "b")), needs);
	page.update((draft: any) => (draft.title = "t"));
	assert.deepEqual(page.state, { title: "t", body: "" });
});

test("edits of texts that another page left wait for one that can carry them", () => {
	const left = (ops: Saved["pending"][0]["ops"]): Saved => ({
		epoch: "e",
		rev: 1,
		state: { title: "", body: "one" },
		last: 0,
		pending: [{ id: 1, ops }],
		quarantine: [],
	});
	const documents = new Map([
		["PAGE", left([{ op: "text", path: "/body", delta: [3, "!"] }])],
		["OTHER", left([{ op: "replace", path: "/body", value: "two" }])],
	]);
	const store = storeOf(() => ({
		identity: undefined,
		documents,
		identify() {},
		save: (key, saved) => void (saved ? documents.set(key, saved) : documents.delete(key)),
		close() {},
	}));
	const { client, errors, welcome, sent } = connected(store);
	welcome();
	assert.deepEqual(
		sent()[0].docs.map((d: { doc: string }) => d.doc),
		["OTHER"],
	);
	client.close();
	assert.deepEqual(errors, []);
	assert.equal(documents.get("PAGE")!.pending.length, 1);
});
