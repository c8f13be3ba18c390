/** Every error once: the codes of the protocol, and those that arise on this side alone. */

import type { ErrorBody, ErrorFrame, Nack } from "./frames.js";

export type WireCode =
	| "parse"
	| "schema"
	| "too_big"
	| "rate"
	| "unauthorized"
	| "forbidden"
	| "not_found"
	| "gone"
	| "stale"
	| "conflict"
	| "invalid"
	| "readonly"
	| "unsupported"
	| "internal"
	| "overload";

export const WIRE_CODES = /* @__PURE__ */ "parse schema too_big rate unauthorized forbidden not_found gone stale conflict invalid readonly unsupported internal overload".split(
	" ",
) as readonly WireCode[];
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
	/** With `conflict`: the value that stands there instead of the one that was expected. */
	current?: unknown;
	/** A typed error of the schema. */
	thrown?: Thrown | undefined;
	/** Trying again later may help. */
	temporary?: boolean | undefined;
}

export class SyncError extends Error {
	declare readonly doc: string | undefined;
	declare readonly path: string | undefined;
	declare readonly current: unknown;
	declare readonly thrown: Thrown | undefined;
	declare readonly temporary: boolean;

	constructor(
		/** A server that is newer than this client may say another one. */
		readonly code: WireCode | LocalCode,
		message: string,
		details: ErrorDetails = {},
	) {
		super(message);
		this.name = "SyncError";
		Object.assign(this, { temporary: false }, details);
	}
}

/** An operation is not for the value that is here. `current`: where a `test` failed, what stands there. */
export function unfit(why: string, path: string, current?: unknown): SyncError {
	return new SyncError("conflict", `${why}: "${path}"`, { path, current });
}

type Detail = "path" | "current" | "error";

/** What a frame of the server says of an error. */
export function errorFrom(
	frame: ErrorBody & Partial<Pick<Nack, Detail> & Pick<ErrorFrame, "temporary">>,
	doc?: string,
): SyncError {
	const { code, message = code, path, current, error: thrown } = frame;
	const { temporary = code === "overload" || code === "rate" } = frame;
	return new SyncError(code as WireCode, message, { doc, path, current, thrown, temporary });
}
