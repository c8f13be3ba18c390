/** Who wants to hear of something. A listener that throws does not keep the others from hearing. */
export class Listeners<T extends unknown[]> {
	private readonly set = new Set<(...args: T) => void>();

	add(listener: (...args: T) => void): () => void {
		// Wrapped: adding one function twice means two listeners.
		const entry = (...args: T) => listener(...args);
		this.set.add(entry);
		return () => void this.set.delete(entry);
	}

	tell(...args: T): void {
		for (const listener of [...this.set]) {
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

	get size(): number {
		return this.set.size;
	}
}
