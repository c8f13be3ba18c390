/**
 * A server that says what no server says: in rows what was once believed, and by chance (SEED=n repeats one).
 * Nothing throws, nothing runs away, no half state is shown, nothing that was made here is lost.
 */
import assert from "node:assert/strict";
import { setImmediate as breathe } from "node:timers/promises";
import { test } from "node:test";
import type { SyncError } from "../../runtime/ts/src/index.js";
import { startTask } from "../../runtime/ts/src/index.js";
import { Board, emptyBoard } from "./board.js";
import { lone } from "./lone.js";
import { Chance, World } from "./world.js";

/** Timers as JavaScript has them: a longer wait ends at once. */
const LONGEST = 2 ** 31 - 1;

/** Timers that cannot be had, and how many there are at a time. */
class Strict extends World {
	live = 0;
	most = 0;
	readonly wrong: number[] = [];

	constructor(seed: number) {
		super(seed);
		const { after } = this;
		this.after = (ms, call) => {
			if (!(ms >= 0 && ms <= LONGEST)) this.wrong.push(ms);
			let waits = true;
			const over = () => {
				if (waits) this.live--;
				waits = false;
			};
			this.most = Math.max(this.most, ++this.live);
			const cancel = after(ms >= 0 && ms <= LONGEST ? ms : 1, () => (over(), call()));
			return () => (over(), cancel());
		};
	}
}

function joined(seed = 1) {
	const world = new Strict(seed);
	const it = lone({}, seed, world);
	const board = it.client.open(Board);
	it.letIn();
	it.welcome();
	it.resume();
	const patch = (more: object) => it.says({ t: "patch", doc: "BOARD", epoch: "e", from: 1, rev: 2, ops: [], ...more });
	const count = (t: string) => it.sockets.flatMap((s) => it.frames(s)).filter((f) => f.t === t).length;
	return { ...it, world, board, patch, count };
}

/* ---- in rows ---- */

/** What is said for a number of milliseconds, or of anything else. */
const oddities = [0, -1, 1e12, 1e300, "soon", "5", null, {}, [], true, 0.5];

for (const after of oddities)
	test(`bye after ${JSON.stringify(after)}, again and again: no storm`, () => {
		const { world, says, letIn, welcome, dials, sockets } = joined();
		for (let i = 0; i < 50; i++) {
			for (let n = 0; n < 20; n++) says({ t: "bye", after });
			const before = dials.length;
			for (let t = 0; dials.length === before && t < 4000; t++) world.run(1000);
			assert.ok(dials.length > before, "it comes again");
			if (sockets.at(-1)!.readyState === 0) letIn();
			welcome();
		}
		assert.deepEqual(world.wrong, []);
		assert.ok(world.most < 20, `${world.most} timers`);
		const gaps = dials.slice(20).map((at, i) => at - dials[19 + i]!);
		assert.ok(gaps.reduce((a, b) => a + b) / gaps.length > 3000, "they grow apart");
	});

for (const heartbeat of oddities)
	test(`a heartbeat of ${JSON.stringify(heartbeat)} is none or one that can be meant`, () => {
		const { world, says, letIn, client, frames } = joined();
		client.disconnect();
		client.connect();
		letIn();
		says({ t: "welcome", client: frames()[0].client, secret: "x", heartbeat });
		world.run(2400);
		assert.deepEqual(world.wrong, []);
		assert.ok(frames().filter((f) => f.t === "ping").length <= 2);
	});

for (const limit of [...oddities, undefined])
	test(`limits of ${JSON.stringify(limit)}: what waits is sent all the same`, () => {
		const { world, says, letIn, welcome, resume, board, client, frames } = joined();
		client.disconnect();
		for (let i = 0; i < 3; i++) void board.update((b) => void b.notes.push(`${i}`));
		client.connect();
		letIn();
		const limits = { frame: limit, push: limit, mutations: limit, bin: limit };
		says({ t: "welcome", client: frames()[0].client, secret: "x", limits });
		resume();
		world.run(10);
		const pushed = frames().filter((f) => f.t === "push");
		assert.ok(pushed.length === 1 && pushed[0].m.length >= 1);
		if (!(typeof limit === "number" && limit > 0 && limit < 1000)) // one that is true
			if (limit !== "5" && limit !== true) void board.update((b) => void b.notes.push("more"));
		assert.ok(board.status.pending >= 3);
		welcome();
	});

