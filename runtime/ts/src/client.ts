/**
 * A client: one connection, many documents.
 *
 *     const client = new Client({ url: "wss://example.org/ws" });
 *     const notes = client.open(Notes);
 *     notes.subscribe(() => show(notes.state));
 *     notes.update((n) => n.notes.push("milk"));
 */
import { Incoming } from "./binary.js";
import { type Clock, realClock } from "./clock.js";
import { Connection, PROTOCOL, type Socket } from "./connection.js";
import { Document, type Optimistic } from "./document.js";
import { errorFrom, SyncError } from "./errors.js";
import { DEFAULT_LIMITS, type FromServer, type Limits, type ToServer, type Welcome } from "./frames.js";
import type { DocumentHost } from "./host.js";
import { Listeners } from "./listeners.js";
import type { ClientOptions, ClientStatus, OpenOptions } from "./options.js";
import { keyOf, type ModelInfo, type ModelTypes, type TypesOf, untyped } from "./model.js";
import { type Identity, later, MemoryStore, type Slot, type Store } from "./queue.js";
import type { Live, UntypedLive } from "./live.js";
import { makeLive } from "./live.js";

interface Entry {
	document: Document;
	live: unknown;
	users: number;
	/** Taken back when somebody opens it again. */
	leaving?: (() => void) | undefined;
}

/** A document that nobody uses is kept so long: a page that redraws closes and opens. */
const LINGER_MS = 1000;

export class Client {
	private readonly clock: Clock;
	private readonly connection: Connection;
	private readonly entries = new Map<string, Entry>();
	private readonly changes = new Listeners<[]>();
	private readonly errors = new Listeners<[SyncError]>();
	private readonly host: DocumentHost;
	private incoming = new Incoming();
	private given: Socket | undefined;
	private slot: Slot | undefined;
	private identity: Identity = { client: "" };
	private limits: Limits = DEFAULT_LIMITS;
	private welcomed = false;
	private helloAt: number | undefined;
	private connects = 0;
	private verdicts: Record<string, string> = {};
	private failure: SyncError | undefined;
	private pings = 0;
	private references = 0;
	private wanted = false;
	private closed = false;
	private shown: ClientStatus;
	private readonly unhook: () => void;
	/** Clients that send what closed tabs left. */
	private couriers: Client[] = [];

	constructor(private readonly options: ClientOptions) {
		this.clock = options.clock ?? realClock;
		this.given = options.socket;
		this.connection = new Connection(
			{
				clock: this.clock,
				dial: () => this.dial(),
				maxDelay: options.maxReconnectDelay,
				attempts: options.reconnectAttempts,
			},
			{
				opened: () => this.opened(),
				text: (data) => this.text(data),
				bytes: (data) => this.bytes(data),
				closed: (final, error) => this.lost(final, error),
				beat: () => this.beat(),
			},
		);
		this.host = this.makeHost();
		this.shown = this.makeStatus();
		this.unhook = this.watchNetwork();
		this.openStore();
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
		if (this.closed) throw new SyncError("closed", "the client was closed");
		const key = typeof what === "string" ? what : keyOf(what, first);
		let entry = this.entries.get(key);
		if (entry && typeof what !== "string" && !entry.document.model.name) entry = this.type(entry, what);
		if (!entry) {
			if (this.entries.size >= this.limits.docs)
				throw new SyncError("too_big", "too many documents", { doc: key });
			entry = this.enter(typeof what === "string" ? untyped(what, first) : what, key);
		}
		entry.leaving?.();
		entry.leaving = undefined;
		entry.users++;
		if (options?.optimistic) entry.document.optimistic = options.optimistic as Optimistic<unknown>;
		return entry.live;
	}

	private enter(model: ModelInfo, key: string): Entry {
		const document = new Document<unknown>(model, key, this.host);
		const entry: Entry = { document, live: undefined, users: 0 };
		entry.live = makeLive(document, () => this.release(entry));
		this.entries.set(key, entry);
		// Not at once: this may be called while a page is being drawn.
		if (this.welcomed)
			this.clock.after(0, () => {
				if (this.welcomed && document.isAway && this.entries.get(key) === entry) this.join(document);
			});
		return entry;
	}

