// Yjs: a document of shared types; a transaction makes one binary update.
import { isDeepStrictEqual } from 'node:util';
import * as Y from 'yjs';
import { gauges, note } from '../data.mjs';
import { change, edits } from '../edits.mjs';
import { loadJson } from './load.mjs';
import { typing } from './typing.mjs';

const asMap = (value) => new Y.Map(Object.entries(value));

function boardDoc(plain) {
	const doc = new Y.Doc();
	doc.transact(() => {
		const root = doc.getMap('board');
		root.set('title', plain.title);
		root.set('notes', Y.Array.from(plain.notes.map(asMap)));
	});
	return doc;
}

const notesOf = (doc) => doc.getMap('board').get('notes');

const yChange = (doc) => {
	const it = notesOf(doc).get(notesOf(doc).length >> 1);
	it.set('done', !it.get('done'));
	it.set('priority', it.get('priority') === 'high' ? 'low' : 'high');
};

// It has no move: a copy goes in and the original out, as its own documentation does it.
const yEdits = [
	(doc, turn) => notesOf(doc).insert(0, [asMap(note(1000000 + turn))]),
	(doc) => notesOf(doc).delete(notesOf(doc).length >> 1, 1),
	(doc) => {
		const notes = notesOf(doc), at = notes.length >> 1;
		const copy = notes.get(at).clone();
		notes.delete(at, 1);
		notes.insert(10, [copy]);
	},
];

function editing(make, name, root, list, plainList) {
	return (folder) => {
		const plain = loadJson(folder, name);
		let doc, replica, update;
		const restart = () => {
			doc = make(plain);
			replica = new Y.Doc();
			Y.applyUpdate(replica, Y.encodeStateAsUpdate(doc));
			doc.on('update', (bytes) => { update = bytes; });
		};
		const patch = (edit, turn) => {
			doc.transact(() => edit(doc, turn));
			return update;
		};
		restart();
		return {
			step: (turn) => list.map((edit) => patch(edit, turn)),
			check() {
				const expected = loadJson(folder, name);
				let bytes = 0;
				list.forEach((edit, i) => {
					const made = patch(edit, 0);
					Y.applyUpdate(replica, made);
					plainList[i](expected, 0);
					bytes += made.length;
				});
				return { ok: isDeepStrictEqual(replica.getMap(root).toJSON(), expected), bytes };
			},
		};
	};
}

const gaugesDoc = (plain) => {
	const doc = new Y.Doc();
	doc.transact(() => Object.entries(plain).forEach(([k, v]) => doc.getMap('gauges').set(k, v)));
	return doc;
};

const replicas = () => {
	const [author, server, reader] = [new Y.Doc(), new Y.Doc(), new Y.Doc()];
	const body = author.getText('body');
	let update;
	author.on('update', (bytes) => { update = bytes; });
	return {
		type([at, gone, put]) {
			author.transact(() => {
				if (gone) body.delete(at, gone);
				if (put) body.insert(at, put);
			});
			return update;
		},
		take(bytes) {
			Y.applyUpdate(server, bytes);
			Y.applyUpdate(reader, bytes);
		},
		texts: () => [author, server, reader].map((doc) => doc.getText('body').toString()),
	};
};

export const works = {
	W1: editing(boardDoc, 'board.json', 'board', [yChange], [change]),
	W2: editing(boardDoc, 'board.json', 'board', yEdits, edits),
	W3: editing(gaugesDoc, 'gauges.json', 'gauges',
		[(doc, turn) => Object.entries(gauges(turn + 1)).forEach(([k, v]) => doc.getMap('gauges').set(k, v))],
		[(state, turn) => Object.assign(state, gauges(turn + 1))]),
	W12: typing('friendsforever_flat', replicas),
	W12S: typing('sveltecomponent', replicas),
};
