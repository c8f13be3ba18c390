// Immer: the next state and the patches that lead to it.
import { applyPatches, enablePatches, produceWithPatches, setAutoFreeze } from 'immer';
import { isDeepStrictEqual } from 'node:util';
import { gauges } from '../data.mjs';
import { change, edits } from '../edits.mjs';
import { loadJson } from './load.mjs';

enablePatches();
setAutoFreeze(false); // faster, and fair: nobody else freezes

function editing(folder, name, list) {
	let state = loadJson(folder, name);
	const patch = (edit, turn) => {
		const [next, patches] = produceWithPatches(state, (draft) => edit(draft, turn));
		state = next;
		return patches;
	};
	return {
		step: (turn) => list.map((edit) => JSON.stringify(patch(edit, turn))),
		check() {
			const expected = loadJson(folder, name);
			let replica = loadJson(folder, name), bytes = 0, ops = 0;
			for (const edit of list) {
				const patches = patch(edit, 0);
				edit(expected, 0);
				replica = applyPatches(replica, patches);
				bytes += JSON.stringify(patches).length;
				ops += patches.length;
			}
			return { ok: isDeepStrictEqual(replica, expected), bytes, ops };
		},
	};
}

export const works = {
	W1: (folder) => editing(folder, 'board.json', [change]),
	W2: (folder) => editing(folder, 'board.json', edits),
	W3: (folder) => editing(folder, 'gauges.json',
		[(state, turn) => void Object.assign(state, gauges(turn + 1))]),
};
