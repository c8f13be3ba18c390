// What is measured, beside whom, and what is to be reached. `factor`: how many times as fast as the
// peer; `within`: at most so many times the time of another work of ours.
export const works = [
	{
		id: 'W1', title: 'change two fields of one of 1,000 notes; the patch ready to send',
		peers: { colyseus: 15, yjs: 200, immer: null, 'fast-json-patch': 5000 }, edits: 'W1',
	},
	{
		id: 'W1L', title: 'the same on 100,000 notes: the cost does not depend on the size',
		peers: { 'fast-json-patch': null }, edits: 'W1', data: 'board100k.json',
		within: { of: 'W1', times: 1.5 },
	},
	{
		id: 'W2', title: 'insert at the head, delete in the middle, move; three patches; 1,000 notes; tracked',
		peers: { colyseus: null, yjs: null, immer: null, 'fast-json-patch': null }, edits: 'W2', oneOperation: true,
	},
	{
		id: 'W2L', title: 'the same on 100,000 notes; beside three bare memmove of the pointers',
		peers: { 'W2ML cjson': 1, 'fast-json-patch': null }, edits: 'W2', data: 'board100k.json', oneOperation: true,
	},
	{
		id: 'W2D', title: 'the same three edits found by diff of two plain boards of 1,000 notes',
		peers: { 'W2 fast-json-patch': null }, edits: 'W2', oneOperation: true,
	},
	{
		id: 'W2DL', title: 'the same by diff of 100,000 notes: linear',
		peers: { 'W2L fast-json-patch': null }, edits: 'W2', data: 'board100k.json', oneOperation: true,
		within: { of: 'W2D', times: 200 },
	},
	{
		id: 'W3', title: '64 numbers change; the patch ready to send',
		peers: { colyseus: null, yjs: null, immer: null, 'fast-json-patch': 8 }, edits: 'W3', data: 'gauges.json',
	},
	{ id: 'W4P', title: 'the board of 1,000 notes to JSON', peers: { v8: 8, cjson: 30 } },
	{
		id: 'W4R', title: 'JSON to the board, validated; the peers only parse',
		peers: { v8: 3, 'W4V v8': null, cjson: 8 },
	},
	{
		id: 'W5', title: 'one action frame: decode, validate, dispatch',
		peers: { v8: 5, 'W5P cjson': null },
	},
	{ id: 'W6', title: 'diff of two plain boards differing in one note', peers: { 'fast-json-patch': 80 }, edits: 'W1' },
	{
		id: 'W12', title: 'a chat of 26,078 keystrokes: his copy, the server, a reader; bytes for each',
		peers: { yjs: 1, 'W12F automerge': 1 },
	},
	{
		id: 'W12S', title: 'a program of 18,335 keystrokes, the same way',
		peers: { yjs: 1, 'W12SF automerge': 1 },
	},
	{
		id: 'W13', title: 'an action of one client, on the disk before it is answered; beside bare transactions of one row',
		peers: { sqlite: 0.9 },
	},
	{
		id: 'W13C', title: 'actions of 100 clients who wait at the same time; time for each',
		peers: { 'W13 sqlite': 10 },
	},
];

// Over sockets. `load`: what load.c is asked for; `sample`: which of its numbers counts (default `ns`); `unit`
// of that; `most`: at most so much.
export const networkWorks = [
	{
		id: 'W7', title: 'a commit to each of 1,000 subscribers, one by one: server CPU for each message of 200 bytes',
		load: ['fanout', 'clients=1000', 'commits=200'], note: 'fanout',
		peers: { epoll: 0.85, 'lws-direct': 0.85, lws: null, ws: 2, 'socket.io': null, colyseus: null, uwebsockets: 1, centrifugo: null },
	},
	{
		id: 'W7M', title: '16 commits at once to each of 1,000 subscribers: server CPU for each commit delivered',
		load: ['fanout', 'clients=1000', 'commits=50', 'burst=16'], note: 'fanout',
		peers: { epoll: null, 'lws-direct': null, lws: null, ws: null }, faster: { than: 'W7', times: 6 },
	},
	{
		id: 'W8', title: '10,000 idle connections, each joined to a document: private memory for each', unit: 'B',
		load: ['idle', 'clients=100', 'idle=10000', 'commits=200'], sample: 'bytes', note: 'idle', most: 2500,
		peers: { 'lws-direct': null, ws: null, 'socket.io': null, colyseus: null, uwebsockets: null, centrifugo: null },
	},
	{
		id: 'W8L', title: 'beside 10,000 idle connections, a commit to 100 others: until one has it, median',
		load: ['idle', 'clients=100', 'idle=10000', 'commits=200'], note: 'latency',
		peers: { 'lws-direct': null, ws: null, 'socket.io': null, colyseus: null },
	},
	{
		id: 'W10', title: 'an action and its answer, one client: p99 of the round trip',
		load: ['trips', 'clients=1', 'calls=5000'], note: 'trips',
		peers: { epoll: null, 'lws-direct': null, ws: 1, 'socket.io': 1, colyseus: null },
	},
	{
		id: 'W10L', title: 'an action and its answer, 100 clients at the same time: p99 of the round trip',
		load: ['trips', 'clients=100', 'calls=20000'], note: 'trips',
		peers: { epoll: null, 'lws-direct': null, ws: 1, 'socket.io': 1, colyseus: null },
	},
];

// Names in the report, where the id of the work and the peer do not say it.
export const labels = {
	v8: 'V8', sqlite: 'SQLite, a transaction for each', 'W13 sqlite': 'SQLite, a transaction for each',
	cjson: 'cJSON', yjs: 'Yjs', 'W12F automerge': 'Automerge, the first 500',
	'W12SF automerge': 'Automerge, the first 500', immer: 'Immer', colyseus: '@colyseus/schema',
	'W4V v8': 'V8 + ajv', 'W5P cjson': 'cJSON, parse alone', 'W2ML cjson': 'three memmove',
	'W7 colyseus': 'Colyseus',
	'W8 colyseus': 'Colyseus',
	'W8L colyseus': 'Colyseus',
	'W10 colyseus': 'Colyseus',
	'W10L colyseus': 'Colyseus',
	'W5 v8': 'V8 + ajv', epoll: 'a bare epoll loop', lws: 'libwebsockets, by writable callback',
	'lws-direct': 'libwebsockets, written at once', ws: 'ws (Node)', 'socket.io': 'Socket.IO',
	uwebsockets: 'uWebSockets', centrifugo: 'Centrifugo',
};
