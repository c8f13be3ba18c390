// The edits of W1 and W2 on plain objects: what each competitor does in its own way, and what its
// result is compared with.
import { note } from './data.mjs';

const at = (board) => board.notes.length >> 1;

// W1: two fields of one note; both are other values at every turn.
export function change(board) {
	const it = board.notes[at(board)];
	it.done = !it.done;
	it.priority = it.priority === 'high' ? 'low' : 'high';
}

// W2: three edits, each a patch of its own. After the three the list is as long as before.
export const edits = [
	(board, turn) => void board.notes.unshift(note(1000000 + turn)),
	(board) => void board.notes.splice(at(board), 1),
	(board) => {
		const [it] = board.notes.splice(at(board), 1);
		board.notes.splice(10, 0, it);
	},
];
