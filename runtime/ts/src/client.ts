/**
 * A client: one connection, many documents.
 *
 *     const client = new Client({ url: "wss://example.org/ws" });
 *     const notes = client.open(Notes);
 *     notes.subscribe(() => show(notes.state));
 *     notes.update((n) => n.notes.push("milk"));
 */
import { type Apart, Incoming } from "./binary.js";
import { realClock } from "./clock.js";
import { Connection, PROTOCOL, type Socket } from "./connection.js";
import { Document, type Optimistic } from "./document.js";
import { errorFrom, SyncError } from "./errors.js";
import { DEFAULT_LIMITS, type FromServer, type Limits, type ToServer, type Welcome } from "./frames.js";
import { Listeners, Watched } from "./listeners.js";
import type { Live, UntypedLive } from "./live.js";
import { keyOf, type ModelInfo, type ModelTypes, type TypesOf, untyped } from "./model.js";
import type { ClientOptions, ClientStatus, OpenOptions } from "./options.js";
import { type Identity, later, NOWHERE, type Slot, type Store } from "./queue.js";

/** A document that nobody uses is kept so long: a page that redraws closes and opens. */
const LINGER_MS = 1000;
/** Heartbeats that a server asks for are taken to be no shorter. */
const LEAST_HEARTBEAT_MS = 1000;

/** Of a binary frame that the server may send. */
const MOST_BYTES = 1 << 24;

const ignore = () => undefined;

export class Client {
	/* What documents need: see host.ts. */
	/** @internal */
	readonly clock;
	/** @internal */
	slot: Slot | undefined;
	/** @internal */
	limits: Limits = DEFAULT_LIMITS;
	/** @internal */
	readonly batchDelay: number;
	/** @internal */
	readonly batchBytes: number;

	readonly #options: ClientOptions;
	readonly #connection: Connection;
	readonly #documents = new Map<string, Document>();
	readonly #changes: Watched<ClientStatus>;
	readonly #errors = new Listeners<[SyncError]>();
	readonly #unhook: () => void;
	/** Clients that send what closed tabs left. */
	readonly #couriers = new Set<Client>();
	#incoming = new Incoming();
	#given: Socket | undefined;
	#identity: Identity = { client: "" };
	#welcomed = false;
	#helloAt: number | undefined;
	#connects = 0;
	#verdicts: Record<string, string> = {};
	#failure: SyncError | undefined;
	#pings = 0;
	#references = 0;
	#wanted = false;
	#closed = false;

	constructor(options: ClientOptions) {
		this.#options = options;
		this.clock = options.clock ?? realClock;
		this.batchDelay = Math.max(0, Math.min(100, options.batchDelay ?? 0));
		this.batchBytes = Math.min(1 << 20, options.batchBytes ?? 1 << 20);
		this.#given = options.socket;
		this.#connection = new Connection(
			{
				clock: this.clock,
				dial: () => this.#dial(),
				maxDelay: options.maxReconnectDelay,
				attempts: options.reconnectAttempts,
			},
			{
				opened: () => this.#opened(),
				text: (data) => this.#text(data),
				bytes: (data) => {
					if (!this.#incoming.take(data))
						this.report(new SyncError("protocol", "bytes from nowhere"));
				},
				closed: (final, error) => this.#lost(final, error),
				beat: () => this.#beat(),
			},
		);
		this.#changes = new Watched(this.#makeStatus());
		this.#unhook = this.#watchNetwork();
		this.#openStore();
		if (options.connect !== false) this.connect();
	}

	/* ---- documents ---- */

