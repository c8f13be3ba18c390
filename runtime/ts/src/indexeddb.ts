/**
 * A store in the browser: what was not sent yet survives a reload, a crash, a closed tab.
 *
 *     new Client({ url, user, store: new IndexedDbStore() })
 *
 * One database, a row per tab (slot) and a row per document of a tab. Who holds a slot has a Web Lock of
 * its name; where there are none (pages that are not secure) a lease that is renewed tells.
 */
import type { Identity, Saved, Slot } from "./queue.js";
import { Store } from "./store.js";

interface SlotRow {
	id: string;
	scope: string;
	identity?: Identity | undefined;
	/** Without locks: until when it is held. */
	until: number;
}

interface DocumentRow {
	slot: string;
	doc: string;
	saved: Saved;
}

const LEASE_MS = 60_000;

function asked<T>(request: IDBRequest<T>): Promise<T> {
	return new Promise((resolve, reject) => {
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error as Error);
	});
}

function finished(transaction: IDBTransaction): Promise<void> {
	return new Promise((resolve, reject) => {
		transaction.oncomplete = () => resolve();
		transaction.onerror = transaction.onabort = () => reject(transaction.error as Error);
	});
}

/** Gives what releases the lock; undefined when somebody else has it (and still has it after `patience`
 * milliseconds). */
function lock(name: string, patience = 0): Promise<(() => void) | undefined> {
	const options =
		patience === 0
			? { ifAvailable: true }
			: patience < Infinity
				? { signal: AbortSignal.timeout(patience) }
				: {};
	return new Promise((resolve) => {
		navigator.locks
			.request(name, options, (held) => {
				if (!held) return resolve(undefined);
				return new Promise<void>((release) => resolve(release));
			})
			.catch(() => resolve(undefined));
	});
}

const hasLocks = (): boolean => typeof navigator !== "undefined" && "locks" in navigator;

/** How long the page that was here before a reload may take to let go. */
const RELOAD_MS = 500;

export class IndexedDbStore extends Store {
	#database: Promise<IDBDatabase> | undefined;

	constructor(private readonly name = "syncgen") {
		super();
	}

	async open(scope: string, left: (slot: Slot) => void): Promise<Slot> {
		const db = await (this.#database ??= this.#openDatabase());
		const all = (await asked(db.transaction("slots").objectStore("slots").getAll())) as SlotRow[];
		const rows = all.filter((row) => row.scope === scope);
		const memory = typeof sessionStorage === "undefined" ? undefined : sessionStorage;
		const mark = `${this.name}:${scope}`;
		const before = memory?.getItem(mark);
		let slot: IndexedDbSlot | undefined;
		// The slot that this tab had before it was reloaded, if it is free again; else any.
		rows.sort((a, b) => Number(b.id === before) - Number(a.id === before));
		for (const row of rows) {
			const free = await this.#take(db, row, row.id === before ? RELOAD_MS : 0);
			if (!free) void this.#take(db, row, Infinity).then((f) => f && this.#hand(f, left));
			else if (slot) void this.#hand(free, left);
			else slot = free;
		}
		slot ??= (await this.#take(db, {
			id: crypto.getRandomValues(new Uint32Array(4)).join("-"),
			scope,
			until: 0,
		}))!;
		memory?.setItem(mark, slot.id);
		return slot;
	}

	/** What a closed tab left; empty slots go. */
	async #hand(slot: IndexedDbSlot, left: (slot: Slot) => void): Promise<void> {
		if (slot.documents.size > 0) left(slot);
		else await slot.close(true);
	}

	#openDatabase(): Promise<IDBDatabase> {
		const request = indexedDB.open(this.name, 1);
		request.onupgradeneeded = () => {
			request.result.createObjectStore("slots", { keyPath: "id" });
			request.result.createObjectStore("documents", { keyPath: ["slot", "doc"] });
		};
		return asked(request);
	}

	/** The slot, when nobody else has it, or lets it go in time. */
	async #take(db: IDBDatabase, row: SlotRow, patience = 0): Promise<IndexedDbSlot | undefined> {
		const release = hasLocks() ? await lock(`${this.name}:${row.id}`, patience) : undefined;
		if (hasLocks() ? !release : row.until > Date.now()) return undefined;
		const now = (await asked(db.transaction("slots").objectStore("slots").get(row.id))) as
			SlotRow | undefined;
		const range = IDBKeyRange.bound([row.id], [row.id, []]);
		const slot = new IndexedDbSlot(db, now ?? row, release);
		const rows = (await asked(
			db.transaction("documents").objectStore("documents").getAll(range),
		)) as DocumentRow[];
		for (const { doc, saved } of rows) slot.documents.set(doc, saved);
		await slot.renew();
		return slot;
	}
}

class IndexedDbSlot implements Slot {
	readonly documents = new Map<string, Saved>();
	readonly #timer: ReturnType<typeof setInterval> | undefined;
	readonly #db: IDBDatabase;
	readonly #row: SlotRow;
	readonly #release: (() => void) | undefined;

	constructor(db: IDBDatabase, row: SlotRow, release: (() => void) | undefined) {
		this.#db = db;
		this.#row = row;
		this.#release = release;
		if (!release) this.#timer = setInterval(() => void this.renew(), LEASE_MS / 4);
		if (typeof addEventListener === "function") addEventListener("pagehide", this.#hide);
	}

	get id(): string {
		return this.#row.id;
	}
	get identity(): Identity | undefined {
		return this.#row.identity;
	}

	/** The page may be gone after this, or come back from the cache. */
	readonly #hide = (event: { persisted?: boolean }): void => {
		if (!event.persisted && !this.#release) void this.#write("slots", { ...this.#row, until: 0 });
	};

	renew(): Promise<void> {
		this.#row.until = Date.now() + LEASE_MS;
		return this.#write("slots", this.#row);
	}

	identify(identity: Identity): Promise<void> {
		this.#row.identity = identity;
		return this.#write("slots", this.#row);
	}

	save(doc: string, saved: Saved | undefined): Promise<void> {
		if (saved) this.documents.set(doc, saved);
		else this.documents.delete(doc);
		if (saved) return this.#write("documents", { slot: this.#row.id, doc, saved });
		return this.#write("documents", undefined, [this.#row.id, doc]);
	}

	async close(erase = false): Promise<void> {
		clearInterval(this.#timer);
		if (typeof removeEventListener === "function") removeEventListener("pagehide", this.#hide);
		const empty = erase || this.documents.size === 0;
		if (empty) {
			for (const doc of this.documents.keys())
				await this.#write("documents", undefined, [this.#row.id, doc]);
			await this.#write("slots", undefined, this.#row.id);
		} else if (!this.#release) await this.#write("slots", { ...this.#row, until: 0 });
		this.#release?.();
	}

	/** Puts the row, or deletes what has the key. Resolves when it is on disk, as far as browsers say. */
	#write(
		table: "slots" | "documents",
		row: SlotRow | DocumentRow | undefined,
		key?: IDBValidKey,
	): Promise<void> {
		const transaction = this.#db.transaction(table, "readwrite", { durability: "strict" });
		const store = transaction.objectStore(table);
		if (row) store.put(row);
		else store.delete(key!);
		return finished(transaction);
	}
}
