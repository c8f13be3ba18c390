// The page of the notebook against its generated types, as strict as TypeScript can be.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { BUILD, buildNotes, finish, row } from "./harness.mjs";

const tests = path.resolve(import.meta.dirname, "..");
const folder = path.join(BUILD, "tests/e2e/types");
mkdirSync(folder, { recursive: true });
writeFileSync(
	path.join(folder, "tsconfig.json"),
	JSON.stringify({
		compilerOptions: {
			strict: true,
			noEmit: true,
			noUncheckedIndexedAccess: true,
			noUnusedLocals: true,
			target: "es2022",
			module: "esnext",
			moduleResolution: "bundler",
			lib: ["es2022", "dom", "dom.iterable"],
			types: [],
			paths: { notes: [buildNotes().types] },
		},
		files: [path.resolve(tests, "../examples/notes/www/app.ts")],
	}),
);

await row("the page is typed", () => {
	try {
		execFileSync(path.join(tests, "node_modules/.bin/tsc"), ["-p", folder], { encoding: "utf8" });
	} catch (error) {
		throw new Error(error.stdout || String(error));
	}
});
finish();
