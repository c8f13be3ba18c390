/**
 * Keystrokes of real people, from the suites of others, in a `text` field: two clients in TypeScript, the server
 * in C between them. Run by test_traces.mjs, which builds it.
 *
 * Two type at once into one text, each on his side of a mark, with frames that come late; either's keys must be
 * where he meant them, in the end and all the time. Now and then one writes once more what stands in front of his
 * cursor, which the server refuses: he goes on typing around it, as if it were to stay. SEED=n chooses how late, and when.
 */
import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { Client, type Socket, type UntypedLive } from "../../runtime/ts/src/index.js";
import type { Board as State } from "./board.js";
import "../../runtime/ts/src/text.js";
import { RealServer } from "./real_c.js";
import { Chance, FakeSocket, World } from "./world.js";

const [program, generated] = process.argv.slice(2) as [string, string];
const { Board } = await import(generated);
const suites = `${process.env["SUITES"] ?? "../shared/suites"}/traces`;
const MARK = "\ue000";
/** Fewer than so many in one turn. */
const KEYS = 48;
/** So much is written once more. */
const AGAIN = 12;

interface Trace {
	endContent: string;
	txns: { patches: [at: number, gone: number, put: string][] }[];
}

function trace(name: string): Trace {
	return JSON.parse(gunzipSync(readFileSync(`${suites}/${name}.json.gz`)).toString());
}

/** A client, and what carries its frames. */
class Typist {
	readonly #socket: FakeSocket;
	readonly #doc: UntypedLive<State>;
	readonly #server: RealServer;
	readonly #name: string;
	#sent = 0;
	#keys: [number, number, string][] = [];
	#next = 0;
	readonly #behind: boolean;
	/** What should be on his side. */
	#meant = "";
	/** What is shown besides until it is refused, which happens in order, and where in that. */
	#beside: { number: number; at: number; text: string }[] = [];
	#again = 0;
	#cursor = 0;
	bytes = 0;

	constructor(server: RealServer, world: World, name: string, behind: boolean) {
		this.#server = server;
		this.#name = name;
		this.#behind = behind;
		this.#socket = new FakeSocket(world, () => 0);
		const dial = () => this.#socket as Socket;
		const client = new Client({ url: "ws://server/ws", clock: world, dial });
		this.#doc = client.open(Board) as unknown as UntypedLive<State>;
		world.run(10);
	}

	async connect(): Promise<void> {
		await this.#server.open(this.#name);
		this.#socket.readyState = 1;
		this.#socket.fire("open");
	}

	get text(): string {
		return this.#doc.state.body;
	}
	get idle(): boolean {
		return this.#next === this.#keys.length && this.#doc.status.pending === 0;
	}

	/** Is going to type that. */
	plan({ txns }: Trace): void {
		this.#keys = txns.flatMap((t) => t.patches);
	}

