// A server whose store is a file: what a client was told is there after the server was killed, exactly once.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { BUILD, check, compile, equal, finish, Raw, row, sleep, start, until } from "./harness.mjs";

const here = import.meta.dirname;
const gen = path.join(BUILD, "tests", "e2e", "store");
execFileSync(path.join(BUILD, "syncgen"), ["--emit", "c", path.join(here, "native.sync"), "-o", gen]);
const program = compile("store_server", [path.join(here, "store_server.c"), path.join(gen, "native.c")], [`-I${gen}`]);
const folder = mkdtempSync(path.join(tmpdir(), "syncgen-store-"));
process.on("exit", () => rmSync(folder, { recursive: true }));

/** A native client that says what it is told to say, and knows what it was told. */
class Client {
	n = 0;

	constructor(name) {
		this.name = name;
		this.known = {};
	}

	async join(server) {
		this.raw = new Raw(server.port);
		equal(await this.raw.open({ headers: { "Sec-WebSocket-Protocol": "sync.v1.json" } }), 101);
		this.raw.send(
			JSON.stringify({
				t: "hello", v: 1, client: this.name, secret: this.secret, docs: [{ doc: "FILES", ...this.known }],
			}),
		);
		await until(() => this.raw.messages.some((m) => m.t === "patch"), "the state");
		const [welcome, joined, patch] = this.raw.messages;
		Object.assign(this, { name: welcome.client, secret: welcome.secret, last: joined.last, resumed: patch });
		this.known = { epoch: patch.epoch, rev: patch.rev };
	}

	push(action, args, n = ++this.n) {
		const base = this.known.rev;
		this.raw.send(JSON.stringify({ t: "push", doc: "FILES", epoch: this.known.epoch, base, m: [{ n, action, args }] }));
	}

	/** The number of the last one of which it was told. */
	get done() {
		return Math.max(this.last, ...this.raw.messages.filter((m) => m.t === "patch").map((m) => m.done ?? 0));
	}
}

const file = (name) => path.join(folder, name);
const lines = (snapshot) => snapshot.ops.find((op) => op.path === "").value.lines;

async function killed(server) {
	server.child.kill("SIGKILL");
	await until(() => server.ended(), "the server to die");
}

async function snapshot(server) {
	const reader = new Client();
	await reader.join(server);
	reader.raw.end();
	return reader.resumed;
}

await row("a client goes on where it was", async () => {
	const client = new Client();
	let server = await start(program, [file("one.db")]);
	await client.join(server);
	client.push("rename", { title: "kept" });
	await until(() => client.done === 1, "the answer");
	const { epoch, rev } = client.raw.messages.findLast((m) => m.t === "patch");
	client.known = { epoch, rev };
	await killed(server);
	server = await start(program, [file("one.db")]);
	await client.join(server);
	equal([client.last, client.resumed.epoch, client.resumed.from, client.resumed.rev], [1, epoch, rev, rev]);
	client.push("rename", { title: "twice" }, 1);
	client.push("rename", { title: "next" });
	await until(() => client.done === 2, "the answer");
	equal((await snapshot(server)).ops[0].value.title, "next");
	await server.stop();
});

await row("what was told is there after a kill, what was sent again is there once", async () => {
	const clients = Array.from({ length: 20 }, () => new Client());
	let server = await start(program, [file("many.db")]);
	for (const client of clients) await client.join(server);
	for (let round = 0; round < 3; round++) {
		/* One at a time, as the protocol asks; killed when the quickest has its tenth. */
		for (const client of clients) client.n = client.done;
		const beat = setInterval(() => {
			for (const c of clients) if (c.done === c.n) c.push("fill", { count: 1, line: `${c.name} ${c.n + 1}` });
		}, 1);
		const from = Math.max(...clients.map((c) => c.done));
		await until(() => Math.max(...clients.map((c) => c.done)) >= from + 10, "ten answers");
		clearInterval(beat);
		const promised = clients.map((c) => c.done);
		await killed(server);
		server = await start(program, [file("many.db")]);
		for (const client of clients) await client.join(server);
		clients.forEach((c, i) => check(c.last >= promised[i], `client ${i}: ${c.last} of ${promised[i]}`));
		for (const c of clients) c.push("fill", { count: 1, line: `${c.name} ${c.n}` }, c.n);
		await until(() => clients.every((c) => c.done >= c.n), "the answers");
	}
	const want = clients.flatMap((c) => Array.from({ length: c.n }, (_, i) => `${c.name} ${i + 1}`));
	equal(lines(await snapshot(server)).sort(), want.sort());
	await server.stop();
});

await row("a full disk makes a document read-only, until there is room", async () => {
	const server = await start(program, [file("full.db")]);
	const client = new Client();
	await client.join(server);
	const room = (bytes) => execFileSync("prlimit", [`--pid=${server.child.pid}`, `--fsize=${bytes}:`]);
	const sent = client.raw.messages.length;
	room(1);
	client.push("fill", { count: 500, line: "x".repeat(1000) });
	const error = await client.raw.message(sent);
	equal([error.t, error.code, error.re, error.temporary], ["error", "stale", "join", true]);
	client.raw.send(JSON.stringify({ t: "join", doc: "FILES", ...client.known }));
	const { epoch, rev } = await client.raw.message(sent + 2);
	check(epoch !== client.known.epoch, "what was lost is another history");
	Object.assign(client, { known: { epoch, rev }, n: 0 });
	client.push("rename", { title: "refused" });
	const refusal = await client.raw.message(sent + 3);
	equal([refusal.t, refusal.re, refusal.code, refusal.temporary], ["error", "push", "overload", true]);
	check(!client.raw.ended, "the connection stays");
	room("unlimited");
	for (let at = sent + 4; client.done < 1; at++) {
		client.push("rename", { title: "room again" }, 1);
		const answer = await client.raw.message(at);
		if (answer.t === "error") equal(answer.code, "overload");
		await sleep(10);
	}
	const state = (await snapshot(server)).ops[0].value;
	equal([state.title, state.lines.length], ["room again", 0]);
	await server.stop();
});

finish();
