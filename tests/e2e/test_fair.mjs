// Many who keep the server busy, and one who asks for little.
import { execFileSync } from "node:child_process";
import path from "node:path";
import { BUILD, check, compile, equal, finish, Raw, row, start, until } from "./harness.mjs";

const here = import.meta.dirname;
const gen = path.join(BUILD, "tests", "e2e", "native");
execFileSync(path.join(BUILD, "syncgen"), ["--emit", "c", path.join(here, "native.sync"), "-o", gen]);
const sources = [path.join(here, "native_server.c"), path.join(gen, "native.c")];
const program = compile("fair_server", sources, [`-I${gen}`]);

const MANY = 12;
const ROUNDS = 5;

/** A connection that makes numbered calls of FILES. */
async function connect(port, client) {
	const raw = new Raw(port);
	equal(await raw.open({ headers: { "Sec-WebSocket-Protocol": "sync.v1.json" } }), 101);
	raw.send(JSON.stringify({ t: "hello", v: 1, client, docs: [{ doc: "FILES" }] }));
	const { epoch, rev } = await raw.message(2);
	let n = 0;
	raw.call = (action, args) => {
		const m = [{ n: ++n, action, args }];
		raw.send(JSON.stringify({ t: "push", doc: "FILES", epoch, base: rev, m }));
	};
	/* Each frame is looked at once: there are many, and long ones. */
	let seen = 0;
	let done = { rev };
	const look = () => {
		for (; seen < raw.frames.length; seen++) {
			const { payload, opcode } = raw.frames[seen];
			if (opcode === 1 && payload.includes('"done"')) done = JSON.parse(payload);
		}
		return (done.done ?? 0) === n;
	};
	raw.answered = async () => {
		await until(() => look() || raw.ended, `the answer to ${client}`);
		check(!raw.ended, `${client} is there still`);
		return done.rev;
	};
	return raw;
}

// What they ask for fits into one read, so that all of it is there at once. Revisions say in which order the server did what it was asked.
async function place(port, name) {
	const many = await Promise.all(Array.from({ length: MANY }, (_, i) => connect(port, `many ${i}`)));
	const one = await connect(port, name);
	const work = () => many.forEach((raw) => raw.call("fill", { count: 10000, line: "x" }));
	let behind = MANY;
	for (let round = 0; round < ROUNDS; round++) {
		const before = Math.max(...(await Promise.all(many.map((raw) => raw.answered()))));
		work();
		one.call("rename", { title: `${round}` });
		const rev = await one.answered();
		await Promise.all(many.map((raw) => raw.answered()));
		if (round) behind = Math.min(behind, rev - before - 1);
	}
	[one, ...many].forEach((raw) => raw.end());
	return behind;
}

const server = await start(program);
await row("who asks for little does not wait for those who ask for much", async () => {
	const behind = await place(server.port, "one");
	check(behind < MANY / 2, `it came behind ${behind} of ${MANY}`);
});

await row("what waits when its author goes is done all the same", async () => {
	const many = await Promise.all(Array.from({ length: MANY }, (_, i) => connect(server.port, `more ${i}`)));
	for (let round = 0; round < 2; round++) {
		many.forEach((raw) => raw.call("fill", { count: 10000, line: "x" }));
		await Promise.all(many.map((raw) => raw.answered()));
	}
	many.forEach((raw) => raw.call("fill", { count: 10000, line: "y" }));
	many.slice(1).forEach((raw) => raw.socket.end());
	await many[0].answered();
	many[0].call("rename", { title: "last" });
	const rev = await many[0].answered();
	const watcher = await connect(server.port, "watcher");
	await until(() => watcher.messages.at(-1).rev >= rev, "all of it");
	watcher.end();
	many[0].end();
});

await server.stop();
finish();
