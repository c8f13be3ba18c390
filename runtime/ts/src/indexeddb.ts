/**
 * A store in the browser: what was not sent yet survives a reload, a crash, a closed tab.
 *
 *     new Client({ url, user, store: new IndexedDbStore() })
 *
 * One database, a row per tab (slot) and a row per document of a tab. Who holds a slot has a Web Lock of
 * its name; where there are none (pages that are not secure) a lease that is renewed tells.
 */
import type { Identity, Saved, Slot, Store } from "./queue.js";

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

/** Holds the lock until it is released; undefined when somebody else has it. */
function lock(name: string): Promise<(() => void) | undefined> {
	return new Promise((resolve, reject) => {
		navigator.locks
			.request(name, { ifAvailable: true }, (held) => {
				if (!held) return resolve(undefined);
				return new Promise<void>((release) => resolve(release));
			})
			.catch(reject);
	});
}

const hasLocks = (): boolean => typeof navigator !== "undefined" && "locks" in navigator;

export class IndexedDbStore implements Store {
	private database: Promise<IDBDatabase> | undefined;

	constructor(private readonly name = "syncgen") {}

	async open(scope: string): Promise<{ slot: Slot; left: Slot[] }> {
		const db = await (this.database ??= this.openDatabase());
		const rows = (await asked(db.transaction("slots").objectStore("slots").getAll())) as SlotRow[];
		const found: IndexedDbSlot[] = [];
		for (const row of rows) {
			const slot = row.scope === scope ? await this.take(db, row) : undefined;
			if (slot) found.push(slot);
		}
		const [first, ...more] = found;
		const slot = first ?? (await this.take(db, { id: crypto.getRandomValues(new Uint32Array(4)).join("-"), scope, until: 0 }));
		const left: Slot[] = [];
		for (const one of more) {
			if (one.documents.size > 0) left.push(one);
			else await one.close(true);
		}
		return { slot: slot!, left };
	}

	private openDatabase(): Promise<IDBDatabase> {
		const request = indexedDB.open(this.name, 1);
		request.onupgradeneeded = () => {
			request.result.createObjectStore("slots", { keyPath: "id" });
			request.result.createObjectStore("documents", { keyPath: ["slot", "doc"] });
		};
		return asked(request);
	}

	/** The slot, when nobody else has it. */
	private async take(db: IDBDatabase, row: SlotRow): Promise<IndexedDbSlot | undefined> {
		const release = hasLocks() ? await lock(`${this.name}:${row.id}`) : undefined;
		if (hasLocks() ? !release : row.until > Date.now()) return undefined;
		const range = IDBKeyRange.bound([row.id], [row.id, []]);
		const slot = new IndexedDbSlot(db, row, release);
		const rows = (await asked(db.transaction("documents").objectStore("documents").getAll(range))) as DocumentRow[];
		for (const { doc, saved } of rows) slot.documents.set(doc, saved);
		await slot.renew();
		return slot;
	}
}

class IndexedDbSlot implements Slot {
	readonly documents = new Map<string, Saved>();
	private readonly timer: ReturnType<typeof setInterval> | undefined;

	constructor(
		private readonly db: IDBDatabase,
		private readonly row: SlotRow,
		private readonly release: (() => void) | undefined,
	) {
		if (!release) this.timer = setInterval(() => void this.renew(), LEASE_MS / 4);
		if (typeof addEventListener === "function") addEventListener("pagehide", this.hide);
	}

	get identity(): Identity | undefined {
		return this.row.identity;
	}

	/** The page may be gone after this, or come back from the cache. */
	private readonly hide = (event: { persisted?: boolean }): void => {
		if (!event.persisted && !this.release) void this.write("slots", { ...this.row, until: 0 });
	};

	renew(): Promise<void> {
		this.row.until = Date.now() + LEASE_MS;
		return this.write("slots", this.row);
	}

	identify(identity: Identity): Promise<void> {
		this.row.identity = identity;
		return this.write("slots", this.row);
	}

	save(doc: string, saved: Saved | undefined): Promise<void> {
		if (saved) this.documents.set(doc, saved);
		else this.documents.delete(doc);
		if (saved) return this.write("documents", { slot: this.row.id, doc, saved });
		return this.write("documents", undefined, [this.row.id, doc]);
	}

	async close(erase = false): Promise<void> {
		clearInterval(this.timer);
		if (typeof removeEventListener === "function") removeEventListener("pagehide", this.hide);
		const empty = erase || this.documents.size === 0;
		if (empty) {
			for (const doc of this.documents.keys()) await this.write("documents", undefined, [this.row.id, doc]);
			await this.write("slots", undefined, this.row.id);
		} else if (!this.release) await this.write("slots", { ...this.row, until: 0 });
		this.release?.();
	}

	/** Puts the row, or deletes what has the key. Resolves when it is on disk, as far as browsers say. */
	private write(table: "slots" | "documents", row: SlotRow | DocumentRow | undefined, key?: IDBValidKey): Promise<void> {
		const transaction = this.db.transaction(table, "readwrite", { durability: "strict" });
		const store = transaction.objectStore(table);
		if (row) store.put(row);
		else store.delete(key!);
		return finished(transaction);
	}
}
