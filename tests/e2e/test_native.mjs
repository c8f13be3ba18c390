// The dialect sync.v1.json over a real socket: who is silent, who is sent away.
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import path from "node:path";
import { BUILD, check, compile, equal, finish, frame, Raw, row, start, until } from "./harness.mjs";

const here = import.meta.dirname;
const gen = path.join(BUILD, "tests", "e2e", "native");
execFileSync(path.join(BUILD, "syncgen"), ["--emit", "c", path.join(here, "native.sync"), "-o", gen]);
const sources = [path.join(here, "native_server.c"), path.join(gen, "native.c")];
const program = compile("native_server", sources, [`-I${gen}`]);
const server = await start(program);
const protocol = { "Sec-WebSocket-Protocol": "sync.v1.json" };

async function connected(port = server.port, headers = {}) {
	const raw = new Raw(port);
	equal(await raw.open({ headers: { ...protocol, ...headers } }), 101);
	return raw;
}

async function greeted(port, headers, hello) {
	const raw = await connected(port, headers);
	raw.send(JSON.stringify({ t: "hello", v: 1, client: "a", docs: [{ doc: "FILES" }], ...hello }));
	equal((await raw.message(2)).t, "patch");
	return raw;
}

const kinds = (raw) => raw.messages.map((m) => m.t).filter((t) => t !== "ping");
const push = (raw, n, title, { epoch, rev }) =>
	raw.send(
		JSON.stringify({ t: "push", doc: "FILES", epoch, base: rev, m: [{ n, action: "rename", args: { title } }] }),
	);

const hasty = await start(program, ["hasty"]);
const late = [];
late.push(row("who says no hello is closed", async () => {
	const raw = await connected(hasty.port);
	await raw.closed();
	equal(raw.closeCode, 4003);
}));

late.push(row("who does not answer a ping is closed, who does stays", async () => {
	const silent = await greeted(hasty.port);
	const alive = await greeted(hasty.port);
	let answered = 0;
	const beat = setInterval(() => {
		const pings = alive.messages.filter((m) => m.t === "ping");
		for (; answered < pings.length; answered++) alive.send(JSON.stringify({ t: "pong", id: pings[answered].id }));
	}, 20);
	await silent.closed();
	equal(silent.closeCode, 4002);
	check(silent.messages.some((m) => m.t === "ping"), "it was asked first");
	equal(silent.messages.find((m) => m.t === "ping").docs, { FILES: silent.messages[2].rev });
	await until(() => answered > 3 || alive.ended, "more pings than a silent one is given");
	check(!alive.ended, "the other one stays");
	clearInterval(beat);
	alive.end();
}));
await Promise.all(late); // both wait

await row("whose messages begin and do not end make room for others", async () => {
	const narrow = await start(program, ["narrow"]);
	const half = frame({ length: 4000, payload: "x".repeat(3000) });
	const many = [];
	for (let i = 0; i < 100; i++) {
		many.push(await connected(narrow.port));
		many[i].send(half);
	}
	await until(() => many.filter((raw) => raw.closeCode === 1013).length > 3, "some to be closed");
	equal(many[0].closeCode, 1013, "who began first");
	check(!many.at(-1).ended, "who began last is there");
	const raw = await connected(narrow.port);
	const hello = JSON.stringify({ t: "hello", v: 1, client: "a", docs: [{ doc: "FILES" }], pad: "x".repeat(3000) });
	raw.send(hello);
	equal((await raw.message(2)).t, "patch");
	[raw, ...many].forEach((one) => one.end());
	await narrow.stop();
});
await hasty.stop();

const call = (raw, n, action, args, { epoch, rev }) =>
	raw.send(JSON.stringify({ t: "push", doc: "FILES", epoch, base: rev, m: [{ n, action, args }] }));

