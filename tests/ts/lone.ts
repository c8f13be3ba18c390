/** A client without a server: what it hears is the test's to say. In virtual time. */
import { Client, type ClientOptions, type Socket, type SyncError } from "../../runtime/ts/src/index.js";
import { emptyBoard } from "./board.js";
import { FakeSocket, World } from "./world.js";

/** A client whose sockets are all in hand. */
export function lone(options: Partial<ClientOptions> = {}, seed = 1, world = new World(seed)) {
	const sockets: FakeSocket[] = [];
	const dials: number[] = [];
	const errors: SyncError[] = [];
	const dial = () => {
		const socket = new FakeSocket(world, () => 0);
		sockets.push(socket);
		dials.push(world.now());
		return socket as Socket;
	};
	const client = new Client({ url: "ws://x", clock: world, dial, ...options });
	client.onError((error) => errors.push(error));
	const letIn = () => {
		const socket = sockets.at(-1)!;
		socket.readyState = 1;
		socket.fire("open");
		return socket;
	};
	const end = (code = 1006) => {
		const socket = sockets.at(-1)!;
		socket.readyState = 3;
		socket.fire("close", { code });
	};
	const frames = (socket = sockets.at(-1)!) => socket.sent.map((t) => JSON.parse(String(t)) as any);
	const says = (frame: object) => sockets.at(-1)!.fire("message", { data: JSON.stringify(frame) });
	const welcome = () =>
		says({
			t: "welcome",
			session: "s",
			client: frames()[0].client,
			secret: "x",
			heartbeat: 20000,
			models: {},
		});
	const resume = (rev = 1) => {
		says({ t: "joined", doc: "BOARD", ok: true, last: 0 });
		says({
			t: "patch",
			doc: "BOARD",
			epoch: "e",
			from: null,
			rev,
			ops: [{ op: "replace", path: "", value: emptyBoard() }],
		});
	};
	return { world, client, sockets, dials, errors, letIn, end, frames, says, welcome, resume };
}
