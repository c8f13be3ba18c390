/**
 * A store in the browser: what was not sent yet survives a reload, a crash, a closed tab.
 *
 *     new Client({ url, user, store: new IndexedDbStore() })
 *
 * One database, a row per tab (slot), and per document of a tab a row with what waits and rows with the state
 * that it waits on: that as a whole, and behind it what has changed since, until that is more than the whole.
 * Those stay while nothing waits, so that the next change need not write all of it again. Who holds a slot has a
 * Web Lock of its name; where there are none (pages that are not secure) a lease that is renewed tells.
 */
import { type Change, changeOf, patched, weigh } from "./change.js";
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
	saved: Omit<Saved, "state">;
}

/** 0: the state as a whole; from 1 on: what has changed since. */
interface StateRow {
	slot: string;
	doc: [doc: string, number: number];
	state?: unknown;
	change?: Change;
}

/** What the database has of a document's state. */
interface Base {
	state: unknown;
	/** Bytes, about: of the whole, and of the changes behind it. */
	whole: number;
	changes: number;
	next: number;
}

/** What a row needs besides its value. */
const ROW_BYTES = 64;

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

/** What fails behind the back of everybody, because the database is gone, is told when something is to be kept. */
const ignore = (): void => undefined;

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
			if (slot?.id !== row.id) this.#adopt(db, row, left).catch(ignore);
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
		const slot = new IndexedDbSlot(db, now, release);
		await slot.load();
		return slot;
	}
}

class IndexedDbSlot implements Slot {
	readonly documents = new Map<string, Saved>();
	readonly #bases = new Map<string, Base>();
	readonly #timer: ReturnType<typeof setInterval> | undefined;
	readonly #db: IDBDatabase;
	readonly #row: SlotRow;
	readonly #release: (() => void) | undefined;

	constructor(db: IDBDatabase, row: SlotRow, release: (() => void) | undefined) {
		this.#db = db;
		this.#row = row;
		this.#release = release;
		if (!release) this.#timer = setInterval(() => this.renew().catch(ignore), LEASE_MS / 4);
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
		if (!event.persisted) this.#leave().catch(ignore);
	};

	renew(): Promise<void> {
		this.#row.until = Date.now() + LEASE_MS;
		return this.#put(this.#row);
	}

	identify(identity: Identity): Promise<void> {
		this.#row.identity = identity;
		return this.#put(this.#row);
	}

	/** What is there already. */
	async load(): Promise<void> {
		const documents = this.#db.transaction("documents").objectStore("documents");
		const rows = (await asked(documents.getAll(this.#all()))) as (DocumentRow | StateRow)[];
		for (const row of rows) {
			if ("saved" in row) this.documents.set(row.doc, { state: undefined, ...row.saved });
			else this.#loadState(row);
		}
		for (const [doc, saved] of this.documents) saved.state ??= this.#bases.get(doc)?.state;
	}

	#loadState({ doc: [doc, number], state, change }: StateRow): void {
		const base = this.#bases.get(doc);
		if (!change) this.#bases.set(doc, { state, whole: weigh(state), changes: 0, next: 1 });
		else if (base) {
			base.state = patched(base.state, change);
			base.changes += weigh(change) + ROW_BYTES;
			base.next = number + 1;
		}
	}

	/** The keys of its documents' rows, or of one document's changes: strings come before arrays. */
	#all(doc?: string): IDBKeyRange {
		const { id } = this.#row;
		return doc === undefined
			? IDBKeyRange.bound([id], [id, [[]]])
			: IDBKeyRange.bound([id, [doc, 1]], [id, [doc, []]]);
	}

	async save(doc: string, saved: Saved | undefined): Promise<void> {
		const slot = this.#row.id;
		if (!saved) {
			this.documents.delete(doc);
			return this.#write("documents", (rows) => rows.delete([slot, doc]));
		}
		this.documents.set(doc, saved);
		const { state, ...rest } = saved;
		const base = this.#bases.get(doc);
		const change = base && changeOf(base.state, state);
		const bytes = change ? weigh(change) + ROW_BYTES : 0;
		const more = base && base.changes + bytes <= base.whole;
		await this.#write("documents", (rows) => {
			rows.put({ slot, doc, saved: rest } satisfies DocumentRow);
			if (!more) {
				rows.delete(this.#all(doc));
				rows.put({ slot, doc: [doc, 0], state } satisfies StateRow);
			} else if (change) rows.put({ slot, doc: [doc, base.next], change } satisfies StateRow);
		});
		if (!more) this.#bases.set(doc, { state, whole: weigh(state), changes: 0, next: 1 });
		else if (change) {
			base.state = state;
			base.changes += bytes;
			base.next++;
		}
	}

	/** Without locks: from now on another may have it. */
	async #leave(): Promise<void> {
		if (!this.#release) await this.#put({ ...this.#row, until: Date.now() });
	}

	async close(erase = false): Promise<void> {
		clearInterval(this.#timer);
		if (typeof removeEventListener === "function") removeEventListener("pagehide", this.#hide);
		if (this.documents.size === 0) await this.#write("documents", (rows) => rows.delete(this.#all()));
		if (erase) await this.#write("slots", (rows) => rows.delete(this.#row.id));
		else await this.#leave();
		this.#release?.();
	}

	#put(row: SlotRow): Promise<void> {
		return this.#write("slots", (rows) => rows.put(row));
	}

	/** All that `change` does, or nothing. Resolves when it is on disk, as far as browsers say. */
	async #write(table: "slots" | "documents", change: (rows: IDBObjectStore) => unknown): Promise<void> {
		const transaction = this.#db.transaction(table, "readwrite", { durability: "strict" });
		change(transaction.objectStore(table));
		const done = finished(transaction);
		// At once: a page that is being left does not live to see that it was put.
		transaction.commit();
		return done;
	}
}
