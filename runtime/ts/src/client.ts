/**
 * A client: one connection, many documents.
 *
 *     const client = new Client({ url: "wss://example.org/ws" });
 *     const notes = client.open(Notes);
 *     notes.subscribe(() => show(notes.state));
 *     notes.update((n) => n.notes.push("milk"));
 */
import type { Apart } from "./binary.js";
import { realClock } from "./clock.js";
import { Connection, passing, waitFor } from "./connection.js";
import { Document, type Optimistic } from "./document.js";
import { errorFrom, SyncError } from "./errors.js";
import { DEFAULT_LIMITS, type FromServer, type Limits, type ToServer, type Welcome } from "./frames.js";
import { Listeners, Watched } from "./listeners.js";
import type { Live, UntypedLive } from "./live.js";
import { keyOf, type ModelInfo, type ModelTypes, type TypesOf, untyped } from "./model.js";
import { type ByteFrames, modules } from "./modules.js";
import type { ClientOptions, ClientStatus, OpenOptions } from "./options.js";
import { type Identity, type Keeping, later } from "./queue.js";

/** A document that nobody uses is kept so long: a page that redraws closes and opens. */
const LINGER_MS = 1000;
/** Heartbeats that a server asks for are taken to be no shorter. */
const LEAST_HEARTBEAT_MS = 1000;

export class Client {
	/* What documents need (host.ts), and what a connection tells: internal. */
	/** @internal */
	readonly clock;
	/** @internal */
	readonly keeping: Keeping | undefined;
	/** @internal */
	limits: Limits = DEFAULT_LIMITS;
	/** @internal */
	readonly options: ClientOptions;

	readonly #connection: Connection;
	/** @internal */
	readonly documents = new Map<string, Document>();
	readonly #changes: Watched<ClientStatus>;
	readonly #errors = new Listeners<[SyncError]>();
	/** Frames of bytes of this connection. */
	#frames: ByteFrames | undefined;
	#identity: Identity = { client: "" };
	#welcomed = false;
	/** @internal */
	life = "";
	#helloAt = Infinity;
	#connects = 0;
	#verdicts: Record<string, string> = {};
	#failure: SyncError | undefined;
	#pings = 0;
	#wanted = false;
	#closed = false;

