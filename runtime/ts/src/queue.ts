/**
 * What must survive: per tab (a slot) its identity towards the server, and per document what is pending
 * with the confirmed state that it builds on. A tab that closes leaves its slot behind; the next tab of
 * the same server and user takes it over, identity and all, so that numbers go on where they stood.
 *
 * Calls return at once or a promise, as the store can.
 */
import type { Op } from "./patch.js";

export type Later<T> = T | Promise<T>;

export interface SavedMutation {
	id: number;
	/** Its number, once it may have been sent. */
	n?: number | undefined;
	/** For an action: what it changes here ahead of the answer. */
	ops: Op[];
	action?: { name: string; args: unknown } | undefined;
	/** Its operations no longer fit what is here; the server has the word. */
	dead?: boolean | undefined;
}

export interface SavedRefusal extends SavedMutation {
	error: { code: string; message: string; path?: string | undefined; current?: unknown };
}

/** One document. Values as the application sees them: bytes and bigints too. Nothing in it is changed
 * later on, so a store in memory need not copy. */
export interface Saved {
	epoch: string | undefined;
	rev: number | undefined;
	state: unknown;
	/** The last number that the server is known to have seen. */
	last: number;
	pending: SavedMutation[];
	quarantine: SavedRefusal[];
}

export interface Identity {
	client: string;
	secret?: string | undefined;
}

/** The slot of one tab. Belongs to one client until closed. */
export interface Slot {
	readonly identity: Identity | undefined;
	/** As they were saved last. */
	readonly documents: ReadonlyMap<string, Saved>;
	identify(identity: Identity): Later<void>;
	/** All of it or nothing. Undefined: nothing is left to keep. */
	save(doc: string, saved: Saved | undefined): Later<void>;
	/** Lets another tab have it. With `erase` nothing is left. */
	close(erase?: boolean): Later<void>;
}

export interface Store {
	/** A slot for this tab. `left` gets the further slots that closed tabs left with something in them, now
	 * or whenever it turns out. */
	open(scope: string, left: (slot: Slot) => void): Later<Slot>;
}

/** Calls on at once where there is nothing to wait for. */
export function later<T>(value: Later<T>, call: (value: T) => void, failed: (error: unknown) => void): void {
	if (value instanceof Promise) value.then(call).catch(failed);
	else call(value);
}

interface MemorySlot {
	identity: Identity | undefined;
	documents: Map<string, Saved>;
	open: boolean;
}

/** Lives as long as the program. Shared by several clients it plays a browser with several tabs. */
export class MemoryStore implements Store {
	private readonly scopes = new Map<string, MemorySlot[]>();

	open(scope: string, left: (slot: Slot) => void): Slot {
		const slots = this.scopes.get(scope) ?? [];
		this.scopes.set(scope, slots);
		const [first, ...more] = slots.filter((s) => !s.open);
		for (const slot of more) left(this.handle(slots, slot));
		if (first) return this.handle(slots, first);
		const slot = { identity: undefined, documents: new Map<string, Saved>(), open: true };
		slots.push(slot);
		return this.handle(slots, slot);
	}

	private handle(slots: MemorySlot[], slot: MemorySlot): Slot {
		slot.open = true;
		return {
			identity: slot.identity,
			documents: slot.documents,
			identify: (identity) => void (slot.identity = identity),
			save: (doc, saved) => void (saved ? slot.documents.set(doc, saved) : slot.documents.delete(doc)),
			close: (erase) => {
				slot.open = false;
				if (erase) slots.splice(slots.indexOf(slot), 1);
			},
		};
	}
}
