/**
 * What keeps the queue of a program beyond its life: the next one goes on with it. Only who passes a store
 * to a client carries this.
 */
import type { Client } from "./client.js";
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
	#closed = false;

	constructor(client: Client, store: Store) {
		this.client = client;
		this.#store = store;
	}

	get ready(): boolean {
		return this.slot !== undefined;
	}

	open({ url = "", user = "" }: ClientOptions): void {
		later(
			this.#store.open(JSON.stringify([url, user]), (left) => this.#deliver(left)),
			(slot) => this.#start(slot),
			(error) => {
				this.complain(error);
				this.#start(null);
			},
		);
	}

	complain(error: unknown, doc?: string): void {
		this.client.report(new SyncError("internal", `the store: ${error}`, { doc }));
	}

	#start(slot: Slot | null): void {
		if (this.#closed) return void slot?.close();
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
		if (this.#closed) return void slot.close();
		const courier = this.client.courier(new Left(slot));
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
		later(this.slot?.identify(identity), ignore, (error) => this.complain(error));
	}

	keep(document: Document): DocumentKeeper {
		return new Shelf(document, this);
	}

	close(): void {
		this.#closed = true;
		for (const courier of this.#couriers) courier.close();
		later(this.slot?.close(), ignore, ignore);
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
	#waiting: (() => void)[] = [];

	constructor(document: Document, keeper: Keeper) {
		this.#document = document;
		this.#keeper = keeper;
	}

	/** The store is open: what an earlier life left comes first. */
	start(): void {
		const saved = this.#keeper.slot?.documents.get(this.#document.key);
		this.#kept = saved !== undefined;
		if (saved) restore(this.#document.replica, saved);
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
		const saved = savedOf(this.#document.replica);
		const waiting = this.#waiting;
		this.#waiting = [];
		this.#wanted = false;
		const finish = () => {
			this.#writing = false;
			for (const call of waiting) call();
			this.#write();
		};
		if (!slot || (!saved && !this.#kept)) return finish();
		this.#writing = true;
		this.#kept = saved !== undefined;
		const { key } = this.#document;
		later(slot.save(key, saved), finish, (error) => {
			// The queue goes on in memory: better than not at all.
			this.#keeper.complain(error, key);
			finish();
		});
	}
}

/** Undefined when there is nothing to keep. */
export function savedOf({ epoch, rev, confirmed, box }: Replica<unknown>): Saved | undefined {
	const { last, pending, quarantine } = box;
	if (pending.length === 0 && quarantine.length === 0) return undefined;
	return {
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

/** In place of what is confirmed; with what was made here behind it. */
export function restore(replica: Replica<unknown>, saved: Saved): void {
	const { box, schema, confirmed: before } = replica;
	const { pending: made, quarantine } = box;
	replica.epoch = saved.epoch;
	replica.rev = saved.rev;
	replica.confirmed = replica.view = schema.decode(saved.state);
	// Identities are new: those of an earlier life mean nothing.
	box.last = saved.last;
	box.pending = saved.pending.map((m) => ({ ...m, id: box.newId() }));
	const refused = saved.quarantine.map(
		({ ops, action, error }): Refusal => ({
			id: box.newId(),
			ops,
			action,
			error: new SyncError(error.code as WireCode, error.message, {
				...(error as ErrorDetails),
				doc: replica.key,
			}),
		}),
	);
	box.quarantine = refused;
	replica.carry(replica.confirmed, [], 0);
	// Made while the store was opening, on the state shown till then.
	const { view, ops } = rebase(before, snapshot(replica.view), made, schema);
	replica.view = view;
	box.pending.push(...made);
	box.quarantine = [...box.quarantine, ...quarantine];
	made.forEach((m, i) => replica.settle(m, ops[i], 0));
}