	constructor(options: ClientOptions) {
		this.options = options;
		this.clock = options.clock ?? realClock;
		this.#connection = new Connection(options, this.clock, this);
		this.#changes = new Watched(this.#makeStatus());
		globalThis.addEventListener?.("online", this.#network);
		globalThis.addEventListener?.("offline", this.#network);
		this.keeping = options.store?.attach(this);
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
		this.keeping?.open(this.options);
		const model = typeof what === "string" ? untyped(what, first) : what;
		const key = keyOf(model, first);
		let document = this.documents.get(key);
		if (document && model.name && !document.model.name) {
			// What an earlier life left was taken up without a model; now there is one.
			if (document.users > 0)
				throw new SyncError("conflict", "open without a model", { doc: key });
			document.end();
			document = undefined;
		}
		document ??= this.enter(model, key);
		document.leaving?.();
		document.leaving = undefined;
		document.users++;
		document.optimistic = { ...document.optimistic, ...(options?.optimistic as Optimistic<unknown>) };
		return document;
	}

	/** @internal */
	enter(model: ModelInfo, key: string): Document {
		const document = new Document<unknown>(model, key, this);
		this.documents.set(key, document);
		// Not at once: this may be called while a page is being drawn.
		this.clock.after(0, () => {
			if (this.#welcomed && document.isAway && this.documents.get(key) === document)
				this.#join(document);
		});
		return document;
	}

	#join(document: Document): void {
		const { name } = document.model;
		const verdict = (name && this.#verdicts[name]) || "same";
		if (verdict === "same" || verdict === "compatible") {
			document.join();
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
		for (const { status } of this.documents.values()) {
			if (status.syncing === "error") error ??= status.error;
			else if (status.syncing === "syncing") syncing = "syncing";
		}
		return {
			online: globalThis.navigator?.onLine !== false,
			connected: this.#welcomed,
			syncing: error ? "error" : syncing,
			error,
		};
	}

	/** @internal */
	changed(): void {
		if (this.#changes.put(this.#makeStatus())) this.#changes.tell();
		if (!this.#closed)
			for (const document of this.documents.values())
				if (document.users === 0 && !document.leaving && !document.busy) this.#leaveLater(document);
	}

	#leaveLater(document: Document): void {
		document.leaving = this.clock.after(LINGER_MS, () => {
			document.leaving = undefined;
			const { key } = document;
			// Later, when nothing is to be sent any more; never in place of one that was opened since.
			if (document.busy || this.documents.get(key) !== document) return;
			this.documents.delete(key);
			if (this.#welcomed) this.send({ t: "leave", doc: key });
			document.end();
			this.changed();
		});
	}

	/** @internal */
	readonly report = (error: SyncError): void => this.#errors.tell(error);

	/* ---- the connection ---- */

	/** Connects (again): also after a final close. */
	connect(): void {
		if (this.#closed) return;
		this.keeping?.open(this.options);
		this.#wanted = true;
		if (this.keeping?.ready !== false) this.#connection.start();
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
		globalThis.removeEventListener?.("online", this.#network);
		globalThis.removeEventListener?.("offline", this.#network);
		for (const document of this.documents.values()) document.end();
		this.keeping?.close();
	}

	readonly #network = ({ type }: { type: string }): void => {
		if (type === "online") this.#connection.hurry();
		this.changed();
	};

	/** @internal The store is open; pushes of an earlier life went out under this identity. */
	stored(identity: Identity | undefined): void {
		if (identity) this.#identity = identity;
		if (this.#wanted) this.connect();
	}

	/** @internal */
	readonly send = (frame: ToServer): void => this.#connection.send(JSON.stringify(frame));
	/** @internal */
	get sendBytes(): Apart | undefined {
		return this.limits.bin ? this.#frames!.send : undefined;
	}
	/** @internal */
	readonly resolve = (value: unknown): unknown => (this.#frames ? this.#frames.resolve(value) : value);

	/** @internal */
	opened(): void {
		this.#frames = modules.bytes?.((frame) => this.#connection.send(frame));
		this.#helloAt = this.clock.now();
		const turn = ++this.#connects;
		const failed = (error: unknown) => {
			if (turn !== this.#connects) return;
			this.#failure = passing(`no token: ${error}`, "unauthorized");
			this.report(this.#failure);
			this.#connection.drop(1000, this.#failure);
		};
		const { token } = this.options;
		later(
			() => (typeof token === "function" ? token() : token),
			(text) => turn === this.#connects && this.#hello(text),
			failed,
		);
	}

	#hello(token: string | undefined): void {
		// A name without its secret cannot be claimed again: the welcome may have been lost on the way.
		if (this.#identity.secret === undefined) this.#identity = { client: this.clock.uuid() };
		const models: Record<string, string> = {};
		const docs = [...this.documents.values()].map((document) => {
			const { name, hash } = document.model;
			if (name) models[name] = hash;
			return document.joining();
		});
		// JSON leaves out what is undefined.
		const { meta } = this.options;
		const limits = this.#frames?.limits;
		this.send({ t: "hello", v: 1, ...this.#identity, models, token, meta, limits, docs });
	}

	/** @internal */
	closed(final: boolean, error: SyncError): void {
		this.#welcomed = false;
		this.#connects++;
		this.#helloAt = Infinity;
		if (final && this.#wanted) {
			this.#failure ??= error; // an error frame in front says more
			this.report(error);
		}
		for (const document of this.documents.values()) document.leave();
		this.changed();
	}

	/** @internal Time for a ping; and for a look at what has not been answered. */
	beat(): void {
		const late = this.clock.now() - (this.options.requestTimeout ?? 30_000);
		const waiting = [this.#helloAt, ...[...this.documents.values()].map((d) => d.awaits)];
		if (waiting.some((since) => since <= late))
			this.#connection.drop(4408, passing("no answer"));
		else this.send({ t: "ping", id: ++this.#pings, docs: this.#revisions() });
	}

	/** Of the documents in step; JSON leaves out what is undefined. */
	#revisions(): Record<string, number | undefined> {
		return Object.fromEntries([...this.documents].map(([key, { revision }]) => [key, revision]));
	}

	/* ---- frames ---- */

	/** @internal */
	bytes(data: Uint8Array): void {
		if (!this.#frames?.take(data)) this.report(new SyncError("protocol", "bytes from nowhere"));
	}

	/** @internal */
	text(data: string): void {
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
		const document = this.documents.get((frame as { doc: string }).doc);
		switch (frame.t) {
			case "welcome":
				return this.#welcome(frame);
			case "bin":
				return this.#frames?.announce(frame.ref, frame.length);
			case "ping":
				this.send({ t: "pong", id: frame.id, docs: this.#revisions() });
				return this.#compare(frame.docs);
			case "pong":
				return this.#compare(frame.docs);
			case "bye":
				return this.#connection.bye(waitFor(frame.after, 0));
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
		for (const [key, rev] of Object.entries(docs)) this.documents.get(key)?.compare(rev);
	}

	#welcome(frame: Welcome): void {
		const known = this.#identity;
		const { client, secret = known.secret, life, limits, models = {}, heartbeat } = frame;
		client.trim() + secret!.trim(); // throws where one is no text
		this.life = client + life;
		this.#helloAt = Infinity;
		this.#welcomed = true;
		this.#failure = undefined;
		this.limits = { ...DEFAULT_LIMITS };
		for (const name in limits) {
			const limit = limits[name as keyof Limits]!;
			if (limit > 0) this.limits[name as keyof Limits] = +limit;
		}
		if (!this.#frames) this.limits.bin = 0;
		this.#verdicts = models;
		this.#connection.setHeartbeat(
			this.options.pingInterval ?? waitFor(heartbeat, 20_000, LEAST_HEARTBEAT_MS),
		);
		for (const document of this.documents.values()) {
			if (client !== known.client) document.disown();
			if (document.isAway) this.#join(document); // opened since the hello
		}
		this.#identity = { client, secret };
		if (client !== known.client || secret !== known.secret)
			this.keeping?.identify(this.#identity);
		this.changed();
	}
}
