/**
 * The document of tests/wire/shelf.sync, of tabs in TypeScript and clients in C beside the board of a simulation
 * (peers.ts): one field of each kind, every kind of operation, and what a server refuses. All that a change does is
 * done or refused together, so that the log of the server says what must be found elsewhere.
 */
import { toWire } from "../../runtime/ts/src/binary.js";
import type { Document } from "../../runtime/ts/src/document.js";
import {
	applyPatch,
	type Client,
	type ModelInfo,
	type Op,
	startTask,
	type SyncError,
	type UntypedLive,
} from "../../runtime/ts/src/index.js";
import { formatPointer, parsePointer } from "../../runtime/ts/src/pointer.js";
import type { Beside } from "./sim.js";
import type { Chance, World } from "./world.js";

type Json = any;

/** What a change did besides its line in the log. */
interface Change {
	fate?: string;
	hits?: number;
	/** It put its word into the text `body`. */
	word?: boolean;
	peak?: number;
	/** A task may not have run to its end, when its server ends. */
	task?: boolean;
}

interface Tab {
	doc: UntypedLive<Json>;
	typed: boolean;
}

/** The clients in C. */
export interface Members {
	readonly count: number;
	ask(line: string): string[];
}

const WORD = /<[^<>]*>/g;
const text = (value: unknown): string => JSON.stringify(canonical(toWire(value)));

/** Members in one order; sets too. */
function canonical(value: Json, name = ""): Json {
	if (Array.isArray(value)) {
		const all = value.map((one) => canonical(one));
		return name === "tags" || name === "marks" ? all.sort() : all;
	}
	if (!value || typeof value !== "object") return value;
	const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
	return Object.fromEntries(members.map(([k, v]) => [k, canonical(v, k)]));
}

/** Makes changes of a state that is shown. */
class Writer {
	readonly ops: Op[] = [];

	constructor(
		private readonly c: Chance,
		private readonly state: Json,
		private readonly mark: string,
		private readonly typed: boolean,
	) {}

	private at(list: unknown[]): number {
		return this.c.below(list.length);
	}
	private put(path: string, value: unknown): void {
		this.ops.push({ op: "replace", path, value });
	}

	/** A word between two others. */
	private word(path: string, now: string, word: string): void {
		const ends = [0, ...[...now.matchAll(WORD)].map((m) => m.index + m[0].length)];
		const start = this.c.one(ends);
		this.ops.push({ op: "text", path, delta: start ? [start, word] : [word] });
	}
	/** Anything, anywhere. */
	private scribble(path: string, now: string): void {
		if (this.c.chance(8)) return this.put(path, this.c.one(["", "ab", now.slice(3), `${now}ab`]));
		const start = this.c.below(now.length + 1);
		const gone = this.c.chance(50) ? this.c.below(Math.min(6, now.length - start + 1)) : 0;
		const put = this.c.one(["", "a", "b", "ab", this.mark]);
		const delta = [start, put, -gone].filter((part) => part !== 0 && part !== "");
		if (put || gone) this.ops.push({ op: "text", path, delta });
	}
	private list(path: string, list: unknown[], fresh: unknown): void {
		const roll = this.c.below(10);
		if (list.length === 0 || (roll < 4 && list.length < 12)) {
			const end = this.c.chance(30);
			this.ops.push({ op: "add", path: `${path}/${end ? "-" : this.c.below(list.length + 1)}`, value: fresh });
		} else if (roll < 6) this.ops.push({ op: "remove", path: `${path}/${this.at(list)}` });
		else if (roll < 8 || typeof fresh !== "string") // what replaces an element is the same one
			this.ops.push({ op: "move", from: `${path}/${this.at(list)}`, path: `${path}/${this.at(list)}` });
		else this.put(`${path}/${this.at(list)}`, fresh);
	}
	private set(path: string, set: unknown[], value: unknown): void {
		if (!set.includes(value)) this.ops.push({ op: "add", path: `${path}/-`, value });
		else this.ops.push({ op: "remove", path: `${path}/${set.indexOf(value)}`, value });
	}
	private map(path: string, map: Json, key: string, fresh: unknown): boolean {
		const at = path + formatPointer([key]);
		if (!(key in map)) this.ops.push({ op: "add", path: at, value: fresh });
		else if (this.c.chance(20)) this.ops.push({ op: "remove", path: at });
		else return true;
		return false;
	}
	private seat(): unknown {
		return { row: this.c.below(9), by: this.mark };
	}

