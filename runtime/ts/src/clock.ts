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

/** RFC 9562 version 4; `crypto.randomUUID` exists in secure contexts only. */
function uuid(): string {
	const random = crypto.getRandomValues(new Uint8Array(36));
	return "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx".replace(/x/g, (_, at: number) =>
		(random[at]! & 15).toString(16),
	);
}

export const realClock: Clock = {
	now: () => Date.now(),
	random: () => Math.random(),
	uuid,
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