test("a push may be larger than a frame by its limits: it is not", () => {
	const { world, says, letIn, resume, board, client, frames } = joined();
	client.disconnect();
	client.connect();
	letIn();
	says({ t: "welcome", client: frames()[0].client, secret: "x", limits: { frame: 4096, push: 1 << 20 } });
	resume();
	for (let i = 0; i < 10; i++) void board.update((b) => void b.notes.push("x".repeat(1000)));
	world.run(10);
	for (const text of frames()) assert.ok(JSON.stringify(text).length <= 4096);
});

for (const retry_after of oddities)
	test(`a join refused for ${JSON.stringify(retry_after)} ms, again and again`, () => {
		const { world, says, count, dials } = joined();
		for (let i = 0; i < 200; i++) {
			says({ t: "error", code: "overload", message: "no", doc: "BOARD", re: "join", temporary: true, retry_after });
			world.run(100);
		}
		assert.deepEqual(world.wrong, []);
		assert.ok(world.most < 10, `${world.most} timers`);
		assert.equal(dials.length, 1);
		assert.ok(count("join") <= 200);
	});

test("each join answered by what does not follow: an error in the end, not joins for ever", () => {
	const { patch, says, board, count } = joined();
	for (let i = 0; i < 100; i++) {
		patch({ from: 7, rev: 8 });
		says({ t: "joined", doc: "BOARD", ok: true, last: 0 });
	}
	assert.ok(count("join") <= 4, `${count("join")} joins`);
	assert.equal(board.status.syncing, "error");
});

for (const done of [{}, "all", [], [5, 5], -1, null])
	test(`done up to ${JSON.stringify(done)}, last too: nothing that was not sent is done`, async () => {
		for (const how of ["done", "last"]) {
			const { world, board, patch, says, end, letIn, welcome } = joined();
			let resolved = 0;
			void board.update((b) => void b.notes.push("x")).then(() => resolved++);
			if (how === "done") patch({ done });
			else {
				end();
				world.run(1000);
				letIn();
				welcome();
				says({ t: "joined", doc: "BOARD", ok: true, last: done });
				patch({ from: 1, rev: 1 });
			}
			await breathe();
			assert.equal(resolved, 0);
			assert.equal(board.status.pending, 1);
			assert.deepEqual(board.state.notes, ["x"]);
		}
	});

const change = (title: string) => [{ op: "replace", path: "/title", value: title }];
const parts: Record<string, { part?: unknown; of?: unknown }[]> = {
	"the last alone": [{ part: 2, of: 2 }],
	"the last first": [{ part: 2, of: 2 }, { part: 1, of: 2 }],
	"one twice": [{ part: 1, of: 2 }, { part: 1, of: 2 }],
	"one left out": [{ part: 1, of: 3 }, { part: 3, of: 3 }],
	"none": [{ part: 0, of: 2 }, { part: -1, of: 2 }],
	"no numbers": [{ part: "1", of: "2" }, { part: {}, of: [] }],
	"one of a thousand million": [{ part: 1, of: 1e9 }],
};
for (const [name, said] of Object.entries(parts))
	test(`parts: ${name}: nothing is shown`, () => {
		const { patch, board } = joined();
		for (const one of said) patch({ ...one, ops: change("half") });
		assert.equal(board.state.title, "My board");
	});

test("parts without end are not kept", () => {
	const { patch, count } = joined();
	for (let part = 1; part < 10_000; part++) patch({ part, of: 1e9, ops: change("half") });
	assert.equal(count("join"), 1);
});

const bodies = [[[0.5]], [[{}]], [[null, "x", 2]], [[1, -1]], [[-1]], [[2, "x"]], [[9]], [["x", -9]], [null], [5]];
for (const [delta] of bodies)
	test(`an edit of a text by ${JSON.stringify(delta)}: all or nothing`, () => {
		const { patch, board } = joined();
		patch({ ops: [{ op: "replace", path: "/body", value: "🥚" }] });
		patch({ from: 2, rev: 3, ops: [...change("half"), { op: "text", path: "/body", delta }, { op: "test", path: "/body", value: "" }] });
		assert.equal(board.state.body, "🥚");
		assert.equal(board.state.title, "My board");
	});

