/**
 * A server of `sync.v1.json` in memory, to test clients against: revisions, exactly-once numbers, nack,
 * results, gaps, epochs, positions mapped through what happened since. It keeps whole states per
 * revision where a real one keeps tombstones.
 */
import { Apply, type Kinds, type TextLog } from "./apply.js";
import { delta, graft, harvest, plant, type PlainOp, Refused, type Tree } from "./tree.js";
import type { FakeSocket, World } from "./world.js";
import { type Delta, diffText } from "../../runtime/ts/src/delta.js";

type Frame = { t: string; [member: string]: any };
type Outcome = { value: unknown } | { nack: Frame };

interface Author {
	last: number;
	/** Of its last push. */
	outcomes: Map<number, Outcome>;
}

interface Doc {
	key: string;
	epoch: string;
	rev: number;
	tree: Tree;
	ring: Map<number, Tree>;
	log: TextLog;
	authors: Map<string, Author>;
}

interface Peer {
	socket: FakeSocket;
	client: string;
	/** Per document the revision that it has been brought to. */
	cursors: Map<string, number>;
	states: Map<string, unknown>;
}

export type ActionHandler = (state: any, args: any) => unknown;

export interface ServerOptions {
	documents: Record<string, unknown>;
	kinds: Kinds;
	actions?: Record<string, ActionHandler>;
	/** How many old revisions can be resumed from. */
	ring?: number;
	/** A reason to refuse operations, if there is one. */
	refuse?: (ops: PlainOp[]) => string | undefined;
	/** Stops in the middle of a push, with that code; undefined: goes on. */
	falter?: (m: { n: number }) => { code: string; temporary: boolean } | undefined;
	/** How late others hear of a change. */
	lag?: () => number;
	/** Snapshots and text edits in the less common spelling. */
	whims?: () => boolean;
	limits?: Record<string, number>;
}

export class ThrownError extends Error {
	constructor(
		readonly error: string,
		readonly args: unknown,
	) {
		super(error);
	}
}

/** Mutations must keep their order of members: the key order of objects is not state. */
const copyAuthors = (authors: Map<string, Author>) =>
	new Map([...authors].map(([k, a]) => [k, { last: a.last, outcomes: new Map(a.outcomes) }]));

export class Server {
	readonly docs = new Map<string, Doc>();
	private readonly peers = new Set<Peer>();
	private secrets = new Map<string, string>();
	private backup: Map<string, { rev: number; tree: Tree; authors: Map<string, Author> }> = new Map();
	private sessions = 0;
	/** Invariants that a client broke. */
	readonly complaints: string[] = [];
	readonly received: Frame[] = [];
	closed = false;

	constructor(
		private readonly world: World,
		private readonly options: ServerOptions,
	) {
		for (const [key, state] of Object.entries(options.documents)) {
			const tree = plant(state);
			const epoch = world.uuid().slice(0, 8);
			this.docs.set(key, {
				key,
				epoch,
				rev: 1,
				tree,
				ring: new Map([[1, tree]]),
				log: [],
				authors: new Map(),
			});
		}
		this.keep();
	}

	state(key: string): unknown {
		return harvest(this.docs.get(key)!.tree);
	}

	/** What survives a restart that loses something. */
	keep(): void {
		this.backup = new Map(
			[...this.docs].map(([k, d]) => [
				k,
				{ rev: d.rev, tree: d.tree, authors: copyAuthors(d.authors) },
			]),
		);
	}

	/* ---- life ---- */

	accept(socket: FakeSocket): void {
		if (this.closed) {
			socket.close(4001, "shutdown");
			return;
		}
		const peer: Peer = { socket, client: "", cursors: new Map(), states: new Map() };
		this.peers.add(peer);
		socket.addEventListener("message", ({ data }) => {
			if (typeof data !== "string") return;
			try {
				this.receive(peer, JSON.parse(data) as Frame);
			} catch (error) {
				this.complaints.push(`${String(error)} on ${data.slice(0, 300)}`);
			}
		});
		socket.addEventListener("close", () => this.part(peer));
	}

	private part(peer: Peer): void {
		if (!this.peers.delete(peer)) return;
		for (const [doc] of peer.states) this.tellOthers(peer, doc, null);
	}

