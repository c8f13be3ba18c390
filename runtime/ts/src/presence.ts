/** Who else is here: state of connections, gone with them. */
import { Listeners } from "./listeners.js";

export class Presence<P = unknown> {
	private others: ReadonlyMap<string, P> = new Map();
	private state: P | null = null;
	private readonly listeners = new Listeners<[]>();

	constructor(
		private readonly send: (state: P | null) => void,
		private readonly decode: (state: unknown) => unknown,
	) {}

	/** What others see of this connection; null: nothing. Said again after a reconnect. */
	set(state: P | null): void {
		this.state = state;
		this.send(state);
	}

	get mine(): P | null {
		return this.state;
	}

	/** The others by connection. The same object as long as nothing changes. */
	readonly getSnapshot = (): ReadonlyMap<string, P> => this.others;
	readonly subscribe = (listener: () => void): (() => void) => this.listeners.add(listener);

	receive(who: string, state: unknown): void {
		const others = new Map(this.others);
		if (state === null || state === undefined) others.delete(who);
		else others.set(who, this.decode(state) as P);
		this.others = others;
		this.listeners.tell();
	}

	/** Joined (again). */
	attach(): void {
		if (this.state !== null) this.send(this.state);
	}

	/** Nobody can be seen without a connection. */
	clear(): void {
		if (this.others.size === 0) return;
		this.others = new Map();
		this.listeners.tell();
	}
}
