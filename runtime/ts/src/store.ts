/**
 * What keeps the queue of a program beyond its life: the next one goes on with it. Only who passes a store
 * to a client carries this.
 */
import { Client } from "./client.js";
import type { Document } from "./document.js";
import { type ErrorDetails, SyncError, type WireCode } from "./errors.js";
import { untyped } from "./model.js";
import type { ClientOptions } from "./options.js";
import type { Refusal } from "./outbox.js";
import type { Op } from "./patch.js";
import {
	type DocumentKeeper,
	type Identity,
	type Keeping,
	type Later,
	later,
	type Saved,
	type SavedMutation,
	type Slot,
} from "./queue.js";
import { rebase } from "./rebase.js";
import { type Replica, snapshot } from "./replica.js";
import { isEdit, modules } from "./modules.js";

const ignore = () => undefined;

/** A store of one's own extends this. */
export abstract class Store {
	/** A slot for this tab. `left` gets the further slots that closed tabs left with something in them, now
	 * or whenever it turns out. */
	abstract open(scope: string, left: (slot: Slot) => void): Later<Slot>;

	/** What a client does with it. */
	attach(client: Client): Keeping {
		return new Keeper(client, this);
	}
}

/** The slot that another one left. */
class Left extends Store {
	constructor(readonly slot: Slot) {
		super();
	}
	open(): Slot {
		return this.slot;
	}
}

/** What one client keeps. */
class Keeper implements Keeping {
	/** Undefined while the store opens; null: it cannot be had, and nothing is kept. */
	slot: Slot | undefined | null;
	readonly client: Client;
	readonly #store: Store;
	/** Clients that send what closed tabs left. */
	readonly #couriers = new Set<Client>();
	#opened = false;
	#closed = false;
	/** The last write failed, and the application was told. */
	#failing = false;

	constructor(client: Client, store: Store) {
		this.client = client;
		this.#store = store;
	}

	get ready(): boolean {
		return this.slot !== undefined;
	}

