// The dialect ws-sync over a real socket: paths that lead to documents, who somebody is, what a connection
// that was replaced sees.
import { execFileSync } from "node:child_process";
import path from "node:path";
import { BUILD, check, compile, equal, finish, frame, Raw, row, start, until } from "./harness.mjs";

const gen = path.join(BUILD, "tests/e2e/gen");
const here = import.meta.dirname;
execFileSync(path.join(BUILD, "syncgen"), ["--emit", "c", path.join(here, "ws_sync.sync"), "-o", gen]);
const sources = [path.join(here, "ws_sync_server.c"), path.join(gen, "ws_sync.c")];
const program = compile("ws_sync_server", sources, [`-I${gen}`]);
const server = await start(program);

async function open(where, headers = {}, port = server.port) {
	const raw = new Raw(port);
	equal(await raw.open({ path: where, headers }), 101, `the status of ${where}`);
	return raw;
}

async function status(where, headers = {}) {
	const raw = new Raw(server.port);
	const code = await raw.open({ path: where, headers });
	raw.end();
	return code;
}

const types = (raw) => raw.messages.map((m) => m.type);
const native = { "Sec-WebSocket-Protocol": "sync.v1.json" };

await row("a path leads to its documents", async () => {
	const plan = await open("/plan");
	equal((await plan.message(0)).type, "_SET:PLAN");
	const room = await open("/room/7");
	equal(await room.message(0), { type: "_SET:ROOM/7", data: { title: "" } });
	const other = await open("/room/7?x=1");
	equal((await other.message(0)).type, "_SET:ROOM/7");
	room.sendJson("_PATCH:ROOM/7", [{ op: "replace", path: "/title", value: "seven" }]);
	equal(await other.message(1), { type: "_PATCH:ROOM/7", data: [{ op: "replace", path: "/title", value: "seven" }] });
	room.sendJson("_GET:PLAN", {});
	equal((await room.message(1)).data.code, "not_found");
	for (const raw of [plan, room, other]) raw.end();
});

for (const [where, headers, code] of [
	["/room/", {}, 404],
	["/room/x", {}, 404],
	["/room/07", {}, 404],
	["/room/7/8", {}, 404],
	["/room/99999999999", {}, 404],
	["/nowhere", {}, 404],
	["/plan", native, 400],
	["/ws", native, 101],
	["/ws", { "Sec-WebSocket-Protocol": "ws-sync" }, 101],
	["/plan", { "Sec-WebSocket-Protocol": "ws-sync, sync.v1.json" }, 101],
	["/plan", { "Sec-WebSocket-Protocol": "sync.v1.json, ws-sync" }, 400],
])
	await row(`${where} ${JSON.stringify(headers)}: ${code}`, async () => equal(await status(where, headers), code));

await row("without an upgrade a mount says what it wants", async () => {
	equal((await fetch(`http://127.0.0.1:${server.port}/room/7`)).status, 426);
	equal((await fetch(`http://127.0.0.1:${server.port}/rooms`)).status, 404);
});

await row("who is asked says it, or has to go", async () => {
	const hasty = await start(program, ["hasty"]);
	const silent = await open("/plan/who", {}, hasty.port);
	equal(await silent.message(0), { type: "_REQUEST_USER_SESSION" });
	await silent.closed();
	equal(silent.closeCode, 4003);
	equal(types(silent), ["_REQUEST_USER_SESSION"]);
	await hasty.stop();
});

await row("the second connection of a session stays, the first is told to go", async () => {
	const lines = () => server.output().trim().split("\n").filter((line) => line.endsWith(" ann/tab"));
	const first = await open("/plan/who");
	first.sendJson("_USER_SESSION", { user: "ann", session: "tab" });
	equal((await first.message(1)).type, "_SET:PLAN");
	const second = await open("/plan/who");
	second.sendJson("_USER_SESSION", { user: "ann", session: "tab" });
	await first.closed();
	equal(types(first), ["_REQUEST_USER_SESSION", "_SET:PLAN", "_DISCONNECT"]);
	equal(first.closeCode, 4501);
	second.sendJson("_ACTION:PLAN", { type: "visit" });
	await second.message(2);
	equal(types(second), ["_REQUEST_USER_SESSION", "_SET:PLAN", "_PATCH:PLAN"]);
	second.end();
	await until(() => lines().length === 4, "everybody to be gone");
	equal(lines(), ["came ann/tab", "went ann/tab", "came ann/tab", "went ann/tab"]);
});

