// A real server and everything a client should not do, byte by byte: a clear answer, and no harm to anybody
// else or to the state.
import { readFile } from "node:fs/promises";
import http from "node:http";
import path from "node:path";
import { BUILD, buildExample, check, closeFrame, compile, equal, finish, frame, Raw, row, sleep, start, until } from "./harness.mjs";

const { program, www } = buildExample("notes");
const server = await start(program, [www], { env: { ...process.env, PORT: "0" } });

/** An open connection that has had its first state. */
async function open(port = server.port, options = {}) {
	const raw = new Raw(port);
	equal(await raw.open(options), 101, "status");
	return raw;
}

async function joined() {
	const raw = await open();
	equal((await raw.message(0)).type, "_SET:NOTES");
	return raw;
}

// A bystander: whatever the others do, it stays, and its document stays what it was.
const bystander = await joined();
const before = JSON.stringify(bystander.messages[0].data);

async function unharmed(raw) {
	for (const one of [raw, bystander].filter(Boolean)) {
		const at = one.messages.length;
		one.sendJson("_GET:NOTES", {});
		const answer = await one.message(at);
		equal([answer.type, JSON.stringify(answer.data)], ["_SET:NOTES", before], "the state");
	}
}

// ---- handshakes ----

const origin = (value) => ({ headers: { Origin: value } });
for (const [name, options, wanted] of [
	["the right way", {}, 101],
	["the same origin", origin(`http://127.0.0.1:${server.port}`), 101],
	["another origin", origin("http://evil.example"), 403],
	["another origin that begins the same", origin(`http://127.0.0.1:${server.port}.evil.example`), 403],
	["no origin at all, sandboxed", origin("null"), 403],
	["another path", { path: "/other" }, 404],
	["a path below", { path: "/ws/x" }, 404],
	["a query is no part of the path", { path: "/ws?x=1" }, 101],
	["an old version", { headers: { "Sec-WebSocket-Version": "8" } }, 426],
	["no version", { headers: { "Sec-WebSocket-Version": null } }, 426],
	["no key", { headers: { "Sec-WebSocket-Key": null } }, 0],
	["POST", { method: "POST" }, 400],
	["HTTP/1.0", { version: "1.0" }, 400],
	["a cookie of 12 kB", { headers: { Cookie: `a=${"x".repeat(12000)}` } }, 101],
	["a cookie of 100 kB", { headers: { Cookie: `a=${"x".repeat(100000)}` } }, 0],
	["many subprotocols, none of ours", { headers: { "Sec-WebSocket-Protocol": "a, b, c" } }, 0],
	["HTTP/2 in the clear", { headers: { Upgrade: "h2c", "HTTP2-Settings": "AAMAAABkAAQAAP__" } }, 400],
])
	await row(`handshake: ${name}`, async () => {
		const raw = new Raw(server.port);
		const headers = { Host: `127.0.0.1:${server.port}`, ...options.headers };
		const status = await raw.open({ ...options, headers });
		check(status === wanted || (wanted !== 101 && raw.ended && !status), `status ${status}, not ${wanted}`);
		raw.end();
		await unharmed();
	});

await row("handshake: compression that is offered is not taken", async () => {
	const raw = new Raw(server.port);
	equal(await raw.open({ headers: { "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits" } }), 101);
	check(!/sec-websocket-extensions/i.test(raw.head), raw.head);
	raw.send(frame({ rsv: 4, payload: Buffer.from([0xaa, 0x56, 0x2a, 0xa9]) })); // RSV1: compressed
	await until(() => raw.ended || raw.closeCode !== null, "a close");
	raw.end();
	await unharmed();
});

await row("handshake: half a request is let go", async () => {
	const raw = new Raw(server.port);
	raw.socket.write("GET /ws HTTP/1.1\r\nHost: x\r\nUpgr");
	await sleep(50);
	raw.end();
	await unharmed();
});

// ---- messages ----

