/** Time, chance and names come from outside, so that everything here can run in a simulation. */

export interface Clock {
	/** Milliseconds; only differences matter. */
	now(): number;
	/** Calls back once after that many milliseconds, or as soon as the present call has returned when 0. */
	after(ms: number, call: () => void): () => void;
	/** A number in [0, 1). */
	random(): number;
	/** A name that nobody else has, of at most 64 bytes. */
	uuid(): string;
}

export const realClock: Clock = {
	now: () => Date.now(),
	random: () => Math.random(),
	// `crypto.randomUUID` exists in secure contexts only.
	uuid: () => crypto.getRandomValues(new Uint32Array(4)).join("-"),
	after(ms, call) {
		if (ms > 0) {
			const timer = setTimeout(call, ms);
			return () => clearTimeout(timer);
		}
		let live = true;
		queueMicrotask(() => live && call());
		return () => void (live = false);
	},
};
