/** One document over the `ws-sync` dialect: its state, kept in step, and calls by name. */
import { apply, type Operation } from "./patch";

export type Condition = "connecting" | "live" | "away";

interface Listener<State> {
	state(state: State): void;
	condition(condition: Condition): void;
	error(message: string): void;
	frame(text: string, out: boolean): void;
}

const FIRST_TRY_MS = 500;
const LAST_TRY_MS = 30_000;
const STEADY_MS = 5_000;

export class Connection<State> {
	state: State | undefined;
	private socket: WebSocket | undefined;
	private tries = 0;
	private timer = 0;
	private upSince = 0;

	constructor(
		private readonly url: string,
		private readonly key: string,
		private readonly listener: Listener<State>,
	) {
		addEventListener("online", () => this.connect());
		this.connect();
	}

	get live(): boolean {
		return this.socket?.readyState === WebSocket.OPEN && this.state !== undefined;
	}

	/** Changes the state here at once, and there as soon as it arrives. */
	patch(operations: Operation[]): void {
		if (!this.live) return;
		this.show(apply(this.state as State, operations));
		this.send(`_PATCH:${this.key}`, operations);
	}

	action(name: string, args: object): void {
		this.send(`_ACTION:${this.key}`, { type: name, ...args });
	}

	task(name: string, args: object): void {
		this.send(`_TASK_START:${this.key}`, { type: name, ...args });
	}

	private send(type: string, data: unknown): void {
		if (this.socket?.readyState !== WebSocket.OPEN) return;
		const text = JSON.stringify({ type, data });
		this.listener.frame(text, true);
		this.socket.send(text);
	}

	private show(state: State): void {
		this.state = state;
		this.listener.state(state);
	}

	private connect(): void {
		if (this.socket && this.socket.readyState <= WebSocket.OPEN) return;
		clearTimeout(this.timer);
		this.listener.condition("connecting");
		const socket = new WebSocket(this.url);
		this.socket = socket;
		socket.onopen = () => (this.upSince = Date.now());
		socket.onmessage = (event) => this.receive(String(event.data));
		socket.onclose = () => this.retry(socket);
	}

	/** Full jitter: a server that restarts is not met by everybody at once. */
	private retry(socket: WebSocket): void {
		if (socket !== this.socket) return;
		if (this.upSince && Date.now() - this.upSince > STEADY_MS) this.tries = 0;
		this.upSince = 0;
		const most = Math.min(LAST_TRY_MS, FIRST_TRY_MS * 2 ** ++this.tries);
		this.listener.condition("away");
		this.timer = window.setTimeout(() => this.connect(), Math.random() * most);
	}

	private receive(text: string): void {
		const { type, data } = JSON.parse(text) as { type: string; data: unknown };
		this.listener.frame(text, false);
		if (type === `_SET:${this.key}`) {
			this.show(data as State);
			this.listener.condition("live");
		} else if (type === `_PATCH:${this.key}` && this.state !== undefined) {
			this.show(apply(this.state, data as Operation[]));
		} else if (type === "_ERROR") {
			this.listener.error((data as { message: string }).message);
		}
	}
}
