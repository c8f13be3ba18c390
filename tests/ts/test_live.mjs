// The client against the server in C: builds examples/notes and live.ts, runs them.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const top = path.resolve(path.dirname(new URL(import.meta.url).pathname), "../..");
const folder = path.resolve(process.argv[2] ?? process.env.BUILD ?? `${top}/build`);
if (!existsSync(`${folder}/syncgen`) || !existsSync(`${folder}/libsyncgen.a`)) {
	console.log("skipped: there is no server in C\n0 passed, 0 failed");
	process.exit(0);
}
const make = spawnSync("make", ["-C", `${top}/examples/notes`, `BUILD=${folder}`, "all"], {
	encoding: "utf8",
});
if (make.status !== 0) {
	console.log(`FAILED to build examples/notes: ${make.stderr}\n0 passed, 1 failed`);
	process.exit(1);
}
const { build } = createRequire(`${top}/tests/package.json`)("esbuild");
const out = `${folder}/tests/ts-live`;
const options = { bundle: true, format: "esm", platform: "node", logLevel: "error" };
await build({ ...options, entryPoints: [`${top}/tests/ts/live.ts`], outfile: `${out}/live.mjs` });
await build({
	...options,
	entryPoints: [`${folder}/examples/notes/gen/notes.ts`],
	outfile: `${out}/notes.mjs`,
});
const example = `${folder}/examples/notes`;
// Node before 22 has WebSocket behind a flag.
const flags = typeof WebSocket === "undefined" ? ["--experimental-websocket", "--no-warnings"] : [];
const args = [...flags, `${out}/live.mjs`, `${example}/notes`, `${example}/www`, `${out}/notes.mjs`];
process.exit(spawnSync(process.execPath, args, { stdio: "inherit", timeout: 600_000 }).status ?? 1);