	/** A document of a model, by its parameters where its key has some; or one without a model, by its key
	 * and a first state. Opened twice it is one; it is left when it was closed as often. */
	open<M extends ModelInfo<ModelTypes>>(
		model: M,
		...rest: TypesOf<M>["params"] extends undefined
			? [params?: undefined, options?: OpenOptions<M>]
			: [params: TypesOf<M>["params"], options?: OpenOptions<M>]
	): Live<TypesOf<M>>;
	open<S>(key: string, initial: S, options?: { optimistic?: Optimistic<S> }): UntypedLive<S>;
	open(what: ModelInfo | string, first?: unknown, options?: { optimistic?: Optimistic<never> }): unknown {
		if (this.#closed) throw new SyncError("closed", "closed here");
		const model = typeof what === "string" ? untyped(what, first) : what;
		const key = keyOf(model, first);
		let document = this.#documents.get(key);
		if (document && model.name && !document.model.name) {
			// What an earlier life left was taken up without a model; now there is one.
			if (document.users > 0)
				throw new SyncError("conflict", "open without a model", { doc: key });
			document.end();
			document = undefined;
		} else if (!document && this.#documents.size >= this.limits.docs)
			throw new SyncError("too_big", "too many documents", { doc: key });
		document ??= this.#enter(model, key);
		document.leaving?.();
		document.leaving = undefined;
		document.users++;
		if (options?.optimistic) document.optimistic = options.optimistic as Optimistic<unknown>;
		return document;
	}

	#enter(model: ModelInfo, key: string): Document {
		const document = new Document<unknown>(model, key, this);
		this.#documents.set(key, document);
		// Not at once: this may be called while a page is being drawn.
		if (this.#welcomed)
			this.clock.after(0, () => {
				if (this.#welcomed && document.isAway && this.#documents.get(key) === document)
					this.#join(document);
			});
		return document;
	}

	/** @internal */
	released(document: Document): void {
		document.leaving = this.clock.after(LINGER_MS, () => {
			document.leaving = undefined;
			// Later, when something is still to be sent.
			const { key } = document;
			if (document.users > 0 || document.busy || this.#documents.get(key) !== document) return;
			this.#documents.delete(key);
			if (this.#welcomed) this.send({ t: "leave", doc: key });
			document.end();
			this.changed();
		});
	}

	#join(document: Document): void {
		const { name } = document.model;
		const verdict = (name && this.#verdicts[name]) || "same";
		if (verdict === "same" || verdict === "compatible") {
			document.joining();
			this.send({ t: "join", ...document.resumePoint() });
		} else {
			document.refuse(new SyncError("schema", `${name} is ${verdict}`, { doc: document.key }));
		}
	}

	/* ---- status ---- */

	/** The same object as long as nothing changes. */
	readonly getStatus = (): ClientStatus => this.#changes.now;
	get status(): ClientStatus {
		return this.#changes.now;
	}
	readonly subscribe = (listener: () => void): (() => void) => this.#changes.add(listener);
	/** Hears of every error, with the document that it concerns. */
	onError(listener: (error: SyncError) => void): () => void {
		return this.#errors.add(listener);
	}

	#makeStatus(): ClientStatus {
		let syncing: ClientStatus["syncing"] = "idle";
		let error = this.#failure;
		for (const { status } of this.#documents.values()) {
			if (status.syncing === "error") error ??= status.error;
			else if (status.syncing === "syncing") syncing = "syncing";
		}
		return {
			online: typeof navigator === "undefined" || navigator.onLine !== false,
			connected: this.#welcomed,
			syncing: error ? "error" : syncing,
			error,
		};
	}

	/** @internal */
	changed(): void {
		if (this.#changes.put(this.#makeStatus())) this.#changes.tell();
		for (const document of this.#documents.values())
			if (document.users === 0 && !document.leaving && !document.busy && !this.#closed)
				this.released(document);
	}

	/** @internal */
	readonly report = (error: SyncError): void => this.#errors.tell(error);

	/* ---- the connection ---- */

	/** Connects (again): also after a final close. */
	connect(): void {
		this.#wanted = true;
		if (this.slot && !this.#closed) this.#connection.start();
	}

	/** Stays away until connect(). Changes are kept. */
	disconnect(): void {
		this.#wanted = false;
		this.#connection.stop();
	}

	/** For good. What is pending stays in the store. */
	close(): void {
		if (this.#closed) return;
		this.disconnect();
		this.#closed = true;
		this.#unhook();
		for (const document of this.#documents.values()) document.end();
		for (const courier of this.#couriers) courier.close();
		later(this.slot?.close(), ignore, ignore);
	}

	#dial(): Socket | undefined {
		const socket = this.#given;
		this.#given = undefined;
		const { url, dial } = this.#options;
		if (socket || url === undefined) return socket;
		const address =
			typeof location === "undefined" ? url : new URL(url, location.href).href.replace(/^http/, "ws");
		return dial ? dial(address, PROTOCOL) : (new WebSocket(address, PROTOCOL) as unknown as Socket);
	}

	#watchNetwork(): () => void {
		if (typeof addEventListener !== "function") return ignore;
		const told = ({ type }: { type: string }) => {
			if (type === "online") this.#connection.hurry();
			this.changed();
		};
		const types = ["online", "offline"];
		for (const type of types) addEventListener(type, told);
		return () => {
			for (const type of types) removeEventListener(type, told);
		};
	}

	#openStore(): void {
		const { store, url = "", user = "" } = this.#options;
		const start = (slot: Slot) => {
			if (this.#closed) return void slot.close();
			this.slot = slot;
			if (slot.identity) this.#identity = slot.identity;
			for (const document of this.#documents.values())
				document.restore(slot.documents.get(document.key));
			// What this tab's earlier life left is sent even when nobody opens it.
			for (const key of slot.documents.keys())
				if (!this.#documents.has(key)) this.#enter(untyped(key, {}), key);
			if (this.#wanted) this.connect();
		};
		if (!store) return start(NOWHERE);
		later(
			store.open(JSON.stringify([url, user]), (slot) => this.#deliver(slot)),
			start,
			(error) => {
				this.report(new SyncError("internal", `the store: ${error}`));
				start(NOWHERE);
			},
		);
	}

	/** Sends what a closed tab left, under that tab's identity. */
	#deliver(left: Slot): void {
		if (this.#closed) return void left.close();
		const store: Store = { open: () => left };
		const courier = new Client({ ...this.#options, socket: undefined, store });
		this.#couriers.add(courier);
		courier.onError(this.report);
		const documents = [...courier.#documents.values()];
		courier.subscribe(() => {
			if (documents.some((d) => d.busy)) return;
			this.#couriers.delete(courier);
			courier.close();
		});
	}

	/** @internal */
	readonly send = (frame: ToServer): boolean => this.#connection.send(JSON.stringify(frame));
	/** @internal */
	get sendBytes(): Apart | undefined {
		return this.limits.bin > 0 ? this.#sendBytes : undefined;
	}
	readonly #sendBytes = (bytes: Uint8Array): string => {
		const ref = `${++this.#references}`;
		this.send({ t: "bin", ref, length: bytes.length });
		this.#connection.send(bytes);
		return ref;
	};
	/** @internal */
	readonly resolve = (value: unknown): unknown => this.#incoming.resolve(value);

	#opened(): void {
		this.#incoming = new Incoming();
		this.#helloAt = this.clock.now();
		const turn = ++this.#connects;
		const failed = (error: unknown) => {
			if (turn !== this.#connects) return;
			this.#failure = new SyncError("unauthorized", `no token: ${error}`, { temporary: true });
			this.report(this.#failure);
			this.#connection.drop(1000, this.#failure);
		};
		try {
			const { token } = this.#options;
			const word = typeof token === "function" ? token() : token;
			later(word, (text) => turn === this.#connects && this.#hello(text), failed);
		} catch (error) {
			failed(error);
		}
	}

	#hello(token: string | undefined): void {
		// A name without its secret cannot be claimed again: the welcome may have been lost on the way.
		if (this.#identity.secret === undefined) this.#identity = { client: this.clock.uuid() };
		const models: Record<string, string> = {};
		const docs = [...this.#documents.values()].map((document) => {
			const { name, hash } = document.model;
			if (name) models[name] = hash;
			document.joining();
			return document.resumePoint();
		});
		// JSON leaves out what is undefined.
		const { meta } = this.#options;
		const limits = { bin: MOST_BYTES };
		this.send({ t: "hello", v: 1, ...this.#identity, models, token, meta, limits, docs });
	}

	#lost(final: boolean, error: SyncError): void {
		this.#welcomed = false;
		this.#connects++;
		this.#helloAt = undefined;
		if (final && this.#wanted) {
			this.#failure ??= error; // an error frame in front says more
			this.report(error);
		}
		for (const document of this.#documents.values()) document.leave();
		this.changed();
	}

	/** Time for a ping; and for a look at what has not been answered. */
	#beat(): void {
		const late = this.clock.now() - (this.#options.requestTimeout ?? 30_000);
		const waiting = [this.#helloAt, ...[...this.#documents.values()].map((d) => d.waitingSince)];
		if (waiting.some((since) => since !== undefined && since <= late))
			this.#connection.drop(
				4408,
				new SyncError("timeout", "no answer", { temporary: true }),
			);
		else this.send({ t: "ping", id: ++this.#pings, docs: this.#revisions() });
	}

	#revisions(): Record<string, number> {
		const docs: [string, number][] = [];
		for (const [key, { revision }] of this.#documents)
			if (revision !== undefined) docs.push([key, revision]);
		return Object.fromEntries(docs);
	}

	/* ---- frames ---- */

	#text(data: string): void {
		try {
			this.#receive(JSON.parse(data) as FromServer);
		} catch (error) {
			// A broken frame may hide a lost patch: start over, from revisions.
			const failure = new SyncError("protocol", `a bad frame: ${error}`);
			this.report(failure);
			this.#connection.drop(4400, failure);
		}
	}

	#receive(frame: FromServer): void {
		const document = this.#documents.get((frame as { doc: string }).doc);
		switch (frame.t) {
			case "welcome":
				return this.#welcome(frame);
			case "bin":
				return this.#incoming.announce(frame.ref, frame.length);
			case "ping":
				this.send({ t: "pong", id: frame.id, docs: this.#revisions() });
				return this.#compare(frame.docs);
			case "pong":
				return this.#compare(frame.docs);
			case "bye":
				return this.#connection.bye(frame.after ?? 0);
			case "error": {
				const error = errorFrom(frame, frame.doc);
				this.report(error);
				if (frame.re === "hello") this.#failure = error;
				document?.failed(frame, error);
				return this.changed();
			}
			default:
				return document?.receive(frame);
		}
	}

	#compare(docs: Record<string, number> = {}): void {
		for (const [key, rev] of Object.entries(docs)) this.#documents.get(key)?.compare(rev);
	}

	#welcome(frame: Welcome): void {
		const known = this.#identity;
		const { client, secret = known.secret, limits, models = {}, heartbeat } = frame;
		this.#helloAt = undefined;
		this.#welcomed = true;
		this.#failure = undefined;
		this.limits = { ...DEFAULT_LIMITS, ...limits };
		this.#verdicts = models;
		this.#connection.setHeartbeat(
			this.#options.pingInterval ?? Math.max(heartbeat || 20_000, LEAST_HEARTBEAT_MS),
		);
		for (const document of this.#documents.values()) {
			if (client !== known.client) document.disown();
			if (document.isAway) this.#join(document); // opened since the hello
		}
		this.#identity = { client, secret };
		if (client !== known.client || secret !== known.secret)
			later(this.slot?.identify(this.#identity), ignore, (error) =>
				this.report(new SyncError("internal", `the store: ${error}`)),
			);
		this.changed();
	}
}
