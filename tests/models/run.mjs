// Real documents through schemas of ours: read, printed back equal, judged as the published schema
// judges, diffed and applied. `node run.mjs BUILD SUITES`; CC, CFLAGS and LIBS from the environment.
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import * as documents from "./documents.mjs";
import { applyElsewhere, build, check, compile, feed, finish, root } from "./harness.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const suites = path.resolve(process.argv[3] ?? process.env.SUITES ?? path.join(root, "../shared/suites"));

/*
 * Documents that the published schema refuses and ours cannot, with what they would need. A document
 * that is listed and refused after all is a mistake of the list.
 */
const beyond = JSON.parse(fs.readFileSync(path.join(here, "beyond.json"), "utf8"));

const models = [
	["aws-iot-shadow", documents.shadow],
	["excalidraw", documents.excalidraw],
	["otel", documents.otel],
	["jsonresume", documents.jsonresume],
	["dependabot", documents.dependabot],
	["github", documents.github],
	["matrix", documents.matrix],
];

/* One document: our verdict against the published and the emitted schema's. */
function compare(name, c, answer, judge) {
	const where = `${name} ${c.name}`;
	const listed = beyond[name]?.[c.name];
	const refusal = `${answer.code} at ${answer.pointer}: ${answer.message}`;
	if (c.valid === false && answer.ok) {
		check(listed !== undefined, where, "the published schema refuses it, ours does not");
	} else {
		check(listed === undefined, where, "is listed as beyond the language, but is judged right");
		check(answer.ok === (c.valid ?? true), where, `ours refuses: ${refusal}`);
	}
	const accepted = judge(c.doc);
	check(accepted === answer.ok, where,
		`the emitted schema ${accepted ? "accepts" : "refuses"}, generated code does not agree: ` +
		(answer.ok ? JSON.stringify(judge.errors?.[0]) : refusal));
	return answer.ok;
}

function run(name, cases) {
	const types = [...new Set(cases.map((c) => c.type))];
	const { program, emitted } = compile(path.join(here, `${name}.sync`), types, path.join(build, "models"));
	const answers = feed(name, program, cases);
	const judges = documents.judges(emitted, types);
	const last = {};
	let good = 0;
	let refused = 0;
	let missed = 0;
	cases.forEach((c, i) => {
		const answer = answers[i];
		if (!answer) return;
		if (!compare(name, c, answer, judges[c.type])) {
			refused++;
			return;
		}
		const where = `${name} ${c.name}`;
		good++;
		missed += c.valid === false;
		check(answer.error === undefined, where, answer.error);
		check(isDeepStrictEqual(answer.out, c.doc), where, `printed back as ${JSON.stringify(answer.out)}`);
		if (last[c.type])
			check(isDeepStrictEqual(applyElsewhere(last[c.type], answer.patch), answer.out), where,
				"another library applies the patch differently");
		last[c.type] = answer.out;
	});
	console.log(`${name}: ${cases.length} documents, ${good} good, ${refused} refused` +
		(missed ? `, ${missed} of the good ones refused by the published schema for what the language lacks` : ""));
}

const folder = path.join(suites, "models");
if (fs.existsSync(folder)) {
	for (const [name, generate] of models) {
		const cases = [...generate(folder)];
		if (!check(cases.length > 0, name, "no documents")) continue;
		try {
			run(name, cases);
		} catch (error) {
			check(false, name, error.message);
		}
	}
} else {
	console.log(`models: skipped, there is no folder ${folder}`);
}
finish("models");