await row("a session finds its own document again", async () => {
	const ann = await open("/ws");
	equal((await ann.message(0)).type, "_REQUEST_USER_SESSION");
	ann.sendJson("_USER_SESSION", { user: "ann", session: "1" });
	equal((await ann.message(2)).type, "_SET:DESK");
	ann.sendJson("_PATCH:DESK", [{ op: "replace", path: "/text", value: "mine" }]);
	ann.sendJson("_GET:DESK", {});
	equal((await ann.message(3)).data, { text: "mine" });
	ann.end();
	const bob = await open("/ws");
	bob.sendJson("_USER_SESSION", { user: "bob", session: "1" });
	equal((await bob.message(2)).data, { text: "" });
	const again = await open("/ws");
	again.sendJson("_USER_SESSION", { user: "ann", session: "1" });
	equal((await again.message(2)).data, { text: "mine" });
	bob.end();
	again.end();
});

await row("writes that meet: the greater value stays, what is checked is only to be read", async () => {
	const [a, b] = [await open("/score/1"), await open("/score/1")];
	const state = { best: 0, host: "", seal: "", note: "" };
	for (const raw of [a, b]) equal(await raw.message(0), { type: "_SET:SCORE/1", data: state });
	const replace = (path, value) => ({ op: "replace", path, value });
	a.sendJson("_PATCH:SCORE/1", [replace("/best", 10), replace("/host", "ann")]);
	await b.message(1);
	b.sendJson("_PATCH:SCORE/1", [replace("/best", 5), replace("/host", "bob"), replace("/note", "b")]);
	const after = { ...state, best: 10, host: "bob", note: "b" };
	equal(await b.message(2), { type: "_SET:SCORE/1", data: after });
	equal((await a.message(1)).data, [replace("/host", "bob"), replace("/note", "b")]);
	a.sendJson("_PATCH:SCORE/1", [replace("/note", "a"), replace("/seal", "mine")]);
	equal((await a.message(2)).data.code, "readonly");
	equal(await a.message(3), { type: "_SET:SCORE/1", data: after });
	for (const raw of [a, b]) raw.end();
});

await row("bytes come and go in frames of their own", async () => {
	const [author, other] = [await open("/plan"), await open("/plan")];
	await author.message(0);
	await other.message(0);
	for (const length of [0, 3, 200, 70000, 1000000]) {
		const [before, seen] = [author.frames.length, other.frames.length];
		const bytes = Buffer.alloc(length, "\xff\x00a", "latin1");
		const metadata = { type: "hang", name: `${length}.bin` };
		author.sendJson("_BIN_META", { type: "_ACTION:PLAN", metadata });
		author.send(frame({ opcode: 2, payload: bytes }));
		await until(() => author.frames.length === before + 4 && other.frames.length === seen + 2, "all of it");
		const said = author.frames.slice(before);
		equal(said.map((f) => f.opcode), [1, 1, 1, 2]);
		const [download, toast, meta] = said.slice(0, 3).map((f) => JSON.parse(f.payload));
		equal(download.data.filename, metadata.name);
		check(Buffer.from(download.data.data, "base64").equals(bytes), "the file");
		equal(toast, { type: "_TOAST", data: { type: "success", message: "It hangs." } });
		equal(meta, { type: "_BIN_META", data: { type: "_ACTION:PLAN", metadata: { ...metadata, type: "picture" } } });
		for (const one of [said[3], other.frames.at(-1)]) check(one.payload.equals(bytes), `${length} bytes`);
	}
	author.end();
	other.end();
});

await row("it ends as it should", async () => {
	equal(await server.stop(), { code: 0, signal: null });
	check(!server.errors(), server.errors());
});
finish();
