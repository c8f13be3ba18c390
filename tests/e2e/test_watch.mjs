// `syncgen watch` and the C client's socket against the real server: patches arrive, a lost connection is
// resumed, a restarted server is found again, TLS, headers, refusals, interruption.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import tls from "node:tls";
import { BUILD, buildExample, check, equal, finish, Raw, row, start, until } from "./harness.mjs";

const syncgen = process.env.SYNCGEN ?? path.join(BUILD, "syncgen");
const { program, www } = buildExample("notes");
const folder = mkdtempSync(path.join(os.tmpdir(), "watch-"));
process.setMaxListeners(0); // each program that is started has one
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const serve = (port = 0) => start(program, [www], { env: { ...process.env, PORT: String(port) } });

/** Runs the command; `lines` are those of its output as JSON. */
function watch(...args) {
	const child = spawn(syncgen, ["watch", ...args], { stdio: ["ignore", "pipe", "pipe"] });
	const it = { child, out: "", errors: "", ended: null };
	child.stdout.on("data", (data) => (it.out += data));
	child.stderr.on("data", (data) => (it.errors += data));
	child.on("close", (code, signal) => (it.ended = { code, signal }));
	process.on("exit", () => child.kill("SIGKILL"));
	return Object.assign(it, {
		lines: () => it.out.split("\n").slice(0, -1).map((line) => JSON.parse(line)),
		line: async (index) => {
			await until(() => it.out.split("\n").length > index + 1 || it.ended, `line ${index}; ${it.errors}`);
			return JSON.parse(it.out.split("\n")[index]);
		},
		end: async (signal) => {
			if (signal) child.kill(signal);
			await until(() => it.ended, "the command to end");
			return it.ended.code;
		},
	});
}

/** Somebody else who writes. */
async function write(port, ...ops) {
	const raw = new Raw(port);
	await raw.open();
	await raw.message(0);
	raw.sendJson("_PATCH:NOTES", ops);
	raw.sendJson("_GET:NOTES", {});
	await raw.message(1);
	raw.end();
}

/** Hands connections on to a port; `cut` ends those there are, `heads` are the requests that came. */
async function between(port, secure) {
	const sockets = new Set();
	const it = { connections: 0, heads: [] };
	const take = (from) => {
		it.connections++;
		const to = net.connect(port, "127.0.0.1");
		from.once("data", (data) => it.heads.push(String(data)));
		from.pipe(to).pipe(from);
		for (const one of [from, to]) {
			sockets.add(one);
			one.on("error", () => {});
			one.on("close", () => (from.destroy(), to.destroy()));
		}
	};
	const server = secure ? tls.createServer(secure, take) : net.createServer(take);
	await new Promise((done) => server.listen(0, "127.0.0.1", done));
	it.port = server.address().port;
	it.cut = () => sockets.forEach((one) => one.destroy());
	it.close = () => (server.close(), it.cut());
	return it;
}

const url = (port, scheme = "ws") => `${scheme}://127.0.0.1:${port}/ws`;
const title = (value) => ({ op: "replace", path: "/title", value });

await row("the document, then its patches", async () => {
	const server = await serve();
	const watching = watch(url(server.port), "NOTES");
	equal(await watching.line(0), { rev: 0, state: { title: "My Notes", notes: [] } });
	await write(server.port, title("One"));
	equal(await watching.line(1), { rev: 1, ops: [title("One")] });
	await write(server.port, { op: "add", path: "/notes/-", value: "two\nlines" });
	equal((await watching.line(2)).ops[0].value, "two\nlines");
	equal(await watching.end("SIGINT"), 0, "status");
	equal(watching.errors, "");
	await server.stop();
});

await row("a lost connection is resumed where it stood", async () => {
	const server = await serve();
	const proxy = await between(server.port);
	const watching = watch(url(proxy.port), "NOTES");
	await watching.line(0);
	await write(server.port, title("Before"));
	await watching.line(1);
	proxy.cut();
	await write(server.port, title("Meanwhile"));
	equal(await watching.line(2), { rev: 2, ops: [title("Meanwhile")] });
	equal(proxy.connections, 2);
	equal(await watching.end("SIGTERM"), 0, "status");
	check(/trying again in \d+\.\d s\nsyncgen: connected again\n$/.test(watching.errors), watching.errors);
	proxy.close();
	await server.stop();
});

await row("a server that was restarted is found again", async () => {
	let server = await serve();
	const { port } = server;
	const watching = watch(url(port), "NOTES");
	await watching.line(0);
	await write(port, title("Lost"));
	await watching.line(1);
	await server.stop();
	server = await serve(port);
	equal(await watching.line(2), { rev: 0, state: { title: "My Notes", notes: [] } });
	await write(port, title("New"));
	equal((await watching.line(3)).ops, [title("New")]);
	equal(await watching.end("SIGINT"), 0, "status");
	await server.stop();
});

