/**
 * Keystrokes of real people, from the suites of others, in a `text` field: two clients in TypeScript, the server
 * in C between them. Run by test_traces.mjs, which builds it.
 *
 * Two type at once into one text, each on his side of a mark, with frames that come late; either's keys must end
 * where he meant them. SEED=n chooses how late.
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
	bytes = 0;

	constructor(server: RealServer, world: World, name: string) {
		this.#server = server;
		this.#name = name;
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

	/** The next keys, behind the mark or in front of it. */
	type(count: number, behind: boolean): void {
		for (; count > 0 && this.#next < this.#keys.length; count--) {
			const [at, gone, put] = this.#keys[this.#next++]!;
			const start = at + (behind ? this.text.indexOf(MARK) + 1 : 0);
			const delta = [start, put, -gone].filter((part) => part !== 0 && part !== "");
			void this.#doc.patch([{ op: "text", path: "/body", delta }]);
		}
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
			if (frame.t === "nack") throw new Error(`refused: ${data}`);
			this.bytes += data.length;
			this.#socket.fire("message", { data });
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
const all = ["a", "b"].map((name) => new Typist(server, world, name));
for (const [i, typist] of all.entries()) {
	await typist.connect();
	await typist.up();
	typist.down();
	typist.plan(typed[i]!);
}
while (all.some((typist) => !typist.idle)) {
	for (const [i, typist] of all.entries()) typist.type(chance.below(KEYS), i === 1);
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
