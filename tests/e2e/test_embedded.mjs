// The server inside of a program: its loop, its threads.
import path from "node:path";
import { buildExample, check, compile, equal, finish, Raw, row, start, until } from "./harness.mjs";

const gen = path.dirname(buildExample("notes").types);
const program = compile("embedded", [path.join(import.meta.dirname, "embedded.c"), path.join(gen, "notes.c")], [`-I${gen}`]);

await row("threads hand work over to a loop that is not the server's", async () => {
	const embedded = await start(program, ["fd"]);
	const raw = new Raw(embedded.port);
	equal(await raw.open(), 101);
	let title = "";
	await until(() => {
		for (const { type, data } of raw.messages) title = type === "_SET:NOTES" ? data.title : data.at(-1).value;
		return title === "2000";
	}, "the last of 2,000 changes");
	check(raw.messages.length < 2000, "changes of one turn leave together");
	/* Pings come although nothing else happens: the clock turns the program's loop too. */
	await until(() => raw.pings > 0, "a ping");
	raw.sendJson("_ACTION:NOTES", { type: "RENAME", title: "end" });
	await until(() => embedded.ended(), "the end");
	equal(embedded.ended(), { code: 0, signal: null });
});

await row("a post can stop the server's own loop", async () => {
	const embedded = await start(program, ["run"]);
	await until(() => embedded.ended(), "the end");
	equal(embedded.ended(), { code: 0, signal: null });
});
finish();