	/** `kept`: everything is still there. `lost`: back to the last keep(), under new epochs. `wiped`: like
	 * the first day, clients forgotten too. */
	restart(mode: "kept" | "lost" | "wiped"): void {
		for (const peer of [...this.peers]) {
			peer.socket.reset();
			this.part(peer);
		}
		if (mode === "kept") return;
		for (const doc of this.docs.values()) {
			const kept = this.backup.get(doc.key)!;
			doc.epoch = this.world.uuid().slice(0, 8);
			doc.tree = mode === "lost" ? kept.tree : plant(this.options.documents[doc.key]);
			doc.rev = mode === "lost" ? kept.rev : 1;
			doc.authors = mode === "lost" ? copyAuthors(kept.authors) : new Map();
			doc.ring = new Map([[doc.rev, doc.tree]]);
			doc.log = [];
		}
		if (mode === "wiped") this.secrets = new Map();
		this.keep();
	}

	/** It no longer knows its clients, but all else: their numbers mean nothing any more. */
	forget(): void {
		this.restart("kept");
		this.secrets = new Map();
		for (const doc of this.docs.values()) doc.authors = new Map();
	}

	/** Every connection is cut; in one direction only when told so. */
	cut(mute: boolean): void {
		for (const { socket } of this.peers) {
			if (mute) socket.mute();
			else socket.reset();
		}
	}

	private send(peer: Peer, frame: Frame): void {
		if (peer.socket.readyState === 1) peer.socket.send(JSON.stringify(frame));
	}

	/* ---- commits ---- */

	/** The program's own change. */
	program(key: string, change: (state: any) => void): void {
		const doc = this.docs.get(key)!;
		const state = harvest(doc.tree) as object;
		change(state);
		this.commit(doc, regraft(doc.tree, state), []);
		this.flush(doc, undefined);
	}

	private commit(doc: Doc, tree: Tree, texts: { way: string; delta: Delta }[]): void {
		doc.tree = tree;
		doc.rev++;
		doc.ring.set(doc.rev, tree);
		for (const t of texts) doc.log.push({ rev: doc.rev, ...t });
		const oldest = doc.rev - (this.options.ring ?? 50);
		doc.ring.delete(oldest);
		doc.log = doc.log.filter((l) => l.rev > oldest);
	}

	/** Brings everybody else up to date, sooner or later. */
	private flush(doc: Doc, author: Peer | undefined): void {
		for (const peer of this.peers) {
			if (peer === author || !peer.cursors.has(doc.key)) continue;
			const update = () => {
				if (this.peers.has(peer) && peer.cursors.has(doc.key)) this.update(peer, doc, {});
			};
			const lag = this.options.lag?.() ?? 0;
			if (lag > 0) this.world.after(lag, update);
			else update();
		}
	}

	private update(peer: Peer, doc: Doc, more: object): void {
		const from = peer.cursors.get(doc.key)!;
		if (from === doc.rev && Object.keys(more).length === 0) return;
		const before = doc.ring.get(from);
		if (!before) return this.snapshot(peer, doc, more);
		peer.cursors.set(doc.key, doc.rev);
		const text = this.options.whims?.() ? undefined : this.textDelta;
		const ops = delta(before, doc.tree, "", text);
		this.send(peer, { t: "patch", doc: doc.key, epoch: doc.epoch, from, rev: doc.rev, ops, ...more });
	}

	private readonly textDelta = (a: string, b: string) =>
		a.length + b.length > 4 ? diffText(a, b) : undefined;

	private snapshot(peer: Peer, doc: Doc, more: object): void {
		peer.cursors.set(doc.key, doc.rev);
		const base = { t: "patch", doc: doc.key, epoch: doc.epoch, from: null, rev: doc.rev };
		const state = harvest(doc.tree) as Record<string, unknown>;
		if (!this.options.whims?.()) {
			this.send(peer, { ...base, ops: [{ op: "replace", path: "", value: state }], ...more });
			return;
		}
		const [last, ...rest] = Object.keys(state).reverse();
		const first = Object.fromEntries(rest.map((k) => [k, state[k]]));
		this.send(peer, { ...base, ops: [{ op: "replace", path: "", value: first }], part: 1, of: 2 });
		this.send(peer, {
			...base,
			ops: [{ op: "add", path: `/${last}`, value: state[last!] }],
			part: 2,
			of: 2,
			...more,
		});
	}

