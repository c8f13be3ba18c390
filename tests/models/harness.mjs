// Compiles a schema into a program that puts documents through generated types, and talks to it.
import fs from "node:fs";
import path from "node:path";
import { execFileSync, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import jsonpatch from "fast-json-patch";

const here = path.dirname(fileURLToPath(import.meta.url));
export const root = path.resolve(here, "../..");
export const build = path.resolve(process.argv[2] ?? path.join(root, "build"));
const words = (text) => (text ?? "").split(/\s+/).filter(Boolean);

export const tally = { passed: 0, failed: 0 };

export function check(ok, where, what) {
	if (ok) {
		tally.passed++;
		return true;
	}
	tally.failed++;
	console.log(`FAIL ${where}: ${what}`);
	return false;
}

/* `HTTPEvent` -> `http_event`, as the generator spells functions. */
const snake = (name) =>
	name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2").toLowerCase();

/* Runs the compiler and the C compiler on `schema`; returns the program and the emitted JSON Schema. */
export function compile(schema, types, out) {
	const name = path.basename(schema, ".sync");
	execFileSync(path.join(build, "syncgen"), [schema, "-o", out], { stdio: ["ignore", "inherit", "inherit"] });
	const header = fs.readFileSync(path.join(out, `${name}.h`), "utf8");
	const roots = types.map((type) => {
		const symbol = `${snake(type)}_type`;
		if (!header.includes(symbol)) throw new Error(`${name}.h has no ${symbol}`);
		return `ROOT("${type}", ${symbol})`;
	});
	const program = path.join(out, `${name}-check`);
	execFileSync(process.env.CC ?? "cc", [
		"-std=c11", "-D_XOPEN_SOURCE=700", "-O0", "-g", ...words(process.env.CFLAGS),
		`-DHEADER="${name}.h"`, `-DROOTS=${roots.join(" ")}`,
		`-I${out}`, `-I${path.join(root, "runtime")}`,
		path.join(here, "modelcheck.c"), path.join(out, `${name}.c`), "-o", program,
		path.join(build, "libsyncgen.a"), ...words(process.env.LIBS ?? "-lcjson -lm"),
	], { stdio: ["ignore", "inherit", "inherit"] });
	const emitted = JSON.parse(fs.readFileSync(path.join(out, `${name}.schema.json`), "utf8"));
	return { program, emitted };
}

/* One answer per case {type, doc} (or {type, text}: the JSON as it stands); see modelcheck.c. */
export function feed(where, program, cases) {
	const input = cases.map((c) => `${c.type}\t${c.text ?? JSON.stringify(c.doc)}\n`).join("");
	const result = spawnSync(program, { input, encoding: "utf8", maxBuffer: 1 << 28 });
	check(result.status === 0, where, `exit status ${result.status ?? result.signal} ${result.stderr}`);
	const answers = result.stdout.split("\n").filter(Boolean).map((line) => JSON.parse(line));
	check(answers.length === cases.length, where, `${answers.length} answers to ${cases.length} documents`);
	return answers;
}

/* What another library makes of a patch of ours. */
export function applyElsewhere(doc, patch) {
	return jsonpatch.applyPatch(structuredClone(doc), patch, true).newDocument;
}

export function finish(what) {
	console.log(`${what}: ${tally.passed} passed, ${tally.failed} failed`);
	process.exit(tally.failed ? 1 : 0);
}
