// Results to docs/benchmarks.md and docs/benchmarks.svg.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { plot } from './plot.mjs';
import { labels } from './works.mjs';

const docs = new URL('../docs/', import.meta.url).pathname;

export function duration(ns) {
	const [value, unit] = ns < 1e3 ? [ns, 'ns'] : ns < 1e6 ? [ns / 1e3, 'µs'] : ns < 1e9 ? [ns / 1e6, 'ms'] : [ns / 1e9, 's'];
	return `${value.toPrecision(3).replace(/\.?0+$/, (zeros) => (zeros.startsWith('.') ? '' : zeros))} ${unit}`;
}

const amount = (work, value) => (work.unit === 'B' ? `${Math.round(value).toLocaleString('en')} B` : duration(value));
const number = (value) => (value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(2));
const count = (value) => (value === undefined ? '' : value.toLocaleString('en'));

function label(work, it) {
	if (it.name === 'syncgen')
		return '**syncgen**';
	return labels[`${work.id} ${it.name}`] ?? labels[it.name] ?? labels[it.peer] ?? it.peer ?? it.name;
}

function result(it) {
	if (it.result.error)
		return `cannot: ${it.result.error.split('\n').slice(0, 2).join(' ').replace(/^Error: /, '')}`;
	if (it.missing)
		return `missing${it.result.why ? `: ${it.result.why}` : ''}`;
	if (it.result.note)
		return `right; ${it.result.note}`;
	return it.result.ok ? 'right' : `**WRONG**${it.result.why ? `: ${it.result.why}` : ''}`;
}

function row(work, ours, it) {
	const target = work.peers[it.name];
	const ratio = it !== ours && ours.median && it.median ? it.median / ours.median : undefined;
	return {
		work, it, name: label(work, it), ratio, target,
		reached: ratio !== undefined && target ? ratio >= target : undefined,
	};
}

const yesNo = (reached) => (reached === undefined ? '' : reached ? 'yes' : '**no**');

function table({ work, all }) {
	const ours = all[0];
	const lines = all.map((it) => row(work, ours, it));
	const better = work.unit === 'B' ? 'syncgen is smaller by' : 'syncgen is faster by';
	const text = [
		`### ${work.id}: ${work.title}\n`,
		`| | median | middle half | bytes | operations | result | ${better} | to reach | reached |`,
		'|---|--:|--:|--:|--:|---|--:|--:|---|',
		...lines.map(({ it, name, ratio, target, reached }) => `| ${[
			name,
			it.median ? amount(work, it.median) : '',
			it.median ? `${amount(work, it.low)} – ${amount(work, it.high)}` : '',
			count(it.result.bytes), count(it.result.ops), result(it),
			ratio ? `${number(ratio)} ×` : '', target ? `${target.toLocaleString('en')} ×` : '', yesNo(reached),
		].join(' | ')} |`),
	];
	return { lines, text: text.join('\n') + '\n' };
}

// Statements about our own numbers: size does not matter, one operation, linear.
function claims(results) {
	const ours = (id) => results.find(({ work }) => work.id === id)?.all[0];
	const lines = [];
	const claim = (text, measured, reached) => lines.push(`| ${text} | ${measured} | ${yesNo(reached)} |`);
	for (const { work, all } of results) {
		if (work.within && all[0].median && ours(work.within.of)?.median) {
			const times = all[0].median / ours(work.within.of).median;
			claim(`${work.id} takes at most ${work.within.times} × ${work.within.of}`, `${number(times)} ×`,
				times <= work.within.times);
		}
		if (work.most && all[0].median)
			claim(`${work.id} takes at most ${work.most.toLocaleString('en')} ${work.unit}`, amount(work, all[0].median),
				all[0].median <= work.most);
		if (work.faster && all[0].median && ours(work.faster.than)?.median) {
			const times = ours(work.faster.than).median / all[0].median;
			claim(`${work.id} is at least ${work.faster.times} × as fast as ${work.faster.than}`, `${number(times)} ×`,
				times >= work.faster.times);
		}
		if (work.oneOperation && all[0].result.ops !== undefined)
			claim(`${work.id}: one operation for each edit`, `${all[0].result.ops} for 3`, all[0].result.ops === 3);
	}
	const [small, large] = results.filter(({ work }) => work.id === 'W11').map(({ all }) => all[0].median);
	if (small && large)
		claim('W11: 2,000 structs take at most 2.4 × the time of 1,000', `${number(large / small)} ×`, large / small <= 2.4);
	return lines.length ? ['| of ours alone | measured | reached |', '|---|--:|---|', ...lines, ''].join('\n') : '';
}

