/**
 * Seeded simulation: several clients of one board, virtual time, connections that break in either
 * direction, a server that restarts with and without its state, tabs that close and come back.
 * A seed that fails repeats with SEED=n.
 */
import { setImmediate as breathe } from "node:timers/promises";
import type { Document } from "../../runtime/ts/src/document.js";
import { applyPatch, Client, type Live, MemoryStore, type Socket, type SyncError } from "../../runtime/ts/src/index.js";
import { sameJson } from "../../runtime/ts/src/patch.js";
import { Board, type BoardTypes, boardKinds, type Card, emptyBoard } from "./board.js";
import { Server, ThrownError } from "./server.js";
import { type FakeSocket, pair, World } from "./world.js";
import type { PlainOp } from "./tree.js";

type Doc = Live<BoardTypes>;

interface Tab {
	name: string;
	client: Client;
	doc: Doc;
	sockets: FakeSocket[];
}

export interface Outcome {
	mutations: number;
	quarantined: number;
	complaints: string[];
}

/** What clients are simulated with: the server in memory of tests/ts, or another one. */
export interface Elsewhere {
	accept(far: FakeSocket): void;
	restart(mode: "kept" | "lost" | "wiped"): void;
	cut(announced: boolean): void;
	forget(): void;
	keep(): void;
	program(doc: string, change: (state: any) => void): void;
	state(doc: string): unknown;
	/** No more faults. */
	rest?(): void;
	/** What is wrong with it and with others that it knows of, given the last state. */
	readonly complaints: string[];
	/** Another document of the same clients. */
	readonly beside?: Beside;
}

export interface Beside {
	/** A tab opens it, perhaps again. */
	open(name: string, client: Client): void;
	/** Somebody changes it, perhaps that tab. */
	change(name: string): void;
	/** Looks at what is shown at any time, and in the end. */
	look(problems: string[]): void;
	settle(problems: string[]): void;
}

