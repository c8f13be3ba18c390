// Writes that fail or go half way, outside of any callback of libwebsockets: who is concerned is closed, nobody
// else notices, and what was only delayed arrives whole.
import path from "node:path";
import { buildExample, check, compile, equal, finish, Raw, row, start, until } from "./harness.mjs";

const gen = path.dirname(buildExample("notes").types);
const sources = [path.join(import.meta.dirname, "failing_server.c"), path.join(gen, "notes.c")];
const program = compile("failing_server", sources, [`-I${gen}`]);

async function joined(port) {
	const raw = new Raw(port);
	equal(await raw.open(), 101);
	equal((await raw.message(0)).type, "_SET:NOTES");
	return raw;
}

/** The title that a client shows by now. */
const shown = (raw) =>
	raw.messages.reduce((title, { type, data }) => (type === "_SET:NOTES" ? data.title : (data.at(-1)?.value ?? title)), "");

/** Three clients; the third writes; the first is the one that is written to first. */
async function three(failures, expect) {
	const server = await start(program);
	const [first, second, author] = [await joined(server.port), await joined(server.port), await joined(server.port)];
	author.sendJson("_ACTION:NOTES", { type: "RENAME", title: failures });
	await until(() => shown(second) === failures, "the change at the second");
	await expect(first);
	author.sendJson("_ACTION:NOTES", { type: "RENAME", title: "-" });
	await until(() => shown(second) === "-", "the next change");
	const late = await joined(server.port);
	equal(shown(late), "-");
	check(!second.ended && !author.ended, "the others stay");
	for (const raw of [first, second, author, late]) raw.end();
	equal(await server.stop(), { code: 0, signal: null });
	equal(server.errors(), "");
}

for (const [name, failures] of [
	["a failed write", "p"],
	["a failed write, when libwebsockets tries", "ap"],
	["a failed write behind half a frame", "sp"],
])
	await row(`${name} outside of a callback ends the connection`, () =>
		three(failures, async (first) => {
			await first.closed();
			equal(first.messages.length, 1, "what it was told");
			equal(first.closeCode, null);
		}));

for (const [name, failures] of [
	["a full socket", "a"],
	["a socket that stays full", "aa"],
	["half a frame", "s"],
	["a frame in crumbs", "sssss"],
	["half a frame, then a full socket", "sa"],
])
	await row(`${name} only delays`, () =>
		three(failures, async (first) => {
			await until(() => shown(first) === failures, "the change");
			equal(first.messages.length, 2, "messages");
		}));

await row("everybody's write fails", async () => {
	const server = await start(program);
	const all = await Promise.all(Array.from({ length: 20 }, () => joined(server.port)));
	all[0].sendJson("_ACTION:NOTES", { type: "RENAME", title: "p".repeat(40) });
	for (const raw of all) await raw.closed();
	equal(await server.stop(), { code: 0, signal: null });
});
finish();