const deep = "[".repeat(100000);
for (const [name, message, wanted] of [
	["not JSON", "hello", { code: "parse" }],
	["empty", "", { code: "parse" }],
	["cut short", '{"type":"_GET:NOTES","data":{', { code: "parse" }],
	["no object", "[1]", {}],
	["no type", "{}", {}],
	["a type of the wrong type", '{"type":["_GET:NOTES"]}', { path: "/type" }],
	["an unknown type", '{"type":"_WHAT:NOTES","data":{}}', { code: "unsupported" }],
	["an unknown key", '{"type":"_GET:NOBODY","data":{}}', { code: "not_found" }],
	["a field there is not", '{"type":"_PATCH:NOTES","data":[{"op":"add","path":"/x","value":1}]}', { code: "not_found" }],
	["a value of the wrong type", '{"type":"_PATCH:NOTES","data":[{"op":"replace","path":"/title","value":1}]}', { path: "/title" }],
	["a value out of bounds", `{"type":"_PATCH:NOTES","data":[{"op":"replace","path":"/title","value":"${"x".repeat(81)}"}]}`, { code: "invalid", path: "/title" }],
	["no patch", '{"type":"_PATCH:NOTES","data":"x"}', {}],
	["an unknown action", '{"type":"_ACTION:NOTES","data":{"type":"NOPE"}}', { code: "not_found" }],
	["an action without its argument", '{"type":"_ACTION:NOTES","data":{"type":"RENAME"}}', { code: "invalid" }],
	["too deep", deep, {}],
	["too deep inside", `{"type":"_SET:NOTES","data":${deep}`, {}],
	["a long message that says nothing", `"${"x".repeat(900000)}"`, {}],
])
	await row(`message: ${name}`, async () => {
		const raw = await joined();
		raw.send(message);
		const answer = await raw.message(1);
		equal(answer.type, "_ERROR");
		for (const [key, value] of Object.entries(wanted)) equal(answer.data[key], value, key);
		check(answer.data.message.length > 3, "a message in words");
		await sleep(5);
		const after = raw.messages.length; /* a refused patch is followed by the state */
		raw.sendJson("_GET:NOTES", {});
		await raw.message(after);
		await unharmed();
		raw.end();
	});

await row("message: binary", async () => {
	const raw = await joined();
	raw.send(frame({ opcode: 2, payload: Buffer.from([0, 1, 2]) }));
	equal((await raw.message(1)).data.code, "unsupported");
	await unharmed(raw);
	raw.end();
});

await row("message: in many fragments, with a ping between", async () => {
	const raw = await joined();
	const text = JSON.stringify({ type: "_GET:NOTES", data: {} });
	[...text].forEach((letter, i) => {
		raw.send(frame({ opcode: i ? 0 : 1, fin: i === text.length - 1, payload: letter }));
		if (i === 5) raw.send(frame({ opcode: 9, payload: "p" }));
	});
	equal((await raw.message(1)).type, "_SET:NOTES");
	check(raw.frames.some((f) => f.opcode === 10 && String(f.payload) === "p"), "a pong");
	raw.end();
});

// ---- frames ----

const long = Buffer.alloc(1 << 20, "x");
for (const [name, send, codes] of [
	["a message over the limit", (raw) => raw.send(frame({ payload: Buffer.concat([long, long]) })), [1009]],
	["a message over the limit in fragments", (raw) => {
		for (let i = 0; i < 20; i++) raw.send(frame({ opcode: i ? 0 : 1, fin: false, payload: long.subarray(0, 100000) }));
	}, [1009]],
	["a length of 2^62 announced", (raw) => raw.send(frame({ length: 2 ** 62, payload: "abc" })), [1009, 1002, null]],
	["a length with the top bit", (raw) => raw.socket.write(Buffer.from([0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4, 5])), [1009, 1002, null]],
	["text that is not UTF-8", (raw) => raw.send(frame({ payload: Buffer.from([0xff, 0xfe]) })), [1007]],
	["text that is not UTF-8, in the second fragment", (raw) =>
		raw.send(frame({ fin: false, payload: '"' }), frame({ opcode: 0, payload: Buffer.from([0xc0, 0xaf]) })), [1007]],
	["a reserved opcode", (raw) => raw.send(frame({ opcode: 3 })), [1002, null]],
	["a reserved bit", (raw) => raw.send(frame({ rsv: 1, payload: "x" })), [1002, null]],
	["a control frame in fragments", (raw) => raw.send(frame({ opcode: 9, fin: false })), [1002, null]],
	["a long control frame", (raw) => raw.send(frame({ opcode: 9, payload: long.subarray(0, 200) })), [1002, null]],
	["a continuation of nothing", (raw) => raw.send(frame({ opcode: 0, payload: "x" })), [1002, null]],
	["a close of one byte", (raw) => raw.send(frame({ opcode: 8, payload: "x" })), [1002]],
	...[0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535].map((code) =>
		[`a close with the reserved code ${code}`, (raw) => raw.send(closeFrame(code)), [1002]]),
	...[1001, 1003, 1011, 3000, 4000, 4999].map((code) =>
		[`a close with the code ${code}`, (raw) => raw.send(closeFrame(code, "a reason")), [code]]),
	["a close with words that are not UTF-8", (raw) => raw.send(closeFrame(1000, Buffer.from([0xff]))), [1002, 1007, null]],
	["a close", (raw) => raw.send(closeFrame(1000)), [1000]],
])
	await row(`frame: ${name}`, async () => {
		const raw = await joined();
		send(raw);
		await until(() => raw.ended || raw.closeCode !== null, "a close");
		check(codes.includes(raw.closeCode), `closed with ${raw.closeCode}, not ${codes}`);
		raw.end();
		await unharmed();
	});