await row("--once", async () => {
	const server = await serve();
	const watching = watch("--once", "--json", url(server.port).replace("127.0.0.1", "localhost"), "NOTES");
	equal(await watching.end(), 0, "status");
	equal(watching.lines(), [{ rev: 0, state: { title: "My Notes", notes: [] } }]);
	await server.stop();
});

await row("interrupted while nobody answers", async () => {
	const watching = watch(url(1), "NOTES");
	await until(() => watching.errors.includes("trying again"), "a try");
	equal(await watching.end("SIGINT"), 0, "status");
});

await row("a frame in fragments and one that is large", async () => {
	const server = await serve();
	const lines = Array.from({ length: 1000 }, (_, i) => ({ op: "add", path: "/notes/-", value: `${i} ${"x".repeat(190)}` }));
	for (let i = 0; i < lines.length; i += 250) await write(server.port, ...lines.slice(i, i + 250));
	const watching = watch("--once", url(server.port), "NOTES");
	equal(await watching.end(), 0, "status");
	equal(watching.lines()[0].state.notes.length, 1000);
	await server.stop();
});

for (const [name, args, code, says] of [
	["no document of that key", (port) => [url(port), "NOBODY"], 1, "NOBODY: there is no document with that key"],
	["no WebSocket there", (port) => ["--once", `ws://127.0.0.1:${port}/elsewhere`, "NOTES"], 3, "/elsewhere: no WebSocket there: HTTP status 404"],
	["nobody there", () => ["--once", url(1), "NOTES"], 3, "ws://127.0.0.1:1/ws: nobody answers there"],
	["no address", () => ["http://127.0.0.1/", "NOTES"], 2, "ws:// or wss://"],
	["no key", (port) => [url(port)], 2, "say which document"],
	["too long a key", (port) => [url(port), "k".repeat(256)], 2, "255 bytes"],
	["no header", (port) => ["--header", "nothing", url(port), "NOTES"], 2, "Name: value"],
	["two headers in one", (port) => ["--header", "A: b\r\nC: d", url(port), "NOTES"], 2, "Name: value"],
	["no certificates", (port) => ["--ca", "/nowhere", url(port, "wss"), "NOTES"], 3, "/nowhere"],
])
	await row(`refused: ${name}`, async () => {
		const server = await serve();
		const watching = watch(...args(server.port));
		equal(await watching.end(), code, `status; ${watching.errors}`);
		check(watching.errors.includes(says), watching.errors);
		equal(watching.out, "");
		await server.stop();
	});

await row("headers", async () => {
	const server = await serve();
	const proxy = await between(server.port);
	const watching = watch("--once", "--header", "X-One: 1", "--header=Authorization: Bearer two", url(proxy.port), "NOTES");
	equal(await watching.end(), 0, "status");
	const [head] = proxy.heads;
	for (const line of ["X-One: 1", "Authorization: Bearer two", `Host: 127.0.0.1:${proxy.port}`, "Sec-WebSocket-Protocol: sync.v1.json"])
		check(head.toLowerCase().includes(`${line.toLowerCase()}\r\n`), `${line} in ${head}`);
	check(!/^origin:/im.test(head), head);
	proxy.close();
	await server.stop();
});

await row("TLS: what --ca trusts, nothing else", async () => {
	const [key, cert] = ["key.pem", "cert.pem"].map((name) => path.join(folder, name));
	execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
		"-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", cert], { stdio: "ignore" });
	const server = await serve();
	const proxy = await between(server.port, { key: readFileSync(key), cert: readFileSync(cert) });
	const there = `wss://localhost:${proxy.port}/ws`;
	const good = watch("--once", "--ca", cert, there, "NOTES");
	equal(await good.end(), 0, `status; ${good.errors}`);
	equal(good.lines()[0].state.title, "My Notes");
	const unknown = watch("--once", there, "NOTES");
	equal(await unknown.end(), 3, "status without --ca");
	const otherName = watch("--once", "--ca", cert, `wss://127.0.0.1:${proxy.port}/ws`, "NOTES");
	equal(await otherName.end(), 3, "status for another name");
	proxy.close();
	await server.stop();
});

await row("for people", async () => {
	const server = await serve();
	const shown = execFileSync("script", ["-qec", `'${syncgen}' watch --once ${url(server.port)} NOTES`, "/dev/null"], { encoding: "utf8" });
	equal(shown.replaceAll("\r", ""), 'revision 0\n{\n  "title": "My Notes",\n  "notes": []\n}\n');
	await server.stop();
});

await row("a server that sends no frames of ours", async () => {
	const server = http.createServer((_, answer) => answer.end("hello"));
	await new Promise((done) => server.listen(0, "127.0.0.1", done));
	const watching = watch("--once", url(server.address().port), "NOTES");
	equal(await watching.end(), 3, "status");
	server.close();
});

finish();
