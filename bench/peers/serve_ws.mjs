// ws for Node, without compression: one message made and sent to each.
import { WebSocketServer } from 'ws';
import { nothing, say, state } from './bare.mjs';

const live = new Set();
const frame = (members) => JSON.stringify({ t: 'patch', doc: 'LIVE', ...members });

function call(socket, { n, action, args }) {
	if (action === 'ask') {
		socket.send(frame({ ...nothing(), done: n, results: [{ n, value: args.line }] }));
		return;
	}
	const message = frame(say(args.line));
	for (const one of live)
		one.send(message);
}

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false, backlog: 1024 });
server.on('listening', () => console.log(server.address().port));
server.on('connection', (socket) => {
	socket.on('close', () => live.delete(socket));
	socket.on('message', (data) => {
		const message = JSON.parse(data);
		if (message.t !== 'hello') {
			message.m.forEach((one) => call(socket, one));
			return;
		}
		if (message.docs[0].doc === 'LIVE')
			live.add(socket);
		socket.send(frame(state()));
	});
});
