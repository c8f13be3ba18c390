// fast-json-patch: compares two whole trees. `before` follows `after` by the same edit, which is cheap
// beside the comparison.
import jsonpatch from 'fast-json-patch';
import { gauges } from '../data.mjs';
import { change, edits } from '../edits.mjs';
import { loadJson } from './load.mjs';

function editing(before, after, list) {
	const patch = (edit, turn) => {
		edit(after, turn);
		const text = JSON.stringify(jsonpatch.compare(before, after));
		edit(before, turn);
		return text;
	};
	return {
		step: (turn) => list.map((edit) => patch(edit, turn)),
		check: () => ({ patches: list.map((edit) => patch(edit, 0)) }),
	};
}

const board = (name, list) => (folder) => editing(loadJson(folder, name), loadJson(folder, name), list);

export const works = {
	W1: board('board.json', [change]),
	W1L: board('board100k.json', [change]),
	W2: board('board.json', edits),
	W2L: board('board100k.json', edits),
	W3: (folder) => editing(loadJson(folder, 'gauges.json'), loadJson(folder, 'gauges.json'),
		[(state, turn) => Object.assign(state, gauges(turn + 1))]),
	W6(folder) {
		const before = loadJson(folder, 'board.json'), after = loadJson(folder, 'board.json');
		change(after, 0);
		const diff = () => JSON.stringify(jsonpatch.compare(before, after));
		return { step: diff, check: () => ({ patches: [diff()] }) };
	},
};
