/**
 * What must survive: per tab (a slot) its identity towards the server, and per document what is pending
 * with the confirmed state that it builds on. A tab that closes leaves its slot behind; the next tab of
 * the same server and user takes it over, identity and all, so that numbers go on where they stood.
 *
 * Calls return at once or a promise, as the store can.
 */
import type { Document } from "./document.js";
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
	/** Of the model that the state has the form of; none: nobody knows. */
	hash?: string | undefined;
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
	/** Lets another tab have it. */
	close(): Later<void>;
}

/** Calls on at once where there is nothing to wait for. */
export function later<T>(
	make: () => Later<T>,
	call: (value: T) => void,
	failed: (error: unknown) => void,
): void {
	let value: Later<T>;
	try {
		value = make();
	} catch (error) {
		return failed(error);
	}
	if (value instanceof Promise) value.then(call, failed);
	else call(value);
}

/** The store of a client at work (store.ts). */
export interface Keeping {
	/** Nothing is sent before. */
	readonly ready: boolean;
	/** Once; what comes later is passed over. */
	open(options: { url?: string | undefined; user?: string | undefined }): void;
	identify(identity: Identity): void;
	keep(document: Document): DocumentKeeper;
	close(): void;
}

export interface DocumentKeeper {
	/** The store is open: what an earlier life left comes first. */
	start(): void;
	/** Calls back when the present queue (or a newer one) is safe. */
	store(done?: () => void): void;
}
