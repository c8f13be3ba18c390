// What the Node servers know of a document: a line and its revision; patches as load.c reads them.
let revision = 0, line = '';

export const state = () =>
	({ epoch: '0', from: null, rev: revision, ops: [{ op: 'replace', path: '', value: { line } }] });

export function say(text) {
	line = text;
	revision++;
	return { epoch: '0', from: revision - 1, rev: revision, ops: [{ op: 'replace', path: '/line', value: line }] };
}

export const nothing = () => ({ epoch: '0', from: revision, rev: revision, ops: [] });

process.stdin.on('end', () => process.exit(0)).resume();