	/** One more thing. */
	write(change: Change): void {
		const { c, state, mark, typed } = this;
		const roll = c.below(22);
		if (roll < 3 && !change.word) {
			change.word = true;
			this.word("/body", state.body, `<${mark}>`);
		} else if (roll === 3) this.scribble("/aside", state.aside);
		else if (roll === 4) {
			if (state.memo === undefined) this.ops.push({ op: "add", path: "/memo", value: "" });
			else if (c.chance(15)) this.ops.push({ op: "remove", path: "/memo" });
			else this.scribble("/memo", state.memo);
		} else if (roll < 7) this.leaf();
		else if (roll < 9) this.loose();
		else if (roll === 9) this.list("/names", state.names, mark);
		else if (roll === 10) this.row();
		else if (roll === 11) {
			const key = c.one(["1", "x/~y", "z"]);
			const path = `/seats${formatPointer([key])}`;
			if (this.map("/seats", state.seats, key, this.seat()))
				c.chance(50) ? this.put(path, this.seat()) : this.put(`${path}/by`, mark);
		} else if (roll === 12) {
			const key = c.one(["1", "x"]);
			if (this.map("/sums", state.sums, key, 1)) this.ops.push({ op: "inc", path: `/sums/${key}`, by: 2 });
		} else if (roll === 13) this.set("/tags", state.tags, c.below(6));
		else if (roll === 14) {
			const by = c.below(9) - 4;
			change.hits = (change.hits ?? 0) + by;
			this.ops.push({ op: "inc", path: "/hits", by });
		} else if (roll === 15) {
			change.peak = c.below(1000);
			this.put("/peak", change.peak);
		} else if (roll === 16) this.put("/host", mark);
		else if (roll === 17) this.put("/word", c.chance(20) ? state.word : mark);
		else if (roll === 18) c.chance(60) ? this.put("/seat", this.seat()) : this.put("/seat/by", mark);
		else if (roll === 19) c.chance(50) ? this.put("/place", this.seat()) : this.put("/place/row", c.below(9));
		else if (roll === 20) {
			const big = 9007199254740993n + BigInt(c.below(5));
			this.put("/big", typed ? big : String(big));
			this.put("/blob", typed ? new Uint8Array([c.below(256), 2]) : "AQI=");
			this.put("/none", c.chance(50) ? null : mark);
			this.put("/free", c.one([null, 1, [mark], { a: { b: mark } }]));
		} else if (state.maybe === undefined) this.ops.push({ op: "add", path: "/maybe", value: mark });
		else this.ops.push({ op: "remove", path: "/maybe" });
	}

	private leaf(): void {
		const { c, state, mark } = this;
		const { leaves } = state;
		if (leaves.length === 0 || c.chance(35))
			return this.list("/leaves", leaves, { id: mark, words: "", count: 0, marks: [] });
		const at = this.at(leaves);
		const path = `/leaves/${at}`;
		const roll = c.below(3);
		if (roll === 0) this.word(`${path}/words`, leaves[at].words, `<${leaves[at].id}:${mark}>`);
		else if (roll === 1) this.ops.push({ op: "inc", path: `${path}/count`, by: 1 });
		else this.set(`${path}/marks`, leaves[at].marks, c.one([leaves[at].id, `${leaves[at].id}:2`]));
	}
	/** Without a key; each says in all of it which one it is. */
	private loose(): void {
		const { c, state, mark } = this;
		const { loose } = state;
		if (loose.length === 0 || c.chance(35))
			return this.list("/loose", loose, { name: mark, words: "", inner: [] });
		const at = this.at(loose);
		const path = `/loose/${at}`;
		const roll = c.below(3);
		if (roll === 0) this.word(`${path}/words`, loose[at].words, `<${loose[at].name}:${mark}>`);
		else if (roll === 1) this.list(`${path}/inner`, loose[at].inner, `${loose[at].name}:${mark}`);
		else if (loose[at].note === undefined)
			this.ops.push({ op: "add", path: `${path}/note`, value: loose[at].name });
		else this.ops.push({ op: "remove", path: `${path}/note` });
	}
	private row(): void {
		const { c, state, mark } = this;
		const id = c.below(6);
		if (!this.map("/rows", state.rows, String(id), { id, title: mark, words: "" })) return;
		if (c.chance(40)) this.put(`/rows/${id}/title`, mark);
		else this.word(`/rows/${id}/words`, state.rows[id].words, `<${id}:${mark}>`);
	}

	/** What the server does not allow, or only as long as nobody else is faster. */
	spoil(): void {
		const { c, state, typed } = this;
		const roll = c.below(4);
		if (roll === 0) this.put("/secret", "mine");
		else if (roll === 1 && !typed) this.put("/seen", 7);
		else if (roll === 2) this.put("/host", "x".repeat(41));
		else {
			const path = c.one(["/word", "/peak", "/none"]);
			this.ops.unshift({ op: "test", path, value: state[path.slice(1)] });
		}
	}
}