	open({ url = "", user = "" }: ClientOptions): void {
		if (this.#opened) return;
		this.#opened = true;
		later(
			() => this.#store.open(JSON.stringify([url, user]), (left) => this.#deliver(left)),
			(slot) => this.#start(slot),
			(error) => {
				this.complain(error);
				this.#start(null);
			},
		);
	}

	/** What waits goes on in memory: better than not at all. */
	complain(error: unknown, doc?: string): void {
		const message = `the store: ${error}; changes that wait are lost with the page`;
		this.client.report(new SyncError("internal", message, { doc }));
	}

	/** Calls back also when it failed; of failures in a row the first is told. */
	write(make: (slot: Slot) => Later<void>, done: () => void, doc?: string): void {
		const { slot } = this;
		if (!slot) return done();
		later(
			() => make(slot),
			() => {
				this.#failing = false;
				done();
			},
			(error) => {
				if (!this.#failing) this.complain(error, doc);
				this.#failing = true;
				done();
			},
		);
	}

	#start(slot: Slot | null): void {
		if (this.#closed) return slot ? later(() => slot.close(), ignore, ignore) : undefined;
		this.slot = slot;
		const { documents } = this.client;
		for (const document of documents.values()) document.keeper!.start();
		// What this tab's earlier life left is sent even when nobody opens it. Edits of texts wait for a
		// page that can carry them.
		for (const [key, { pending }] of slot?.documents ?? [])
			if (!documents.has(key) && (modules.text || !pending.some((m) => m.ops.some(isEdit))))
				this.client.enter(untyped(key, {}), key);
		this.client.stored(slot?.identity);
	}

	/** Sends what a closed tab left, under that tab's identity. */
	#deliver(slot: Slot): void {
		if (this.#closed) return later(() => slot.close(), ignore, ignore);
		const { options } = this.client;
		const courier = new Client({ ...options, connect: true, socket: undefined, store: new Left(slot) });
		this.#couriers.add(courier);
		courier.onError(this.client.report);
		const documents = [...courier.documents.values()];
		courier.subscribe(() => {
			if (documents.some((d) => d.busy)) return;
			this.#couriers.delete(courier);
			courier.close();
		});
	}

	identify(identity: Identity): void {
		this.write((slot) => slot.identify(identity), ignore);
	}

	keep(document: Document): DocumentKeeper {
		return new Shelf(document, this);
	}

	close(): void {
		this.#closed = true;
		for (const courier of this.#couriers) courier.close();
		later(() => this.slot?.close(), ignore, ignore);
	}
}

/** Keeps one document's queue: one write at a time, the newest wins, nothing is written for nothing. */
class Shelf implements DocumentKeeper {
	readonly #document: Document;
	readonly #keeper: Keeper;
	#writing = false;
	#wanted = false;
	/** Something is in the store. */
	#kept = false;
	/** Of the model, also where an earlier life knew it and this one does not. */
	#hash: string | undefined;
	#waiting: (() => void)[] = [];

	constructor(document: Document, keeper: Keeper) {
		this.#document = document;
		this.#keeper = keeper;
	}

	/** The store is open: what an earlier life left comes first. */
	start(): void {
		const { model, key, replica } = this.#document;
		const saved = this.#keeper.slot?.documents.get(key);
		this.#kept = saved !== undefined;
		this.#hash = model.hash || saved?.hash;
		try {
			if (saved) restore(replica, saved, this.#hash);
		} catch (error) {
			this.#keeper.complain(error, key);
		}
		this.#write();
		if (saved) this.#document.tell();
	}

	store(done?: () => void): void {
		if (done) this.#waiting.push(done);
		this.#wanted = true;
		this.#write();
	}

	#write(): void {
		const { slot } = this.#keeper;
		if (slot === undefined || this.#writing || !this.#wanted) return;
		const saved = savedOf(this.#document.replica, this.#hash);
		const waiting = this.#waiting;
		this.#waiting = [];
		this.#wanted = false;
		const finish = () => {
			this.#writing = false;
			for (const call of waiting) call();
			this.#write();
		};
		if (!saved && !this.#kept) return finish();
		this.#writing = true;
		this.#kept = saved !== undefined;
		const { key } = this.#document;
		this.#keeper.write((to) => to.save(key, saved), finish, key);
	}
}

/** Undefined when there is nothing to keep. */
export function savedOf(
	{ epoch, rev, confirmed, box }: Replica<unknown>,
	hash?: string,
): Saved | undefined {
	const { last, pending, quarantine } = box;
	if (pending.length === 0 && quarantine.length === 0) return undefined;
	return {
		hash,
		epoch,
		rev,
		state: confirmed,
		last,
		pending: pending.map(({ id, n, ops, action, dead }) => ({ id, n, ops, action, dead })),
		quarantine: quarantine.map(({ id, ops, action, error: { code, message, path, current } }) => ({
			id,
			ops: ops as Op[],
			action: action as SavedMutation["action"],
			error: { code, message, path, current },
		})),
	};
}

/** The state of a model that has changed since is good enough to show what waits on it; the server tells anew. */
function restoreState(replica: Replica<unknown>, { hash, epoch, rev, state }: Saved, now?: string): void {
	const same = !hash || hash === now;
	replica.epoch = epoch;
	try {
		const known = same ? state : { ...(replica.confirmed as object), ...(state as object) };
		replica.confirmed = replica.view = replica.schema.decode(known);
		if (same) replica.rev = rev;
	} catch {
		// It has another form now.
	}
}

/** In place of what is confirmed; with what was made here behind it. */
export function restore(replica: Replica<unknown>, saved: Saved, hash?: string): void {
	const { box, schema, confirmed: before } = replica;
	const { pending: made, quarantine } = box;
	// Identities are new: those of an earlier life mean nothing.
	const pending = saved.pending.map((m) => ({ ...m, id: ++box.ids }));
	const refused = saved.quarantine.map(
		({ ops, action, error }): Refusal => ({
			id: ++box.ids,
			ops,
			action,
			error: new SyncError(error.code as WireCode, error.message, {
				...(error as ErrorDetails),
				doc: replica.key,
			}),
		}),
	);
	restoreState(replica, saved, hash);
	box.last = saved.last;
	box.pending = pending;
	box.quarantine = refused;
	replica.carry(replica.confirmed, [], 0);
	// Made while the store was opening, on the state shown till then.
	const { view, ops } = rebase(before, snapshot(replica.view), made, schema);
	replica.view = view;
	box.pending.push(...made);
	box.quarantine = [...box.quarantine, ...quarantine];
	made.forEach((m, i) => replica.settle(m, ops[i], 0));
}
