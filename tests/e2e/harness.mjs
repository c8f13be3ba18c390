// What the end-to-end tests share: building and starting a server, counting rows, a WebSocket client
// down to the bytes (a real client never sends what these tests have to).
import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import net from "node:net";
import path from "node:path";

export const BUILD = path.resolve(process.env.BUILD ?? process.argv[2] ?? "build");
const top = path.resolve(import.meta.dirname, "../..");

let passed = 0;
let failed = 0;

export async function row(name, run) {
	try {
		await run();
		passed++;
	} catch (error) {
		failed++;
		console.log(`FAILED ${name}: ${error.stack ?? error}`);
	}
}

export function finish() {
	console.log(`${passed} passed, ${failed} failed`);
	process.exit(failed ? 1 : 0);
}

export function equal(got, want, what = "value") {
	const a = JSON.stringify(got);
	const b = JSON.stringify(want);
	if (a !== b) throw new Error(`${what}: got ${a}, want ${b}`);
}

export function check(condition, what) {
	if (!condition) throw new Error(what);
}

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** Long enough for a machine that does much else; only what fails takes as long. */
export const PATIENCE = 60000;

/** Waits until a condition holds; says what was waited for when it does not. */
export async function until(condition, what, ms = PATIENCE) {
	for (const end = Date.now() + ms; ; await sleep(10)) {
		if (await condition()) return;
		if (Date.now() > end) throw new Error(`waited ${ms} ms for ${what}`);
	}
}

/** Compiles a program of this folder against the library; returns its path. */
export function compile(name, sources, flags = []) {
	const out = path.join(BUILD, "tests", "e2e", name);
	mkdirSync(path.dirname(out), { recursive: true });
	const packages = ["libwebsockets", "libuv", "libcjson", "sqlite3"];
	const libs = execFileSync("pkg-config", ["--libs", ...packages], { encoding: "utf8" });
	const cc = (process.env.CC ?? "cc").split(" ");
	execFileSync(
		cc[0],
		[...cc.slice(1), "-std=c11", "-D_XOPEN_SOURCE=700", "-g", `-I${top}/runtime`, ...flags,
			...(process.env.E2E_CFLAGS ?? "").split(" ").filter(Boolean),
			"-o", out, ...sources, path.join(BUILD, "libsyncgen.a"),
			...libs.trim().split(/\s+/), "-lm", "-lpthread"],
		{ stdio: ["ignore", "inherit", "inherit"] },
	);
	return out;
}

/** Builds an example with a page; returns its program, its page's folder and its types. */
export function buildExample(name) {
	execFileSync("make", ["--no-print-directory", "-C", `${top}/examples/${name}`, `BUILD=${BUILD}`], {
		stdio: ["ignore", "ignore", "inherit"],
		env: { ...process.env, MAKEFLAGS: "", MAKELEVEL: "" },
	});
	const out = path.join(BUILD, "examples", name);
	return { program: path.join(out, name), www: path.join(out, "www"), types: path.join(out, `gen/${name}.ts`) };
}

/** Starts a server that prints a line with its port; stops with the test. */
export async function start(program, args = [], options = {}) {
	const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
	let output = "";
	let errors = "";
	let ended = null;
	child.stdout.on("data", (data) => (output += data));
	child.stderr.on("data", (data) => (errors += data));
	/* "close", not "exit": by then all that it printed has been read. */
	child.on("close", (code, signal) => (ended = { code, signal }));
	process.on("exit", () => child.kill("SIGKILL"));
	await until(() => output.includes("\n") || ended, `${program} to start`);
	if (!output.includes("\n")) throw new Error(`${program} ended: ${JSON.stringify(ended)} ${errors}`);
	const port = Number(/(\d+)\/?\s*$/.exec(output.split("\n")[0])[1]);
	return {
		child,
		port,
		output: () => output,
		errors: () => errors,
		ended: () => ended,
		async stop() {
			if (!ended) child.kill("SIGTERM");
			await until(() => ended, `${program} to stop`);
			return ended;
		},
	};
}

export function frame({ opcode = 1, fin = true, rsv = 0, payload = "", mask = true, length }) {
	const body = Buffer.from(payload);
	const said = length ?? body.length;
	const head = [(fin ? 0x80 : 0) | (rsv << 4) | opcode];
	const bit = mask ? 0x80 : 0;
	if (said < 126) head.push(bit | said);
	else if (said < 65536) head.push(bit | 126, said >> 8, said & 255);
	else {
		head.push(bit | 127);
		for (let i = 7; i >= 0; i--) head.push(Number((BigInt(said) >> BigInt(8 * i)) & 255n));
	}
	if (!mask) return Buffer.concat([Buffer.from(head), body]);
	const key = randomBytes(4);
	const masked = Buffer.from(body);
	for (let i = 0; i < masked.length; i++) masked[i] ^= key[i & 3];
	return Buffer.concat([Buffer.from(head), key, masked]);
}

