/** The server in C as the target of conversations: tests/wire/board_server.c, by its lines. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { type Conversation, type Json, Mismatch } from "./script.js";
import type { Target } from "./server_side.js";

/** Longer than any answer takes: a server that hangs is a failure, not the end of the test. */
const PATIENCE_MS = 20_000;

export class RealServer implements Target {
	/** What the runtime said that it cannot do. */
	readonly without: string[] = [];
	private readonly inboxes = new Map<string, Json[]>();
	private readonly child: ChildProcess;
	private shown: Json;
	private refused: string | undefined;
	private answered: ((error?: Error) => void) | undefined;

	private constructor(program: string) {
		this.child = spawn(program, { stdio: ["pipe", "pipe", "inherit"] });
		createInterface({ input: this.child.stdout! }).on("line", (line) => this.line(line));
		this.child.on("exit", (code, signal) =>
			this.answered?.(new Error(`the server ended: ${code ?? signal}`)),
		);
	}

	static async start(program: string): Promise<RealServer> {
		const server = new RealServer(program);
		await server.answer();
		return server;
	}

	/** Makes the documents as they are when the conversation begins. */
	async prepare({ documents, limits }: Conversation): Promise<void> {
		if (limits?.["frame"]) await this.command(`frame ${limits["frame"]}`);
		for (const [key, state] of Object.entries(documents ?? {})) {
			const ops = Object.entries(state).map(([k, value]) => ({ op: "replace", path: `/${k}`, value }));
			await this.command(`update ${key} ${JSON.stringify(ops)}`);
		}
	}

	private line(line: string): void {
		const [verb, name, rest] = /^(\S+) ?(\S*) ?(.*)$/.exec(line)!.slice(1) as [string, string, string];
		if (verb === ".") this.answered?.();
		else if (verb === "to") this.inbox(name).push(JSON.parse(rest));
		else if (verb === "zeros") this.inbox(name).push({ zeros: Number(rest) });
		else if (verb === "closed") this.inbox(name).push({ closed: Number(rest) });
		else if (verb === "state") this.shown = JSON.parse(line.slice(verb.length));
		else if (verb === "without") this.without.push(line.slice(verb.length + 1));
		else this.refused = line;
	}

	private answer(): Promise<void> {
		return new Promise((resolve, reject) => {
			const timer = setTimeout(() => this.answered?.(new Error("the server hangs")), PATIENCE_MS);
			this.answered = (error) => {
				clearTimeout(timer);
				this.answered = undefined;
				if (error) reject(error);
				else resolve();
			};
		});
	}

	private async command(line: string): Promise<void> {
		this.refused = undefined;
		const answer = this.answer();
		this.child.stdin!.write(`${line}\n`);
		await answer;
		if (this.refused) throw new Mismatch(`the server: ${this.refused}`);
	}

	inbox(name: string): Json[] {
		let inbox = this.inboxes.get(name);
		if (!inbox) this.inboxes.set(name, (inbox = []));
		return inbox;
	}

	open(name: string): Promise<void> {
		this.inboxes.set(name, []);
		return this.command(`open ${name}`);
	}
	say(name: string, frame: Json): Promise<void> {
		return this.text(name, JSON.stringify(frame));
	}
	text(name: string, text: string): Promise<void> {
		return this.command(`say ${name} ${text}`);
	}
	zeros(name: string, count: number): Promise<void> {
		return this.command(`zeros ${name} ${count}`);
	}
	reset(name: string): Promise<void> {
		return this.command(`reset ${name}`);
	}
	wait(ms: number): Promise<void> {
		return this.command(`wait ${ms}`);
	}

	async program(what: Json): Promise<void> {
		const { doc, update, event, args, restart, task, drain } = what;
		if (restart) {
			await this.command(`restart ${restart}`);
			for (const inbox of this.inboxes.values()) inbox.length = 0;
		} else if (update) {
			if (update.length > 0) await this.command(`update ${doc} ${JSON.stringify(update)}`);
		} else if (event) await this.command(`event ${doc} ${args.at}`);
		else if (task) {
			const verb = ["progress", "done", "fail"].find((v) => v in what);
			await this.command(`${verb} ${task} ${JSON.stringify(what[verb!])}`);
		} else if (what.withdraw) await this.command(`withdraw ${what.withdraw}`);
		else if (what.store) await this.command(`store ${what.store}`);
		else if (what.delete) await this.command(`delete ${what.delete}`);
		else await this.command(`drain ${drain}`);
	}

	async state(doc: string): Promise<Json> {
		await this.command(`state ${doc}`);
		return this.shown;
	}

	close(): void {
		this.child.stdin!.end();
		this.child.kill();
	}
}