// libwebsockets does not say whether a frame was masked (RFC 6455 section 5.1 wants it refused). Masks protect
// proxies between, not the server: the frame is taken for what it says, in step with those that are masked.
await row("frame: not masked, is taken as it is", async () => {
	const raw = await joined();
	raw.send(frame({ payload: '{"type":"_WHAT:NOTES","data":1}', mask: false }), '{"type":"_WHY:NOTES","data":2}');
	equal((await raw.message(1)).data.code, "unsupported");
	equal((await raw.message(2)).data.code, "unsupported");
	await unharmed(raw);
	raw.send(frame({ opcode: 9, payload: "p", mask: false }));
	await until(() => raw.frames.some((f) => f.opcode === 10 && String(f.payload) === "p"), "a pong");
	raw.send(frame({ opcode: 8, payload: Buffer.from([3, 232]), mask: false }));
	await until(() => raw.closeCode !== null, "a close");
	equal(raw.closeCode, 1000);
	raw.end();
});

await row("who asks and does not read is closed, and nothing piles up", async () => {
	const raw = await joined();
	raw.socket.pause();
	const bad = Buffer.concat(Array.from({ length: 1000 }, () => frame({ payload: "?" })));
	for (let i = 0; i < 300 && !raw.ended; i++) raw.send(bad);
	await sleep(300);
	await unharmed();
	const status = await readFile(`/proc/${server.child.pid}/status`, "utf8");
	const memory = Number(/VmRSS:\s+(\d+)/.exec(status)[1]);
	check(memory < 64 * 1024, `${memory} kB in use`);
	raw.end();
});

// ---- a slow reader ----

await row("a slow reader costs a number, not a queue", async () => {
	const slow = await joined();
	slow.socket.pause();
	const writer = await joined();
	const title = (i) => `${i}`.padEnd(80, "x");
	for (let i = 0; i < 30000; i++) {
		writer.sendJson("_ACTION:NOTES", { type: "RENAME", title: title(i) });
		if (i % 200 === 0) await sleep(1);
	}
	const shows = (raw) => {
		let seen = "";
		for (const { type, data } of raw.messages) {
			if (type === "_SET:NOTES") seen = data.title;
			if (type === "_PATCH:NOTES") for (const op of data) seen = op.value;
		}
		return seen;
	};
	await until(() => writer.frames.at(-1).payload.includes(title(29999)), "the last change");
	slow.socket.resume();
	await until(() => slow.frames.at(-1).payload.includes(title(29999)), "the slow reader");
	equal(shows(slow), title(29999));
	writer.sendJson("_ACTION:NOTES", { type: "RENAME", title: "My Notes" });
	await until(() => bystander.frames.at(-1).payload.includes('"My Notes"'), "the old title");
	slow.end();
	writer.end();
	await unharmed();
});

// ---- files ----

const get = (where, method = "GET") =>
	new Promise((done, fail) => {
		const request = http.request({ port: server.port, path: where, method, agent: false }, (response) => {
			let body = "";
			response.on("data", (data) => (body += data));
			response.on("end", () => done({ status: response.statusCode, type: response.headers["content-type"], body }));
		});
		request.on("error", fail);
		request.end();
	});

for (const [where, status, type, method] of [
	["/", 200, "text/html; charset=utf-8"],
	["/index.html?x=y", 200, "text/html; charset=utf-8"],
	["/app.js", 200, "text/javascript; charset=utf-8"],
	["/style.css", 200, "text/css; charset=utf-8"],
	["/icon.svg", 200, "image/svg+xml"],
	["/nothing", 404],
	["/../notes", 404],
	["/..%2fnotes", 404],
	["/%2e%2e/notes", 404],
	["/.%2e/notes", 404],
	["//etc/passwd", 404],
	["/ws", 426],
	["/", 405, undefined, "DELETE"],
	["/", 200, "text/html; charset=utf-8", "HEAD"],
])
	await row(`file: ${method ?? "GET"} ${where}`, async () => {
		const answer = await get(where, method).catch((error) => ({ status: 404, error }));
		equal(answer.status, status, "status");
		if (type) equal(answer.type, type, "type");
		if (type && where === "/app.js") equal(answer.body, await readFile(path.join(www, "app.js"), "utf8"));
		if (method === "HEAD") equal(answer.body, "");
	});

