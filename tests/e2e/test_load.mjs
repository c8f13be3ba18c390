// The load generator of the bench, with few clients and without looking at times: that it gets along with the
// servers it measures, and that it notices a server that leaves out, repeats or changes something.
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import { BUILD, check, compile, equal, finish, frame, row, start } from "./harness.mjs";

const bench = path.resolve(import.meta.dirname, "../../bench");
const syncgen = process.env.SYNCGEN ?? path.join(BUILD, "syncgen");
const gen = path.join(BUILD, "tests", "e2e", "load_gen");
process.setMaxListeners(0); // each program that is started has one
mkdirSync(gen, { recursive: true });
execFileSync(syncgen, ["--emit", "c", "-o", gen, path.join(bench, "live.sync")]);
const at = (...names) => names.map((name) => path.join(bench, name));
const load = compile("load", at("load.c", "follower.c", "dialect.c", "seat.c", "line.c"));

/** The generator keeps what it has until it ends: a sanitizer is not to look for leaks in it. */
const env = { ...process.env, ASAN_OPTIONS: `${process.env.ASAN_OPTIONS ?? ""}:detect_leaks=0` };
const sanitized = /-fsanitize/.test(process.env.E2E_CFLAGS ?? "");

/** What the generator says of a server: {ok, why, …}. */
async function run({ port, pid = process.pid }, ...args) {
	const child = spawn(load, [...args, `port=${port}`, `pid=${pid}`], { stdio: ["ignore", "pipe", "inherit"], env });
	let out = "";
	child.stdout.on("data", (data) => (out += data));
	const status = await new Promise((done) => child.on("close", done));
	const said = JSON.parse(out);
	equal(status, said.ok ? 0 : 1, "status");
	return said;
}

// ---- the servers of the bench ----

const programs = {
	syncgen: [compile("load_syncgen", [...at("peers/serve_syncgen.c"), path.join(gen, "live.c")], [`-I${gen}`])],
	epoll: [compile("load_epoll", at("peers/serve_epoll.c", "peers/bare.c"))],
	lws: [compile("load_lws", at("peers/serve_lws.c", "peers/bare.c"))],
};
programs["lws, at once"] = [...programs.lws, "direct"];
for (const [name, [program, ...args]] of Object.entries(programs))
	for (const [verb, wanted] of [
		[["fanout", "clients=5", "commits=20"], { delivered: 100 }],
		[["fanout", "clients=3", "commits=4", "burst=16"], { delivered: 192 }],
		[["idle", "clients=4", "idle=300", "commits=3"], {}],
		[["trips", "clients=7", "calls=100"], {}],
	])
		await row(`${name}: ${verb.join(" ")}`, async () => {
			const server = await start(program, args, { stdio: ["pipe", "pipe", "pipe"] });
			const said = await run({ port: server.port, pid: server.child.pid }, ...verb);
			check(said.ok, said.why);
			for (const [key, value] of Object.entries(wanted)) equal(said[key], value, key);
			server.child.stdin.end();
			await server.stop();
		});

// Not a matter of speed: heap and tables of the process, for each connection that has joined a document.
if (sanitized) console.log("skipped: what an idle connection keeps, beside what a sanitizer does");
else await row("syncgen: what an idle connection keeps", async () => {
	const [program, ...args] = programs.syncgen;
	const server = await start(program, args, { stdio: ["pipe", "pipe", "pipe"] });
	const said = await run({ port: server.port, pid: server.child.pid }, "idle", "clients=4", "idle=4000", "commits=3");
	check(said.bytes < 2700, `${said.bytes} bytes`);
	server.child.stdin.end();
	await server.stop();
});

// ---- a server that does something wrong ----

