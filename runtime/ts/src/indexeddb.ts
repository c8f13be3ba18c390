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
	/** Without locks: until when it is held. In any case a little behind its last use. */
	until: number;
}

interface DocumentRow {
	slot: string;
	doc: string;
	saved: Saved;
}

/** Timers of a page in the background run once a minute. */
const LEASE_MS = 180_000;

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

/** A database that does not open keeps nobody from going on without. */
const OPENING_MS = 10_000;
/** How long the page that was here before a reload may take to let go. */
const RELOAD_MS = 500;
/** How long a page that is loaded again may take to come back to its slot, before another takes it over. */
const RETURN_MS = 3000;
/** The name of a tab that left nothing else is kept so long: it may be restored. */
const KEEP_MS = 30 * 86_400_000;

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
			slot ??= await this.#take(db, row, row.id === before ? RELOAD_MS : 0);
			if (slot?.id !== row.id) void this.#adopt(db, row, left);
		}
		slot ??= (await this.#take(db, {
			id: crypto.getRandomValues(new Uint32Array(4)).join("-"),
			scope,
			until: 0,
		}))!;
		await slot.renew();
		memory?.setItem(mark, slot.id);
		return slot;
	}

	/** Waits until its tab is gone for good, and hands over what that left; names that are old go. */
	async #adopt(db: IDBDatabase, row: SlotRow, left: (slot: Slot) => void): Promise<void> {
		let slot: IndexedDbSlot | undefined;
		do {
			if (hasLocks()) (await lock(`${this.name}:${row.id}`, Infinity))?.();
			await new Promise((done) => setTimeout(done, RETURN_MS));
			slot = await this.#take(db, row);
		} while (!slot && hasLocks());
		if (slot && slot.documents.size > 0) {
			await slot.renew();
			left(slot);
		} else await slot?.close(row.until < Date.now() - KEEP_MS);
	}

	async #openDatabase(): Promise<IDBDatabase> {
		const request = indexedDB.open(this.name, 1);
		request.onupgradeneeded = () => {
			request.result.createObjectStore("slots", { keyPath: "id" });
			request.result.createObjectStore("documents", { keyPath: ["slot", "doc"] });
		};
		const late = new Promise<never>((_, reject) =>
			setTimeout(() => reject(new Error(`the database ${this.name} does not open`)), OPENING_MS),
		);
		const db = await Promise.race([asked(request), late]);
		// Somebody deletes it: who held on to it would keep every page from opening it again.
		db.onversionchange = () => db.close();
		return db;
	}

	/** The slot, when nobody else has it, or lets it go in time. */
	async #take(db: IDBDatabase, row: SlotRow, patience = 0): Promise<IndexedDbSlot | undefined> {
		const release = hasLocks() ? await lock(`${this.name}:${row.id}`, patience) : undefined;
		if (hasLocks() && !release) return undefined;
		const slots = db.transaction("slots", "readwrite").objectStore("slots");
		const now = ((await asked(slots.get(row.id))) as SlotRow | undefined) ?? row;
		if (!release) {
			if (now.until > Date.now()) return undefined;
			await asked(slots.put({ ...now, until: Date.now() + LEASE_MS }));
		}
		const range = IDBKeyRange.bound([row.id], [row.id, []]);
		const slot = new IndexedDbSlot(db, now, release);
		const rows = (await asked(
			db.transaction("documents").objectStore("documents").getAll(range),
		)) as DocumentRow[];
		for (const { doc, saved } of rows) slot.documents.set(doc, saved);
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
		if (!event.persisted) void this.#leave();
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

	/** Without locks: from now on another may have it. */
	async #leave(): Promise<void> {
		if (!this.#release) await this.#write("slots", { ...this.#row, until: Date.now() });
	}

	async close(erase = false): Promise<void> {
		clearInterval(this.#timer);
		if (typeof removeEventListener === "function") removeEventListener("pagehide", this.#hide);
		if (erase) await this.#write("slots", undefined, this.#row.id);
		else await this.#leave();
		this.#release?.();
	}

	/** Puts the row, or deletes what has the key. Resolves when it is on disk, as far as browsers say. */
	async #write(
		table: "slots" | "documents",
		row: SlotRow | DocumentRow | undefined,
		key?: IDBValidKey,
	): Promise<void> {
		const transaction = this.#db.transaction(table, "readwrite", { durability: "strict" });
		const store = transaction.objectStore(table);
		if (row) store.put(row);
		else store.delete(key!);
		const done = finished(transaction);
		// At once: a page that is being left does not live to see that it was put.
		transaction.commit();
		return done;
	}
}
