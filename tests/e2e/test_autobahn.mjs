// The WebSocket conformance cases of others, against the server in echo mode, three times over.
//
// A case: frames to send, the events to be seen (one of the named outcomes), and how it may end.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { closeFrame, compile, finish, frame, PATIENCE, Raw, row, sleep, start } from "./harness.mjs";

const RUNS = Number(process.env.RUNS ?? 3);
const AT_ONCE = 16;
const here = import.meta.dirname;
const suites = process.env.SUITES ?? path.resolve(here, "../../../shared/suites");
const file = path.join(suites, "autobahn/autobahn-cases.json");
if (!existsSync(file)) {
	console.log(`skipped: there is no ${file}`);
	console.log("0 passed, 0 failed");
	process.exit(0);
}

/** Cases of many pings at once: RFC 6455 section 5.5.3 lets a server answer some of them. */
const MAY_SKIP_PONGS = new Set(["2.10", "2.11"]);

/** Hexadecimal digits, or {repeat_hex, len} for long ones. */
const bytes = (data) =>
	typeof data === "object" ? Buffer.alloc(data.len, data.repeat_hex, "hex") : Buffer.from(data, "hex");

/** What the peer has shown: pongs, whole messages, and the waits it has survived. */
class Events {
	list = [];
	#seen = 0;
	#parts = [];
	#kind = "";

	take(raw) {
		for (; this.#seen < raw.frames.length; this.#seen++) {
			const { opcode, fin, payload } = raw.frames[this.#seen];
			if (opcode === 10) this.list.push(["pong", payload.toString("hex")]);
			if (opcode > 2) continue;
			if (opcode) this.#kind = opcode === 1 ? "text" : "binary";
			this.#parts.push(payload);
			if (!fin) continue;
			this.list.push(["message", Buffer.concat(this.#parts).toString("hex"), this.#kind]);
			this.#parts = [];
		}
	}
}

async function send(raw, data, chop) {
	if (!chop) return raw.send(data);
	for (let at = 0; at < data.length && !raw.ended; at += chop) {
		raw.send(data.subarray(at, at + chop));
		await sleep(1);
	}
}

function fragments(step) {
	const payload = bytes(step.payload);
	const size = step.fragment ?? payload.length;
	const out = [];
	for (let at = 0; at === 0 || at < payload.length; at += size) {
		const fin = at + size >= payload.length;
		const opcode = at ? 0 : step.binary ? 2 : 1;
		out.push(frame({ opcode, fin, payload: payload.subarray(at, at + size) }));
		if (fin) break;
	}
	return out;
}

/** A frame sent in pieces: the header now, the rest as it comes; unmasked bits are those of a zero key. */
const open = (opcode, length) => {
	const whole = frame({ opcode, fin: true, length, payload: "" });
	whole.fill(0, whole.length - 4);
	return whole;
};

async function play(raw, test, events) {
	let sentClose = false;
	let begun = 0;
	for (const step of test.steps) {
		if (raw.ended) break;
		if (step.do === "frame") {
			const { opcode, fin, rsv } = step;
			await send(raw, frame({ opcode, fin, rsv, payload: bytes(step.payload) }), step.chop);
			sentClose ||= step.close === true;
		} else if (step.do === "message") raw.send(...fragments(step));
		else if (step.do === "begin_message") begun = step.binary ? 2 : 1;
		else if (step.do === "begin_frame") raw.send(open(begun, step.len));
		else if (step.do === "frame_data") raw.send(bytes(step.payload));
		else if (step.do === "wait") {
			await sleep(step.s * 1000);
			events.take(raw);
			if (step.tag && !raw.ended) events.list.push(["timeout", step.tag]);
		}
	}
	return sentClose;
}

const outcomes = (test) =>
	Object.values(test.expected).map((list) =>
		JSON.stringify(
			list.map(([kind, data, ...rest]) =>
				kind === "timeout" ? [kind, data] : [kind, bytes(data).toString("hex"), ...rest],
			),
		),
	);

async function judge(raw, test) {
	const events = new Events();
	const allowed = outcomes(test);
	let sentClose = await play(raw, test, events);
	const matches = () => {
		events.take(raw);
		if (MAY_SKIP_PONGS.has(test.id))
			return events.list.length > 0 && events.list.every((e) => allowed[0].includes(JSON.stringify(e)));
		return allowed.includes(JSON.stringify(events.list));
	};
	const end = Date.now() + PATIENCE; /* what is to come may take as long; it is not waited for more than that */
	const { closedByMe, closeCode } = test.close;
	while (!raw.ended && raw.closeCode === null && Date.now() < end && !(closedByMe && matches()))
		await sleep(5);
	if (!matches()) throw new Error(`saw ${JSON.stringify(events.list).slice(0, 200)}, allowed ${allowed}`.slice(0, 400));
	if (closedByMe && !sentClose && test.auto_close && !raw.ended) {
		raw.send(closeFrame(1000));
		sentClose = true;
	}
	/* Over: both have said so, or the connection has ended. */
	const over = () => raw.ended || (raw.closeCode !== null && sentClose);
	for (const late = Date.now() + PATIENCE; !over() && Date.now() < late; await sleep(5)) {
		if (raw.closeCode === null || sentClose) continue;
		raw.send(closeFrame(raw.closeCode || 1000));
		sentClose = true;
	}
	if (!over()) throw new Error("the connection was not closed");
	if (test.close.requireClean && raw.closeCode === null) throw new Error("no close frame");
	if (raw.closeCode && !closeCode.includes(raw.closeCode))
		throw new Error(`closed with ${raw.closeCode}, not ${closeCode}`);
	/* "Informational" cases leave open what comes before the end. */
	if (!test.informational && !matches()) throw new Error("more came after the end");
}

const server = await start(
	compile("echo_server", [path.join(here, "echo_server.c")], ["-Wno-pedantic"]),
);
const cases = JSON.parse(readFileSync(file, "utf8"));
const only = process.env.CASE;
const queue = [];
for (let run = 1; run <= RUNS; run++)
	for (const test of cases) if (!only || test.id === only) queue.push({ run, test });

async function worker() {
	for (let job; (job = queue.shift()); ) {
		const { run, test } = job;
		await row(`autobahn ${test.id}, run ${run} (${test.description.slice(0, 60)})`, async () => {
			const raw = new Raw(server.port);
			await raw.open();
			try {
				await judge(raw, test);
			} finally {
				raw.end();
			}
		});
	}
}
await Promise.all(Array.from({ length: AT_ONCE }, worker));
console.log(`note: ${cases.length} cases, ${RUNS} runs`);
await server.stop();
finish();
