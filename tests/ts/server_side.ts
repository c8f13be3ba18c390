/** Plays the clients of a conversation against the reference server. */
import assert from "node:assert/strict";
import { applyPatch, type Op } from "../../runtime/ts/src/index.js";
import { Board, boardKinds } from "./board.js";
import {
	type Conversation,
	documentsOf,
	handshake,
	type Json,
	Mismatch,
	type Step,
	Variables,
} from "./script.js";
import { Server, ThrownError } from "./server.js";
import { type FakeSocket, pair, World } from "./world.js";

interface Actor {
	socket: FakeSocket;
	inbox: Json[];
	/** What that client has, per document. */
	states: Map<string, Json>;
}

export class ServerSide {
	private readonly world = new World(1);
	private readonly variables = new Variables();
	private readonly actors = new Map<string, Actor>();
	private readonly server: Server;

	constructor(private readonly conversation: Conversation) {
		this.variables.bind("$hash.Board", Board.hash);
		this.server = new Server(this.world, {
			documents: documentsOf(conversation),
			kinds: boardKinds,
			refuse: (ops) => (JSON.stringify(ops).includes("!bad") ? "bad" : undefined),
			limits: conversation.limits ?? {},
			actions: {
				mark(state: Json, { mark }: Json) {
					if (mark.includes("!full")) throw new ThrownError("Full", { limit: 3 });
					state.log.push(mark);
					return `marked ${mark}`;
				},
				add(state: Json, { id, text }: Json) {
					const card = { id, text: text.toUpperCase(), done: false };
					state.cards.push(card);
					return card;
				},
			},
		});
	}

	run(): void {
		const { conversation } = this;
		const documents = documentsOf(conversation);
		const steps = Object.entries(conversation.joined ?? {}).flatMap(([name, keys]) =>
			handshake(name, keys, documents),
		);
		for (const step of [...steps, ...conversation.steps]) {
			try {
				this.step(step);
			} catch (error) {
				(error as Error).message =
					`${conversation.file}, at ${JSON.stringify(step).slice(0, 200)}: ${(error as Error).message}`;
				throw error;
			}
		}
		this.world.run(100);
		for (const [name, { inbox }] of this.actors)
			if (inbox.length > 0) throw new Mismatch(`more for ${name}: ${JSON.stringify(inbox[0])}`);
	}

	private step(step: Step): void {
		if (step["open"]) this.open(step["open"]);
		else if (step["from"]) {
			if (!step["lost"])
				this.actors.get(step["from"])!.socket.send(JSON.stringify(this.variables.fill(step["send"])));
			this.world.run(20);
		} else if (step["to"]) this.expect(this.actors.get(step["to"])!, step);
		else if (step["reset"]) {
			this.actors.get(step["reset"])!.socket.reset();
			this.world.run(20);
		} else if (step["wait"]) this.world.run(step["wait"]);
		else if (step["program"]) this.program(step["program"]);
		else if (step["has"]) this.has(step["has"]);
	}

	private open(name: string): void {
		const [near, far] = pair(this.world, () => 1);
		const states = this.actors.get(name)?.states ?? new Map<string, Json>();
		const actor: Actor = { socket: near, inbox: [], states };
		this.actors.set(name, actor);
		near.readyState = far.readyState = 1;
		near.addEventListener("message", ({ data }) => actor.inbox.push(JSON.parse(data as string)));
		this.server.accept(far);
	}

	private expect(actor: Actor, step: Step): void {
		this.world.run(20);
		const got = actor.inbox.shift();
		const wanted = step["frame"];
		if (!got) throw new Mismatch("the server says nothing");
		if (wanted.t !== "patch" || got.t !== "patch") return this.variables.match(wanted, got);
		const { ops: wantedOps, ...wantedRest } = wanted;
		const { ops: gotOps, ...gotRest } = got;
		this.variables.match(wantedRest, gotRest);
		const before = got.from === null ? undefined : actor.states.get(got.doc);
		const after = applyPatch(before, gotOps as Op[]);
		assert.deepEqual(after, applyPatch(before, wantedOps as Op[]));
		if (!step["lost"]) actor.states.set(got.doc, after);
	}

	private program(what: Json): void {
		if (what.restart === "forgets") this.server.forget();
		else if (what.restart) this.server.restart(what.restart);
		else if (what.update?.length > 0)
			this.server.program(what.doc, (state) => Object.assign(state, applyPatch(state, what.update)));
		this.world.run(20);
		if (what.restart) for (const actor of this.actors.values()) actor.inbox.length = 0;
	}

	private has({ doc, state }: Json): void {
		const now = this.server.state(doc) as Json;
		for (const [k, v] of Object.entries(state)) assert.deepEqual(now[k], v, k);
	}
}