export const closeFrame = (code, reason = "") =>
	frame({ opcode: 8, payload: Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)]) });

/**
 * A connection by bytes. `frames` collects what arrived, {opcode, fin, payload}, but for pings: they come when they
 * come, are counted, and answered unless it is `silent`.
 */
export class Raw {
	frames = [];
	pings = 0;
	silent = false;
	status = 0;
	head = "";
	ended = false;
	#bytes = Buffer.alloc(0);

	constructor(port, socket = net.connect(port, "127.0.0.1")) {
		this.socket = socket;
		this.socket.setNoDelay(true);
		this.socket.on("data", (data) => this.#take(data));
		this.socket.on("close", () => (this.ended = true));
		this.socket.on("error", () => {});
	}

	/** Sends the handshake and waits for the answer; headers: replace or (null) drop one. */
	async open({ path: where = "/ws", headers = {}, method = "GET", version = "1.1" } = {}) {
		const all = {
			Host: `127.0.0.1:${this.socket.remotePort ?? ""}`,
			Upgrade: "websocket",
			Connection: "Upgrade",
			"Sec-WebSocket-Key": randomBytes(16).toString("base64"),
			"Sec-WebSocket-Version": "13",
			...headers,
		};
		const lines = Object.entries(all).filter(([, value]) => value !== null).map(([k, v]) => `${k}: ${v}`);
		this.socket.write(`${method} ${where} HTTP/${version}\r\n${lines.join("\r\n")}\r\n\r\n`);
		await until(() => this.status || this.ended, "the handshake");
		return this.status;
	}

	#take(data) {
		this.#bytes = Buffer.concat([this.#bytes, data]);
		if (!this.status) {
			const end = this.#bytes.indexOf("\r\n\r\n");
			if (end < 0) return;
			this.head = this.#bytes.subarray(0, end).toString();
			this.status = Number(/^HTTP\/1\.[01] (\d+)/.exec(this.head)?.[1] ?? -1);
			this.#bytes = this.#bytes.subarray(end + 4);
		}
		if (this.status !== 101) return;
		for (let got; (got = this.#frame()); )
			if (got.opcode === 9) this.#pong(got.payload);
			else this.frames.push(got);
	}

	#pong(payload) {
		this.pings++;
		if (!this.silent && !this.ended) this.send(frame({ opcode: 10, payload }));
	}

	/** What followed the header of an answer that is no upgrade. */
	get body() {
		return this.#bytes;
	}

	#frame() {
		const b = this.#bytes;
		if (b.length < 2) return null;
		let length = b[1] & 127;
		let at = 2;
		if (length === 126) {
			if (b.length < 4) return null;
			length = b.readUInt16BE(2);
			at = 4;
		} else if (length === 127) {
			if (b.length < 10) return null;
			length = Number(b.readBigUInt64BE(2));
			at = 10;
		}
		if (b.length < at + length) return null;
		this.#bytes = b.subarray(at + length);
		return { opcode: b[0] & 15, fin: b[0] >> 7 === 1, payload: Buffer.from(b.subarray(at, at + length)) };
	}

	send(...frames) {
		for (const one of frames) this.socket.write(Buffer.isBuffer(one) ? one : frame({ payload: one }));
	}

	sendJson(type, data) {
		this.send(JSON.stringify({ type, data }));
	}

	/** The text messages so far, as JSON. */
	get messages() {
		return this.frames.filter((f) => f.opcode === 1).map((f) => JSON.parse(f.payload));
	}

	/** Waits for the text message number `index` (from 0). */
	async message(index) {
		await until(() => this.messages.length > index || this.ended, `message ${index}`);
		if (this.messages.length <= index) throw new Error(`closed before message ${index}`);
		return this.messages[index];
	}

	/** The code of the close frame that came, or null. */
	get closeCode() {
		const close = this.frames.find((f) => f.opcode === 8);
		if (!close) return null;
		return close.payload.length >= 2 ? close.payload.readUInt16BE(0) : 0;
	}

	async closed() {
		await until(() => this.ended, "the connection to end");
	}

	end() {
		this.socket.destroy();
	}
}
