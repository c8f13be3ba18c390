// W12 for a library: what somebody typed, key by key, into his replica, the server's and a reader's. `most`: no more
// keys than that, for one that takes minutes.
import { trace } from '../data.mjs';

// `make()` gives { type(key): the update it makes, take(update): server and reader take it in, texts() }.
export function typing(name, make, most = Infinity) {
	return () => {
		const typed = trace(name);
		if (!typed)
			throw new Error('Error: the traces are not there');
		const keys = typed.keys.slice(0, most);
		const end = keys.reduce((text, [at, gone, put]) => text.slice(0, at) + put + text.slice(at + gone), '');
		const play = () => {
			const replicas = make();
			let bytes = 0;
			for (const key of keys) {
				const update = replicas.type(key);
				bytes += 2 * update.length; // up, and down
				replicas.take(update);
			}
			return { texts: replicas.texts(), bytes };
		};
		return {
			units: keys.length,
			step: () => play().bytes,
			check() {
				const { texts, bytes } = play();
				const right = most < typed.keys.length || end === typed.end;
				return { ok: right && texts.every((text) => text === end), bytes: Math.round(bytes / keys.length) };
			},
		};
	};
}
