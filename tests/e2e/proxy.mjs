// A network that can be cut: a TCP proxy whose connections end when it is told so, and which then takes
// no new ones.
import net from "node:net";

export class Proxy {
	#pairs = new Set();
	#server;
	#target;
	port = 0;

	/** A proxy to a port of this machine, on a port of its own. */
	static async to(target) {
		const proxy = new Proxy();
		proxy.#target = target;
		await proxy.mend();
		return proxy;
	}

	/** The network is there again, under the same address. */
	async mend() {
		this.#server = net.createServer((near) => this.#join(near));
		await new Promise((done) => this.#server.listen(this.port, "127.0.0.1", done));
		this.port = this.#server.address().port;
	}

	#join(near) {
		const far = net.connect(this.#target, "127.0.0.1");
		const pair = { near, far, deaf: false };
		this.#pairs.add(pair);
		near.on("data", (data) => far.write(data));
		far.on("data", (data) => pair.deaf || near.write(data));
		const end = () => {
			near.destroy();
			far.destroy();
			this.#pairs.delete(pair);
		};
		for (const socket of [near, far]) socket.on("close", end).on("error", end);
	}

	/** What the server says from now on gets lost; what it is told still arrives. */
	deafen() {
		for (const pair of this.#pairs) pair.deaf = true;
	}

	/** Every connection is reset, new ones are refused. */
	async cut() {
		const closed = new Promise((done) => this.#server.close(done));
		for (const { near, far } of this.#pairs) {
			near.resetAndDestroy();
			far.resetAndDestroy();
		}
		await closed;
	}
}