	/** What an earlier life left was taken up without a model; now there is one. */
	private type(entry: Entry, model: ModelInfo): Entry {
		const { key } = entry.document;
		if (entry.users > 0) throw new SyncError("conflict", "it is open without a model", { doc: key });
		entry.leaving?.();
		entry.document.close();
		return this.enter(model, key);
	}

	private release(entry: Entry): void {
		if (entry.users === 0 || --entry.users > 0) return;
		entry.leaving = this.clock.after(LINGER_MS, () => this.forget(entry));
	}

	/** Later, when something is still to be sent. */
	private forget(entry: Entry): void {
		const { document } = entry;
		entry.leaving = undefined;
		if (entry.users > 0 || this.entries.get(document.key) !== entry || document.busy) return;
		this.entries.delete(document.key);
		if (this.welcomed) this.send({ t: "leave", doc: document.key });
		document.close();
		this.changed();
	}

	private join(document: Document): void {
		const verdict = document.model.name ? this.verdicts[document.model.name] : undefined;
		if (verdict !== undefined && verdict !== "same" && verdict !== "compatible") {
			const message = `the server has another ${document.model.name} (${verdict})`;
			document.refuse(new SyncError("schema", message, { doc: document.key }));
			return;
		}
		document.joining();
		this.send({ t: "join", ...document.resumePoint() });
	}

	/* ---- status ---- */

	/** The same object as long as nothing changes. */
	readonly getStatus = (): ClientStatus => this.shown;
	get status(): ClientStatus {
		return this.shown;
	}
	readonly subscribe = (listener: () => void): (() => void) => this.changes.add(listener);
	/** Hears of every error, with the document that it concerns. */
	onError(listener: (error: SyncError) => void): () => void {
		return this.errors.add(listener);
	}

	private makeStatus(): ClientStatus {
		const all = [...this.entries.values()].map((e) => e.document.status);
		const broken = all.find((s) => s.syncing === "error");
		const error = this.failure ?? broken?.error;
		const busy = all.some((s) => s.syncing === "syncing");
		return {
			online: onlineNow(),
			connected: this.welcomed,
			syncing: error ? "error" : busy ? "syncing" : "idle",
			error,
		};
	}

	private changed(): void {
		const status = this.makeStatus();
		const keys = Object.keys(status) as (keyof ClientStatus)[];
		if (keys.every((k) => status[k] === this.shown[k])) return;
		this.shown = status;
		this.changes.tell();
	}

	private report(error: SyncError): void {
		this.errors.tell(error);
	}

	/* ---- the connection ---- */

	/** Connects (again): also after a final close. */
	connect(): void {
		this.wanted = true;
		if (this.slot && !this.closed) this.connection.start();
	}

	/** Stays away until connect(). Changes are kept. */
	disconnect(): void {
		this.wanted = false;
		this.connection.stop();
	}

	/** For good. What is pending stays in the store. */
	close(): void {
		if (this.closed) return;
		this.disconnect();
		this.closed = true;
		this.unhook();
		for (const { document, leaving } of this.entries.values()) {
			leaving?.();
			document.close();
		}
		for (const courier of this.couriers) courier.close();
		later(
			this.slot?.close(),
			() => undefined,
			() => undefined,
		);
	}

	private dial(): Socket | undefined {
		const socket = this.given;
		this.given = undefined;
		if (socket) return socket;
		const { url, dial } = this.options;
		if (url === undefined) return undefined;
		const address =
			typeof location === "undefined" ? url : new URL(url, location.href).href.replace(/^http/, "ws");
		return dial ? dial(address, PROTOCOL) : (new WebSocket(address, PROTOCOL) as unknown as Socket);
	}

	private watchNetwork(): () => void {
		if (typeof addEventListener !== "function") return () => undefined;
		const online = () => {
			this.connection.hurry();
			this.changed();
		};
		const offline = () => this.changed();
		addEventListener("online", online);
		addEventListener("offline", offline);
		return () => {
			removeEventListener("online", online);
			removeEventListener("offline", offline);
		};
	}

