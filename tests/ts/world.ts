/** Virtual time, seeded chance, and sockets that lose what they carry. */
import { type Clock, type Socket, Store } from "../../runtime/ts/src/index.js";

/** A store that opens so. */
export function storeOf(open: Store["open"]): Store {
	return new (class extends Store {
		override open(...args: Parameters<typeof open>): ReturnType<typeof open> {
			return open(...args);
		}
	})();
}

/** A small fast generator (Marsaglia's xorshift, 32 bits). */
export class Chance {
	private x: number;
	constructor(seed: number) {
		this.x = (Math.imul(seed, 2654435761) ^ 0x9e3779b9) | 0 || 1;
		for (let i = 0; i < 8; i++) this.next();
	}
	next(): number {
		this.x ^= this.x << 13;
		this.x ^= this.x >>> 17;
		this.x ^= this.x << 5;
		return (this.x >>> 0) / 4294967296;
	}
	below(n: number): number {
		return Math.floor(this.next() * n);
	}
	one<T>(of: readonly T[]): T {
		return of[this.below(of.length)]!;
	}
	/** True in `percent` of a hundred cases. */
	chance(percent: number): boolean {
		return this.next() * 100 < percent;
	}
}

interface Due {
	at: number;
	order: number;
	call: () => void;
	live: boolean;
}

export class World implements Clock {
	private time = 0;
	private order = 0;
	private queue: Due[] = [];
	readonly chance: Chance;

	constructor(seed: number) {
		this.chance = new Chance(seed);
	}

	now: () => number = () => this.time;
	random = (): number => this.chance.next();
	uuid = (): string => {
		const hex = () => this.chance.below(0x10000).toString(16).padStart(4, "0");
		return `${hex()}${hex()}-${hex()}-4${hex().slice(1)}-8${hex().slice(1)}-${hex()}${hex()}${hex()}`;
	};
	after: (ms: number, call: () => void) => () => void = (ms, call) => {
		const due: Due = { at: this.time + Math.max(0, ms), order: this.order++, call, live: true };
		let low = 0;
		let high = this.queue.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if (this.queue[middle]!.at <= due.at) low = middle + 1;
			else high = middle;
		}
		this.queue.splice(low, 0, due);
		return () => void (due.live = false);
	};

	/** Runs what is due in the next `ms`. */
	run(ms: number): void {
		const end = this.time + ms;
		while (this.queue.length > 0 && this.queue[0]!.at <= end) {
			const due = this.queue.shift()!;
			this.time = due.at;
			if (due.live) due.call();
		}
		this.time = end;
	}
}

type Listener = (event: { data?: unknown; code?: number; reason?: string }) => void;

/** One end of a connection. What it sends arrives at `peer` later, in order, or not at all. */
export class FakeSocket implements Socket {
	binaryType = "blob";
	readyState = 0;
	peer: FakeSocket | undefined;
	private readonly listeners = new Map<string, Listener[]>();
	private arrival = 0;
	private cut = false;
	/** Everything sent, for tests that look at the wire. */
	readonly sent: (string | Uint8Array)[] = [];

	constructor(
		readonly world: World,
		private readonly latency: () => number,
	) {}

	addEventListener(type: string, listener: Listener): void {
		this.listeners.set(type, [...(this.listeners.get(type) ?? []), listener]);
	}
	fire(type: string, event: Parameters<Listener>[0] = {}): void {
		for (const listener of this.listeners.get(type) ?? []) listener(event);
	}

	private inOrder(call: () => void): void {
		this.arrival = Math.max(this.arrival, this.world.now() + this.latency());
		this.world.after(this.arrival - this.world.now(), call);
	}

	send(data: string | Uint8Array): void {
		if (this.readyState !== 1) throw new Error("the socket is not open");
		this.sent.push(data);
		const { peer } = this;
		if (!peer) return;
		const copy = typeof data === "string" ? data : data.slice().buffer;
		this.inOrder(() => {
			if (!this.cut && peer.readyState === 1) peer.fire("message", { data: copy });
		});
	}

	close(code = 1000, reason = ""): void {
		if (this.readyState >= 2) return;
		this.readyState = 3;
		this.inOrder(() => {
			const { peer } = this;
			if (peer && peer.readyState < 2 && !this.cut) {
				peer.readyState = 3;
				peer.fire("close", { code, reason });
			}
			this.fire("close", { code, reason });
		});
	}

	/** The network is gone: what is under way from here is lost; each end hears of it in its own time. */
	reset(): void {
		for (const end of [this, this.peer]) {
			if (!end || end.cut) continue;
			end.cut = true;
			this.world.after(this.latency(), () => {
				if (end.readyState >= 2) return;
				end.readyState = 3;
				end.fire("close", { code: 1006 });
			});
		}
	}

	/** What this end has sent and not yet delivered is lost, what comes the other way still arrives. */
	mute(): void {
		this.cut = true;
	}
}

/** Two connected ends: the client's, and the server's, which opens with it. */
export function pair(world: World, latency: () => number): [FakeSocket, FakeSocket] {
	const near = new FakeSocket(world, latency);
	const far = new FakeSocket(world, latency);
	near.peer = far;
	far.peer = near;
	return [near, far];
}