const unfit: unknown[] = [
	null,
	5,
	{},
	[null],
	["x"],
	[{}],
	[{ op: "add", path: "/a/b/c", value: 1 }],
	[{ op: "add", path: "/notes/7", value: 1 }],
	[{ op: "add", path: "/notes/length", value: 7 }],
	[{ op: "replace", path: "/nothing", value: 1 }],
	[{ op: "replace", path: "/__proto__/polluted", value: 1 }],
	[{ op: "add", path: "/__proto__/polluted", value: 1 }],
	[{ op: "add", path: "/constructor/prototype/polluted", value: 1 }],
	[{ op: "inc", path: "/views", by: "1" }],
	[{ op: "inc", path: "/title", by: 1 }],
	[{ op: "remove", path: "" }],
	[{ op: "move", from: "/notes", path: "/notes/0" }],
	[{ op: "destroy", path: "/title" }],
	[{ op: "replace", path: 7, value: 1 }],
	[{ op: "replace", path: { length: 1 }, value: 1 }],
];
for (const ops of unfit)
	test(`operations ${JSON.stringify(ops)}: nothing of it, a new join, then an error`, () => {
		const { patch, says, board, count, errors } = joined();
		const before = board.state;
		for (let i = 0; i < 5; i++) {
			patch({ ops: Array.isArray(ops) ? [...change("half"), ...ops] : ops });
			says({ t: "joined", doc: "BOARD", ok: true, last: 0 });
		}
		assert.equal(board.state, before);
		assert.ok(count("join") >= 1 && count("join") <= 3);
		assert.equal(new Set(errors).size, errors.length, "each error once");
		assert.equal(({} as { polluted?: number }).polluted, undefined);
	});

test("what does not fit and a lost connection: the revision stays the one of what is shown", () => {
	const { world, patch, end, letIn, frames } = joined();
	patch({ ops: change("x"), results: 5 });
	end();
	world.run(1000);
	letIn();
	assert.equal(frames()[0].docs[0].rev, 1);
});

test("a deletion that crosses a join is of before; the document can be had", () => {
	const { patch, says, board } = joined();
	patch({ from: 7, rev: 8 }); // joins anew
	says({ t: "gone", doc: "BOARD", code: "gone" });
	says({ t: "joined", doc: "BOARD", ok: true, last: 0 });
	patch({ from: 1, rev: 2, ops: change("there") });
	assert.equal(board.state.title, "there");
	assert.equal(board.status.connected, true);
});

test("a document that the server cannot load now is asked for again", () => {
	const { world, says, letIn, end, welcome, count, errors } = joined();
	end();
	world.run(1000);
	letIn();
	welcome();
	says({ t: "joined", doc: "BOARD", error: { code: "overload", message: "not now" } });
	world.run(3000);
	assert.equal(count("join"), 1);
	assert.equal(errors.filter((e) => e.code === "overload").length, 1);
});

test("an error about a join, and one that ends a change, are told once", () => {
	const { world, says, board, errors } = joined();
	says({ t: "error", code: "not_found", message: "no", doc: "BOARD", re: "join" });
	assert.equal(errors.length, 1);
	const other = joined();
	void other.board.update((b) => void (b.title = "x"));
	other.world.run(10);
	other.says({ t: "error", code: "too_big", message: "no", doc: "BOARD", re: "push" });
	other.says({ t: "joined", doc: "BOARD", ok: true, last: 0 });
	other.patch({ from: 1, rev: 1 });
	assert.equal(other.board.status.quarantined, 1);
	assert.deepEqual(other.errors.map((e) => e.code), ["too_big"]);
	world.run(10);
	assert.equal(board.status.quarantined, 0);
});

test("a welcome without a name, or with one that is none, is none", () => {
	for (const client of [undefined, null, 5, {}, ["x"]]) {
		const { world, says, end, letIn, frames } = joined();
		says({ t: "welcome", client, secret: "y" });
		end();
		world.run(1000);
		letIn();
		assert.equal(typeof frames()[0].client, "string");
		assert.equal(frames()[0].secret, "x");
	}
});

test("a state of a task that is none is passed over; an outcome counts once", async () => {
	const { says, board } = joined();
	const task = startTask(board, "load", { url: "u" });
	for (const state of ["paused", undefined, null, {}, "toString"]) says({ t: "task", doc: "BOARD", id: task.id, state });
	assert.equal(task.ended, false);
	says({ t: "task", doc: "BOARD", id: "nobody's", state: "done" });
	says({ t: "task", doc: "BOARD", id: task.id, state: "failed", error: null });
	says({ t: "task", doc: "BOARD", id: task.id, state: "done", value: 1 });
	assert.equal(task.state, "failed");
	await assert.rejects(task.result);
});

/* ---- by chance ---- */

type Word = (of: Conversation) => object | Uint8Array | undefined;

/** What a server knows of a client, and the words that it has for it. All states that it tells are whole: what is
 * shown has the same mark everywhere. */
class Conversation {
	epoch = "e";
	rev = 0;
	mark = 0;
	joined = false;
	readonly pushed = new Set<string>();
	numbers = 0;

