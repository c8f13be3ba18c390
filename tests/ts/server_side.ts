/** Plays the clients of a conversation against a server. */
import assert from "node:assert/strict";
import { applyPatch, type Op } from "../../runtime/ts/src/index.js";
import {
	type Conversation,
	documentsOf,
	handshake,
	type Json,
	Mismatch,
	type Step,
	Variables,
} from "./script.js";

/** A server as a conversation sees it. What it says is in the inbox of a client when a call has returned. */
export interface Target {
	open(name: string): Later;
	/** One frame, or so many zero bytes. */
	say(name: string, frame: Json): Later;
	/** Text that is no frame. */
	text(name: string, text: string): Later;
	zeros(name: string, count: number): Later;
	reset(name: string): Later;
	wait(ms: number): Later;
	program(what: Json): Later;
	state(doc: string): Json;
	/** Frames, `{ zeros }` for bytes, `{ closed }` for an end. */
	inbox(name: string): Json[];
	close(): Later;
}
type Later = void | Promise<void>;

/** Shorter than the patience of a server. */
const MOST_WAIT_MS = 10_000;

export class ServerSide {
	private readonly variables = new Variables();
	/** What each client has, per document. */
	private readonly states = new Map<string, Map<string, Json>>();
	private readonly pings: boolean;

	constructor(
		private readonly conversation: Conversation,
		private readonly target: Target,
		hashes: Record<string, string>,
	) {
		for (const [name, hash] of Object.entries(hashes)) this.variables.bind(`$hash.${name}`, hash);
		this.pings = conversation.steps.some((s) => s["frame"]?.t === "ping");
	}

	async run(): Promise<void> {
		const { conversation, target } = this;
		const documents = documentsOf(conversation);
		const steps = Object.entries(conversation.joined ?? {}).flatMap(([name, keys]) =>
			handshake(name, keys, documents),
		);
		try {
			for (const step of [...steps, ...conversation.steps]) await this.told(step);
			await this.wait(100);
			for (const name of this.states.keys()) {
				const [more] = target.inbox(name);
				if (more) throw new Mismatch(`more for ${name}: ${JSON.stringify(more)}`);
			}
		} finally {
			await target.close();
		}
	}

	private async told(step: Step): Promise<void> {
		try {
			await this.step(step);
		} catch (error) {
			(error as Error).message =
				`${this.conversation.file}, at ${JSON.stringify(step).slice(0, 200)}: ${(error as Error).message}`;
			throw error;
		}
	}

	private async step(step: Step): Promise<void> {
		const { target } = this;
		if (step["open"]) {
			if (!this.states.has(step["open"])) this.states.set(step["open"], new Map());
			await target.open(step["open"]);
		} else if (step["from"]) await this.say(step);
		else if (step["to"]) this.expect(step["to"], step);
		else if (step["reset"]) await target.reset(step["reset"]);
		else if (step["close"])
			this.variables.match({ closed: step["code"] }, target.inbox(step["close"]).shift());
		else if (step["wait"]) await this.wait(step["wait"]);
		else if (step["program"]) await target.program(this.variables.fill(step["program"]));
		else if (step["has"]) await this.has(step["has"]);
	}

	/** Pings that the conversation does not speak of are answered. */
	private async wait(ms: number): Promise<void> {
		for (let left = ms; left > 0; left -= MOST_WAIT_MS) {
			await this.target.wait(Math.min(left, MOST_WAIT_MS));
			if (!this.pings) for (const name of this.states.keys()) await this.pong(name);
		}
	}

	private async pong(name: string): Promise<void> {
		const inbox = this.target.inbox(name);
		const at = inbox.findIndex((frame) => frame.t === "ping");
		if (at < 0) return;
		const [{ id, docs }] = inbox.splice(at, 1) as [Json];
		await this.target.say(name, { t: "pong", id, docs });
	}

	private async say(step: Step): Promise<void> {
		const { target } = this;
		const frame = this.variables.fill(step["send"]);
		if (step["lost"]) return;
		if (step["zeros"] !== undefined) await target.zeros(step["from"], step["zeros"]);
		else if (step["text"] !== undefined) await target.text(step["from"], step["text"]);
		else await target.say(step["from"], frame);
	}

	private expect(name: string, step: Step): void {
		const got = this.target.inbox(name).shift();
		const wanted = step["zeros"] === undefined ? step["frame"] : { zeros: step["zeros"] };
		if (!got) throw new Mismatch("the server says nothing");
		if (wanted.t !== "patch" || got.t !== "patch") return this.variables.match(wanted, got);
		const { ops: wantedOps, ...wantedRest } = wanted;
		const { ops: gotOps, ...gotRest } = got;
		this.variables.match(wantedRest, gotRest);
		const states = this.states.get(name)!;
		const first = got.from === null && (got.part ?? 1) === 1;
		const before = first ? undefined : states.get(got.doc);
		const after = applyPatch(before, gotOps as Op[]);
		assert.deepEqual(after, applyPatch(before, wantedOps as Op[]));
		if (!step["lost"]) states.set(got.doc, after);
	}

	private async has({ doc, state }: Json): Promise<void> {
		const now = await this.target.state(doc);
		for (const [k, v] of Object.entries(state)) assert.deepEqual(now[k], v, k);
	}
}
