// The server's own TLS: certificates made on the spot, clients with and without one, and what is no TLS.
import { execFileSync, spawnSync } from "node:child_process";
import { appendFileSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import https from "node:https";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import tls from "node:tls";
import { BUILD, buildExample, check, compile, equal, finish, frame, PATIENCE, Raw, row, sleep, start, until } from "./harness.mjs";

const syncgen = process.env.SYNCGEN ?? path.join(BUILD, "syncgen");
const { types, www } = buildExample("notes");
const gen = path.dirname(types);
const program = compile("tls_server", [path.join(import.meta.dirname, "tls_server.c"), path.join(gen, "notes.c")], [`-I${gen}`]);
const folder = mkdtempSync(path.join(os.tmpdir(), "tls-"));
process.setMaxListeners(0); // each program that is started has one
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

// ---- certificates ----

const file = (name) => path.join(folder, name);
const openssl = (...args) => execFileSync("openssl", args, { stdio: ["ignore", "ignore", "pipe"] });
const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

function authority(name) {
	openssl("req", "-x509", ...newKey, "-days", "2", "-subj", `/CN=${name}`, "-keyout", file(`${name}.key`), "-out", file(`${name}.pem`));
}

function issue(by, name, usage, days = "2") {
	writeFileSync(file("ext"), `subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=${usage}\n`);
	openssl("req", ...newKey, "-subj", `/CN=${name}`, "-keyout", file(`${name}.key`), "-out", file("request"));
	openssl("x509", "-req", "-in", file("request"), "-CA", file(`${by}.pem`), "-CAkey", file(`${by}.key`), "-CAcreateserial",
		"-days", days, "-extfile", file("ext"), "-out", file(`${name}.pem`));
}

authority("ours");
authority("others");
issue("ours", "server", "serverAuth");
issue("ours", "alice", "clientAuth");
issue("ours", "late", "clientAuth", "-1");
issue("others", "stranger", "clientAuth");
copyFileSync(file("server.pem"), file("both.pem"));
appendFileSync(file("both.pem"), readFileSync(file("server.key")));
writeFileSync(file("garbage.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");

const ca = readFileSync(file("ours.pem"));
const serve = (certificate, key = "", clientCa = "") =>
	start(program, [www, ...[certificate, key, clientCa].map((name) => name && file(name))]);
const identity = (name) => ({ cert: readFileSync(file(`${name}.pem`)), key: readFileSync(file(`${name}.key`)) });

/** A TLS connection, or what kept it from being one. */
async function secure(port, options = {}) {
	const socket = tls.connect({ port, host: "127.0.0.1", servername: "localhost", ca, ...options });
	const raw = new Raw(port, socket);
	let state = null;
	socket.on("secureConnect", () => (state = "there"));
	socket.on("error", (error) => (state = error.message));
	socket.on("close", () => (state ??= "closed"));
	await until(() => state, "TLS");
	if (state !== "there") throw new Error(state);
	return raw;
}

async function joined(port, options) {
	const raw = await secure(port, options);
	equal(await raw.open({ headers: { Host: `localhost:${port}` } }), 101, "status");
	equal((await raw.message(0)).type, "_SET:NOTES");
	return raw;
}

const server = await serve("server.pem", "server.key");
const { port } = server;

// ---- over TLS ----

await row("a change goes both ways", async () => {
	const writer = await joined(port);
	const reader = await joined(port);
	writer.sendJson("_ACTION:NOTES", { type: "RENAME", title: "Secret" });
	equal((await reader.message(1)).data[0].value, "Secret");
	writer.end();
	reader.end();
});

await row("the key in the certificate's file", async () => {
	const other = await serve("both.pem");
	(await joined(other.port)).end();
	await other.stop();
});

await row("a long message, and one in fragments within one TLS record", async () => {
	const raw = await joined(port);
	raw.send(`"${"x".repeat(900000)}"`);
	equal((await raw.message(1)).type, "_ERROR");
	const text = JSON.stringify({ type: "_WHAT:NOTES", data: {} }); // each is answered
	const parts = [...text].map((letter, i) => frame({ opcode: i ? 0 : 1, fin: i === text.length - 1, payload: letter }));
	raw.send(Buffer.concat([...parts, ...Array.from({ length: 20 }, () => frame({ payload: text }))]));
	equal((await raw.message(22)).data.code, "unsupported");
	raw.end();
});

await row("a slow reader gets the last state", async () => {
	const slow = await joined(port);
	slow.socket.pause();
	const writer = await joined(port);
	const title = (i) => `${i}`.padEnd(80, "x");
	for (let i = 0; i < 30000; i++) {
		writer.sendJson("_ACTION:NOTES", { type: "RENAME", title: title(i) });
		if (i % 200 === 0) await sleep(1);
	}
	await until(() => writer.frames.at(-1).payload.includes(title(29999)), "the last change");
	slow.socket.resume();
	await until(() => slow.frames.at(-1).payload.includes(title(29999)), "the slow reader");
	slow.end();
	writer.end();
});

await row("files", async () => {
	const body = await new Promise((done, fail) => {
		https.get({ port, host: "127.0.0.1", servername: "localhost", ca, path: "/app.js", agent: false }, (answer) => {
			let text = "";
			answer.on("data", (data) => (text += data));
			answer.on("end", () => done(text));
		}).on("error", fail);
	});
	equal(body, readFileSync(path.join(www, "app.js"), "utf8"));
});

for (const [origin, wanted] of [["https", 101], ["http", 403]])
	await row(`a page of the same host, by ${origin}`, async () => {
		const raw = await secure(port);
		const headers = { Host: `localhost:${port}`, Origin: `${origin}://localhost:${port}` };
		const status = await raw.open({ headers });
		check(status === wanted || (wanted !== 101 && raw.ended && !status), `status ${status}, not ${wanted}`);
		raw.end();
	});

await row("HTTP/2 is not offered", async () => {
	const raw = await secure(port, { ALPNProtocols: ["h2", "http/1.1"] });
	equal(raw.socket.alpnProtocol, "http/1.1");
	raw.end();
});

// ---- what is no TLS, or too old ----

await row("in the clear: no answer", async () => {
	const raw = new Raw(port);
	equal(await raw.open(), 0, "status");
	await raw.closed();
});

await row("garbage, and half a handshake: nobody else is harmed", async () => {
	const bystander = await joined(port);
	for (const bytes of [Buffer.alloc(5000, 0xff), Buffer.from([0x16, 3, 1, 2, 0, 1]), Buffer.from([0x16, 3, 1, 0xff, 0xff])]) {
		const socket = net.connect(port, "127.0.0.1");
		socket.on("error", () => {});
		socket.write(bytes);
		await sleep(50);
		socket.destroy();
	}
	bystander.sendJson("_GET:NOTES", {});
	equal((await bystander.message(1)).type, "_SET:NOTES");
	bystander.end();
});

await row("TLS 1.1 is too old", async () => {
	const said = await secure(port, { minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" })
		.then(() => "connected", (error) => error.message);
	check(said !== "connected", said);
	(await secure(port, { minVersion: "TLSv1.2", maxVersion: "TLSv1.2" })).end();
	(await secure(port, { minVersion: "TLSv1.3" })).end();
});

await row("a client that trusts others only", async () => {
	const said = await secure(port, { ca: readFileSync(file("others.pem")) }).then(() => "connected", (error) => error.message);
	check(/verify|certificate/.test(said), said);
});

// ---- certificates of clients ----

const closed = await serve("server.pem", "server.key", "ours.pem");

/** Whether it becomes a WebSocket: with TLS 1.3 a client learns only then that it was refused. */
async function letIn(options) {
	const raw = await secure(closed.port, options).catch(() => null);
	const status = raw ? await raw.open({ headers: { Host: `localhost:${closed.port}` } }) : 0;
	raw?.end();
	return status === 101;
}

for (const version of ["TLSv1.2", "TLSv1.3"])
	for (const [name, options, wanted] of [
		["one that ours vouches for", identity("alice"), true],
		["none", {}, false],
		["one that others vouch for", identity("stranger"), false],
		["one that is out of date", identity("late"), false],
		["one that is for servers", identity("server"), false],
	])
		await row(`a client's certificate, ${version}: ${name}`, async () => {
			equal(await letIn({ ...options, minVersion: version, maxVersion: version }), wanted, "let in");
		});

// ---- the client in C ----

const watch = (...args) => spawnSync(syncgen, ["watch", "--once", ...args], { encoding: "utf8", timeout: PATIENCE });

await row("syncgen watch over wss", async () => {
	const good = watch("--ca", file("ours.pem"), `wss://localhost:${port}/ws`, "NOTES");
	equal(good.status, 0, `status; ${good.stderr}`);
	check("title" in JSON.parse(good.stdout).state, good.stdout);
	equal(watch("--ca", file("others.pem"), `wss://localhost:${port}/ws`, "NOTES").status, 3, "status, others trusted");
	equal(watch(`ws://localhost:${port}/ws`, "NOTES").status, 3, "status, in the clear");
	equal(watch("--ca", file("ours.pem"), `wss://localhost:${closed.port}/ws`, "NOTES").status, 3, "status, without a certificate");
});

// ---- options ----

for (const [name, files, says] of [
	["a key without a certificate", ["", "server.key", ""], /^invalid: a key without a certificate/],
	["client_ca without a certificate", ["", "", "ours.pem"], /^invalid: client_ca without a certificate/],
	["a certificate that is not there", ["nothing.pem", "server.key", ""], /^not_found: cannot read the certificate .*nothing.pem: No such file/],
	["a key that is not there", ["server.pem", "nothing.key", ""], /^not_found: cannot read the key .*nothing.key: No such file/],
	["a client_ca that is not there", ["server.pem", "server.key", "nothing.pem"], /^not_found: cannot read the client_ca .*nothing.pem: No such file/],
	["no certificate in the file", ["garbage.pem", "server.key", ""], /^internal: .*\n/],
	["no key in the certificate's file", ["server.pem", "", ""], /^internal: .*\n/],
	["another certificate's key", ["server.pem", "alice.key", ""], /^internal: .*\n/],
	["no client_ca in the file", ["server.pem", "server.key", "garbage.pem"], /^internal: .*\n/],
])
	await row(`options: ${name}`, () => {
		const ran = spawnSync(program, [www, ...files.map((one) => one && file(one))], { encoding: "utf8", timeout: PATIENCE });
		equal(ran.status, 1, `status; ${ran.stdout}`);
		check(says.test(ran.stderr), ran.stderr);
	});

// ---- the end ----

await row("a server that ends says so", async () => {
	const raw = await joined(port);
	const ending = server.stop();
	await until(() => raw.closeCode !== null, "a goodbye");
	equal(raw.closeCode, 1001);
	raw.end();
	equal(await ending, { code: 0, signal: null });
	equal(server.errors(), "", "complaints");
});
equal(await closed.stop(), { code: 0, signal: null });
finish();