	constructor(readonly chance: Chance) {}

	any = (): unknown =>
		this.chance.one<unknown>([null, 0, -1, 1, 7, 1e9, 2 ** 53, 1e300, 0.5, "", "x", "__proto__", "7", {}, [], true, "\ud800", "x".repeat(3000), JSON.parse('{"__proto__":{"x":1},"toString":1,"valueOf":1}'), "DEEP"]);

	/** The whole, or what leads to it. */
	ops(whole: boolean): object[] {
		const m = `${++this.mark}🥚`;
		if (whole) return [{ op: "replace", path: "", value: { ...emptyBoard(), title: m, log: [m], body: m } }];
		return [
			{ op: "replace", path: "/title", value: m },
			{ op: "replace", path: "/log", value: [m] },
			{ op: "replace", path: "/body", value: m },
		];
	}
	/** Stops half-way. */
	broken(): object[] {
		const ops = this.ops(false).slice(0, this.chance.below(3));
		const bad: unknown[] = [null, {}, { op: "remove", path: "/no/such" }, { op: "text", path: "/body", delta: [-99, "x"] }, { op: "text", path: "/body", delta: [0.5] }, { op: "inc", path: "/body", by: 1 }, { op: "test", path: "/title", value: 5 }, { op: "add", path: "/notes/99", value: 1 }, { op: "replace", path: "/__proto__/x", value: 1 }];
		return [...ops, this.chance.one(bad) as object];
	}
	patch(more: object = {}): object {
		const whole = this.rev === 0 || this.chance.chance(20);
		const from = whole ? null : this.rev;
		return { t: "patch", doc: "BOARD", epoch: this.epoch, from, rev: ++this.rev, ops: this.ops(whole), ...more };
	}
}

/** What no JSON of ours can be. */
const deep = `${"[".repeat(5000)}${"]".repeat(5000)}`;

const doc = "BOARD";
const words: Record<string, Word> = {
	welcome: (c) => ({ t: "welcome", client: c.chance.chance(50) ? c.any() : "someone", secret: c.any(), heartbeat: c.any(), limits: c.chance.one<unknown>([{}, c.any(), { frame: c.any(), push: c.any(), mutations: c.any(), bin: c.any() }]), models: c.chance.chance(80) ? {} : c.any() }),
	joined: (c) => ({ t: "joined", doc, ok: true, last: c.chance.chance(70) ? c.numbers : c.any() }),
	refused: (c) => ({ t: "joined", doc, error: { code: c.chance.one(["overload", "not_found", "nobody knows"]), message: c.any() } }),
	patch: (c) => c.patch(),
	done: (c) => c.patch({ done: c.numbers, results: [{ n: c.numbers, value: c.any() }] }),
	doneAny: (c) => c.patch({ done: c.any(), results: c.chance.chance(50) ? [{ n: c.any() }] : c.any() }),
	broken: (c) => c.patch({ ops: c.broken() }),
	garbled: (c) => c.patch({ ops: c.any() }),
	gap: (c) => c.patch({ from: c.chance.one([c.rev + 5, c.any()]), rev: c.chance.one([c.rev + 6, c.any()]) }),
	back: (c) => c.patch({ rev: c.rev - 3 }),
	epoch: (c) => c.patch({ epoch: c.any() }),
	part: (c) => ({ ...c.patch(), ops: c.ops(false).slice(0, 2), part: c.chance.one([1, 2, 3, c.any()]), of: c.chance.one([2, 1e9]) }),
	nack: (c) => ({ t: "nack", doc, n: c.chance.chance(70) ? c.numbers : c.any(), code: c.chance.one(["conflict", "stale", "nobody knows", c.any()]), message: c.any(), path: c.any(), current: c.any(), error: c.any() }),
	task: (c) => ({ t: "task", doc, id: c.any(), state: c.chance.one(["running", "done", "failed", "odd"]), error: c.any() }),
	here: (c) => ({ t: "here", doc, who: c.any(), state: c.any() }),
	event: (c) => ({ t: "event", doc, name: c.chance.one(["saved", "__proto__", c.any()]), args: c.any() }),
	gone: (c) => ({ t: "gone", doc, code: c.any() }),
	error: (c) => ({ t: "error", code: c.chance.one(["overload", "stale", "too_big", c.any()]), message: c.any(), doc: c.chance.one([doc, undefined, c.any()]), re: c.chance.one(["join", "push", "hello", "task", c.any()]), temporary: c.any(), retry_after: c.any(), id: c.any() }),
	bye: (c) => ({ t: "bye", after: c.any() }),
	ping: (c) => ({ t: "ping", id: c.any(), docs: c.chance.one<unknown>([{ BOARD: c.rev }, { BOARD: c.any() }, c.any()]) }),
	pong: (c) => ({ t: "pong", docs: { BOARD: c.any() } }),
	bin: (c) => ({ t: "bin", ref: c.any(), length: c.any() }),
	bytes: () => new Uint8Array(5),
	unknown: (c) => ({ t: c.any(), doc }),
	nothing: () => undefined,
};
/** What the others say most of the time. */
const usual = ["joined", "patch", "patch", "done", "done", "nack"];

