/** A store that lives as long as the program. */
import type { Identity, Saved, Slot } from "./queue.js";
import { Store } from "./store.js";

interface MemorySlot {
	identity: Identity | undefined;
	documents: Map<string, Saved>;
	open: boolean;
}

/** Shared by several clients it plays a browser with several tabs. */
export class MemoryStore extends Store {
	readonly #scopes = new Map<string, MemorySlot[]>();

	open(scope: string, left: (slot: Slot) => void): Slot {
		const slots = this.#scopes.get(scope) ?? [];
		this.#scopes.set(scope, slots);
		const [first, ...more] = slots.filter((s) => !s.open);
		for (const slot of more) left(this.#handle(slot));
		if (first) return this.#handle(first);
		const slot = { identity: undefined, documents: new Map<string, Saved>(), open: true };
		slots.push(slot);
		return this.#handle(slot);
	}

	#handle(slot: MemorySlot): Slot {
		slot.open = true;
		return {
			identity: slot.identity,
			documents: slot.documents,
			identify: (identity) => void (slot.identity = identity),
			save: (doc, saved) => void (saved ? slot.documents.set(doc, saved) : slot.documents.delete(doc)),
			close: () => void (slot.open = false),
		};
	}
}
