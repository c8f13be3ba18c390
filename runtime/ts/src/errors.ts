/** Every error once: the codes of the protocol, and those that arise on this side alone. */

export const WIRE_CODES = [
	"parse",
	"schema",
	"too_big",
	"rate",
	"unauthorized",
	"forbidden",
	"not_found",
	"gone",
	"stale",
	"conflict",
	"invalid",
	"readonly",
	"unsupported",
	"internal",
	"overload",
] as const;

export type WireCode = (typeof WIRE_CODES)[number];
/** `timeout`: no answer in the time given. `cancelled`: taken back here. `closed`: the client was closed,
 * or the connection is gone for good. `protocol`: the other side broke the protocol. */
export type LocalCode = "timeout" | "cancelled" | "closed" | "protocol";

/** What a schema's `throws` says: the error's name and its arguments. */
export interface Thrown {
	name: string;
	args: unknown;
}

export interface ErrorDetails {
	/** The key of the document that it is about. */
	doc?: string | undefined;
	/** The JSON Pointer that was refused. */
	path?: string | undefined;
	/** With `conflict`: the value that stands there now. */
	current?: unknown;
	/** A typed error of the schema. */
	thrown?: Thrown | undefined;
	/** Trying again later may help. */
	temporary?: boolean | undefined;
}

export class SyncError extends Error {
	readonly doc: string | undefined;
	readonly path: string | undefined;
	readonly current: unknown;
	readonly thrown: Thrown | undefined;
	readonly temporary: boolean;

	constructor(
		readonly code: WireCode | LocalCode,
		message: string,
		details: ErrorDetails = {},
	) {
		super(message);
		this.name = "SyncError";
		this.doc = details.doc;
		this.path = details.path;
		this.current = details.current;
		this.thrown = details.thrown;
		this.temporary = details.temporary ?? false;
	}
}

/** An error as a frame of the server spells it. An unknown code is a newer server's: `internal` here. */
export function errorFrom(
	frame: { code?: unknown; message?: unknown; error?: unknown } & Record<string, unknown>,
	doc?: string,
): SyncError {
	const code = WIRE_CODES.find((c) => c === frame.code) ?? "internal";
	return new SyncError(code, typeof frame.message === "string" ? frame.message : String(frame.code), {
		doc,
		path: frame["path"] as string | undefined,
		current: frame["current"],
		thrown: frame.error as Thrown | undefined,
		temporary: frame["temporary"] === true,
	});
}
