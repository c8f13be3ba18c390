/** The client as a document sees it. */
import type { Apart } from "./binary.js";
import type { Clock } from "./clock.js";
import type { SyncError } from "./errors.js";
import type { Limits, ToServer } from "./frames.js";
import type { ClientOptions } from "./options.js";
import type { Keeping } from "./queue.js";

/** What a document needs of its client. The functions need no `this`. */
export interface DocumentHost {
	readonly clock: Clock;
	readonly keeping: Keeping | undefined;
	readonly limits: Limits;
	/** Of the server, with our name there: another one when it starts again. */
	readonly life: string;
	readonly options: Pick<ClientOptions, "batchDelay" | "batchBytes">;
	/** Without a connection the frame is lost. */
	readonly send: (frame: ToServer) => void;
	/** Sends bytes in a frame of their own; gives their reference. Undefined: the server takes no such frames. */
	readonly sendBytes: Apart | undefined;
	/** Bytes that came in frames of their own, put where a frame refers to them. */
	readonly resolve: (value: unknown) => unknown;
	readonly report: (error: SyncError) => void;
	/** A document's status changed, or nobody holds it open any more. */
	changed(): void;
}
