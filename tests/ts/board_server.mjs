// Builds tests/wire/board_server.c or another program there, and what of tests/ts talks to it.
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";

export const top = path.resolve(path.dirname(new URL(import.meta.url).pathname), "../..");
const folder = path.resolve(process.argv[2] ?? process.env.BUILD ?? `${top}/build`);
const out = `${folder}/tests/wire`;
const run = (program, args) =>
	execFileSync(program, args, { cwd: top, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });

/** The arguments for node: `entry` of tests/ts bundled, the program, the generated models. The program may have `more`
 * files and models there. */
export async function buildFor(entry, program = "board_server", more = { files: [], models: [] }) {
	const models = ["board", ...more.models];
	for (const model of models) run(`${folder}/syncgen`, ["--emit", "c,ts", `tests/wire/${model}.sync`, "-o", `${out}/gen`]);
	const [cc, ...flags] = (process.env.CC ?? "cc").split(" ");
	const libs = run("pkg-config", ["--libs", "libcjson"]).trim().split(/\s+/);
	run(cc, [
		...flags,
		...["-std=c11", "-D_GNU_SOURCE", "-g", "-Wall", "-Wextra", "-Werror", "-Iruntime", `-I${out}/gen`],
		...(process.env.E2E_CFLAGS ?? "").split(" ").filter(Boolean),
		...["-o", `${out}/${program}`],
		...[program, ...more.files].map((file) => `tests/wire/${file}.c`),
		...models.map((model) => `${out}/gen/${model}.c`),
		...[`${folder}/libsyncgen.a`, ...libs, "-lm", "-lpthread"],
	]);
	const { build } = createRequire(`${top}/tests/package.json`)("esbuild");
	const modules = ["bytes", "checked", "text"].map((name) => [`syncgen/${name}`, `${top}/runtime/ts/src/${name}.ts`]);
	const alias = Object.fromEntries(modules);
	const options = { bundle: true, format: "esm", platform: "node", logLevel: "error", alias };
	const bundle = `${out}/${entry}.mjs`;
	await build({ ...options, entryPoints: [`${top}/tests/ts/${entry}.ts`], outfile: bundle });
	const entryPoints = models.map((model) => `${out}/gen/${model}.ts`);
	await build({ ...options, entryPoints, outdir: out, outExtension: { ".js": ".mjs" } });
	return ["--enable-source-maps", bundle, `${out}/${program}`, ...models.map((model) => `${out}/${model}.mjs`)];
}
