/**
 * One socket at a time, and the next one when it is gone: full jitter over min(30 s, 0.5 s · 2ⁿ), n from
 * 0 again after 5 s up, at once when the machine comes online. Close codes from 4500 are final. A
 * connection that says nothing for 2.5 heartbeats is dead, however open it looks.
 */
import type { Clock } from "./clock.js";
import { SyncError } from "./errors.js";
import type { ClientOptions } from "./options.js";

/** What is used of a WebSocket. */
export interface Socket {
	binaryType: string;
	readonly readyState: number;
	send(data: string | Uint8Array): void;
	close(code?: number, reason?: string): void;
	addEventListener(type: string, listener: (event: SocketEvent) => void): void;
}

export interface SocketEvent {
	data?: unknown;
	code?: number;
	reason?: string;
}

export const PROTOCOL = "sync.v1.json";

const FIRST_MS = 500;
const MOST_MS = 30_000;
const STEADY_MS = 5_000;
const OPENING_MS = 15_000;
const OPEN = 1;

export interface ConnectionListener {
	opened(): void;
	text(data: string): void;
	bytes(data: Uint8Array): void;
	/** `final`: no new one will be tried; `error` says why. */
	closed(final: boolean, error: SyncError): void;
	/** One heartbeat has passed: time for a ping. */
	beat(): void;
}

/** Milliseconds that a server asks for, if it is a number that can be meant. Timers go no further than 24 days, and then
 * end at once. */
export const waitFor = (ms: unknown, otherwise: number, least = 0): number =>
	Math.min(Math.max(Number(ms) || otherwise, least), 3_600_000);

/** A failure that the next socket may not have. */
export const passing = (message: string, code: SyncError["code"] = "timeout") =>
	new SyncError(code, message, { temporary: true });

export class Connection {
	readonly #options: ClientOptions;
	readonly #clock: Clock;
	readonly #listener: ConnectionListener;
	#socket: Socket | undefined;
	/** To be used before one is dialed. */
	#given: Socket | undefined;
	#tries = 0;
	#stopped = true;
	/** The next try, the end of patience with a socket that does not open, or the next heartbeat. */
	#timer: (() => void) | undefined;
	#openedAt: number | undefined;
	#heardAt = 0;
	#heartbeat = 20_000;
	/** What the server asked for when it said goodbye. */
	#notBefore = 0;

	constructor(options: ClientOptions, clock: Clock, listener: ConnectionListener) {
		this.#options = options;
		this.#given = options.socket;
		this.#clock = clock;
		this.#listener = listener;
	}

	get #open(): boolean {
		return this.#socket?.readyState === OPEN;
	}

	#later(ms: number, call: () => void): void {
		this.#timer?.();
		this.#timer = this.#clock.after(ms, call);
	}

	/** Goes on, whatever was decided before. */
	start(): void {
		this.#stopped = false;
		this.#tries = 0;
		this.hurry();
	}

	/** No more sockets. */
	stop(): void {
		this.#stopped = true;
		if (this.#socket) this.drop(1000, new SyncError("closed", "closed here"));
		else this.#timer?.();
	}

	/** Nothing to wait for: the machine is online again. */
	hurry(): void {
		if (this.#stopped || this.#socket) return;
		this.#timer?.();
		let problem = "no address";
		try {
			const socket = this.#dial();
			if (socket) return this.#attach(socket);
		} catch (error) {
			problem = String(error);
		}
		this.#stopped = true;
		this.#listener.closed(true, new SyncError("closed", problem));
	}

	#dial(): Socket | undefined {
		const given = this.#given;
		this.#given = undefined;
		const { url, dial } = this.#options;
		if (given || url === undefined) return given;
		const here = globalThis.location?.href;
		const address = here ? new URL(url, here).href.replace(/^http/, "ws") : url;
		return dial ? dial(address, PROTOCOL) : (new WebSocket(address, PROTOCOL) as unknown as Socket);
	}

	/** Without a connection it is lost. */
	send(data: string | Uint8Array): void {
		if (this.#open) this.#socket!.send(data);
	}

	setHeartbeat(ms: number): void {
		this.#heartbeat = ms;
		this.#beatLater();
	}

	/** The server drains: come back after that long, not before. */
	bye(after: number): void {
		this.#notBefore = this.#clock.now() + after;
		// In case it forgets to close.
		this.#later(after, () => this.drop(1000, passing("it drains", "overload")));
	}

	/** Gives up this socket; another is tried. */
	drop(code: number, error: SyncError): void {
		const socket = this.#socket;
		if (!socket) return;
		this.#lost(false, error);
		try {
			socket.close(code);
		} catch {
			// It may not even have opened.
		}
	}

	#attach(socket: Socket): void {
		this.#socket = socket;
		socket.binaryType = "arraybuffer";
		/** What an earlier socket says counts no more. */
		const on = (type: string, call: (event: SocketEvent) => void) =>
			socket.addEventListener(type, (event) => this.#socket === socket && call(event));
		on("open", () => this.#opened());
		on("message", ({ data }) => {
			this.#heardAt = this.#clock.now();
			if (typeof data === "string") this.#listener.text(data);
			else this.#listener.bytes(new Uint8Array(data as ArrayBuffer));
		});
		on("error", () => {
			// A close should follow; some never say it of a socket that did not open.
			if (this.#openedAt === undefined)
				this.drop(1000, passing("not reached", "closed"));
		});
		on("close", ({ code = 1006, reason = "" }) => {
			const final = code >= 4500 && code < 5000;
			const text = `closed: ${code} ${reason}`;
			this.#lost(final, new SyncError("closed", text, { temporary: !final }));
		});
		if (socket.readyState === OPEN) this.#opened();
		else this.#later(OPENING_MS, () => this.drop(4408, passing("no answer")));
	}

	#opened(): void {
		this.#openedAt = this.#heardAt = this.#clock.now();
		this.#beatLater();
		this.#listener.opened();
	}

	#beatLater(): void {
		if (!this.#open) return;
		const patience = 2.5 * this.#heartbeat;
		const silence = () => this.#clock.now() - this.#heardAt;
		this.#later(Math.max(Math.min(this.#heartbeat, patience - silence()), 1), () => {
			if (silence() >= patience) return this.drop(4408, passing("silence"));
			this.#listener.beat();
			this.#beatLater();
		});
	}

	#lost(final: boolean, error: SyncError): void {
		const { reconnectAttempts = Infinity, maxReconnectDelay = MOST_MS } = this.#options;
		const now = this.#clock.now();
		if (this.#openedAt !== undefined && now - this.#openedAt >= STEADY_MS) this.#tries = 0;
		this.#socket = this.#openedAt = undefined;
		this.#timer?.();
		final ||= this.#tries >= reconnectAttempts;
		this.#stopped ||= final;
		if (!this.#stopped) {
			const most = Math.min(maxReconnectDelay, FIRST_MS * 2 ** this.#tries++);
			this.#later(Math.max(this.#clock.random() * most, this.#notBefore - now), () => this.hurry());
		}
		this.#notBefore = 0;
		this.#listener.closed(final, error);
	}
}
