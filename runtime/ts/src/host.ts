/** The client as a document sees it. */
import type { Apart } from "./binary.js";
import type { Clock } from "./clock.js";
import type { Document } from "./document.js";
import type { SyncError } from "./errors.js";
import type { Limits, ToServer } from "./frames.js";
import type { Slot } from "./queue.js";

/** What a document needs of its client. The functions need no `this`. */
export interface DocumentHost {
	readonly clock: Clock;
	/** Undefined while the store opens. */
	readonly slot: Slot | undefined;
	readonly limits: Limits;
	readonly batchDelay: number;
	readonly batchBytes: number;
	/** False when there is no connection: the frame is lost then. */
	readonly send: (frame: ToServer) => boolean;
	/** Sends bytes in a frame of their own; gives their reference. Undefined: the server takes no such frames. */
	readonly sendBytes: Apart | undefined;
	/** Bytes that came in frames of their own, put where a frame refers to them. */
	readonly resolve: (value: unknown) => unknown;
	readonly report: (error: SyncError) => void;
	/** A document's status changed. */
	changed(): void;
	/** Nobody holds it open any more. */
	released(document: Document): void;
}