/** Does the operations on a draft, as a recipe would. */
function doOn(draft: Json, ops: Op[]): void {
	for (const op of ops) {
		const path = parsePointer(op.path);
		const last = path.pop()!;
		const holder = path.reduce((at, key) => at[key], draft);
		const index = last === "-" ? holder.length : Number(last);
		if (op.op === "text") holder[last] = applyPatch(holder[last], [{ ...op, path: "" }]);
		else if (op.op === "inc") holder[last] += op.by;
		else if (op.op === "move") {
			const [from] = holder.splice(Number(op.from.split("/").at(-1)), 1);
			holder.splice(index, 0, from);
		} else if (op.op === "remove") Array.isArray(holder) ? holder.splice(index, 1) : delete holder[last];
		else if (op.op === "add" && Array.isArray(holder)) holder.splice(index, 0, op.value);
		else if (op.op === "add" || op.op === "replace") holder[last] = op.value;
	}
}

export class Shelves implements Beside {
	/** How many changes were made. */
	made = 0;
	private readonly changes = new Map<string, Change>();
	private readonly tabs = new Map<string, Tab>();
	private readonly dead = new Set<string>();
	private serial = 0;
	/** A history was lost: of words nothing is known then but letters. */
	private lost = false;

	constructor(
		private readonly world: World,
		private readonly model: ModelInfo & { initial(): Json },
		private readonly typed: boolean,
		private readonly members: Members,
	) {}

	open(name: string, client: Client): void {
		const optimistic = {
			count: (d: Json, { mark, by }: { mark: string; by: number }) => {
				d.log.push(mark);
				d.hits += by;
			},
		};
		const doc = this.typed
			? client.open(this.model as never, undefined as never, { optimistic } as never)
			: client.open("SHELF", toWire(this.model.initial()) as object, { optimistic } as never);
		this.tabs.set(name, { doc: doc as unknown as UntypedLive<Json>, typed: this.typed });
	}

	/* ---- changing ---- */

	change(name: string): void {
		const { chance } = this.world;
		if (chance.chance(40)) return this.changeThere(chance.below(this.members.count));
		const { doc, typed } = this.tabs.get(name)!;
		const [mark, change] = this.begin(name);
		const watch = (promise: Promise<unknown>) =>
			void promise.then(
				() => (change.fate = "done"),
				(error: SyncError) => (change.fate = error.code),
			);
		const roll = chance.below(100);
		if (roll < 8) {
			change.hits = chance.below(5);
			return watch(doc.call("count", { mark, by: change.hits }));
		}
		if (roll < 13) {
			change.task = true;
			const task = startTask(doc, "carry", { mark });
			if (chance.chance(20)) this.world.after(chance.below(3000), () => task.cancel());
			return watch(task.result);
		}
		const ops = this.write(doc.state, mark, change, typed);
		// Without a model a draft does not know of texts and counters; and none knows which of two equal letters is new.
		const plain = ops.some(
			({ op, path }) =>
				op === "test" || (op === "text" && /body|words/.test(path)) || (!typed && ["text", "inc"].includes(op)),
		);
		watch(plain || chance.chance(50) ? doc.patch(ops) : doc.update((draft) => doOn(draft, ops)));
	}

	private begin(who: string): [mark: string, change: Change] {
		const mark = `${who}.${++this.serial}${this.world.chance.chance(5) ? "!bad" : ""}`;
		const change: Change = {};
		this.changes.set(mark, change);
		this.made++;
		return [mark, change];
	}

	private write(state: Json, mark: string, change: Change, typed: boolean): Op[] {
		const { chance } = this.world;
		const writer = new Writer(chance, state, mark, typed);
		writer.ops.push({ op: "add", path: "/log/-", value: mark });
		// Of two in one change the second would have to be told what the first has done.
		writer.write(change);
		if (chance.chance(8)) writer.spoil();
		return writer.ops;
	}

	/** A client in C does. */
	private changeThere(number: number): void {
		const state = this.shown(number).state;
		if (!state) return;
		const [mark, change] = this.begin(`m${number}`);
		const ops = this.write(state, mark, change, false);
		const [line] = this.members.ask(`patch ${number} ${JSON.stringify(ops)}`);
		if (!/ ok /.test(`${line} `)) this.changes.delete(mark); // it was not made
		else change.fate = "done";
	}

	private shown(number: number): { state: Json; pending: string } {
		const line = this.members.ask(`show ${number}`).find((one) => one.startsWith("shown "))!;
		const [pending, json] = /^shown \S+ (\S+) (.*)$/s.exec(line)!.slice(1) as [string, string];
		return { state: json ? JSON.parse(json) : undefined, pending };
	}

