/** Plays the server of a conversation against the real client. */
import assert from "node:assert/strict";
import { setImmediate as breathe } from "node:timers/promises";
import {
	Client,
	type Op,
	presence,
	type Socket,
	startTask,
	SyncError,
	type Task,
	type UntypedLive,
} from "../../runtime/ts/src/index.js";
import { Board, Meter } from "./board.js";
import {
	type Conversation,
	documentsOf,
	handshake,
	type Json,
	Mismatch,
	type Step,
	Variables,
} from "./script.js";
import { FakeSocket, World } from "./world.js";

interface Actor {
	client: Client;
	dialled: FakeSocket[];
	socket: FakeSocket | undefined;
	seen: number;
	docs: Map<string, UntypedLive<Json>>;
	events: Json[];
}

/** Operations on a draft, as a reducer would do them. */
function doOn(draft: Json, ops: Op[]): void {
	for (const op of ops) {
		const path = op.path.split("/").slice(1);
		const last = path.pop()!;
		const holder = path.reduce((at, key) => at[key], draft);
		if (op.op === "add" && Array.isArray(holder))
			holder.splice(last === "-" ? holder.length : Number(last), 0, op.value);
		else if (op.op === "add" || op.op === "replace") holder[last] = op.value;
	}
}

const plain = (value: Json): Json => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));

export class ClientSide {
	private readonly world = new World(1);
	private readonly variables = new Variables();
	private readonly actors = new Map<string, Actor>();
	private readonly answers = new Map<string, { value?: Json; error?: SyncError; settled: boolean }>();
	private readonly tasks = new Map<string, Task>();
	private readonly pings: boolean;

	constructor(private readonly conversation: Conversation) {
		this.variables.bind("$hash.Board", Board.hash);
		this.variables.bind("$hash.Meter", Meter.hash);
		this.pings = conversation.steps.some((s) => s["send"]?.t === "ping");
	}

	async run(): Promise<void> {
		const { conversation } = this;
		const documents = documentsOf(conversation);
		for (const [name, keys] of Object.entries(conversation.joined ?? {})) {
			this.start(name, keys);
			for (const step of handshake(name, keys, documents)) await this.step(step, conversation.limits);
		}
		for (const step of conversation.steps) {
			try {
				await this.step(step, conversation.limits);
			} catch (error) {
				(error as Error).message =
					`${conversation.file}, at ${JSON.stringify(step).slice(0, 200)}: ${(error as Error).message}`;
				throw error;
			}
		}
		this.world.run(300);
		for (const [name, actor] of this.actors) {
			const frame = this.next(actor);
			if (frame !== undefined) throw new Mismatch(`${name} says more: ${JSON.stringify(frame)}`);
			actor.client.close();
		}
	}

	private start(name: string, keys: string[]): Actor {
		const dialled: FakeSocket[] = [];
		const client = new Client({
			url: "ws://server/ws",
			clock: this.world,
			token: this.conversation.token,
			dial: () => {
				const socket = new FakeSocket(this.world, () => 0);
				dialled.push(socket);
				return socket as Socket;
			},
		});
		const actor: Actor = { client, dialled, socket: undefined, seen: 0, docs: new Map(), events: [] };
		this.actors.set(name, actor);
		for (const key of keys) this.open(actor, key);
		return actor;
	}

	private open(actor: Actor, key: string): void {
		const doc = (key === "BOARD"
			? actor.client.open(Board)
			: key === "METER"
				? actor.client.open(Meter)
				: actor.client.open(key, { title: "" })) as unknown as UntypedLive<Json>;
		actor.docs.set(key, doc);
		doc.on("saved", (args) => actor.events.push({ name: "saved", args }));
	}

	/** The next frame that counts, parsed; or bytes; or undefined. */
	private next(actor: Actor): Json {
		const sent = actor.socket?.sent ?? [];
		while (actor.seen < sent.length) {
			const raw = sent[actor.seen++]!;
			if (typeof raw !== "string") return raw;
			const frame = JSON.parse(raw) as Json;
			if (frame.t === "ping" && !this.pings) {
				actor.socket!.fire("message", {
					data: JSON.stringify({ t: "pong", id: frame.id, docs: frame.docs }),
				});
				continue;
			}
			return frame;
		}
		return undefined;
	}

	private async wait<T>(what: () => T | undefined, most: number, failure: string): Promise<T> {
		for (let waited = 0; ; waited += 10) {
			const found = what();
			if (found !== undefined) return found;
			if (waited > most) throw new Mismatch(failure);
			this.world.run(10);
			await breathe();
		}
	}

	private async step(step: Step, limits: Json): Promise<void> {
		const name =
			step["open"] ??
			step["from"] ??
			step["to"] ??
			step["reset"] ??
			step["close"] ??
			step["app"] ??
			step["see"];
		const actor =
			this.actors.get(name) ?? (typeof name === "string" ? this.start(name, ["BOARD"]) : undefined);
		await breathe();
		if (step["open"]) await this.letIn(actor!);
		else if (step["from"]) await this.expect(actor!, step);
		else if (step["to"]) this.deliver(actor!, step, limits);
		else if (step["reset"] || step["close"]) this.cut(actor!, step["code"] ?? 1006);
		else if (step["wait"] !== undefined) this.world.run(step["wait"]);
		else if (step["app"]) this.act(actor!, step);
		else if (step["see"]) this.see(actor!, step);
		else if (step["answer"]) this.answer(step);
		else if (step["task"]) this.look(step);
		await breathe();
	}

