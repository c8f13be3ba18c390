/** Time, chance and names come from outside, so that everything here can run in a simulation. */

export interface Clock {
	/** Milliseconds; only differences matter. */
	now(): number;
	/** Calls back once after that many milliseconds, or as soon as the present call has returned when 0. */
	after(ms: number, call: () => void): () => void;
	/** A number in [0, 1). */
	random(): number;
	/** A UUID. */
	uuid(): string;
}

function hex(bytes: Uint8Array): string {
	return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}

/** RFC 9562 version 4; `crypto.randomUUID` exists in secure contexts only. */
function uuid(): string {
	const b = crypto.getRandomValues(new Uint8Array(16));
	b[6] = (b[6]! & 0x0f) | 0x40;
	b[8] = (b[8]! & 0x3f) | 0x80;
	const h = hex(b);
	return [h.slice(0, 8), h.slice(8, 12), h.slice(12, 16), h.slice(16, 20), h.slice(20)].join("-");
}

export const realClock: Clock = {
	now: () => Date.now(),
	random: () => Math.random(),
	uuid,
	after(ms, call) {
		let live = true;
		const run = () => {
			if (live) call();
		};
		if (ms <= 0) {
			queueMicrotask(run);
			return () => void (live = false);
		}
		const timer = setTimeout(run, ms);
		return () => clearTimeout(timer);
	},
};
