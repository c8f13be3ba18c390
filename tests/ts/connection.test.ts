/** Sockets that come and go; tokens, time-outs, limits, stores. In virtual time. */
import assert from "node:assert/strict";
import { setImmediate as breathe } from "node:timers/promises";
import { test } from "node:test";
import {
	Client,
	type ClientOptions,
	MemoryStore,
	type Slot,
	type Socket,
	startTask,
} from "../../runtime/ts/src/index.js";
import { Board, boardKinds, emptyBoard } from "./board.js";
import { Server } from "./server.js";
import { lone } from "./lone.js";
import { FakeSocket, pair, storeOf, World } from "./world.js";

/** A client and the reference server. */
function served(options: Partial<ClientOptions> = {}, limits = {}) {
	const world = new World(3);
	const server = new Server(world, { documents: { BOARD: emptyBoard() }, kinds: boardKinds, limits });
	const dial = () => {
		const [near, far] = pair(world, () => 1);
		world.after(1, () => {
			near.readyState = far.readyState = 1;
			server.accept(far);
			near.fire("open");
		});
		return near as Socket;
	};
	const client = new Client({ url: "ws://x", clock: world, dial, ...options });
	return { world, server, client };
}

test("full jitter: within min(30 s, 0.5 s · 2ⁿ), the first within 1 s, not always the same", () => {
	const seen = new Set<number>();
	for (let seed = 1; seed <= 20; seed++) {
		const { world, dials, end } = lone({}, seed);
		for (let n = 0; n < 9; n++) {
			const at = world.now();
			end();
			const before = dials.length;
			while (dials.length === before) world.run(1);
			const wait = dials.at(-1)! - at;
			const most = Math.min(30_000, 500 * 2 ** n);
			assert.ok(wait <= most + 1, `try ${n} after ${wait} ms`);
			if (n === 8) seen.add(Math.round(wait));
		}
	}
	assert.ok(seen.size > 10);
});

test("the waits begin anew after 5 s up, not before", () => {
	for (const [up, most] of [
		[6000, 500],
		[1000, 30_000],
	] as const) {
		let longest = 0;
		for (let seed = 1; seed <= 20; seed++) {
			const { world, dials, end, letIn } = lone({}, seed);
			for (let n = 0; n < 8; n++) {
				const before = dials.length;
				end();
				while (dials.length === before) world.run(10);
			}
			letIn();
			world.run(up);
			end();
			const at = world.now();
			const before = dials.length;
			while (dials.length === before) world.run(1);
			longest = Math.max(longest, dials.at(-1)! - at);
		}
		assert.ok(up > 5000 ? longest <= most + 1 : longest > 1000, `${longest} ms after ${up} ms up`);
	}
});

test("a socket that only says error, and never close", () => {
	const { world, sockets, dials } = lone();
	sockets[0]!.fire("error");
	world.run(600);
	assert.equal(dials.length, 2);
});

test("a socket that does not open is given up", () => {
	const { world, dials } = lone();
	world.run(16_000);
	assert.equal(dials.length, 2);
});

test("a limited number of attempts, and connect() goes on", () => {
	const { world, client, dials, end } = lone({ reconnectAttempts: 2 });
	for (let n = 0; n < 3; n++) {
		end();
		world.run(31_000);
	}
	assert.equal(dials.length, 3);
	assert.equal(client.status.syncing, "error");
	client.connect();
	assert.equal(dials.length, 4);
});

test("a hello that is not answered", () => {
	const { world, dials, letIn } = lone();
	letIn();
	world.run(41_000);
	assert.equal(dials.length, 2);
});

test("a push that is not answered, though pongs come: a new connection, the same number", () => {
	const { world, client, letIn, welcome, resume, frames, says, sockets } = lone();
	const board = client.open(Board);
	letIn();
	welcome();
	resume();
	void board.update((b) => void (b.title = "x"));
	world.run(1);
	const [first] = sockets;
	const pings = new Set<number>();
	for (let s = 0; s < 70 && sockets.length === 1; s++) {
		world.run(1000);
		for (const f of frames(first))
			if (f.t === "ping" && !pings.has(f.id)) {
				pings.add(f.id);
				says({ t: "pong", id: f.id, docs: f.docs });
			}
	}
	assert.equal(sockets.length, 2);
	letIn();
	welcome();
	says({ t: "joined", doc: "BOARD", ok: true, last: 0 });
	says({ t: "patch", doc: "BOARD", epoch: "e", from: 1, rev: 1, ops: [] });
	world.run(1);
	assert.deepEqual(frames().at(-1).m, [{ n: 1, ops: [{ op: "replace", path: "/title", value: "x" }] }]);
});

