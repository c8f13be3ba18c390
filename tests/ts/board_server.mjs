// Builds tests/wire/board_server.c or another program there, and what of tests/ts talks to it.
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";

export const top = path.resolve(path.dirname(new URL(import.meta.url).pathname), "../..");
const folder = path.resolve(process.argv[2] ?? process.env.BUILD ?? `${top}/build`);
const out = `${folder}/tests/wire`;
const run = (program, args) =>
	execFileSync(program, args, { cwd: top, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });

/** The arguments for node: `entry` of tests/ts bundled, the program, the generated model. */
export async function buildFor(entry, program = "board_server") {
	run(`${folder}/syncgen`, ["--emit", "c,ts", "tests/wire/board.sync", "-o", `${out}/gen`]);
	const [cc, ...flags] = (process.env.CC ?? "cc").split(" ");
	const libs = run("pkg-config", ["--libs", "libcjson"]).trim().split(/\s+/);
	run(cc, [
		...flags,
		...["-std=c11", "-D_GNU_SOURCE", "-g", "-Wall", "-Wextra", "-Werror", "-Iruntime", `-I${out}/gen`],
		...(process.env.E2E_CFLAGS ?? "").split(" ").filter(Boolean),
		...["-o", `${out}/${program}`, `tests/wire/${program}.c`, `${out}/gen/board.c`],
		...[`${folder}/libsyncgen.a`, ...libs, "-lm", "-lpthread"],
	]);
	const { build } = createRequire(`${top}/tests/package.json`)("esbuild");
	const modules = ["bytes", "checked", "text"].map((name) => [`syncgen/${name}`, `${top}/runtime/ts/src/${name}.ts`]);
	const alias = Object.fromEntries(modules);
	const options = { bundle: true, format: "esm", platform: "node", logLevel: "error", alias };
	const bundle = `${out}/${entry}.mjs`;
	await build({ ...options, entryPoints: [`${top}/tests/ts/${entry}.ts`], outfile: bundle });
	await build({ ...options, entryPoints: [`${out}/gen/board.ts`], outfile: `${out}/board.mjs` });
	return ["--enable-source-maps", bundle, `${out}/${program}`, `${out}/board.mjs`];
}
