/** Bytes: base64 (RFC 4648 section 4) inside JSON, or a frame of their own that JSON refers to (bytes.ts). */

export function toBase64(bytes: Uint8Array): string {
	let text = "";
	for (const byte of bytes) text += String.fromCharCode(byte);
	return btoa(text);
}

export function fromBase64(text: string): Uint8Array {
	return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}

/** Bytes beyond this length get a frame of their own. */
const INLINE_BYTES = 1024;

/** Sends bytes in a frame of their own; gives their reference. */
export type Apart = (bytes: Uint8Array) => string;

/** As it goes to the wire: bigints as decimal strings, bytes as base64, or (with `apart`, for long ones)
 * as `{"$bin": ref}` and a frame of their own. */
export function toWire(value: unknown, apart?: Apart): unknown {
	if (typeof value === "bigint") return String(value);
	if (value === null || typeof value !== "object") return value;
	if (value instanceof Uint8Array)
		return apart && value.length > INLINE_BYTES ? { $bin: apart(value) } : toBase64(value);
	if (Array.isArray(value)) return value.map((v) => toWire(v, apart));
	return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, toWire(v, apart)]));
}

/** The length of a text in UTF-8. */
export function byteLength(text: string): number {
	return new TextEncoder().encode(text).length;
}