	/** Where his side begins, behind the mark or in front of it. */
	get #begin(): number {
		return this.#behind ? this.text.indexOf(MARK) + 1 : 0;
	}
	/** The next keys. */
	type(count: number): void {
		for (; count > 0 && this.#next < this.#keys.length; count--) {
			const [at, gone, put] = this.#keys[this.#next++]!;
			const delta: (number | string)[] = [this.#begin + this.#shown(at), put];
			// What is to be refused stays where something around it is deleted.
			let from = at;
			for (const one of this.#beside) {
				if (one.at <= at) continue;
				const until = Math.min(one.at, at + gone);
				delta.push(from - until, until < at + gone ? one.text.length : 0);
				one.at += put.length - (until - at);
				from = until;
			}
			delta.push(from - at - gone);
			void this.#doc.patch([{ op: "text", path: "/body", delta: delta.filter((part) => part !== 0 && part !== "") }]);
			this.#meant = this.#meant.slice(0, at) + put + this.#meant.slice(at + gone);
			this.#cursor = at + put.length;
		}
		this.#look();
	}

	/** Where a place stands in what is shown of his side. */
	#shown(at: number): number {
		return this.#beside.reduce((sum, one) => sum + (one.at <= at ? one.text.length : 0), at);
	}

	writeAgain(): void {
		const at = this.#cursor;
		const text = this.#meant.slice(Math.max(0, at - AGAIN), at) || "again";
		const delta = [this.#begin + this.#shown(at), text].filter((part) => part !== 0);
		void this.#doc.patch([
			{ op: "text", path: "/body", delta },
			{ op: "replace", path: "/title", value: "!bad" },
		]);
		this.#beside.push({ number: ++this.#again, at, text });
		this.#beside.sort((a, b) => a.at - b.at);
		this.#look();
	}

	#look(): void {
		const keys = this.#doc.quarantine.find(({ ops }) => !ops.some(({ path }) => path === "/title"));
		if (keys) throw new Error(`refused: ${JSON.stringify(keys)}: ${keys.error.message}`);
		this.#beside = this.#beside.filter(({ number }) => number > this.#doc.quarantine.length);
		let meant = this.#meant;
		for (const { at, text } of [...this.#beside].reverse()) meant = meant.slice(0, at) + text + meant.slice(at);
		const end = this.#behind ? undefined : this.text.indexOf(MARK);
		const shown = this.text.slice(this.#begin, end);
		if (shown === meant) return;
		let at = 0;
		while (shown[at] === meant[at]) at++;
		const near = (text: string) => JSON.stringify(text.slice(Math.max(0, at - 20), at + 20));
		throw new Error(`${this.#name} has, ${this.#next} keys on, ${near(shown)} instead of ${near(meant)}`);
	}

	/** What it has said reaches the server. */
	async up(): Promise<void> {
		while (this.#sent < this.#socket.sent.length) {
			const text = this.#socket.sent[this.#sent++] as string;
			this.bytes += text.length;
			await this.#server.say(this.#name, JSON.parse(text));
		}
	}

	/** What the server has said reaches it. */
	down(): void {
		const inbox = this.#server.inbox(this.#name);
		for (const frame of inbox.splice(0)) {
			const data = JSON.stringify(frame);
			this.bytes += data.length;
			this.#socket.fire("message", { data });
			this.#look();
		}
	}
}

if (!existsSync(suites)) {
	console.log("note: skipped: the traces are not there");
	process.exit(0);
}
const seed = Number(process.env["SEED"] ?? 1);
console.log(`traces: SEED=${seed}`);
const chance = new Chance(seed);
const typed = [trace("friendsforever_flat"), trace("sveltecomponent")];

const world = new World(1);
const server = await RealServer.start(program);
await server.prepare({ documents: { BOARD: { body: MARK } } } as never);
const all = ["a", "b"].map((name, i) => new Typist(server, world, name, i === 1));
for (const [i, typist] of all.entries()) {
	await typist.connect();
	await typist.up();
	typist.down();
	typist.plan(typed[i]!);
}
while (all.some((typist) => !typist.idle)) {
	for (const typist of all) {
		typist.type(chance.below(KEYS));
		if (chance.chance(15)) typist.writeAgain();
	}
	world.run(10);
	for (const typist of all) if (chance.chance(60)) await typist.up();
	for (const typist of all) if (chance.chance(60)) typist.down();
}
for (const typist of all) typist.down();

const end = typed.map((one) => one.endContent).join(MARK);
const texts = [...all.map((typist) => typist.text), (await server.state("BOARD")).body];
server.close();
const keys = typed.reduce((sum, { txns }) => sum + txns.length, 0);
const bytes = all.reduce((sum, typist) => sum + typist.bytes, 0);
console.log(`note: ${keys} edits, ${Math.round(bytes / keys)} bytes each, on both connections together`);
const wrong = ["a", "b", "the server"].filter((_, i) => texts[i] !== end);
for (const who of wrong) console.log(`FAILED ${who} has another text: SEED=${seed}`);
console.log(`${3 - wrong.length} passed, ${wrong.length} failed`);
process.exitCode = wrong.length === 0 ? 0 : 1;
