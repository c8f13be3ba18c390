/**
 * Clients in TypeScript and clients in C of one server in C, in one virtual time: sim.ts with tests/wire/board_peers.c
 * instead of the server in memory. Run by test_peers.mjs, which builds it.
 *
 * The other process is asked by lines and answers each at once, so it is waited for: a named pipe either way can be
 * read without going through the event loop, and time stays virtual.
 *
 * SEED=n plays one world, SEEDS=n that many; with TRACE=1 it prints what is said.
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { StringDecoder } from "node:string_decoder";
import type { Board as Model } from "./board.js";
import { Shelves } from "./shelf.js";
import { type Elsewhere, simulate } from "./sim.js";
import type { FakeSocket, World } from "./world.js";

const [program, ...generated] = process.argv.slice(2) as [string, string, string];
const { Board } = (await import(generated[0])) as { Board: typeof Model };
const { Shelf } = await import(generated[1]);
const TURN_MS = 50;

/** The other process: a line goes in, lines come out. */
class Other {
	private readonly down: number;
	private readonly up: number;
	private readonly chunk = Buffer.alloc(1 << 16);
	private readonly decoder = new StringDecoder("utf8");

	constructor() {
		const folder = mkdtempSync(path.join(tmpdir(), "peers-"));
		const [down, up] = [path.join(folder, "down"), path.join(folder, "up")];
		execFileSync("mkfifo", [down, up]);
		const child = spawn("sh", ["-c", 'exec "$0" <"$1" >"$2"', program, down, up], {
			stdio: ["ignore", "ignore", "inherit"],
		});
		child.unref();
		this.down = openSync(down, "w");
		this.up = openSync(up, "r");
		rmSync(folder, { recursive: true });
	}

	ask(line: string): string[] {
		const bytes = Buffer.from(`${line}\n`);
		for (let at = 0; at < bytes.length; ) at += writeSync(this.down, bytes, at);
		let text = "";
		while (text !== ".\n" && !text.endsWith("\n.\n")) {
			const length = readSync(this.up, this.chunk);
			if (length === 0) throw new Error(`the server ended at: ${line.slice(0, 200)}`);
			text += this.decoder.write(this.chunk.subarray(0, length));
		}
		return text.split("\n").slice(0, -2);
	}
}

const other = new Other();
let members = 0;
let marks = 0;

class Peers implements Elsewhere {
	readonly problems: string[] = [];
	private readonly guests = new Map<string, FakeSocket>();
	private serial = 0;
	private resting = false;
	readonly beside: Shelves;

	constructor(
		world: World,
		private readonly dead: Set<string>,
		seed: number,
		untyped: boolean,
	) {
		const count = 1 + world.chance.below(3);
		this.beside = new Shelves(world, Shelf, !untyped, { count, ask: (line) => this.ask(line) });
		members += count;
		this.ask(`new ${seed} ${count}`);
		const turn = () => {
			this.ask(`turn ${TURN_MS}`);
			world.after(TURN_MS, turn);
		};
		world.after(TURN_MS, turn);
	}

	private ask(line: string): string[] {
		const rest: string[] = [];
		if (process.env["TRACE"] && !/^turn/.test(line)) console.log(">", line);
		for (const answer of other.ask(line)) {
			const [verb, name, what] = /^(\S+) (\S+) ?(.*)$/s.exec(answer)!.slice(1) as [string, string, string];
			const guest = this.guests.get(name);
			if (process.env["TRACE"]) console.log("<", answer);
			if (verb === "to") guest?.send(what);
			else if (verb === "closed") {
				this.guests.delete(name);
				guest?.close(Number(what));
			} else if (verb === "no") this.problems.push(answer);
			else if (verb === "refused") {
				const [code, ops] = what.split(/ (.*)/s) as [string, string];
				this.beside.refused(code, JSON.parse(ops));
			}
			else rest.push(answer);
		}
		return rest;
	}

	accept(far: FakeSocket): void {
		const name = `t${++this.serial}`;
		this.guests.set(name, far);
		this.ask(`open ${name}`);
		far.addEventListener("message", ({ data }) => {
			if (this.guests.has(name)) this.ask(`say ${name} ${data}`);
		});
		far.addEventListener("close", () => {
			if (this.guests.delete(name)) this.ask(`reset ${name}`);
		});
	}

	restart(mode: "kept" | "lost" | "wiped"): void {
		const kept = mode === "kept";
		this.beside.restart(kept, () => this.ask(`restart ${kept ? "kept" : "lost"}`));
	}
	cut(): void {
		for (const [name, far] of [...this.guests]) {
			this.guests.delete(name);
			this.ask(`reset ${name}`);
			far.close(4000);
		}
	}
	forget(): void {
		this.cut();
	}
	keep(): void {
		this.restart("kept");
	}
	program(): void {
		this.ask(`program p${++this.serial}`);
	}
	rest(): void {
		this.resting = true;
		this.ask("calm");
	}
	state(): { log: string[] } {
		const [line] = this.ask("state");
		return JSON.parse(line!.slice("state ".length));
	}

	/** Those in C show what the server has, with nothing pending, and each of their changes is there once. */
	get complaints(): string[] {
		if (!this.resting) return this.problems;
		const final = this.state();
		const times = (mark: string) =>
			final.log.filter((entry) => entry === mark || entry === `${mark}!bad`).length;
		for (const line of this.ask("check")) {
			const [verb, name, first, text] = /^(\S+) (\S+) (\S+) ?(.*)$/s.exec(line)!.slice(1) as [
				string,
				string,
				string,
				string,
			];
			if (verb === "member") {
				if (first !== "0") this.problems.push(`${name} has ${first} pending`);
				if (canonical(JSON.parse(text)) !== canonical(final))
					this.problems.push(`${name} differs:\n  ${text}\n  ${JSON.stringify(final)}`);
				continue;
			}
			marks++;
			const n = times(name);
			if (n > 1) this.problems.push(`${name} was applied ${n} times`);
			if (n === 1 && first !== "done" && first !== "stale")
				this.problems.push(`${name} was refused (${first}) and applied`);
			if (n === 0 && first === "done" && !this.dead.has(name)) this.problems.push(`${name} is lost`);
		}
		return this.problems;
	}
}

function canonical(state: any): string {
	const members = Object.entries({ ...state, tags: [...state.tags].sort() });
	return JSON.stringify(members.sort(([a], [b]) => (a < b ? -1 : 1)), (_, value) =>
		value && typeof value === "object" && !Array.isArray(value)
			? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
			: value,
	);
}

const first = Number(process.env["SEED"] || 1);
const count = process.env["SEED"] ? 1 : Number(process.env["SEEDS"] || 40);
let failed = 0;
let mutations = 0;
const shelves: Shelves[] = [];
for (let seed = first; seed < first + count && failed < 5; seed++) {
	const outcome = await simulate(
		seed,
		seed % 2 === 0,
		(world, dead) => {
			const peers = new Peers(world, dead, seed, seed % 2 === 0);
			shelves.push(peers.beside);
			return peers;
		},
		Board,
	).catch((error: Error) => ({ mutations: 0, complaints: [error.stack ?? error.message] }));
	mutations += outcome.mutations;
	if (outcome.complaints.length === 0) continue;
	failed++;
	console.log(`FAILED SEED=${seed} node tests/ts/test_peers.mjs: ${outcome.complaints.join("\n  ").slice(0, 6000)}`);
}
console.log(`note: ${mutations} mutations of clients in TypeScript, ${marks} of ${members} clients in C; ${shelves.reduce((sum, { made }) => sum + made, 0)} of a shelf, of both`);
console.log(`${count - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