// ---- time ----

const echo = await start(compile("echo_server", [path.join(import.meta.dirname, "echo_server.c")]), ["1000"]);

const late = [];
late.push(row("half a frame is closed in time", async () => {
	const raw = await open(echo.port);
	raw.silent = true; // a pong would be the rest of the frame
	raw.socket.write(frame({ payload: "hello" }).subarray(0, 7));
	await raw.closed();
}));

late.push(row("half a message is closed in time, pongs or not", async () => {
	const raw = await open(echo.port);
	raw.send(frame({ fin: false, payload: "begun" }));
	const beat = setInterval(() => raw.send(frame({ opcode: 10 })), 50);
	await raw.closed();
	clearInterval(beat);
}));

late.push(row("who does not answer pings is closed, who does stays", async () => {
	const silent = await open(echo.port);
	silent.silent = true;
	const alive = await open(echo.port);
	await silent.closed();
	check(silent.pings > 0, "it was asked first");
	await until(() => alive.pings > 3 || alive.ended, "more pings than a silent one is given");
	check(!alive.ended, "the other one stays");
	alive.end();
}));
await Promise.all(late); // all of them wait

// ---- limits ----

const echoed = (raw) => raw.frames.filter((f) => f.opcode === 1);
const limited = await start(path.join(BUILD, "tests/e2e/echo_server"), ["0", "3", "4096"]);

await row("limit: connections; who comes when one has left is let in", async () => {
	const three = [await open(limited.port), await open(limited.port), await open(limited.port)];
	const fourth = new Raw(limited.port);
	const status = await fourth.open();
	check(status === 503 || (!status && fourth.ended), `status ${status}`);
	three[0].end();
	await until(async () => {
		const raw = new Raw(limited.port);
		const now = await raw.open();
		raw.end();
		return now === 101;
	}, "a place");
	three[1].send("still here");
	await until(() => echoed(three[1]).length, "an echo");
	for (const raw of [...three, fourth]) raw.end();
});

for (const [name, send] of [
	["in one frame", (raw, text) => raw.send(frame({ payload: text }))],
	["in two", (raw, text) => raw.send(frame({ fin: false, payload: text.slice(0, 4000) }), frame({ opcode: 0, payload: text.slice(4000) }))],
])
	await row(`limit: bytes of a message ${name}`, async () => {
		let raw;
		await until(async () => {
			raw = new Raw(limited.port); // those before may not have left yet
			return (await raw.open()) === 101;
		}, "a place");
		send(raw, "x".repeat(4096));
		await until(() => echoed(raw).length, "an echo");
		equal(echoed(raw)[0].payload.length, 4096);
		send(raw, "x".repeat(4097));
		await until(() => raw.closeCode !== null, "a close");
		equal(raw.closeCode, 1009);
		raw.end();
	});

await row("limit: open files, as low as the shell has it, is raised to what is needed", async () => {
	const low = await start("sh", ["-c", 'ulimit -Sn 64 && exec "$0"', path.join(BUILD, "tests/e2e/echo_server")]);
	const many = await Promise.all(Array.from({ length: 200 }, () => open(low.port)));
	many.forEach((raw) => raw.send("here"));
	for (const raw of many) await until(() => echoed(raw).length, "an echo");
	for (const raw of many) raw.end();
	await low.stop();
});
await limited.stop();

// ---- many ----

await row("three hundred at once", async () => {
	const many = await Promise.all(Array.from({ length: 300 }, joined));
	bystander.sendJson("_ACTION:NOTES", { type: "RENAME", title: "for all" });
	for (const raw of many) equal((await raw.message(1)).data[0].value, "for all");
	bystander.sendJson("_ACTION:NOTES", { type: "RENAME", title: "My Notes" });
	for (const raw of many) equal((await raw.message(2)).data[0].value, "My Notes");
	for (const raw of many) raw.end();
	await unharmed();
});

// ---- the end ----

await row("a server that ends says so", async () => {
	const raw = await joined();
	const ending = server.stop();
	await until(() => raw.closeCode !== null && bystander.closeCode !== null, "goodbyes");
	equal([raw.closeCode, bystander.closeCode], [1001, 1001]);
	raw.send(closeFrame(1001));
	equal(await ending, { code: 0, signal: null });
	equal(server.errors(), "", "complaints");
});

await row("a server ends although nobody answers", async () => {
	const raw = await open(echo.port);
	raw.socket.pause();
	equal(await echo.stop(), { code: 0, signal: null });
	raw.end();
});
finish();