	/* ---- frames ---- */

	private receive(peer: Peer, frame: Frame): void {
		this.received.push(frame);
		switch (frame.t) {
			case "hello":
				return this.hello(peer, frame);
			case "join":
				return this.join(peer, frame);
			case "leave":
				peer.cursors.delete(frame.doc);
				return;
			case "push":
				return this.push(peer, frame);
			case "ping":
				return this.send(peer, { t: "pong", id: frame.id, docs: Object.fromEntries(peer.cursors) });
			case "pong":
				return;
			case "here":
				return this.here(peer, frame);
			default:
				this.send(peer, {
					t: "error",
					code: "unsupported",
					message: frame.t,
					re: frame.t,
					temporary: false,
				});
		}
	}

	private hello(peer: Peer, frame: Frame): void {
		// A name is had by its secret, or by being new. Else another name is given: a secret that is not
		// known is never made valid, for the welcome that would tell may be lost.
		const { secret } = frame;
		let client = String(frame.client);
		const known = this.secrets.get(client);
		if (secret === undefined && known !== undefined)
			this.complaints.push(`a name without its secret: ${client}`);
		if (secret !== known) client = this.world.uuid();
		peer.client = client;
		for (const other of [...this.peers])
			if (other !== peer && other.client === client) {
				other.socket.close(4409, "replaced");
				this.part(other);
			}
		const fresh = this.secrets.get(client) ?? this.world.uuid();
		this.secrets.set(client, fresh);
		this.send(peer, {
			t: "welcome",
			session: `s${++this.sessions}`,
			client,
			secret: fresh,
			heartbeat: 20000,
			limits: { frame: 1 << 20, mutations: 64, push: 256 << 10, docs: 256, ...this.options.limits },
			models: Object.fromEntries(Object.keys(frame.models).map((m) => [m, "same"])),
		});
		for (const doc of frame.docs) this.join(peer, doc);
	}

	private author(doc: Doc, client: string): Author {
		let author = doc.authors.get(client);
		if (!author) doc.authors.set(client, (author = { last: 0, outcomes: new Map() }));
		return author;
	}

	private join(peer: Peer, frame: Frame): void {
		const doc = this.docs.get(frame.doc);
		if (!doc) {
			this.send(peer, {
				t: "joined",
				doc: frame.doc,
				error: { code: "not_found", message: "no such document" },
			});
			return;
		}
		const author = this.author(doc, peer.client);
		this.send(peer, { t: "joined", doc: doc.key, ok: true, last: author.last, tasks: [] });
		const more = this.outcomes(peer, doc, author);
		if (frame.epoch === doc.epoch && doc.ring.has(frame.rev)) {
			peer.cursors.set(doc.key, frame.rev);
			this.update(peer, doc, more);
		} else this.snapshot(peer, doc, more);
		for (const other of this.peers)
			if (other !== peer && other.states.has(doc.key))
				this.send(peer, {
					t: "here",
					doc: doc.key,
					who: other.client,
					state: other.states.get(doc.key),
				});
	}

	/** What became of the last push, told (again): nacks now, the rest with the patch. */
	private outcomes(peer: Peer, doc: Doc, author: Author): { done: number; results?: unknown } {
		const results: unknown[] = [];
		for (const [n, outcome] of author.outcomes)
			if ("nack" in outcome) this.send(peer, { ...outcome.nack, doc: doc.key });
			else if (outcome.value !== undefined) results.push({ n, value: outcome.value });
		return { done: author.last, ...(results.length > 0 ? { results } : {}) };
	}

