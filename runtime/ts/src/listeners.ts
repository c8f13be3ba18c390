/** Who wants to hear of something, and values that are told of. */

/** A listener that throws does not keep the others from hearing. */
export class Listeners<T extends unknown[]> {
	/** Each in an entry of its own: one function that is added twice is two listeners. */
	readonly #entries = new Set<[listener: (...args: T) => void]>();

	add(listener: (...args: T) => void): () => void {
		const entry: [typeof listener] = [listener];
		this.#entries.add(entry);
		return () => void this.#entries.delete(entry);
	}

	tell(...args: T): void {
		for (const [listener] of [...this.#entries]) {
			try {
				listener(...args);
			} catch (error) {
				// Not ours to handle: it goes where uncaught errors go.
				queueMicrotask(() => {
					throw error;
				});
			}
		}
	}
}

/** A status: the same object as long as nothing in it changes. */
export class Watched<T extends object> extends Listeners<[]> {
	constructor(public now: T) {
		super();
	}

	/** False: it says nothing new. Telling is the caller's. */
	put(next: T): boolean {
		const keys = Object.keys(next) as (keyof T)[];
		if (keys.every((k) => next[k] === this.now[k])) return false;
		this.now = next;
		return true;
	}
}
