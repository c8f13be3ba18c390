// Socket.IO: a room for a broadcast, an acknowledgement for an answer.
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { say, state } from './bare.mjs';

const server = createServer();
const io = new Server(server, { transports: ['websocket'], serveClient: false });
io.on('connection', (socket) => {
	socket.on('join', (doc) => {
		socket.join(doc);
		socket.emit('patch', state());
	});
	socket.on('say', (text) => io.to('LIVE').emit('patch', say(text)));
	socket.on('ask', (text, answer) => answer(text));
});
server.listen(0, '127.0.0.1', 1024, () => console.log(server.address().port));
