// The pages of the examples against their generated types, as strict as TypeScript can be.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { BUILD, buildExample, finish, row } from "./harness.mjs";

const tests = path.resolve(import.meta.dirname, "..");
const examples = path.resolve(tests, "../examples");
const client = path.resolve(tests, "../runtime/ts");

function configuration(name, page) {
	return {
		compilerOptions: {
			strict: true,
			noEmit: true,
			noUncheckedIndexedAccess: true,
			exactOptionalPropertyTypes: true,
			noUnusedLocals: true,
			target: "es2022",
			module: "esnext",
			moduleResolution: "bundler",
			jsx: "react-jsx",
			lib: ["es2022", "dom", "dom.iterable"],
			types: [],
			paths: {
				[name]: [buildExample(name).types],
				syncgen: [`${client}/src/index.ts`],
				"syncgen/*": [`${client}/src/*.ts`],
				react: [`${client}/node_modules/@types/react`],
				"react/*": [`${client}/node_modules/@types/react/*`],
				"react-dom/*": [`${client}/node_modules/@types/react-dom/*`],
			},
		},
		files: [page],
	};
}

for (const name of readdirSync(examples)) {
	const page = ["app.ts", "app.tsx"].map((file) => path.join(examples, name, "www", file)).find(existsSync);
	if (!page) continue;
	await row(`the page of ${name} is typed`, () => {
		const folder = path.join(BUILD, "tests/e2e/types", name);
		mkdirSync(folder, { recursive: true });
		writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify(configuration(name, page)));
		try {
			execFileSync(path.join(tests, "node_modules/.bin/tsc"), ["-p", folder], { encoding: "utf8" });
		} catch (error) {
			throw new Error(error.stdout || String(error));
		}
	});
}
finish();
