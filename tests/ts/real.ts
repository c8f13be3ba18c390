/** The reference server in real time, for connections that come from elsewhere. */
import { boardKinds, type Card, emptyBoard } from "./board.js";
import { Server } from "./server.js";
import { type FakeSocket, World } from "./world.js";

class RealTime extends World {
	override now = () => Date.now();
	override after = (ms: number, call: () => void) => {
		const timer = setTimeout(call, ms);
		return () => clearTimeout(timer);
	};
}

export function realServer() {
	const world = new RealTime(Date.now());
	return new Server(world, {
		documents: { BOARD: emptyBoard() },
		kinds: boardKinds,
		actions: {
			add(state: ReturnType<typeof emptyBoard>, { id, text }: Card) {
				const card = { id, text: text.toUpperCase(), done: false };
				state.cards.push(card);
				return card;
			},
		},
	});
}

/** What accept() needs, around two functions. */
export class Ear {
	readyState = 1;
	private readonly listeners = new Map<string, ((event: object) => void)[]>();
	constructor(
		readonly send: (text: string) => void,
		private readonly end: (code: number) => void,
	) {}
	addEventListener(type: string, listener: (event: object) => void): void {
		this.listeners.set(type, [...(this.listeners.get(type) ?? []), listener]);
	}
	fire(type: string, event: object): void {
		for (const listener of this.listeners.get(type) ?? []) listener(event);
	}
	close(code = 1000): void {
		this.readyState = 3;
		this.end(code);
	}
	reset(): void {
		this.close(4000);
	}
	get socket(): FakeSocket {
		return this as unknown as FakeSocket;
	}
}