	private push(peer: Peer, frame: Frame): void {
		const doc = this.docs.get(frame.doc);
		if (!doc || !peer.cursors.has(frame.doc)) {
			this.complaints.push(`a push for ${frame.doc} without a join`);
			return;
		}
		if (frame.epoch !== doc.epoch) this.complaints.push("a push of another epoch");
		const author = this.author(doc, peer.client);
		const fresh = (frame.m as Frame[]).filter((m) => m.n > author.last);
		if (fresh.length > 0 && fresh[0]!.n !== author.last + 1) {
			this.complaints.push(`a gap: ${author.last} then ${fresh[0]!.n}`);
			this.send(peer, {
				t: "error",
				code: "invalid",
				message: "a gap",
				doc: doc.key,
				re: "push",
				temporary: false,
			});
			return;
		}
		const trouble = fresh.length > 0 ? this.perform(doc, author, frame, fresh) : undefined;
		if (trouble) this.send(peer, trouble);
		this.update(peer, doc, this.outcomes(peer, doc, author));
		this.flush(doc, peer);
	}

	private perform(doc: Doc, author: Author, frame: Frame, fresh: Frame[]): Frame | undefined {
		author.outcomes = new Map();
		const base = doc.ring.get(frame.base);
		const run = new Apply(base ?? doc.tree, graft(doc.tree), this.options.kinds, doc.log, frame.base);
		let broken = base === undefined;
		for (const m of fresh) {
			const trouble = this.options.falter?.(m as Frame & { n: number });
			if (trouble) return { t: "error", message: "not now", doc: doc.key, re: "push", ...trouble };
			author.last = m.n;
			const before = graft(run.head);
			const texts = run.texts.length;
			try {
				let value: unknown;
				if (m.action) value = this.act(run, m);
				else if (broken) throw new Refused("stale", "based on what is no longer known");
				else {
					const reason = this.options.refuse?.(m.ops);
					if (reason) throw new Refused("invalid", reason);
					run.mutation(m.ops);
				}
				author.outcomes.set(m.n, { value });
				this.commit(doc, graft(run.head), run.texts.slice(texts));
			} catch (error) {
				run.head = before;
				if (!m.action) broken = true;
				author.outcomes.set(m.n, { nack: this.nackOf(m.n, error as Error) });
				this.commit(doc, graft(run.head), []); // its number is part of the state
			}
		}
		return undefined;
	}

	private nackOf(n: number, error: Error): Frame {
		const nack: Frame = { t: "nack", n, code: "internal", message: error.message };
		if (error instanceof Refused) Object.assign(nack, { code: error.code, ...error.where });
		else if (error instanceof ThrownError)
			Object.assign(nack, { code: "invalid", error: { name: error.error, args: error.args } });
		else this.complaints.push(String(error.stack));
		return nack;
	}

	private act(run: Apply, m: Frame): unknown {
		const handler = this.options.actions?.[m["action"]];
		if (!handler) throw new Refused("not_found", `no action ${m["action"]}`);
		const state = harvest(run.head) as object;
		const value = handler(state, m["args"]);
		run.head = regraft(run.head, state);
		return value;
	}

	private here(peer: Peer, frame: Frame): void {
		if (frame.state === null) peer.states.delete(frame.doc);
		else peer.states.set(frame.doc, frame.state);
		this.tellOthers(peer, frame.doc, frame.state);
	}

	private tellOthers(peer: Peer, doc: string, state: unknown): void {
		for (const other of this.peers)
			if (other !== peer && other.cursors.has(doc))
				this.send(other, { t: "here", doc, who: peer.client, state });
	}
}

/** A changed plain value as a tree again: elements that are equal keep their identity. */
export function regraft(tree: Tree, value: unknown): Tree {
	if (tree.kind === "object" && value !== null && typeof value === "object" && !Array.isArray(value))
		return {
			kind: "object",
			members: new Map(
				Object.entries(value).map(([k, v]) => [
					k,
					tree.members.has(k) ? regraft(tree.members.get(k)!, v) : plant(v),
				]),
			),
		};
	if (tree.kind === "list" && Array.isArray(value)) {
		const left = [...tree.items];
		const items = value.map((v) => {
			const text = JSON.stringify(v);
			const at = left.findIndex((i) => JSON.stringify(harvest(i.tree)) === text);
			return at >= 0
				? left.splice(at, 1)[0]!
				: (plant([v]) as { items: { id: number; tree: Tree }[] }).items[0]!;
		});
		return { kind: "list", items: items.map(({ id, tree: t }) => ({ id, tree: graft(t) })) };
	}
	return plant(value);
}