test("the token is asked at each connect; metadata goes with it", async () => {
	let asked = 0;
	const { world, letIn, end, frames, sockets } = lone({
		token: () => Promise.resolve(`t${++asked}`),
		meta: { device: "d" },
	});
	letIn();
	assert.equal(frames().length, 0);
	await breathe();
	assert.equal(frames()[0].token, "t1");
	assert.deepEqual(frames()[0].meta, { device: "d" });
	end();
	world.run(600);
	letIn();
	await breathe();
	assert.equal(frames(sockets[1]!)[0].token, "t2");
});

test("no token: told, and tried again; a late token of a lost connection is not used", async () => {
	const answers: ((token: string) => void)[] = [];
	const { world, letIn, end, frames, sockets, client } = lone({
		token: () =>
			answers.length === 0
				? new Promise<string>((resolve) => answers.push(resolve))
				: Promise.reject(new Error("signed out")),
	});
	letIn();
	end();
	answers[0]!("late");
	await breathe();
	assert.equal(frames(sockets[0]!).length, 0);
	world.run(600);
	letIn();
	await breathe();
	assert.equal(client.status.error?.code, "unauthorized");
	world.run(1100);
	assert.equal(sockets.length, 3);
});

test("an existing socket is used first, then the address", () => {
	const world = new World(1);
	const own = new FakeSocket(world, () => 0);
	own.readyState = 1;
	const { sockets, world: time } = lone({ socket: own as Socket, clock: world });
	void time;
	assert.equal(JSON.parse(String(own.sent[0])).t, "hello");
	own.readyState = 3;
	own.fire("close", { code: 1006 });
	world.run(600);
	assert.equal(sockets.length, 1);
});

test("an existing socket without an address: its end is the end", () => {
	const world = new World(1);
	const own = new FakeSocket(world, () => 0);
	own.readyState = 1;
	const client = new Client({ socket: own as Socket, clock: world });
	own.fire("close", { code: 1006 });
	world.run(31_000);
	assert.equal(client.status.error?.code, "closed");
});

test("a frame that makes no sense leads to a new connection, not to a wrong state", () => {
	const { world, client, letIn, welcome, resume, sockets, errors } = lone();
	client.open(Board);
	letIn();
	welcome();
	resume();
	sockets[0]!.fire("message", { data: '{"t":"patch", half' });
	assert.equal(errors.at(-1)?.code, "protocol");
	world.run(600);
	assert.equal(sockets.length, 2);
});

test("a task that was sent long ago may have ended meanwhile, and be forgotten", () => {
	const { world, client, letIn, welcome, resume, frames } = lone();
	const board = client.open(Board);
	letIn();
	welcome();
	resume();
	const task = startTask(board, "load");
	assert.deepEqual(frames().at(-1), { t: "task", doc: "BOARD", id: task.id, name: "load", args: {} });
	for (const [ms, again] of [
		[500_000, undefined],
		[100_000, true],
	] as const) {
		client.disconnect();
		world.run(ms);
		client.connect();
		world.run(1);
		letIn();
		welcome();
		resume();
		assert.equal(frames().at(-1).id, task.id);
		assert.equal(frames().at(-1).again, again);
	}
});

test("a patch that does not fit: once more from a snapshot, then an error, never half a state", () => {
	const { world, client, letIn, welcome, resume, says, frames } = lone();
	const board = client.open(Board);
	letIn();
	welcome();
	resume();
	const before = board.state;
	const bad = {
		t: "patch",
		doc: "BOARD",
		epoch: "e",
		from: 1,
		rev: 2,
		ops: [
			{ op: "replace", path: "/title", value: "x" },
			{ op: "remove", path: "/notes/7" },
		],
	};
	says(bad);
	world.run(1);
	assert.equal(board.state, before);
	assert.deepEqual(frames().at(-1), { t: "join", doc: "BOARD" });
	resume(2);
	assert.equal(board.status.connected, true);
});

test("changes of one moment are one push; the batch delay collects more", () => {
	for (const [batchDelay, pushes] of [
		[0, 2],
		[100, 1],
	] as const) {
		const { world, server, client } = served({ batchDelay });
		const board = client.open(Board);
		world.run(100);
		for (let i = 0; i < 3; i++) void board.update((b) => void b.notes.push(`${i}`));
		world.run(50);
		void board.update((b) => void b.notes.push("later"));
		world.run(500);
		assert.equal(server.received.filter((f) => f.t === "push").length, pushes);
		assert.equal((server.state("BOARD") as { notes: string[] }).notes.length, 4);
	}
});

test("a large queue goes out in several pushes, below the limit, in order", () => {
	const { world, server, client } = served({}, { push: 2000 });
	client.disconnect();
	const board = client.open(Board);
	for (let i = 0; i < 100; i++) void board.update((b) => void b.notes.push(`note ${i}`));
	client.connect();
	world.run(5000);
	const pushes = server.received.filter((f) => f.t === "push");
	assert.ok(pushes.length > 3 && pushes.every((p) => JSON.stringify(p.m).length <= 2000));
	assert.deepEqual(
		(server.state("BOARD") as { notes: string[] }).notes,
		Array.from({ length: 100 }, (_, i) => `note ${i}`),
	);
});

