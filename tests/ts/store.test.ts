/** Stores that are lame, full, broken, or of an earlier version of the model. In virtual time. */
import assert from "node:assert/strict";
import { setImmediate as breathe } from "node:timers/promises";
import { test } from "node:test";
import {
	Client,
	type ClientOptions,
	MemoryStore,
	type Slot,
	type Socket,
	type SyncError,
} from "../../runtime/ts/src/index.js";
import { Board, boardKinds, emptyBoard } from "./board.js";
import { Server } from "./server.js";
import { pair, storeOf, World } from "./world.js";

const network = () => {
	const world = new World(3);
	const server = new Server(world, { documents: { BOARD: emptyBoard() }, kinds: boardKinds });
	const dial = () => {
		const [near, far] = pair(world, () => 1);
		world.after(1, () => {
			near.readyState = far.readyState = 1;
			server.accept(far);
			near.fire("open");
		});
		return near as Socket;
	};
	const client = (options: Partial<ClientOptions>) => {
		const errors: SyncError[] = [];
		const it = new Client({ url: "ws://x", clock: world, dial, ...options });
		it.onError((error) => errors.push(error));
		return { client: it, errors };
	};
	const pass = async () => {
		for (let i = 0; i < 10; i++) {
			await breathe();
			world.run(50);
		}
	};
	return { world, server, client, pass };
};

const broken = (fails: () => Promise<void>): Slot => ({
	identity: undefined,
	documents: new Map(),
	identify: fails,
	save: fails,
	close: fails,
});

const ways: Record<string, () => Promise<void>> = {
	"in time": () => Promise.reject(new Error("no room")),
	"at the call": () => {
		throw new Error("no room");
	},
};
for (const [how, fails] of Object.entries(ways))
	test(`a slot that fails ${how}: told once, with what is to be feared; all goes on`, async () => {
		const { server, client, pass } = network();
		const { client: it, errors } = client({ store: storeOf(() => broken(fails)) });
		const board = it.open(Board);
		await pass();
		for (const title of ["a", "b", "c"]) {
			void board.update((b) => void (b.title = title));
			await pass();
		}
		assert.equal((server.state("BOARD") as { title: string }).title, "c");
		assert.equal(errors.length, 1);
		assert.match(errors[0]!.message, /no room.*lost with the page/);
		it.close();
	});

test("a store that cannot be opened, also at the call: told once, all goes on", async () => {
	for (const fail of [ways["in time"]!, ways["at the call"]!]) {
		const { server, client, pass } = network();
		const opening = storeOf(fail as unknown as () => Slot);
		const { client: it, errors } = client({ connect: false, store: opening });
		const board = it.open(Board);
		it.connect();
		void board.update((b) => void (b.title = "kept"));
		await pass();
		assert.equal((server.state("BOARD") as { title: string }).title, "kept");
		assert.ok(errors.length <= 1); // at the call it was told before anybody listened
	}
});

test("a store is not opened by a client that nobody uses", async () => {
	let opened = 0;
	const store = storeOf((scope, left) => (opened++, new MemoryStore().open(scope, left)));
	const { client } = network();
	const { client: it } = client({ connect: false, store });
	assert.equal(opened, 0);
	it.open(Board);
	it.connect();
	assert.equal(opened, 1);
});

test("what a closed tab left is sent also by a client that was told to wait with connecting", async () => {
	const { server, client, pass } = network();
	const store = new MemoryStore();
	const [one, other] = [client({ store, connect: false }), client({ store, connect: false })];
	void one.client.open(Board).update((b) => void b.notes.push("one"));
	void other.client.open(Board).update((b) => void b.notes.push("other"));
	one.client.close();
	other.client.close();
	const { client: next } = client({ store, connect: false });
	next.open(Board);
	next.connect();
	await pass();
	assert.deepEqual([...(server.state("BOARD") as { notes: string[] }).notes].sort(), ["one", "other"]);
});

test("a state of an earlier version of the model: what waits on it is sent, the state told anew", async () => {
	const { server, client, pass } = network();
	const store = new MemoryStore();
	const { tags: _, ...before } = emptyBoard();
	const Old = { ...Board, hash: "before", initial: () => before as never } as unknown as typeof Board;
	const first = client({ store });
	const old = first.client.open(Old);
	await pass();
	first.client.disconnect();
	void old.update((b) => void b.notes.push("written before"));
	first.client.close();
	server.received.length = 0;
	const { client: it, errors } = client({ store });
	const board = it.open(Board);
	assert.deepEqual(board.state.tags, [], "what is new has its default");
	assert.deepEqual(board.state.notes, ["written before"]);
	await pass();
	assert.equal(server.received[0]!["docs"][0].rev, undefined, "not from the old revision");
	assert.deepEqual((server.state("BOARD") as { notes: string[] }).notes, ["written before"]);
	assert.deepEqual(errors, []);
});

test("a state that cannot be read as the model has it now", async () => {
	const { server, client, pass } = network();
	const store = new MemoryStore();
	const first = client({ store, connect: false });
	void first.client.open(Board).update((b) => void (b.title = "not a number"));
	first.client.close();
	const shape = { struct: { ...Board.shape.struct, title: "int64" as const } };
	const initial = () => ({ ...emptyBoard(), title: "0" });
	const Other = { ...Board, hash: "later", shape, initial } as unknown as typeof Board;
	const { client: it } = client({ store, connect: false });
	const board = it.open(Other); // does not throw
	assert.equal(board.status.pending + board.status.quarantined, 1);
	it.connect();
	await pass();
	assert.ok(server.received.some((f) => f.t === "hello"));
});

test("rows that are no rows: told, all goes on", async () => {
	const { server, client, pass } = network();
	const slot: Slot = { ...broken(async () => {}), documents: new Map([["BOARD", {} as never]]) };
	const { client: it, errors } = client({ store: storeOf(() => Promise.resolve(slot)) });
	const board = it.open(Board);
	void board.update((b) => void (b.title = "kept"));
	await pass();
	assert.equal((server.state("BOARD") as { title: string }).title, "kept");
	assert.equal(errors.length, 1);
});
