/** Stores one document's queue: one write at a time, the newest wins, nothing is written for nothing. */
import { SyncError } from "./errors.js";
import type { DocumentHost } from "./host.js";
import { later, type Saved } from "./queue.js";

export class Keeper {
	readonly #doc: string;
	readonly #host: DocumentHost;
	readonly #saved: () => Saved | undefined;
	#writing = false;
	#wanted = false;
	/** Something is in the store. */
	#kept = false;
	#waiting: (() => void)[] = [];

	constructor(doc: string, host: DocumentHost, saved: () => Saved | undefined) {
		this.#doc = doc;
		this.#host = host;
		this.#saved = saved;
	}

	/** The store has opened. */
	resume(kept: boolean): void {
		this.#kept = kept;
		this.#write();
	}

	/** Calls back when the present queue (or a newer one) is safe. */
	store(done?: () => void): void {
		if (done) this.#waiting.push(done);
		this.#wanted = true;
		this.#write();
	}

	#write(): void {
		const { slot, report } = this.#host;
		if (!slot || this.#writing || !this.#wanted) return;
		const saved = this.#saved();
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
		later(slot.save(this.#doc, saved), finish, (error) => {
			// The queue goes on in memory: better than not at all.
			report(new SyncError("internal", `the store: ${error}`, { doc: this.#doc }));
			finish();
		});
	}
}
