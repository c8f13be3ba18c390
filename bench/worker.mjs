// Runs one JavaScript competitor for run.mjs: node worker.mjs PEER FOLDER. The C competitors speak the
// same lines (worker.h):
//
//   check W1      → {"ok": true, "bytes": 77, ...}    does the work once and shows what came out
//   time W1 150   → {"ns": 1234.5}                    does it for so many milliseconds
import { createInterface } from 'node:readline';

const [peer, folder] = process.argv.slice(2);
const { works } = await import(`./peers/${peer}.mjs`);
const ready = new Map();

async function work(name) {
	if (!ready.has(name))
		ready.set(name, await works[name](folder));
	return ready.get(name);
}

// step(turn) is one unit of work, or `units` of them; what it returns is kept alive so that it cannot be left out.
function time(it, milliseconds) {
	let batch = 1, done = 0, turn = it.turn ?? 1;
	const start = process.hrtime.bigint();
	let spent = 0;
	while (spent < milliseconds * 1e6) {
		for (let i = 0; i < batch; i++)
			globalThis.kept = it.step(turn++);
		done += batch;
		spent = Number(process.hrtime.bigint() - start);
		if (spent < milliseconds * 1e5)
			batch *= 2;
	}
	it.turn = turn;
	return { ns: spent / done / (it.units ?? 1) };
}

for await (const line of createInterface({ input: process.stdin })) {
	const [verb, name, milliseconds] = line.split(' ');
	let answer = { missing: true };
	try {
		if (works[name])
			answer = verb === 'check' ? (await work(name)).check() : time(await work(name), +milliseconds);
	} catch (error) {
		answer = { error: String(error.stack ?? error) };
	}
	console.log(JSON.stringify(answer));
}