export async function simulate(
	seed: number,
	untyped = false,
	elsewhere?: (world: World, dead: Set<string>) => Elsewhere,
	model: typeof Board = Board,
): Promise<Outcome> {
	const world = new World(seed);
	const { chance } = world;
	const problems: string[] = [];
	const marks = new Map<string, { answer?: string }>();
	const dead = new Set<string>(); // acknowledged, then lost by the server
	const refusedAtServer = (ops: PlainOp[]) =>
		ops.some((o) => String(o.value).includes("!bad")) ? "bad mark" : undefined;
	const server: Elsewhere = elsewhere?.(world, dead) ?? new Server(world, {
		documents: { BOARD: emptyBoard() },
		kinds: boardKinds,
		ring: chance.one([2, 5, 50]),
		refuse: refusedAtServer,
		lag: () => (chance.chance(30) ? chance.below(3000) : 0),
		whims: () => chance.chance(30),
		falter: () => (chance.chance(3) ? { code: "overload", temporary: true } : undefined),
		limits: chance.chance(30) ? { mutations: 2 } : {},
		actions: {
			mark: (state: Board, { mark }: { mark: string }) => {
				if (mark.includes("!bad")) throw new ThrownError("Full", { limit: 3 });
				state.log.push(mark);
				return `marked ${mark}`;
			},
			add: (state: Board, { id, text }: { id: string; text: string }) => {
				const card: Card = { id, text: text.toUpperCase(), done: false };
				state.cards.push(card);
				state.log.push(`add-${id}`);
				return card;
			},
		},
	});
	type Board = ReturnType<typeof emptyBoard>;

	const optimistic = {
		mark: (d: Board, { mark }: { mark: string }) => d.log.push(mark),
		add: (d: Board, { id, text }: { id: string; text: string }) =>
			d.cards.push({ id, text, done: false }),
	};
	const stores = new Map<string, MemoryStore>();
	const tabs: Tab[] = [];
	const open = (name: string): Tab => {
		const store = stores.get(name) ?? new MemoryStore();
		stores.set(name, store);
		const sockets: FakeSocket[] = [];
		const client = new Client({
			url: "ws://board",
			clock: world,
			store,
			batchDelay: chance.one([0, 20, 100]),
			dial: () => {
				const [near, far] = pair(world, () => 5 + chance.below(120));
				sockets.push(near);
				world.after(10 + chance.below(100), () => {
					if (near.readyState !== 0) return;
					near.readyState = far.readyState = 1;
					server.accept(far);
					near.fire("open");
				});
				return near as Socket;
			},
		});
		client.onError((error: SyncError) => {
			if (error.code === "protocol") problems.push(`${name}: ${error.message}`);
		});
		const doc = (untyped
			? client.open("BOARD", emptyBoard(), { optimistic: optimistic as never })
			: client.open(model, undefined, { optimistic })) as unknown as Doc;
		server.beside?.open(name, client);
		return { name, client, doc, sockets };
	};
	const people = 2 + chance.below(3);
	for (let i = 0; i < people; i++) tabs.push(open(`c${i}`));

	let serial = 0;
	const change = (tab: Tab) => {
		const mark = `${tab.name}-${++serial}${chance.chance(4) ? "!bad" : ""}`;
		const { doc } = tab;
		const entry: { answer?: string } = {};
		marks.set(mark, entry);
		const watch = (promise: Promise<unknown>) =>
			void promise.then(
				() => (entry.answer = "done"),
				(error: SyncError) => (entry.answer = error.code),
			);
		if (chance.chance(15)) {
			watch(doc.call("mark", { mark }));
			return;
		}
		if (chance.chance(8)) {
			marks.delete(mark);
			marks.set(`add-${mark}`, entry);
			watch(doc.call("add", { id: mark, text: "card" }));
			return;
		}
		watch(
			doc.update((d) => {
				d.log.push(mark);
				edit(d);
			}),
		);
	};
	const words = ["a", "bee", "😀", " ", "xyz"];
	const edit = (d: Board) => {
		switch (chance.below(9)) {
			case 0:
				d.title = chance.one(words);
				break;
			case 1:
				d.notes.splice(chance.below(d.notes.length + 1), chance.below(2), `n${serial}`);
				break;
			case 2:
				d.cards.splice(chance.below(d.cards.length + 1), 0, {
					id: `k${serial}`,
					text: "new",
					done: false,
				});
				break;
			case 3:
				if (d.cards.length > 0) chance.one(d.cards).done = chance.chance(50);
				break;
			case 4: {
				if (d.cards.length === 0) break;
				const card = chance.one(d.cards);
				card.text = insert(card.text);
				break;
			}
			case 5:
				if (d.cards.length > 1)
					d.cards.splice(
						chance.below(d.cards.length),
						0,
						d.cards.splice(chance.below(d.cards.length), 1)[0]!,
					);
				else d.cards.length = 0;
				break;
			case 6: {
				const tag = chance.one(words);
				d.tags = d.tags.includes(tag) ? d.tags.filter((t) => t !== tag) : [...d.tags, tag];
				break;
			}
			case 7:
				d.counts[chance.one(["1", "x", "__proto__"])] = serial;
				d.views += 1;
				break;
			default:
				d.body = insert(d.body);
		}
	};
	const insert = (text: string) => {
		const units = [...text];
		units.splice(chance.below(units.length + 1), chance.below(3), chance.one(words));
		return units.join("");
	};

	const logOf = () => (server.state("BOARD") as Board).log;
	const restart = (mode: "kept" | "lost" | "wiped") => {
		const before = new Set(logOf());
		server.restart(mode);
		const after = new Set(logOf());
		for (const m of before) if (!after.has(m)) dead.add(m);
	};
	const fault = () => {
		const tab = chance.one(tabs);
		const roll = chance.below(100);
		if (roll < 40) tab.sockets.at(-1)?.reset();
		else if (roll < 55) tab.sockets.at(-1)?.mute();
		else if (roll < 65) server.cut(chance.chance(50));
		else if (roll < 72) restart("kept");
		else if (roll < 78) restart("lost");
		else if (roll < 80) restart("wiped");
		else if (roll < 83) server.forget();
		else if (roll < 88) server.keep();
		else {
			// The tab closes and opens again: what was pending is in the store.
			tab.client.close();
			tab.sockets.at(-1)?.reset();
			tabs[tabs.indexOf(tab)] = open(tab.name);
		}
	};

	for (let step = 0; step < 60; step++) {
		const tab = chance.one(tabs);
		if (chance.chance(75)) change(tab);
		if (server.beside && chance.chance(75)) server.beside.change(tab.name);
		if (chance.chance(12)) fault();
		if (chance.chance(5)) server.program("BOARD", (s: Board) => void s.notes.unshift(`p${step}`));
		world.run(chance.chance(60) ? chance.below(60) : chance.below(2500));
		for (const t of tabs) consistent(t, problems);
		server.beside?.look(problems);
		if (problems.length > 0) break;
	}
	server.rest?.();
	world.run(180_000);

	await breathe(); // the promises settle

	/* ---- what must hold ---- */
	server.beside?.settle(problems);
	const final = server.state("BOARD") as Board;
	const counts = new Map<string, number>();
	for (const m of final.log) counts.set(m, (counts.get(m) ?? 0) + 1);
	let quarantined = 0;
	const refused = new Map<string, string>();
	for (const t of tabs) {
		const text = JSON.stringify(sorted(t.doc.state));
		if (text !== JSON.stringify(sorted(final)))
			problems.push(`${t.name} differs:\n  ${text}\n  ${JSON.stringify(sorted(final))}`);
		if (t.doc.status.pending !== 0) problems.push(`${t.name} has ${t.doc.status.pending} pending`);
		if (!t.doc.status.connected)
			problems.push(`${t.name} is not connected: ${t.doc.status.error?.message}`);
		for (const q of t.doc.quarantine) {
			quarantined++;
			for (const op of q.ops)
				if (op.op === "add" && op.path.startsWith("/log"))
					refused.set(String(op.value), q.error.code);
			const args = q.action?.args as { mark?: string; id?: string } | undefined;
			if (args) refused.set(args.mark ?? `add-${args.id}`, q.error.code);
		}
		t.client.close();
	}
	for (const [mark, { answer }] of marks) {
		const n = counts.get(mark) ?? 0;
		const code = refused.get(mark) ?? (answer !== "done" && answer !== "closed" ? answer : undefined);
		if (n > 1) problems.push(`${mark} was applied ${n} times`);
		if (n === 1 && code !== undefined && code !== "stale")
			problems.push(`${mark} was refused (${code}) and applied`);
		if (n === 0 && code === undefined && !dead.has(mark))
			problems.push(`${mark} is lost (${answer ?? "no answer"})`);
		if (mark.includes("!bad") && !mark.startsWith("add-") && n > 0)
			problems.push(`${mark} should have been refused`);
	}
	problems.push(...server.complaints);
	return { mutations: marks.size, quarantined, complaints: problems };
}

/** What is shown is what is confirmed, with what is pending. */
function consistent(tab: Tab, problems: string[]): void {
	const state = tab.doc.state;
	const { confirmed, box } = (tab.doc as unknown as Document).replica;
	const pending = box.pending.flatMap((m) => (m.dead ? [] : m.ops));
	if (!sameJson(applyPatch(confirmed, pending), state))
		problems.push(`${tab.name} shows what is neither confirmed nor pending: ${JSON.stringify(state)}`);
	if (!Array.isArray(state.log) || new Set(state.log).size !== state.log.length)
		problems.push(`${tab.name} shows a mark twice: ${JSON.stringify(state.log)}`);
}

/** Sets and maps have no order that matters. */
function sorted(state: unknown): unknown {
	const s = state as ReturnType<typeof emptyBoard>;
	const members = (o: object) => Object.entries(o).sort(([a], [b]) => (a < b ? -1 : 1));
	return members({ ...s, tags: [...s.tags].sort(), counts: members(s.counts) });
}
