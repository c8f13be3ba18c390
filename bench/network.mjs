// W7, W8, W10: servers as competitors, by turns under the load generator of load.c.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { duration } from './report.mjs';

const here = new URL('.', import.meta.url).pathname;

// How each is started; a peer that is in no registry is reported as missing.
const servers = {
	syncgen: (build) => [`${build}/bench/serve_syncgen`],
	epoll: (build) => [`${build}/bench/serve_epoll`],
	'lws-direct': (build) => [`${build}/bench/serve_lws`, 'direct'],
	lws: (build) => [`${build}/bench/serve_lws`],
	ws: () => [process.execPath, `${here}peers/serve_ws.mjs`],
	colyseus: () => [process.execPath, `${here}peers/serve_colyseus.mjs`],
	'socket.io': () => [process.execPath, `${here}peers/serve_socketio.mjs`],
};
const dialects = { 'socket.io': 'socketio', colyseus: 'colyseus' };
const unavailable = {
	uwebsockets: 'not in the npm registry, not in Debian',
	centrifugo: 'not in Debian; its source needs a newer Go than Debian has',
};

async function startServer(command) {
	const child = spawn(command[0], command.slice(1), { stdio: ['pipe', 'pipe', 'pipe'] });
	let said = '';
	child.stderr.on('data', (text) => { said += text; });
	child.stdin.on('error', () => {});
	const port = await new Promise((done) => {
		createInterface({ input: child.stdout }).once('line', (line) => done(+line));
		child.once('close', () => done(0));
		child.once('error', () => done(0));
	});
	return { child, port, why: /Error[^\n]*: ([^\n]*)/.exec(said)?.[1] ?? 'not there' };
}

const endOf = (child) => new Promise((done) => {
	if (child.exitCode !== null || child.signalCode !== null)
		return done();
	child.once('close', done);
	child.stdin.end();
});

// One run against a server of its own, so that nobody inherits another run's memory.
async function once({ build, work, peer }) {
	if (unavailable[peer])
		return { missing: true, why: unavailable[peer] };
	const command = servers[peer](build);
	if (!existsSync(command[0]))
		return { missing: true, why: 'not built' };
	const { child, port, why } = await startServer(command);
	if (!port)
		return { missing: true, why };
	const dialect = dialects[peer] ?? 'native';
	const run = spawnSync(`${build}/bench/load`,
		[...work.load, `port=${port}`, `pid=${child.pid}`, `dialect=${dialect}`], { encoding: 'utf8' });
	await endOf(child);
	try {
		return JSON.parse(run.stdout);
	} catch {
		return { ok: false, why: `the generator ended with ${run.status ?? run.signal}` };
	}
}

// What else a run says, in words.
const notes = {
	fanout: (it) => `${duration(it.wall)} from commit to commit, by message`,
	idle: (it) => `accepts one in ${duration(it.accept)}`,
	latency: (it) => `p99 ${duration(it.p99)}; without the idle ones ${duration(it.alone)}, p99 ${duration(it.alone99)}`,
	trips: (it) => `p50 ${duration(it.p50)}; ${duration(it.cpu)} of the server's CPU`,
};

const kept = new Map(); // two works may read the same runs

async function runs({ build, work, peer, rounds }) {
	const key = JSON.stringify([work.load, peer]);
	if (!kept.has(key))
		kept.set(key, []);
	const all = kept.get(key);
	if (all.length < rounds && !all.some((it) => it.missing))
		all.push(await once({ build, work, peer }));
	return all;
}

const middle = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];

/** One entry for each competitor, as run.mjs makes them; ours first. */
export async function measureNetwork(work, { build, rounds, summary }) {
	const all = ['syncgen', ...Object.keys(work.peers)].map((peer) => ({ name: peer, id: work.id, peer, samples: [] }));
	for (let round = 0; round < rounds; round++)
		for (let i = 0; i < all.length; i++) {
			const it = all[(i + round) % all.length];
			it.runs = await runs({ build, work, peer: it.peer, rounds });
		}
	for (const it of all) {
		const bad = it.runs.find((run) => !run.ok);
		const good = it.runs.filter((run) => run.ok);
		it.missing = it.runs[0].missing;
		it.result = bad ? { ok: false, why: bad.why } : { ok: true };
		if (bad)
			continue;
		it.samples = good.map((run) => run[work.sample ?? 'ns']);
		const typical = Object.fromEntries(Object.keys(good[0]).map((name) => [name, middle(good.map((run) => run[name]))]));
		it.result.note = notes[work.note](typical);
		Object.assign(it, summary(it.samples));
	}
	return { work, all };
}
