import { readFileSync } from "node:fs";
import assert from "node:assert/strict";
import { test } from "node:test";
import { WIRE_CODES } from "../../runtime/ts/src/index.js";
import { Board } from "./board.js";
import { ClientSide } from "./client_side.js";
import { conversations } from "./script.js";
import { Reference } from "./reference.js";
import { ServerSide } from "./server_side.js";

const all = conversations("tests/wire/native");
const ours = (side: string) => all.filter((c) => c.sides?.includes(side) ?? true);

for (const c of ours("client")) test(`client: ${c.name}`, () => new ClientSide(c).run());
for (const c of ours("server"))
	if (c.reference !== false)
		test(`reference server: ${c.name}`, () => new ServerSide(c, new Reference(c), { Board: Board.hash }).run());

test("what is not run here is named", (t) => {
	const sides = { client: ours("client"), server: ours("server").filter((c) => c.reference !== false) };
	for (const [side, run] of Object.entries(sides)) {
		const left = all.filter((c) => !run.includes(c)).map((c) => c.name);
		t.diagnostic(
			`note: ${run.length} conversations with the ${side} in TypeScript, not ${left.length}: ${left.join("; ")}`,
		);
	}
});

test("the codes are those of the C runtime", () => {
	const header = readFileSync("runtime/syncgen/status.h", "utf8");
	const names = [...header.matchAll(/^\tX\([A-Z_]+, "([a-z_]+)"/gm)].map((m) => m[1]);
	assert.ok(names.length > 10);
	assert.deepEqual([...WIRE_CODES].sort(), [...new Set(names)].filter((n) => n !== "ok").sort());
});

test("docs/protocol.md has every code, and why a server closes", () => {
	const docs = readFileSync("docs/protocol.md", "utf8");
	const session = readFileSync("runtime/syncgen/session.h", "utf8");
	const closes = [...session.matchAll(/^\tX\([A-Z_]+, (\d{4}), "/gm)].map((m) => m[1]);
	assert.ok(closes.length > 8);
	for (const code of WIRE_CODES) assert.match(docs, new RegExp(`^\\| \`${code}\` \\|`, "m"), code);
	for (const code of closes) assert.match(docs, new RegExp(`^\\| ${code} \\|`, "m"), code);
});
