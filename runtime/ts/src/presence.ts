/** Who else is here: state of connections, gone with them. */
import { toWire } from "./binary.js";
import type { Document } from "./document.js";
import { Listeners } from "./listeners.js";
import type { Live, UntypedLive } from "./live.js";
import type { ModelTypes } from "./model.js";
import { type Part, partOf } from "./part.js";

export interface Presence<P = unknown> {
	/** What others see of this connection; null: nothing. Said again after a reconnect. */
	set(state: P | null): void;
	readonly mine: P | null;
	/** The others by connection. The same object as long as nothing changes. */
	readonly getSnapshot: () => ReadonlyMap<string, P>;
	readonly subscribe: (listener: () => void) => () => void;
}

class Others implements Part, Presence {
	readonly busy = false;
	mine: unknown = null;
	readonly #document: Document;
	readonly #listeners = new Listeners<[]>();
	#others: ReadonlyMap<string, unknown> = new Map();

	constructor(document: Document) {
		this.#document = document;
		this.#look();
	}

	set(state: unknown): void {
		this.mine = state;
		this.#say();
	}

	readonly getSnapshot = (): ReadonlyMap<string, unknown> => this.#others;
	readonly subscribe = (listener: () => void): (() => void) => this.#listeners.add(listener);

	#say(): void {
		const { key, host, revision } = this.#document;
		if (revision !== undefined) host.send({ t: "here", doc: key, state: toWire(this.mine) });
	}

	#look(): void {
		const { here } = this.#document;
		if (here.size + this.#others.size === 0) return;
		this.#others = new Map(
			[...here].map(([who, state]) => [who, this.#document.decode("", "args", state)]),
		);
		this.#listeners.tell();
	}

	receive({ t }: { t: string }): void {
		if (t === "here") this.#look();
	}
	live(): void {
		if (this.mine !== null) this.#say();
	}
	/** Nobody can be seen without a connection. */
	away(): void {
		this.#look();
	}
}

/** Who is on this document, and what they say of themselves. */
export function presence<T extends ModelTypes>(live: Live<T>): Presence<T["presence"]>;
export function presence(live: UntypedLive<any>): Presence;
export function presence(live: unknown): Presence {
	return partOf(live, Others);
}
