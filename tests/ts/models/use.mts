/** A program outside the tree: the package, the models that syncgen made, types that fit. */
import assert from "node:assert/strict";
import { Client, type ModelInfo, type Socket, tasks } from "syncgen";
import { Board, Room } from "./board.js";
import { HALF, Kinds, MOST, NO, Plain, WIDE, WORD } from "./kinds.js";

const constants: [12, 0.5, bigint, string, false] = [MOST, HALF, WIDE, WORD, NO];
assert.deepEqual(constants, [12, 0.5, 9007199254740993n, '"w\u0000', false]);

const all: ModelInfo[] = [Kinds, Plain, Board, Room];
assert.deepEqual(
	all.map((m) => m.name),
	["Kinds", "Plain", "Board", "Room"],
);

const sent: any[] = [];
const listeners = new Map<string, (event: { data?: unknown }) => void>();
const socket: Socket = {
	binaryType: "",
	readyState: 1,
	send: (text) => void sent.push(JSON.parse(String(text))),
	close: () => undefined,
	addEventListener: (type, listener) => void listeners.set(type, listener),
};
const says = (frame: object) => listeners.get("message")!({ data: JSON.stringify(frame) });
const soon = () => new Promise((resolve) => setTimeout(resolve, 5));

const client = new Client({ socket, connect: false });
const doc = client.open(Kinds, { name: "a b" });
assert.equal(doc.key, "K/a%20b");
assert.equal(doc.state.big, 0n);
client.connect();
says({ t: "welcome", session: "s", client: sent[0].client, secret: "x", heartbeat: 20000, models: {} });
says({ t: "joined", doc: doc.key, ok: true, last: 0 });
const state = {
	p: { x: 1, y: 2 },
	shapes: [{ type: "leaf", big: "9007199254740993", data: "AQI=", kids: [{ big: "-1", kids: [] }] }],
	rows: JSON.parse('{"__proto__": {"id": "__proto__", "N-1": "18446744073709551615"}}'),
	big: "5",
	numbers: { "0": "7" },
	names: ["x"],
	body: "text",
	any: { deep: [1] },
	running_tasks: [],
};
says({
	t: "patch",
	doc: doc.key,
	epoch: "e",
	from: null,
	rev: 1,
	ops: [{ op: "replace", path: "", value: state }],
});

const [leaf] = doc.state.shapes;
assert.ok(leaf?.type === "leaf");
assert.equal(leaf.big, 9007199254740993n);
assert.deepEqual(leaf.data, new Uint8Array([1, 2]));
assert.equal(leaf.kids[0]?.big, -1n);
assert.equal(Object.getPrototypeOf(doc.state.rows), null);
assert.equal(doc.state.rows["__proto__"]?.["N-1"], 18446744073709551615n);

const row = { id: "b", "N-1": 2n };
doc.update((d) => {
	d.p.x = 9;
	d.numbers["constructor"] = 8n;
	d.names.push("y", "x");
	d.body += "!";
	d.shapes.push({ type: "dot", x: 1, y: 1 });
});
const answer = doc.actions.put({ data: new Uint8Array([255]), m: { b: row } });
await soon();
assert.deepEqual(sent.at(-1).m, [
	{
		n: 1,
		ops: [
			{ op: "replace", path: "/p", value: { x: 9, y: 2 } },
			{ op: "add", path: "/shapes/-", value: { type: "dot", x: 1, y: 1 } },
			{ op: "add", path: "/numbers/constructor", value: "8" },
			{ op: "add", path: "/names/-", value: "y" },
			{ op: "text", path: "/body", delta: [4, "!"] },
		],
	},
	{ n: 2, action: "put", args: { data: "/w==", m: { b: { id: "b", "N-1": "2" } } } },
]);
const result = { n: 2, value: { big: "3", kids: [] } };
says({
	t: "patch",
	doc: doc.key,
	epoch: "e",
	from: 1,
	rev: 3,
	ops: [{ op: "replace", path: "/big", value: "6" }],
	done: 2,
	results: [result],
});
assert.equal((await answer).big, 3n);
assert.equal(doc.state.big, 6n);
assert.throws(() => doc.update((d) => void (d.rows["c"] = row)), { code: "readonly" });

doc.on("e", ({ at }) => assert.equal(at, 12n));
says({ t: "event", doc: doc.key, name: "e", args: { at: "12" } });

// For the type checker alone.
export function typed(): unknown {
	const progress: bigint | undefined = tasks(doc).t({ n: 1n }).progress?.["N-1"];
	void doc.actions.nop();
	client.open(Plain).state.title.trim();
	client.open(Room, { id: 3 });
	// @ts-expect-error: which room?
	client.open(Room);
	// @ts-expect-error: a number is no bigint
	doc.update((d) => (d.big = 1));
	// @ts-expect-error: only the server writes it
	doc.update((d) => (d.rows = {}));
	return progress;
}
client.close();
