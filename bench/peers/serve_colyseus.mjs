// Colyseus: a room whose state is sent to each when it changes, at once instead of 20 times a second.
import { Room, Server } from '@colyseus/core';
import { schema, t } from '@colyseus/schema';
import { WebSocketTransport } from '@colyseus/ws-transport';

const Live = schema({ line: t.string(), rev: t.number() }, 'Live');

class Quiet extends Room {
	maxClients = 100000;
	patchRate = null;

	onCreate() {
		this.state = new Live();
		this.state.line = '';
		this.state.rev = 0;
		this.onMessage('say', (client, line) => {
			this.state.line = line;
			this.state.rev++;
			this.broadcastPatch();
		});
		this.onMessage('ask', (client, line) => client.send('answer', line));
	}
}

const transport = new WebSocketTransport();
const server = new Server({ transport, greet: false });
server.define('live', class extends Quiet {});
server.define('quiet', Quiet);
await server.listen(0, '127.0.0.1', 1024);
console.log(transport.server.address().port);
process.stdin.on('end', () => process.exit(0)).resume();
