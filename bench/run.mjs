// make bench: every work of works.mjs, ours and the peers by turns in one run; docs/benchmarks.md.
//
//   ROUNDS=9 MILLISECONDS=120 node bench/run.mjs [WORK]...
//
// BUILD is where the C competitors are. A peer that cannot be had is reported as missing.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { isDeepStrictEqual } from 'node:util';
import { compilers } from './compilers.mjs';
import { board, gauges, writeData } from './data.mjs';
import { change, edits } from './edits.mjs';
import { measureNetwork } from './network.mjs';
import { writeReport } from './report.mjs';
import { networkWorks, works } from './works.mjs';

const build = process.env.BUILD || 'build';
const rounds = +(process.env.ROUNDS || 9), milliseconds = +(process.env.MILLISECONDS || 120);
const folder = `${build}/bench/data`;
const here = new URL('.', import.meta.url).pathname;
const wanted = process.argv.slice(2);

// ---- competitors are processes that answer lines ----

const started = new Map();

function start(peer) {
	const program = `${build}/bench/${peer}`;
	const child = existsSync(program)
		? spawn(program, [folder], { stdio: ['pipe', 'pipe', 'ignore'] })
		: spawn(process.execPath, [`${here}worker.mjs`, peer, folder], { stdio: ['pipe', 'pipe', 'pipe'] });
	const waiting = [];
	let said = '';
	child.stderr?.on('data', (text) => { said += text; });
	createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()(JSON.parse(line)));
	child.on('close', () => {
		child.gone = true;
		waiting.splice(0).forEach((answer) => answer({ missing: true, why: reason(said) }));
	});
	child.stdin.on('error', () => {});
	child.ask = (line) => new Promise((answer) => {
		if (child.gone)
			return answer({ missing: true, why: reason(said) });
		waiting.push(answer);
		child.stdin.write(line + '\n');
	});
	return child;
}

const reason = (text) => /Error[^\n]*: ([^\n]*)/.exec(text)?.[1] ?? 'not there';

function ask(peer, line) {
	if (!started.has(peer))
		started.set(peer, start(peer));
	return started.get(peer).ask(line);
}

// ---- is it right? ----

const expected = {
	W1: (state) => change(state, 0),
	W2: (state) => edits.forEach((edit) => edit(state, 0)),
	W3: (state) => Object.assign(state, gauges(1)),
};

const fresh = (work) => work.data === 'gauges.json' ? gauges(0)
	: board(work.data === 'board100k.json' ? 100000 : 1000);

// Patches are applied by somebody else's library to the state before.
async function judge(work, answer) {
	if (!answer.patches)
		return answer;
	const { default: jsonpatch } = await import('fast-json-patch').catch(() => ({ default: null }));
	if (!jsonpatch)
		return { ok: false, why: 'no library to check it with' };
	const state = fresh(work), want = fresh(work);
	expected[work.edits](want);
	const patches = answer.patches.map((text) => JSON.parse(text));
	patches.forEach((patch) => jsonpatch.applyPatch(state, patch));
	return {
		ok: isDeepStrictEqual(state, want),
		bytes: answer.patches.reduce((sum, text) => sum + Buffer.byteLength(text), 0),
		ops: patches.reduce((sum, patch) => sum + patch.length, 0),
	};
}

// ---- measuring ----

const sorted = (numbers) => [...numbers].sort((a, b) => a - b);
const at = (numbers, share) => numbers[Math.min(numbers.length - 1, Math.floor(numbers.length * share))];

function summary(samples) {
	const s = sorted(samples);
	return { median: at(s, 0.5), low: at(s, 0.25), high: at(s, 0.75), samples: s.length };
}

// 'W4V v8' is another work of that peer; 'v8' is the same work.
function entry(work, name) {
	const [id, peer] = name.includes(' ') ? name.split(' ') : [work.id, name];
	return { name, id, peer, samples: [] };
}

// Once for each: after some steps the state is no longer the one to start from.
const judged = new Map();

async function check(work, it) {
	const key = `${it.id} ${it.peer}`;
	if (!judged.has(key))
		judged.set(key, await judge(work, await ask(it.peer, `check ${it.id}`)));
	return judged.get(key);
}

async function measure(work) {
	const all = ['syncgen', ...Object.keys(work.peers)].map((name) => entry(work, name));
	for (const it of all) {
		it.result = await check(work, it);
		it.missing = it.result.missing || it.result.error !== undefined;
	}
	const present = all.filter((it) => !it.missing);
	for (let round = 0; round < rounds; round++) {
		for (let i = 0; i < present.length; i++) {
			const it = present[(i + round) % present.length];
			it.samples.push((await ask(it.peer, `time ${it.id} ${milliseconds}`)).ns);
		}
	}
	present.forEach((it) => Object.assign(it, summary(it.samples)));
	return { work, all };
}

function measureCompilers(count) {
	const work = { id: `W11`, title: `schema of ${count.toLocaleString('en')} structs to code`, peers: {} };
	const all = Object.entries(compilers).map(([name, make]) => {
		const it = { name, id: 'W11', samples: [], tool: make({ build, folder, count }) };
		if (!name.startsWith('syncgen'))
			work.peers[name] = 1;
		it.missing = it.tool.missing;
		it.result = it.missing ? {} : it.tool.check();
		return it;
	});
	const present = all.filter((it) => !it.missing);
	// Three rounds say enough of one that takes seconds.
	const enough = (it) => it.samples.length >= 3 && it.samples[0] > 2e9;
	for (let round = 0; round < Math.min(rounds, 7); round++) {
		for (let i = 0; i < present.length; i++) {
			const it = present[(i + round) % present.length];
			if (!enough(it))
				it.samples.push(it.tool.step());
		}
	}
	present.forEach((it) => Object.assign(it, summary(it.samples)));
	return { work, all };
}

writeData(folder);
const results = [];
const chosen = (id) => wanted.length === 0 || wanted.includes(id);
for (const work of works.filter((it) => chosen(it.id))) {
	process.stderr.write(`bench: ${work.id} ${work.title}\n`);
	results.push(await measure(work));
}
started.forEach((child) => child.stdin.end());
if (chosen('W11')) {
	process.stderr.write('bench: W11 schema compilers\n');
	results.push(measureCompilers(1000), measureCompilers(2000));
}
// 'W7' also means the works beside it, W7M and the like.
const near = (id) => chosen(id) || wanted.includes(id.replace(/[A-Z]$/, ''));
for (const work of networkWorks.filter((it) => near(it.id))) {
	process.stderr.write(`bench: ${work.id} ${work.title}\n`);
	results.push(await measureNetwork(work, { build, rounds: Math.min(rounds, 5), summary }));
}
const wrong = writeReport(results, { rounds, milliseconds, print: wanted.length > 0 });
process.exitCode = wrong ? 1 : 0;