	/** A client was told that these operations were refused. */
	refused(code: string, ops: readonly Op[]): void {
		for (const op of ops) {
			const change = op.path.startsWith("/log/") && this.changes.get((op as { value: string }).value);
			if (change) change.fate = code;
		}
	}

	/** The server begins anew: what was in its log and is not any more was lost with it. */
	restart(kept: boolean, restart: () => void): void {
		const before = this.state().log as string[];
		restart();
		const after = new Set(this.state().log as string[]);
		for (const mark of before) if (!after.has(mark)) this.dead.add(mark);
		this.lost ||= !kept || this.dead.size > 0;
	}

	private state(): Json {
		const line = this.members.ask("shelf").find((one) => one.startsWith("shelf "))!;
		return line.length > 6 ? JSON.parse(line.slice(6)) : { log: [] };
	}

	/* ---- what must hold ---- */

	look(problems: string[]): void {
		for (const [name, { doc }] of this.tabs) {
			const { confirmed, view, box } = (doc as unknown as Document<Json>).replica;
			const shown = applyPatch(confirmed, box.pending.flatMap((m) => (m.dead ? [] : m.ops)));
			if (text(shown) !== text(view))
				problems.push(`${name} shows something else:\n  ${text(view)}\n  ${text(shown)}`);
			this.meant(name, view, problems);
		}
	}

	/** Every word is whole, and where it was put to. */
	private meant(name: string, state: Json, problems: string[]): void {
		const whole = (words: string, prefix: string) =>
			this.lost || (words.match(WORD) ?? []).filter((w) => w.startsWith(`<${prefix}`)).join("") === words;
		if (!whole(state.body, "")) problems.push(`${name} has torn words: ${state.body}`);
		for (const leaf of state.leaves)
			if (!whole(leaf.words, `${leaf.id}:`) || leaf.marks.some((m: string) => m.split(":")[0] !== leaf.id))
				problems.push(`${name} has in a leaf what is not its own: ${text(leaf)}`);
		for (const one of state.loose)
			if (
				!whole(one.words, `${one.name}:`) ||
				one.inner.some((s: string) => s.split(":")[0] !== one.name) ||
				(one.note ?? one.name) !== one.name
			)
				problems.push(`${name} has in an element what is not its own: ${text(one)}`);
		for (const row of Object.values<Json>(state.rows))
			if (!whole(row.words, `${row.id}:`))
				problems.push(`${name} has in a row what is not its own: ${text(row)}`);
	}

	settle(problems: string[]): void {
		const final = this.state();
		for (const [name, { doc }] of this.tabs) {
			if (text(doc.state) !== text(final))
				problems.push(`${name} differs:\n  ${text(doc.state)}\n  ${text(final)}`);
			if (doc.status.pending !== 0) problems.push(`${name} has ${doc.status.pending} pending`);
			for (const { ops, action, error } of doc.quarantine) {
				this.refused(error.code, ops);
				const change = this.changes.get((action?.args as { mark?: string })?.mark ?? "");
				if (change) change.fate = error.code;
			}
		}
		for (let i = 0; i < this.members.count; i++) {
			const { state, pending } = this.shown(i);
			if (pending !== "0") problems.push(`m${i} has ${pending} pending`);
			if (text(state) !== text(final)) problems.push(`m${i} differs:\n  ${text(state)}\n  ${text(final)}`);
		}
		this.meant("the server", final, problems);
		this.count(final, problems);
	}

	/** Each change is there once, as a whole, or not at all. */
	private count(final: Json, problems: string[]): void {
		let hits = 0;
		let peak = 0;
		for (const [mark, { fate, task, ...did }] of this.changes) {
			const n = final.log.filter((one: string) => one === mark).length;
			const words = final.body.split(`<${mark}>`).length - 1;
			if (n > 1) problems.push(`${mark} was applied ${n} times`);
			if (n > 0 && mark.includes("!bad")) problems.push(`${mark} should have been refused`);
			if (n === 0 && fate === "done" && !this.dead.has(mark)) problems.push(`${mark} is lost`);
			if (n > 0 && !task && fate && !["done", "closed", "stale"].includes(fate))
				problems.push(`${mark} was refused (${fate}) and applied`);
			if (!this.lost && words !== (n && did.word ? 1 : 0)) problems.push(`the word of ${mark} is there ${words} times`);
			if (n > 0) hits += did.hits ?? 0;
			if (n > 0) peak = Math.max(peak, did.peak ?? 0);
		}
		if (final.hits !== hits) problems.push(`${final.hits} hits, not ${hits}`);
		if (final.peak !== peak) problems.push(`a peak of ${final.peak}, not ${peak}`);
	}
}
