/**
 * Long bytes in binary frames instead of base64. Generated models that have bytes import this; without a
 * model it is `import "syncgen/bytes"`.
 */
import { modules, type ByteFrames } from "./modules.js";

/** What came in and nothing has referred to. */
const MOST_WAITING = 64;

class Frames implements ByteFrames {
	readonly limits = { bin: 1 << 24 };
	readonly send: ByteFrames["send"];
	#references = 0;
	#announced: { ref: string; length: number } | undefined;
	readonly #bytes = new Map<string, Uint8Array>();

	constructor(send: (frame: string | Uint8Array) => void) {
		this.send = (bytes) => {
			const ref = `${++this.#references}`;
			send(JSON.stringify({ t: "bin", ref, length: bytes.length }));
			send(bytes);
			return ref;
		};
	}

	announce(ref: string, length: number): void {
		this.#announced = { ref, length };
	}

	take(bytes: Uint8Array): boolean {
		const head = this.#announced;
		this.#announced = undefined;
		if (!head || head.length !== bytes.length) return false;
		if (this.#bytes.size >= MOST_WAITING) this.#bytes.delete(this.#bytes.keys().next().value as string);
		this.#bytes.set(head.ref, bytes);
		return true;
	}

	/** A reference, `{"$bin": ref}`, can be used once. */
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

modules.bytes = (send) => new Frames(send);