	private openStore(): void {
		const store = this.options.store ?? new MemoryStore();
		const scope = JSON.stringify([this.options.url ?? "", this.options.user ?? ""]);
		const left = (slot: Slot) => {
			if (this.closed) void slot.close();
			else this.couriers.push(this.courier(slot));
		};
		const start = (slot: Slot) => {
			if (this.closed) return void slot.close();
			this.slot = slot;
			if (slot.identity) this.identity = slot.identity;
			for (const { document } of this.entries.values())
				document.restore(slot.documents.get(document.key));
			// What this tab's earlier life left is sent even when nobody opens it.
			for (const key of slot.documents.keys())
				if (!this.entries.has(key)) this.enter(untyped(key, {}), key);
			if (this.wanted) this.connect();
		};
		later(store.open(scope, left), start, (error) => {
			this.report(new SyncError("internal", `the store does not open: ${String(error)}`));
			start(new MemoryStore().open(scope, left));
		});
	}

	/** Sends what a closed tab left, under that tab's identity, and goes. */
	private courier(left: Slot): Client {
		const store: Store = { open: () => left };
		const courier = new Client({ ...this.options, socket: undefined, store });
		courier.onError((error) => this.report(error));
		const documents = [...courier.entries.values()].map((e) => e.document);
		const done = () => {
			if (documents.some((d) => d.busy)) return;
			this.couriers = this.couriers.filter((c) => c !== courier);
			courier.close();
		};
		courier.subscribe(done);
		return courier;
	}

	private makeHost(): DocumentHost {
		const { options, clock } = this;
		const client = this;
		return {
			clock,
			get slot() {
				return client.slot;
			},
			get limits() {
				return client.limits;
			},
			batchDelay: Math.max(0, Math.min(100, options.batchDelay ?? 0)),
			batchBytes: Math.min(1 << 20, options.batchBytes ?? 1 << 20),
			send: (frame) => this.send(frame),
			sendBytes: (bytes) => {
				const ref = `${++this.references}`;
				this.send({ t: "bin", ref, length: bytes.length });
				this.connection.send(bytes);
				return ref;
			},
			resolve: (value) => this.incoming.resolve(value),
			report: (error) => this.report(error),
			changed: () => {
				this.changed();
				for (const entry of this.entries.values())
					if (entry.users === 0 && !entry.leaving && !entry.document.busy)
						entry.leaving = this.clock.after(LINGER_MS, () => this.forget(entry));
			},
		};
	}

	private send(frame: ToServer): boolean {
		return this.connection.send(JSON.stringify(frame));
	}

	private opened(): void {
		this.incoming = new Incoming();
		this.helloAt = this.clock.now();
		const turn = ++this.connects;
		const failed = (error: unknown) => {
			if (turn !== this.connects) return;
			this.failure = new SyncError("unauthorized", `no token: ${String(error)}`, { temporary: true });
			this.report(this.failure);
			this.connection.drop(1000, "no token", this.failure);
		};
		try {
			const { token } = this.options;
			const word = typeof token === "function" ? token() : token;
			later(word, (text) => turn === this.connects && this.hello(text), failed);
		} catch (error) {
			failed(error);
		}
	}

	private hello(token: string | undefined): void {
		// A name without its secret cannot be claimed again: the welcome may have been lost on the way.
		if (this.identity.secret === undefined) this.identity = { client: this.clock.uuid() };
		const { client, secret } = this.identity;
		const models: Record<string, string> = {};
		const documents = [...this.entries.values()].map((e) => e.document);
		for (const { model } of documents) if (model.name) models[model.name] = model.hash;
		const docs = documents.map((d) => {
			d.joining();
			return d.resumePoint();
		});
		this.send({
			t: "hello",
			v: 1,
			client,
			...(secret === undefined ? {} : { secret }),
			models,
			...(token === undefined ? {} : { token }),
			...(this.options.meta === undefined ? {} : { meta: this.options.meta }),
			docs,
		});
	}