/** Right but for `fault`: what is to be sent, for message `index` to client `client`, as a list of texts. */
async function fake(fault) {
	const live = [];
	let revision = 0;
	let line = "";
	let joined = 0;
	const patch = (members) => JSON.stringify({ t: "patch", doc: "LIVE", epoch: "e", ...members });
	const server = net.createServer((socket) => {
		let bytes = Buffer.alloc(0);
		let open = false;
		const send = (text, what) => {
			for (const one of fault({ text, ...what }) ?? [text]) socket.write(frame({ payload: one, mask: false }));
		};
		const hear = (message) => {
			if (message.t === "hello") {
				socket.send = send;
				live.push(socket);
				const ops = [{ op: "replace", path: "", value: { line } }];
				return send(patch({ from: null, rev: revision, ops }), { joins: ++joined });
			}
			for (const { n, action, args } of message.m) {
				if (action === "ask") {
					const results = [{ n, value: args.line }];
					send(patch({ from: revision, rev: revision, ops: [], done: n, results }), { asks: n });
					continue;
				}
				line = args.line;
				const text = patch({ from: revision, rev: ++revision, ops: [{ op: "replace", path: "/line", value: line }] });
				live.forEach((one, client) => one.send(text, { client, revision }));
			}
		};
		socket.on("error", () => {});
		socket.on("data", (data) => {
			bytes = Buffer.concat([bytes, data]);
			if (!open) {
				const key = /^Sec-WebSocket-Key: (.*)\r$/m.exec(bytes)[1];
				const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
				socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: sync.v1.json\r\n\r\n`);
				open = true;
				bytes = Buffer.alloc(0);
			}
			while (bytes.length > 6) {
				const long = (bytes[1] & 127) === 126;
				const length = long ? bytes.readUInt16BE(2) : bytes[1] & 127;
				const from = (long ? 4 : 2) + 4; // its mask is zero
				if (bytes.length < from + length) return;
				hear(JSON.parse(bytes.subarray(from, from + length)));
				bytes = bytes.subarray(from + length);
			}
		});
	});
	await new Promise((done) => server.listen(0, "127.0.0.1", done));
	return { port: server.address().port, close: () => server.close() };
}

const fanout = ["fanout", "clients=4", "commits=20"];
const hits = ({ client, revision }) => client === 2 && revision === 9;
for (const [name, fault, says, verb = fanout] of [
	["nothing wrong", () => null, null],
	["nothing wrong, by calls", () => null, null, ["trips", "clients=2", "calls=10"]],
	["a patch is missing", (it) => (hits(it) ? [] : null), /waited|one is missing/, ["fanout", "clients=4", "commits=20", "burst=2"]],
	["a patch comes twice", (it) => (hits(it) ? [it.text, it.text] : null), /came twice/],
	["the last patch comes twice", (it) => (it.client === 2 && it.revision === 23 ? [it.text, it.text] : null), /came twice/],
	["two patches change places", (() => {
		let kept = null;
		return (it) => {
			if (it.client !== 2) return null;
			if (it.revision === 9) return (kept = it.text), [];
			return it.revision === 10 ? [it.text, kept] : null;
		};
	})(), /one is missing/, ["fanout", "clients=4", "commits=20", "burst=2"]],
	["a patch says something else", (it) => (hits(it) ? [it.text.replace("line 9", "line 8")] : null), /says "|says '/],
	["a patch skips a revision", (it) => (hits(it) ? [it.text.replace('"rev":9', '"rev":10')] : null), /2 revisions/],
	["the whole state instead", (it) => (hits(it) ? [it.text.replace('"from":8', '"from":null').replace('"path":"/line"', '"path":""').replace(/"value":("[^"]*")/, '"value":{"line":$1}')] : null), /whole state/],
	["another state at the end", (it) => (it.joins === 5 ? [it.text.replace(/"line":"[^"]*"/, '"line":"other"')] : null), /at the end/],
	["an error", (it) => (hits(it) ? ['{"t":"error","code":"internal"}'] : null), /it said/],
	["no JSON", (it) => (hits(it) ? ['{"t":"patch"'] : null), /it said/],
	["an answer to something else", (it) => (it.asks === 5 ? [it.text.replace("call 5", "call 4")] : null), /was answered with/, ["trips", "clients=2", "calls=20"]],
	["an answer that comes twice", (it) => (it.asks === 5 ? [it.text, it.text] : null), /an answer to call 5/, ["trips", "clients=2", "calls=20"]],
])
	await row(`noticed: ${name}`, async () => {
		const server = await fake(fault);
		const said = await run(server, ...verb);
		equal(said.ok, says === null, `ok; ${said.why}`);
		if (says) check(says.test(said.why), said.why);
		server.close();
	});

await row("no server there", async () => {
	const said = await run({ port: 1 }, "fanout", "clients=1");
	equal(said.ok, false);
});
await row("a server that refuses", async () => {
	const server = net.createServer((socket) => socket.end("HTTP/1.1 403 Forbidden\r\n\r\n"));
	await new Promise((done) => server.listen(0, "127.0.0.1", done));
	const said = await run({ port: server.address().port }, "fanout", "clients=1");
	check(/no WebSocket: HTTP.1.1 403/.test(said.why), said.why);
	server.close();
});
finish();