async function converse(seed: number): Promise<void> {
	const chance = new Chance(seed);
	const world = new Strict(seed);
	const it = lone({}, seed, world);
	const c = new Conversation(chance);
	const board = it.client.open(Board);
	let [made, done, refused, heard, looked, at] = [0, 0, 0, 0, 0, 0];
	let open: object | undefined;

	const look = (): void => {
		const { title, log, body } = board.state;
		assert.ok(title === "My board" ? body === "" : log[0] === title && body === title, `half: ${title} ${log[0]} ${body}`);
		for (; looked < it.sockets.length; looked++, at = 0) {
			const { sent } = it.sockets[looked]!;
			for (; at < sent.length; at++) {
				if (typeof sent[at] !== "string") continue;
				const frame = JSON.parse(String(sent[at]));
				for (const m of frame.t === "push" ? frame.m : []) {
					c.numbers = Math.max(c.numbers, m.n || 0);
					for (const [id] of JSON.stringify(m).matchAll(/id-\d+/g)) c.pushed.add(id);
				}
			}
			if (looked === it.sockets.length - 1) break;
		}
	};
	const change = (): void => {
		const id = `id-${made++}`;
		try {
			const kept = chance.chance(70)
				? board.update((b) => void b.notes.push(id))
				: board.call("mark", { mark: id });
			kept.then(
				() => (done++, assert.ok(c.pushed.has(id), `${id} is done and was never sent`)),
				() => refused++,
			).catch((error) => (problem ??= error));
		} catch (error) {
			assert.equal((error as SyncError).code, "too_big"); // by its limits
			made--;
		}
	};
	let problem: unknown;

	for (let step = 0; step < 400; step++) {
		const socket = it.sockets.at(-1)!;
		if (socket !== open && chance.chance(80)) {
			open = socket;
			it.letIn();
			c.rev = 0;
			it.says({ t: "welcome", client: "someone", secret: "s", heartbeat: 20_000 });
		}
		if (socket === open && socket.readyState === 1) {
			const name = chance.chance(60) ? chance.one(usual) : chance.one(Object.keys(words));
			const said = words[name]!(c);
			heard++;
			if (said instanceof Uint8Array) socket.fire("message", { data: said.buffer });
			else if (said) socket.fire("message", { data: JSON.stringify(said).replaceAll('"DEEP"', deep) });
			if (chance.chance(2)) it.end(chance.one([1000, 1001, 1006, 1009, 1011, 4000, 4004, 4499]));
		}
		if (chance.chance(30)) change();
		world.run(chance.one([0, 1, 10, 100, 1000, 7000]));
		look();
	}
	await breathe();
	look();
	if (problem) throw problem;
	const waiting = board.status.pending;
	assert.equal(done + refused + waiting, made, `${done} done, ${refused} refused, ${waiting} wait of ${made}`);
	assert.equal(new Set(it.errors).size, it.errors.length, "an error was told twice");
	assert.deepEqual(world.wrong, [], "waits that timers do not have");
	assert.ok(world.most < 30, `${world.most} timers at once`);
	const seconds = world.now() / 1000;
	assert.ok(it.dials.length < 20 + seconds, `${it.dials.length} dials in ${seconds} s`);
	const said = it.sockets.reduce((sum, { sent }) => sum + sent.length, 0);
	assert.ok(said < 10 * (heard + made + it.dials.length) + seconds, `${said} frames for ${heard}`);
	const dials = it.dials.length;
	it.client.close();
	world.run(1000);
	assert.equal(it.dials.length, dials, "it dials after its end");
	assert.equal(world.live, 0, "timers after the end");
}

const seeds = process.env["SEED"] ? [Number(process.env["SEED"])] : Array.from({ length: Number(process.env["SEEDS"] ?? 40) }, (_, i) => i + 1);
test("conversations with a server that says anything", async () => {
	for (const seed of seeds)
		await converse(seed).catch((error) => {
			error.message = `SEED=${seed}: ${error.message}`;
			throw error;
		});
});