await row("a state over the limit of a message comes in parts", async () => {
	const other = await start(program);
	const author = await greeted(other.port);
	call(author, 1, "fill", { count: 5000, line: "x".repeat(500) }, author.messages[2]);
	await until(() => author.messages.some((m) => m.done === 1), "the answer");
	const raw = await connected(other.port);
	raw.send(JSON.stringify({ t: "hello", v: 1, client: "b", docs: [{ doc: "FILES" }] }));
	await until(() => raw.messages.some((m) => m.part && m.part === m.of), "the last part");
	const parts = raw.messages.filter((m) => m.t === "patch");
	check(parts.length === parts[0].of && parts.length > 2, `${parts.length} parts`);
	check(
		raw.frames.every((f) => f.payload.length <= 1 << 20),
		"none is over the limit",
	);
	const lines = parts.flatMap((m) =>
		m.ops.flatMap((op) => (op.path === "" ? (op.value.lines ?? []) : op.path === "/lines" ? op.value : [op.value])),
	);
	equal(lines.length, 5000);
	check(
		lines.every((l) => l === "x".repeat(500)),
		"all lines",
	);
	author.end();
	raw.end();
	await other.stop();
});

await row("bytes in messages of their own, both ways", async () => {
	const raw = await greeted(server.port, {}, { limits: { bin: 200_000 } });
	const bytes = randomBytes(100_000);
	raw.send(JSON.stringify({ t: "bin", ref: "1", length: bytes.length }), frame({ opcode: 2, payload: bytes }));
	call(raw, 1, "echo", { data: { $bin: "1" } }, raw.messages[2]);
	await until(() => raw.messages.some((m) => m.done === 1), "the answer");
	const bin = raw.messages.find((m) => m.t === "bin");
	equal(bin.length, bytes.length);
	equal(raw.messages.find((m) => m.done === 1).results, [{ n: 1, value: { $bin: bin.ref } }]);
	const [came] = raw.frames.filter((f) => f.opcode === 2);
	check(came.payload.equals(bytes), "the same bytes");
	raw.end();
});

await row("a deleted document is gone", async () => {
	const raw = await greeted();
	push(raw, 1, "delete", raw.messages[2]);
	await until(() => kinds(raw).includes("gone"), "the news");
	equal(raw.messages.find((m) => m.t === "gone"), { t: "gone", doc: "FILES", code: "gone" });
	raw.end();
});

await row("a server that drains says so, and ends when all have left", async () => {
	const other = await start(program);
	const raw = await greeted(other.port);
	const { child } = other;
	push(raw, 1, "last", raw.messages[2]);
	await until(() => kinds(raw).length === 4, "the answer");
	child.kill("SIGTERM");
	await until(() => kinds(raw).includes("bye"), "the goodbye");
	const bye = raw.messages.find((m) => m.t === "bye");
	check(bye.after >= 30000 && bye.after < 45000, `with a time to come back: ${bye.after}`);
	await until(() => raw.closeCode === 4000, "the close");
	raw.end();
	await until(() => other.ended(), "its end");
	equal(other.ended(), { code: 0, signal: null });
});

const strict = await start(program, ["strict"]);

for (const [place, headers, hello] of [
	["hello", {}, { token: "good" }],
	["header", { Authorization: "Bearer good" }],
	["cookie", { Cookie: "a=b; sid=good" }],
	["ticket", { "Sec-WebSocket-Protocol": "sync.v1.json, ticket.good" }],
	["hello", { Authorization: "Bearer bad", Cookie: "sid=bad" }, { token: "good" }],
	["header", { Authorization: "Bearer good", Cookie: "sid=bad" }],
])
	await row(`a token of the ${place}`, async () => {
		const raw = await greeted(strict.port, headers, hello);
		check(!/ticket/.test(raw.head), "a ticket is not echoed");
		push(raw, 1, "who", raw.messages[2]);
		await until(() => kinds(raw).length === 4, "the answer");
		const [last] = raw.messages.filter((m) => m.t !== "ping").slice(-1);
		check(last.done === 1, JSON.stringify(last));
		const title = last.ops.length > 0 ? last.ops[0].value : raw.messages[2].ops[0].value.title;
		equal(title, place);
		raw.end();
	});

await row("who shows no good token is sent away for good", async () => {
	const raw = await connected(strict.port, { Cookie: "sid=bad" });
	raw.send(JSON.stringify({ t: "hello", v: 1, client: "a" }));
	equal((await raw.message(0)).code, "unauthorized");
	await until(() => raw.closeCode === 4502, "the close");
	raw.end();
});

await strict.stop();
await server.stop();
finish();
