/** Stores one document's queue: one write at a time, the newest wins, nothing is written for nothing. */
import { later, type Saved, type Slot } from "./queue.js";

export class Keeper {
	private writing = false;
	private wanted = false;
	/** Something is in the store. */
	private kept = false;
	private readonly waiting: (() => void)[] = [];

	constructor(
		private readonly doc: string,
		/** Undefined while the store opens: resume() goes on then. */
		private readonly slot: () => Slot | undefined,
		private readonly saved: () => Saved | undefined,
		private readonly failed: (error: unknown) => void,
	) {}

	/** The store has opened. */
	resume(kept: boolean): void {
		this.kept = kept;
		if (this.wanted) this.write();
	}

	/** Calls back when the present queue (or a newer one) is safe. */
	store(done?: () => void): void {
		if (done) this.waiting.push(done);
		this.wanted = true;
		if (!this.writing) this.write();
	}

	private write(): void {
		const slot = this.slot();
		if (!slot) return;
		const saved = this.saved();
		const waiting = this.waiting.splice(0);
		this.wanted = false;
		const finish = () => {
			this.writing = false;
			for (const call of waiting) call();
			if (this.wanted && !this.writing) this.write();
		};
		if (!saved && !this.kept) return finish();
		this.writing = true;
		this.kept = saved !== undefined;
		later(slot.save(this.doc, saved), finish, (error) => {
			// The queue goes on in memory: better than not at all.
			this.failed(error);
			finish();
		});
	}
}
