// The documents that every competitor reads, the same on every run.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const PRIORITIES = ['low', 'normal', 'high'];
const WORDS =
	'call the office about new chairs before noon and bring both keys plus one small lamp for Zoë'.split(' ');

// xorshift: small, and the same everywhere.
function numbers(seed) {
	let state = seed;
	return (limit) => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return (state >>> 0) % limit;
	};
}

function text(random) {
	let line = WORDS[random(WORDS.length)];
	while (line.length < 36)
		line += ' ' + WORDS[random(WORDS.length)];
	return line;
}

export function note(i, random = numbers(i + 1)) {
	const hex = (random(2 ** 32) >>> 0).toString(16).padStart(8, '0');
	return {
		id: `${hex}-0000-4000-8000-${i.toString(16).padStart(12, '0')}`,
		text: text(random),
		done: random(2) === 1,
		priority: PRIORITIES[random(3)],
		created: 1700000000000 + random(2 ** 31),
	};
}

export function board(count) {
	const random = numbers(4711);
	return { title: 'Things to do', notes: Array.from({ length: count }, (_, i) => note(i, random)) };
}

// Finite, and with many digits, as measured values have.
export const gauge = (i, turn) => Math.sqrt(i * 1000 + turn + 0.5);

export function gauges(turn) {
	const values = {};
	for (let i = 0; i < 64; i++)
		values['g' + String(i).padStart(2, '0')] = gauge(i, turn);
	return values;
}

export const ACTION = {
	type: 'add', text: 'call the office about new chairs before', priority: 'high', done: false, at: 17,
};

// What people typed, from the suites of others; undefined where they are not there. ASCII: a character is a unit
// and a byte.
export function trace(name) {
	const file = `${process.env.SUITES || '../shared/suites'}/traces/${name}.json.gz`;
	if (!existsSync(file))
		return undefined;
	const { endContent: end, txns } = JSON.parse(gunzipSync(readFileSync(file)));
	return { end, keys: txns.flatMap((txn) => txn.patches) };
}

function writeTrace(file, name) {
	const typed = trace(name);
	if (!typed)
		return;
	const line = ([at, gone, put]) => JSON.stringify([{
		op: 'text', path: '/body', delta: [at, put, -gone].filter((part) => part !== 0 && part !== ''),
	}]);
	writeFileSync(file, [...typed.keys.map(line), JSON.stringify(typed.end), ''].join('\n'));
}

export function writeData(folder) {
	mkdirSync(folder, { recursive: true });
	const write = (name, value) => writeFileSync(`${folder}/${name}`, JSON.stringify(value));
	write('board.json', board(1000));
	write('board100k.json', board(100000));
	write('inserted.json', note(1000000)); // W2 at turn 0; later turns have other ids
	write('gauges.json', gauges(0));
	write('action.json', { type: '_ACTION:BOARD', data: ACTION });
	writeTrace(`${folder}/chat.txt`, 'friendsforever_flat');
	writeTrace(`${folder}/program.txt`, 'sveltecomponent');
}