	private lost(final: boolean, error: SyncError): void {
		this.welcomed = false;
		this.connects++;
		this.helloAt = undefined;
		if (final && this.wanted) {
			this.failure = error;
			this.report(error);
		}
		for (const { document } of this.entries.values()) document.leave();
		this.changed();
	}

	/** Time for a ping; and for a look at what has not been answered. */
	private beat(): void {
		const late = this.clock.now() - (this.options.requestTimeout ?? 30_000);
		const waiting = [this.helloAt, ...[...this.entries.values()].map((e) => e.document.waitingSince)];
		if (waiting.some((since) => since !== undefined && since <= late)) {
			this.connection.drop(
				4408,
				"no answer",
				new SyncError("timeout", "the server does not answer", { temporary: true }),
			);
			return;
		}
		this.send({ t: "ping", id: ++this.pings, docs: this.revisions() });
	}

	private revisions(): Record<string, number> {
		const docs: [string, number][] = [];
		for (const [key, { document }] of this.entries)
			if (document.revision !== undefined) docs.push([key, document.revision]);
		return Object.fromEntries(docs);
	}

	/* ---- frames ---- */

	private bytes(data: Uint8Array): void {
		if (!this.incoming.take(data)) this.report(new SyncError("protocol", "bytes that nothing announced"));
	}

	private text(data: string): void {
		let frame: FromServer;
		try {
			frame = JSON.parse(data) as FromServer;
			this.receive(frame);
		} catch (error) {
			// A broken frame may hide a lost patch: start over, from revisions.
			const failure = new SyncError("protocol", `a frame that makes no sense: ${String(error)}`);
			this.report(failure);
			this.connection.drop(4400, "bad frame", failure);
		}
	}

	private receive(frame: FromServer): void {
		const document =
			"doc" in frame && frame.doc !== undefined ? this.entries.get(frame.doc)?.document : undefined;
		switch (frame.t) {
			case "welcome":
				return this.welcome(frame);
			case "joined":
				return document?.receiveJoined(frame);
			case "patch":
				return document?.receivePatch(frame);
			case "nack":
				return document?.receiveNack(frame);
			case "task":
				return document?.receiveTask(frame);
			case "event":
				return document?.receiveEvent(frame.name, frame.args);
			case "here":
				return document?.presence.receive(frame.who, frame.state);
			case "gone":
				return document?.receiveGone(frame.code);
			case "bin":
				return this.incoming.announce(frame.ref, frame.length);
			case "ping":
				this.send({ t: "pong", id: frame.id, docs: this.revisions() });
				return this.compare(frame.docs);
			case "pong":
				return this.compare(frame.docs);
			case "bye":
				return this.connection.bye(frame.after ?? 0);
			case "error": {
				const error = errorFrom({ ...frame }, frame.doc);
				this.report(error);
				if (frame.re === "hello") this.failure = error;
				document?.receiveError(frame, error);
				return this.changed();
			}
		}
	}

	private compare(docs: Record<string, number> | undefined): void {
		for (const [key, rev] of Object.entries(docs ?? {})) this.entries.get(key)?.document.compare(rev);
	}

	private welcome(frame: Welcome): void {
		const known = this.identity;
		this.helloAt = undefined;
		this.welcomed = true;
		this.failure = undefined;
		this.limits = { ...DEFAULT_LIMITS, ...frame.limits };
		this.verdicts = frame.models ?? {};
		this.connection.setHeartbeat(this.options.pingInterval ?? frame.heartbeat ?? 20_000);
		for (const { document } of this.entries.values()) {
			if (frame.client !== known.client) document.disown();
			if (document.isAway) this.join(document); // opened since the hello
		}
		this.identity = { client: frame.client, secret: frame.secret ?? known.secret };
		if (frame.client !== known.client || frame.secret !== known.secret)
			later(
				this.slot?.identify(this.identity),
				() => undefined,
				(error) =>
					this.report(new SyncError("internal", `the identity cannot be stored: ${String(error)}`)),
			);
		this.changed();
	}
}

function onlineNow(): boolean {
	return typeof navigator === "undefined" || navigator.onLine !== false;
}
