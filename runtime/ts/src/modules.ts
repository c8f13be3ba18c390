/** Where the core finds what only some programs have: `syncgen/text`, `bytes` and `checked`, once imported. */
import type { Apart } from "./binary.js";
import type { Delta } from "./delta.js";
import { SyncError } from "./errors.js";
import type { Identities, Op } from "./patch.js";
import type { Schema } from "./shape.js";

/** Our edits of texts, carried over those that came in. Texts are told apart by their paths in a root. */
export interface TextCarrier {
	/** This is done to a root next: to theirs; or to ours, where it is not replayed: `done` tells whether it is
	 * among what came in or lost. */
	note(op: Op, root: unknown, done?: boolean): void;
	/** Our next edit of a text in `mine`, that has a path in `theirs`. Throws `conflict` when it is not there. */
	carried(op: Op & { op: "text" }, mine: unknown, path: string, theirs: unknown): Delta;
}

export interface TextEdits {
	diff(before: string, after: string): Delta;
	/** For one rebase, whose lists have these identities. */
	carrier(ids: Identities): TextCarrier;
}

/** Bytes of one connection that travel in frames of their own. */
export interface ByteFrames {
	/** What the server may send: bytes of a frame. */
	readonly limits: { bin: number };
	readonly send: Apart;
	/** A `bin` frame: one binary frame follows. */
	announce(ref: string, length: number): void;
	/** False when nothing announced it, or not this long. */
	take(bytes: Uint8Array): boolean;
	/** The value with references to bytes that came in replaced by them. */
	resolve(value: unknown): unknown;
}

export interface Modules {
	text: TextEdits;
	bytes: (send: (frame: string | Uint8Array) => void) => ByteFrames;
	/** The operations, with what they expect to stand where it counts. */
	checked: (ops: Op[], view: unknown, schema: Schema) => Op[];
}

export const modules: Partial<Modules> = {};

export const isEdit = ({ op }: Op): boolean => op === "text";

/** Throws where edits of texts are made and what carries them is not there. */
export function needText(): TextEdits {
	if (!modules.text) throw new SyncError("unsupported", 'this needs: import "syncgen/text"');
	return modules.text;
}