test("nothing is sent before it is stored", async () => {
	const memory = new MemoryStore();
	const waiting: (() => void)[] = [];
	const store = storeOf((scope, left) => {
		const slot = memory.open(scope, left);
		return {
			get identity() {
				return slot.identity;
			},
			documents: slot.documents,
			identify: (identity) => slot.identify(identity),
			save: (doc, saved) =>
				new Promise<void>((resolve) => waiting.push(() => (void slot.save(doc, saved), resolve()))),
			close: () => slot.close(),
		};
	});
	const { world, server, client } = served({ store });
	const board = client.open(Board);
	world.run(100);
	void board.update((b) => void (b.title = "x"));
	world.run(100);
	await breathe();
	assert.equal(server.received.filter((f) => f.t === "push").length, 0);
	for (let i = 0; i < 3; i++) {
		waiting.shift()?.();
		await breathe();
		world.run(100);
	}
	const pushes = server.received.filter((f) => f.t === "push");
	assert.equal(pushes.length, 1);
	assert.equal((server.state("BOARD") as { title: string }).title, "x");
});

test("a store that fails is told, and the queue goes on in memory", async () => {
	const bad: Slot = {
		identity: undefined,
		documents: new Map(),
		identify: () => Promise.reject(new Error("no room")),
		save: () => Promise.reject(new Error("no room")),
		close: () => undefined,
	};
	const { world, server, client } = served({ store: storeOf(() => bad) });
	const errors: string[] = [];
	client.onError((e) => errors.push(e.message));
	const board = client.open(Board);
	world.run(100);
	void board.update((b) => void (b.title = "x"));
	for (let i = 0; i < 5; i++) {
		await breathe();
		world.run(50);
	}
	assert.equal((server.state("BOARD") as { title: string }).title, "x");
	assert.ok(errors.some((e) => e.includes("no room")));
});

test("what is made while the store opens is kept beside what it held", async () => {
	const memory = new MemoryStore();
	const first = new Client({ url: "ws://x", clock: new World(1), store: memory, connect: false });
	void first.open(Board).update((b) => void b.notes.push("old"));
	first.close();
	let open: (() => void) | undefined;
	const store = storeOf(
		(scope, left) => new Promise<Slot>((r) => (open = () => r(memory.open(scope, left)))),
	);
	const { world, server, client } = served({ store });
	const board = client.open(Board);
	const done = board.update((b) => void b.notes.push("new"));
	open!();
	await breathe();
	assert.deepEqual(board.state.notes, ["old", "new"]);
	world.run(500);
	await done;
	assert.deepEqual((server.state("BOARD") as { notes: string[] }).notes, ["old", "new"]);
});

test("what another user of the same browser left is not taken", () => {
	const store = new MemoryStore();
	const ann = new Client({ url: "ws://x", user: "ann", clock: new World(1), store, connect: false });
	void ann.open(Board).update((b) => void (b.title = "Ann's"));
	ann.close();
	const bob = new Client({ url: "ws://x", user: "bob", clock: new World(1), store, connect: false });
	assert.equal(bob.open(Board).state.title, "My board");
	const again = new Client({ url: "ws://x", user: "ann", clock: new World(1), store, connect: false });
	assert.equal(again.open(Board).state.title, "Ann's");
});

test("a document is left when it was closed as often as opened, and not while something waits", () => {
	const { world, server, client } = served();
	const [a, b] = [client.open(Board), client.open(Board)];
	assert.equal(a, b);
	world.run(100);
	a.close();
	world.run(2000);
	const left = () => server.received.some((f) => f.t === "leave");
	assert.equal(left(), false);
	void b.update((s) => void (s.title = "x"));
	b.close();
	client.open(Board).close();
	world.run(3000);
	assert.equal(left(), true);
	assert.equal((server.state("BOARD") as { title: string }).title, "x");
});

test("a listener that throws does not keep the others from hearing", async () => {
	const { client } = served();
	const board = client.open(Board);
	let heard = 0;
	const uncaught: unknown[] = [];
	const real = globalThis.queueMicrotask;
	globalThis.queueMicrotask = (call) =>
		real(() => {
			try {
				call();
			} catch (error) {
				uncaught.push(error);
			}
		});
	board.subscribe(() => {
		throw new Error("mine");
	});
	board.subscribe(() => heard++);
	void board.update((b) => void (b.title = "x"));
	globalThis.queueMicrotask = real;
	assert.equal(heard, 1);
	await breathe();
	assert.equal(uncaught.length, 1);
});
