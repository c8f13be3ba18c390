/** The client against the server in C: examples/notes. Run by test_live.mjs, which starts the server. */
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { Client, type ModelInfo, type ModelTypes, type SyncError } from "../../runtime/ts/src/index.js";

interface Notes extends ModelTypes {
	state: { title: string; notes: string[] };
	params: undefined;
	actions: { RENAME: { args: { title: string }; result: void; error: never } };
	tasks: { ADD: { args: { note: string }; progress: never; result: void; error: never } };
}

const [program, www, generated] = process.argv.slice(2) as [string, string, string];
const { Notes } = (await import(generated)) as { Notes: ModelInfo<Notes> };
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(what: () => boolean, ms = 60_000): Promise<void> {
	for (const end = Date.now() + ms; !what(); await wait(10))
		if (Date.now() > end) throw new Error(`waited ${ms} ms for ${what}`);
}

function serve(port: number): Promise<{ server: ChildProcess; port: number }> {
	return new Promise((resolve, reject) => {
		const server = spawn(program, [www], { env: { ...process.env, PORT: String(port) } });
		server.on("error", reject);
		server.stdout!.on("data", (text) => {
			const found = /:(\d+)\//.exec(String(text));
			if (found) resolve({ server, port: Number(found[1]) });
		});
		setTimeout(() => reject(new Error("the server does not start")), 60_000).unref();
	});
}

let passed = 0;
let failed = 0;

async function row(
	name: string,
	run: (open: () => ReturnType<typeof connect>, restart: () => Promise<void>) => Promise<void>,
) {
	let { server, port } = await serve(0);
	const clients: Client[] = [];
	const open = () => {
		const one = connect(port);
		clients.push(one.client);
		return one;
	};
	const restart = async () => {
		server.kill("SIGKILL");
		await new Promise((resolve) => server.on("exit", resolve));
		({ server } = await serve(port));
	};
	try {
		await run(open, restart);
		passed++;
	} catch (error) {
		failed++;
		console.log(`FAILED ${name}: ${(error as Error).stack}`);
	}
	for (const client of clients) client.close();
	server.kill();
}

function connect(port: number) {
	const client = new Client({ url: `ws://127.0.0.1:${port}/ws`, maxReconnectDelay: 200 });
	return { client, notes: client.open(Notes) };
}

const code = (wanted: string) => (error: SyncError) => error.code === wanted;

await row("a change of one reaches the other", async (open) => {
	const [a, b] = [open(), open()];
	await a.notes.update((n) => void ((n.title = "Ours"), n.notes.push("one", "two")));
	await until(() => b.notes.state.notes.length === 2);
	assert.deepEqual(b.notes.state, { title: "Ours", notes: ["one", "two"] });
	await b.notes.actions.RENAME({ title: "Renamed" });
	await until(() => a.notes.state.title === "Renamed");
});

await row("what breaks a constraint is refused, kept aside and told", async (open) => {
	const { notes } = open();
	await assert.rejects(
		notes.update((n) => void (n.title = "x".repeat(200))),
		code("invalid"),
	);
	assert.equal(notes.state.title, "My Notes");
	assert.equal(notes.quarantine[0]?.error.path, "/title");
	await assert.rejects(notes.actions.RENAME({ title: "" }), code("invalid"));
	await notes.update((n) => void (n.title = "fine"));
});

await row("both edit one list at once", async (open) => {
	const [a, b] = [open(), open()];
	await a.notes.update((n) => void n.notes.push("one", "two"));
	await until(() => b.notes.state.notes.length === 2);
	const edits = [
		a.notes.update((n) => void n.notes.unshift("head")),
		b.notes.update((n) => void (n.notes[1] = "TWO")),
	];
	await Promise.all(edits);
	await until(() => a.notes.state.notes.includes("TWO") && b.notes.state.notes.includes("head"));
	assert.deepEqual(a.notes.state.notes, ["head", "one", "TWO"]);
	assert.deepEqual(b.notes.state.notes, ["head", "one", "TWO"]);
});

await row("many changes of many clients, connections cut all the time: each once", async (open) => {
	const all = [open(), open(), open()];
	await until(() => all.every((one) => one.client.status.connected));
	let serial = 0;
	for (let round = 0; round < 60; round++) {
		const one = all[round % 3]!;
		void one.notes.update((n) => void n.notes.splice(round % (n.notes.length + 1), 0, `n${serial++}`));
		if (round % 4 === 3) one.client.disconnect();
		if (round % 4 === 3) one.client.connect();
		await wait(5);
	}
	await until(() =>
		all.every((one) => one.notes.status.pending === 0 && one.notes.state.notes.length === serial),
	);
	for (const one of all) {
		assert.deepEqual(one.notes.state, all[0]!.notes.state);
		assert.deepEqual(one.notes.quarantine, []);
	}
	assert.equal(new Set(all[0]!.notes.state.notes).size, serial);
});

await row("the server starts anew and knows nothing: what waits is done in it", async (open, restart) => {
	const { client, notes } = open();
	await notes.update((n) => void n.notes.push("forgotten"));
	const back = restart();
	await until(() => !client.status.connected);
	void notes.update((n) => void n.notes.push("waits"));
	assert.deepEqual(notes.state.notes, ["forgotten", "waits"]);
	await back;
	await until(() => notes.status.connected && notes.status.pending === 0);
	assert.deepEqual(notes.state.notes, ["waits"]);
});

console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
