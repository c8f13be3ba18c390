// @colyseus/schema: classes that mark what changes, a binary encoder.
import { Decoder, Encoder, schema, t } from '@colyseus/schema';
import { isDeepStrictEqual } from 'node:util';
import { gauges, note } from '../data.mjs';
import { change, edits } from '../edits.mjs';
import { loadJson } from './load.mjs';

Encoder.BUFFER_SIZE = 1 << 20;

const Note = schema({
	id: t.string(), text: t.string(), done: t.boolean(), priority: t.string(), created: t.number(),
}, 'Note');
const Board = schema({ title: t.string(), notes: t.array(Note) }, 'Board');
// When it is asked for: the library refuses more than 63 fields.
const gaugesKind = () =>
	schema(Object.fromEntries(Object.keys(gauges(0)).map((name) => [name, t.float64()])), 'Gauges');

const asNote = (value) => Object.assign(new Note(), value);

function makeBoard(plain) {
	const board = new Board();
	board.title = plain.title;
	plain.notes.forEach((it) => board.notes.push(asNote(it)));
	return board;
}

const cEdits = [
	(board, turn) => void board.notes.unshift(asNote(note(1000000 + turn))),
	(board) => void board.notes.splice(board.notes.length >> 1, 1),
	(board) => {
		const [it] = board.notes.splice(board.notes.length >> 1, 1);
		board.notes.splice(10, 0, asNote(it.toJSON()));
	},
];

function editing(make, Kind, name, list, plainList) {
	return (folder) => {
		const state = make(loadJson(folder, name));
		const encoder = new Encoder(state);
		const replica = new Decoder(new Kind());
		replica.decode(encoder.encodeAll());
		encoder.discardChanges();
		const patch = (edit, turn) => {
			edit(state, turn);
			const bytes = encoder.encode();
			encoder.discardChanges();
			return bytes;
		};
		return {
			step: (turn) => list.map((edit) => patch(edit, turn)),
			check() {
				const expected = loadJson(folder, name);
				let bytes = 0;
				list.forEach((edit, i) => {
					const made = Uint8Array.from(patch(edit, 0));
					replica.decode(made);
					plainList[i](expected, 0);
					bytes += made.length;
				});
				return { ok: isDeepStrictEqual(JSON.parse(JSON.stringify(replica.state)), expected), bytes };
			},
		};
	};
}

export const works = {
	W1: editing(makeBoard, Board, 'board.json', [change], [change]),
	W2: editing(makeBoard, Board, 'board.json', cEdits, edits),
	W3: (folder) => {
		const Gauges = gaugesKind();
		const set = (state, turn) => void Object.assign(state, gauges(turn + 1));
		return editing((plain) => Object.assign(new Gauges(), plain), Gauges, 'gauges.json', [set], [set])(folder);
	},
};