function machine() {
	const gcc = execFileSync(process.env.CC || 'cc', ['--version'], { encoding: 'utf8' }).split('\n')[0];
	const { dependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url)));
	const peers = Object.entries(dependencies).map(([name, version]) => `${name} ${version}`).join(', ');
	return `${cpus()[0].model}, ${cpus().length} cores; Node.js ${process.version}; ${gcc}; ${peers}.`;
}

export function writeReport(results, { rounds, milliseconds, print }) {
	const tables = results.map(table);
	const lines = tables.flatMap((it) => it.lines);
	const text = `# Benchmarks

Written by \`make bench\`; do not edit. Everybody runs by turns on one machine, in one run: ${rounds} rounds of
${milliseconds} ms each; the median round counts, and between which times the middle half of the rounds lay. What
to look at are the ratios. Each result is checked before it is timed: patches are applied with fast-json-patch to
the state before and must give the state after; binary updates are applied to a replica of their own kind.

The board is a title and 1,000 notes {id, text of about 40 characters, done, priority, created}, 149 kB of JSON.
For fast-json-patch, which compares two trees, the state before is brought up to date by repeating the edit, the
cheapest way there is. Immer runs without freezing.

W12 plays what people typed, edit by edit: into the author's copy, to the server, and from there to the author (who
counts it as done) and to a reader; for the others three replicas, without frames around their updates. In syncgen
the author has two copies, what he sees and what the server has confirmed. Bytes are those of both connections, both
ways. The time is told for each keystroke. In the middle of the chat syncgen says 138 bytes in the push, 146 in its
answer, and 133 to the reader: three times the operation are 147 of them, the epoch 81, revisions and numbers 86, the
names of document, frame and members 103. There are no other frames, and \`sync.v1.json\` lets none of these members be
left out.

W7, W8 and W10 run over sockets on this machine: a server in one process, all clients in another, written for
it in C (\`bench/load.c\`), five rounds, each with a server started anew. The bare servers send the same frames as
syncgen and do nothing else: no validation, no history, no store, no rights. Time and memory are the server's; who
waits for the other core's clients is not counted in W7, and is in W8L and W10. In all of them every subscriber
checks that revisions follow each other without a gap or a repetition, and that each says what was said; W7 also
compares the state that all hold at the end with the one that a client is given who joins then. In W10 each answer
is compared with its question. In W8 what the idle connections were given is not compared.

${machine()}

![how many times as fast as each peer](benchmarks.svg)

${claims(results)}
${tables.map((it) => it.text).join('\n')}`;
	if (print) {
		process.stdout.write(text.slice(text.indexOf('| of ours alone') >= 0 ? text.indexOf('| of ours alone') : text.indexOf('###')));
	} else {
		writeFileSync(docs + 'benchmarks.md', text);
		writeFileSync(docs + 'benchmarks.svg', plot(lines.filter((it) => it.ratio !== undefined)));
		process.stderr.write('bench: wrote docs/benchmarks.md and docs/benchmarks.svg\n');
	}
	for (const { work, name, reached, target, ratio } of lines.filter((it) => it.reached === false))
		process.stderr.write(`bench: not reached: ${work.id} ${name}: ${number(ratio)} × of ${target} ×\n`);
	return lines.some(({ it }) => !it.missing && it.result.ok === false);
}
