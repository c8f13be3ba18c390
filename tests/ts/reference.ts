/** The reference server as the target of conversations, in virtual time. */
import { applyPatch } from "../../runtime/ts/src/index.js";
import { boardKinds } from "./board.js";
import { type Conversation, documentsOf, type Json } from "./script.js";
import { Server, ThrownError } from "./server.js";
import type { Target } from "./server_side.js";
import { type FakeSocket, pair, World } from "./world.js";

export class Reference implements Target {
	private readonly world = new World(1);
	private readonly ends = new Map<string, FakeSocket>();
	private readonly inboxes = new Map<string, Json[]>();
	private readonly server: Server;

	constructor(conversation: Conversation) {
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

	inbox(name: string): Json[] {
		let inbox = this.inboxes.get(name);
		if (!inbox) this.inboxes.set(name, (inbox = []));
		return inbox;
	}

	open(name: string): void {
		const [near, far] = pair(this.world, () => 1);
		const inbox: Json[] = [];
		this.ends.set(name, near);
		this.inboxes.set(name, inbox);
		near.readyState = far.readyState = 1;
		near.addEventListener("message", ({ data }) => inbox.push(JSON.parse(data as string)));
		this.server.accept(far);
	}

	say(name: string, frame: Json): void {
		this.ends.get(name)!.send(JSON.stringify(frame));
		this.world.run(40);
	}
	text(): void {
		throw new Error("the reference server takes frames alone");
	}
	zeros(): void {
		throw new Error("the reference server takes no bytes");
	}
	reset(name: string): void {
		this.ends.get(name)!.reset();
		this.world.run(20);
	}
	wait(ms: number): void {
		this.world.run(ms);
	}

	program(what: Json): void {
		if (what.restart === "forgets") this.server.forget();
		else if (what.restart) this.server.restart(what.restart);
		else if (what.update?.length > 0)
			this.server.program(what.doc, (state) => Object.assign(state, applyPatch(state, what.update)));
		this.world.run(40);
		if (what.restart) for (const inbox of this.inboxes.values()) inbox.length = 0;
	}

	state(doc: string): Json {
		return this.server.state(doc);
	}
	close(): void {}
}
