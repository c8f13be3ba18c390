/**
 * The conversations of tests/wire/native against the server in C. Run by test_wire.mjs, which builds it.
 * Nothing is left out in silence: what only the other side is asked, and what is known to fail, is named.
 */
import { readFileSync } from "node:fs";
import { conversations } from "./script.js";
import { RealServer } from "./real_c.js";
import { ServerSide } from "./server_side.js";

const [program, generated] = process.argv.slice(2) as [string, string];
const { Board, Meter } = (await import(generated)) as Record<"Board" | "Meter", { hash: string }>;
/** What the server in C does not do yet, by name. Who makes one work takes it out: it fails otherwise. */
const missing = new Set(
	readFileSync("tests/wire/missing.txt", "utf8")
		.split("\n")
		.filter((line) => line && !line.startsWith("#")),
);

const all = conversations("tests/wire/native");
const others = all.filter((c) => !(c.sides?.includes("server") ?? true));
let passed = 0;
let failed = 0;
const without = new Set<string>();

for (const c of all.filter((one) => !others.includes(one))) {
	const server = await RealServer.start(program);
	const failure = await server
		.prepare(c)
		.then(() => new ServerSide(c, server, { Board: Board.hash, Meter: Meter.hash }).run())
		.then(
			() => undefined,
			(error: Error) => error,
		);
	await server.close();
	for (const what of server.without) without.add(what);
	if (missing.delete(c.name) !== (failure !== undefined)) {
		failed++;
		console.log(
			`FAILED ${c.name}: ${failure?.message ?? "it is said to be missing, and works: take it out of missing.txt"}`,
		);
	} else if (failure)
		console.log(`skipped, missing in the server in C: ${c.name}: ${failure.message.slice(0, 150)}`);
	else passed++;
}
for (const name of missing) {
	failed++;
	console.log(`FAILED ${name}: there is no such conversation`);
}
for (const what of without) console.log(`note: without ${what}`);
const names = others.map((c) => c.name).join("; ");
console.log(`note: not for servers: ${others.length} conversations: ${names}`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
