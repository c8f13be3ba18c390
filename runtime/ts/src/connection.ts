/**
 * One socket at a time, and the next one when it is gone: full jitter over min(30 s, 0.5 s · 2ⁿ), n from
 * 0 again after 5 s up, at once when the machine comes online. Close codes from 4500 are final. A
 * connection that says nothing for 2.5 heartbeats is dead, however open it looks.
 */
import type { Clock } from "./clock.js";
import { SyncError } from "./errors.js";

/** What is used of a WebSocket. */
export interface Socket {
	binaryType: string;
	readonly readyState: number;
	send(data: string | Uint8Array): void;
	close(code?: number, reason?: string): void;
	addEventListener(
		type: string,
		listener: (event: { data?: unknown; code?: number; reason?: string }) => void,
	): void;
}

export const PROTOCOL = "sync.v1.json";

const FIRST_MS = 500;
const MOST_MS = 30_000;
const STEADY_MS = 5_000;
const OPENING_MS = 15_000;
const OPEN = 1;

export interface ConnectionOptions {
	clock: Clock;
	/** A new socket, or undefined when there can be none. */
	dial(): Socket | undefined;
	/** The longest wait before a new try; 30 s. */
	maxDelay?: number | undefined;
	/** Tries in a row before it is given up; no end by default. */
	attempts?: number | undefined;
}

export interface ConnectionListener {
	opened(): void;
	text(data: string): void;
	bytes(data: Uint8Array): void;
	/** `final`: no new one will be tried; `error` says why. */
	closed(final: boolean, error: SyncError): void;
	/** One heartbeat has passed: time for a ping. */
	beat(): void;
}

export class Connection {
	private socket: Socket | undefined;
	private tries = 0;
	private stopped = true;
	private retry: (() => void) | undefined;
	private pulse: (() => void) | undefined;
	private opening: (() => void) | undefined;
	private openedAt: number | undefined;
	private heardAt = 0;
	private heartbeat = 20_000;
	/** What the server asked for when it said goodbye. */
	private notBefore: number | undefined;

	constructor(
		private readonly options: ConnectionOptions,
		private readonly listener: ConnectionListener,
	) {}

	get open(): boolean {
		return this.socket?.readyState === OPEN && this.openedAt !== undefined;
	}

	/** Goes on, whatever was decided before. */
	start(): void {
		this.stopped = false;
		this.tries = 0;
		if (!this.socket) this.dial();
	}

	/** No more sockets. */
	stop(): void {
		this.stopped = true;
		this.retry?.();
		this.retry = undefined;
		this.drop(1000, "closed", new SyncError("closed", "the client was closed"));
	}

	/** The machine is online again: nothing to wait for. */
	hurry(): void {
		if (this.retry) this.dial();
	}

	send(data: string | Uint8Array): boolean {
		if (!this.open) return false;
		this.socket!.send(data);
		return true;
	}

	setHeartbeat(ms: number): void {
		this.heartbeat = ms;
		this.beatLater();
	}

	/** The server drains: come back after that long, not before. */
	bye(after: number): void {
		const { clock } = this.options;
		this.notBefore = clock.now() + after;
		const { socket } = this;
		// In case it forgets to close.
		clock.after(
			after,
			() =>
				socket === this.socket &&
				this.drop(1000, "bye", new SyncError("overload", "the server drains")),
		);
	}

	/** Gives up this socket; another is tried. */
	drop(code: number, reason: string, error: SyncError): void {
		const { socket } = this;
		if (!socket) return;
		this.lost(socket, false, error);
		try {
			socket.close(code, reason);
		} catch {
			// It may not even have opened.
		}
	}

	private dial(): void {
		this.retry?.();
		this.retry = undefined;
		if (this.stopped || this.socket) return;
		let socket: Socket | undefined;
		try {
			socket = this.options.dial();
		} catch (error) {
			this.stopped = true;
			this.listener.closed(true, new SyncError("closed", String(error)));
			return;
		}
		if (!socket) {
			this.stopped = true;
			this.listener.closed(true, new SyncError("closed", "there is no address to connect to"));
			return;
		}
		this.attach(socket);
	}

	private attach(socket: Socket): void {
		this.socket = socket;
		socket.binaryType = "arraybuffer";
		const mine = () => this.socket === socket;
		socket.addEventListener("open", () => mine() && this.opened());
		socket.addEventListener("message", ({ data }) => mine() && this.message(data));
		socket.addEventListener("error", () => {
			// A close should follow; some never say it of a socket that did not open.
			if (mine() && this.openedAt === undefined)
				this.drop(
					1000,
					"",
					new SyncError("closed", "the server cannot be reached", { temporary: true }),
				);
		});
		socket.addEventListener("close", ({ code, reason }) => {
			const final = code !== undefined && code >= 4500 && code < 5000;
			const text = `the connection was closed (${code ?? 1006}${reason ? `: ${reason}` : ""})`;
			if (mine()) this.lost(socket, final, new SyncError("closed", text, { temporary: !final }));
		});
		if (socket.readyState === OPEN) {
			this.opened();
			return;
		}
		this.opening = this.options.clock.after(OPENING_MS, () => {
			if (mine())
				this.drop(
					4408,
					"timeout",
					new SyncError("timeout", "the server does not answer", { temporary: true }),
				);
		});
	}

	private opened(): void {
		this.opening?.();
		this.openedAt = this.heardAt = this.options.clock.now();
		this.beatLater();
		this.listener.opened();
	}

	private message(data: unknown): void {
		this.heardAt = this.options.clock.now();
		if (typeof data === "string") this.listener.text(data);
		else if (data instanceof ArrayBuffer) this.listener.bytes(new Uint8Array(data));
		else if (data instanceof Uint8Array) this.listener.bytes(data);
	}

	private beatLater(): void {
		const { clock } = this.options;
		this.pulse?.();
		if (!this.open) return;
		const silence = clock.now() - this.heardAt;
		const wait = Math.min(this.heartbeat, 2.5 * this.heartbeat - silence);
		this.pulse = clock.after(Math.max(wait, 1), () => {
			if (clock.now() - this.heardAt >= 2.5 * this.heartbeat) {
				this.drop(
					4408,
					"no pong",
					new SyncError("timeout", "the server fell silent", { temporary: true }),
				);
				return;
			}
			this.listener.beat();
			this.beatLater();
		});
	}

	private lost(socket: Socket, final: boolean, error: SyncError): void {
		if (this.socket !== socket) return;
		const { clock, attempts, maxDelay } = this.options;
		this.socket = undefined;
		this.opening?.();
		this.pulse?.();
		const now = clock.now();
		if (this.openedAt !== undefined && now - this.openedAt >= STEADY_MS) this.tries = 0;
		this.openedAt = undefined;
		if (attempts !== undefined && this.tries >= attempts) final = true;
		if (final) this.stopped = true;
		if (!this.stopped) {
			const most = Math.min(maxDelay ?? MOST_MS, FIRST_MS * 2 ** this.tries++);
			const wait = Math.max(clock.random() * most, (this.notBefore ?? 0) - now);
			this.notBefore = undefined;
			this.retry = clock.after(wait, () => this.dial());
		}
		this.listener.closed(final, error);
	}
}
