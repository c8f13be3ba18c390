/** Bytes: base64 (RFC 4648 section 4) inside JSON, or a frame of their own that JSON refers to. */

export function toBase64(bytes: Uint8Array): string {
	let text = "";
	// In pieces: a call takes only so many arguments.
	for (let i = 0; i < bytes.length; i += 0x8000)
		text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
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

/** Bytes that came in, until a frame refers to them. */
export class Incoming {
	#announced: { ref: string; length: number } | undefined;
	readonly #bytes = new Map<string, Uint8Array>();

	/** A `bin` frame: one binary frame follows. */
	announce(ref: string, length: number): void {
		this.#announced = { ref, length };
	}

	/** False when nothing announced it, or not this long. */
	take(bytes: Uint8Array): boolean {
		const head = this.#announced;
		this.#announced = undefined;
		if (!head || head.length !== bytes.length) return false;
		if (this.#bytes.size >= 64) this.#bytes.delete(this.#bytes.keys().next().value as string);
		this.#bytes.set(head.ref, bytes);
		return true;
	}

	/** The value with `{"$bin": ref}` replaced; a reference can be used once. */
	resolve(value: unknown): unknown {
		if (this.#bytes.size === 0 || value === null || typeof value !== "object") return value;
		if (Array.isArray(value)) return value.map((v) => this.resolve(v));
		const ref = (value as { $bin?: string }).$bin;
		const bytes = this.#bytes.get(ref!);
		if (bytes) {
			this.#bytes.delete(ref!);
			return bytes;
		}
		return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, this.resolve(v)]));
	}
}