	private async letIn(actor: Actor): Promise<void> {
		const fresh = () => actor.dialled.find((s) => s.readyState === 0);
		const socket = await this.wait(fresh, 31_000, "the client does not dial");
		actor.socket = socket;
		actor.seen = 0;
		socket.readyState = 1;
		socket.fire("open");
	}

	private async expect(actor: Actor, step: Step): Promise<void> {
		const frame = await this.wait(() => this.next(actor), 500, "the client says nothing");
		if (step["zeros"] !== undefined) {
			assert.deepEqual(frame, new Uint8Array(step["zeros"]));
			return;
		}
		if (frame.t === "hello" && !step["send"].limits) delete frame.limits;
		this.variables.match(step["send"], frame);
	}

	private deliver(actor: Actor, step: Step, limits: Json): void {
		if (step["lost"]) return;
		if (step["zeros"] !== undefined)
			return actor.socket!.fire("message", { data: new Uint8Array(step["zeros"]) });
		const frame = this.variables.fill(step["frame"]);
		if (frame.t === "welcome" && limits) frame.limits = limits;
		actor.socket!.fire("message", { data: JSON.stringify(frame) });
	}

	private cut(actor: Actor, code: number): void {
		const { socket } = actor;
		socket!.readyState = 3;
		socket!.fire("close", { code });
		actor.socket = undefined;
	}

	private act(actor: Actor, step: Step): void {
		const doc = actor.docs.get(step["doc"] ?? "BOARD")!;
		const perform = () => {
			if (step["update"]) void doc.patch(step["update"]);
			else if (step["call"]) this.call(doc, step);
			else if (step["start"]) this.tasks.set(step["as"], startTask(doc, step["start"], step["args"]));
			else if (step["cancel"]) this.tasks.get(step["cancel"])!.cancel();
			else if (step["here"] !== undefined) presence(doc).set(step["here"]);
			else if (step["join"]) this.open(actor, step["join"]);
			else if (step["leave"]) actor.docs.get(step["leave"])!.close();
			else if (step["retry"] !== undefined) void doc.retry(doc.quarantine[step["retry"]]!.id);
			else if (step["discard"] !== undefined) doc.discard(doc.quarantine[step["discard"]]!.id);
			else throw new Error("nothing to do");
		};
		if (!step["throws"]) return perform();
		assert.throws(perform, (error) => error instanceof SyncError && error.code === step["throws"]);
	}

	private call(doc: UntypedLive<Json>, step: Step): void {
		const answer: { value?: Json; error?: SyncError; settled: boolean } = { settled: false };
		this.answers.set(step["as"], answer);
		const ahead = step["optimistic"];
		doc.optimistic = ahead ? { [step["call"]]: (draft: Json) => doOn(draft, ahead) } : {};
		const zeros = step["args"]?.data?.$zeros;
		const args = zeros === undefined ? step["args"] : { data: new Uint8Array(zeros) };
		doc.call(step["call"], args, step["timeout"] === undefined ? {} : { timeout: step["timeout"] }).then(
			(value) => Object.assign(answer, { value, settled: true }),
			(error: SyncError) => Object.assign(answer, { error, settled: true }),
		);
	}

	private answer(step: Step): void {
		const answer = this.answers.get(step["answer"])!;
		if (step["waits"]) assert.equal(answer.settled, false, "it is answered already");
		else if (step["error"]) {
			assert.ok(answer.error, "it did not fail");
			for (const [k, v] of Object.entries(step["error"]))
				assert.deepEqual(plain(answer.error[k as "code"]), v);
		} else {
			if (answer.error) throw answer.error;
			assert.ok(answer.settled, "it is not answered");
			const zeros = step["value"]?.$zeros;
			if (zeros !== undefined) assert.deepEqual(answer.value, new Uint8Array(zeros));
			else assert.deepEqual(plain(answer.value), step["value"]);
		}
	}

	private look(step: Step): void {
		const status = this.tasks.get(step["task"])!.getSnapshot();
		for (const k of ["state", "progress", "value"] as const)
			if (k in step) assert.deepEqual(plain(status[k]), step[k], k);
		for (const [k, v] of Object.entries(step["error"] ?? {}))
			assert.deepEqual(plain(status.error?.[k as "code"]), v);
	}

	private see(actor: Actor, step: Step): void {
		const doc = actor.docs.get(step["doc"] ?? "BOARD")!;
		for (const [k, v] of Object.entries(step["state"] ?? {}))
			assert.deepEqual(plain(doc.state[k]), v, `state ${k}`);
		for (const [k, v] of Object.entries(step["status"] ?? {}))
			assert.deepEqual(
				k === "error" ? doc.status.error?.code : doc.status[k as "pending"],
				v,
				`status ${k}`,
			);
		const wanted: unknown[] | undefined = step["quarantine"];
		if (wanted) {
			const errors = doc.quarantine.map((q) => q.error);
			errors.sort((a, b) => (a.code < b.code ? -1 : 1));
			assert.deepEqual(
				errors.map(({ code, path, current }, i) =>
					typeof wanted[i] === "string" ? code : { code, path, current: plain(current) },
				),
				wanted,
			);
		}
		if (step["here"]) assert.deepEqual([...presence(doc).getSnapshot().values()], step["here"]);
		if (step["events"]) assert.deepEqual(actor.events.splice(0), step["events"]);
	}
}
