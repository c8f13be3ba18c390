// What is emitted for types.sync, judged by others: node test_schema.mjs BUILD
//   - a schema by the metaschema, taken by ajv in strict mode, and read by a type generator whose output
//     compiles;
//   - the definitions that clients of ws-sync look for;
//   - every value of the JSON Schema test suite, put into every type: the emitted schema and generated
//     code agree, but for what docs/json-schema.md says a schema cannot express.
import fs from "node:fs";
import path from "node:path";
import { execFileSync } from "node:child_process";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { compile as toTypes } from "json-schema-to-typescript";
import { build, check, compile, feed, root, tally } from "../models/harness.mjs";

const out = path.join(build, "schema");
const suites = process.env.SUITES ?? path.join(root, "../shared/suites");
const sync = path.join(root, "tests/schema/types.sync");
fs.rmSync(out, { recursive: true, force: true });
fs.mkdirSync(out, { recursive: true });

const types = [...fs.readFileSync(sync, "utf8").matchAll(/^struct (\w+)[^{]*\{ v\b/gm)].map((m) => m[1]);
const { program, emitted } = compile(sync, types, out);
const same = (name, a, b) =>
	check(JSON.stringify(a) === JSON.stringify(b), name, `${JSON.stringify(a)} is not ${JSON.stringify(b)}`);

// ---- the document ----

const ajv = addFormats(new Ajv2020({ strict: true, allErrors: true, validateFormats: true }));
ajv.addSchema(emitted, "emitted");
for (const name of Object.keys(emitted.$defs)) {
	try {
		ajv.compile({ $ref: `emitted#/$defs/${name}` });
		check(true);
	} catch (error) {
		check(false, `$defs/${name}`, error.message);
	}
}

const metaschemas = path.join(suites, "metaschema-2020-12");
if (fs.existsSync(metaschemas)) {
	const judge = new Ajv2020({ strict: false, meta: false, validateSchema: false, validateFormats: false });
	for (const file of fs.readdirSync(path.join(metaschemas, "meta")))
		judge.addSchema(JSON.parse(fs.readFileSync(path.join(metaschemas, "meta", file), "utf8")));
	const valid = judge.compile(JSON.parse(fs.readFileSync(path.join(metaschemas, "schema.json"), "utf8")));
	check(valid(emitted), "metaschema", JSON.stringify(valid.errors));
	check(!valid({ ...emitted, maxLength: -1 }), "metaschema", "takes anything");
} else {
	console.log("skipped: no metaschema in SUITES");
}

const typescript = path.join(out, "generated.ts");
fs.writeFileSync(typescript, await toTypes(structuredClone(emitted), "types", { unreachableDefinitions: true }));
try {
	const tsc = path.join(root, "tests/node_modules/.bin/tsc");
	execFileSync(tsc, ["--noEmit", "--strict", typescript], { encoding: "utf8" });
	check(true);
} catch (error) {
	check(false, "generated types compile", error.stdout);
}
for (const name of ["Board", "Row", "BoardActionsParams", "BoardTasksParams", "BoardFindArgs"])
	check(fs.readFileSync(typescript, "utf8").includes(`export interface ${name} {`), name, "is not generated");

// ---- what clients look for ----

const { $defs } = emitted;
same("root", $defs.Board, { $ref: "#" });
same("actions", $defs.BoardActionsKeys, { type: "string", enum: ["RENAME", "clear", "find"] });
same("tasks", $defs.BoardTasksKeys, { type: "string", enum: ["load"] });
same("parameters", Object.keys($defs.BoardActionsParams.properties), ["RENAME", "clear", "find"]);
same("no parameters", $defs.BoardActionsParams.properties.clear.type, "null");
same("some parameters", $defs.BoardActionsParams.properties.find, { $ref: "#/$defs/BoardFindArgs" });
same("a default is not required", $defs.BoardRenameArgs.required, ["title"]);
same("a result that may be null", $defs.BoardActionsResults.properties.find.anyOf[1], { type: "null" });
same("no result", $defs.BoardActionsResults.properties.RENAME, { type: "null" });
same("events", $defs.BoardEventsKeys.enum, ["saved", "closed"]);
same("no calls", $defs.IdleActionsKeys, { not: {} });
same("order of fields", Object.keys(emitted.properties),
	["title", "rows", "views", "body", "mode", "secret", "total", "raw", "big", "running_tasks"]);
same("required", emitted.required, ["rows", "views", "body", "running_tasks"]);
same("read-only", Object.keys(emitted.properties).filter((name) => emitted.properties[name].readOnly),
	["views", "secret", "total", "raw", "big", "running_tasks"]);
same("deprecated", [emitted.properties.mode.deprecated, emitted.properties.mode.description],
	[true, "Deprecated: use modes"]);
same("defaults", [emitted.properties.title.default, emitted.properties.big.default, emitted.properties.raw.default],
	["Board", "9007199254740993", "aGk="]);
same("documentation", [emitted.description, $defs.Row.properties.id.description], ["A model with one of each.", "Who it is."]);
same("the server makes it", [$defs.Row.properties.made.readOnly, $defs.Row.required], [true, ["id", "note"]]);
same("closed", [$defs.Closed.additionalProperties, $defs.Inner.additionalProperties], [false, undefined]);
same("open enum", $defs.Mode, { type: "string", examples: ["on", "off"], maxLength: 256 });
same("recursion", $defs.Node.properties.next, { $ref: "#/$defs/Node" });

// ---- agreement ----

/* What a schema cannot say, by the types that have more to say. docs/json-schema.md. */
const exceptions = {
	Int64: /out of range|64/,
	Uint64: /out of range|64/,
	Bytes: /./, // the number of bytes behind the padding, and bits behind the last byte
	Loose: /256/, // names of an open enum: bytes, not characters
	Any: /U\+0000/,
	...Object.fromEntries(["Uuid", "Email", "Uri", "Date", "DateTime", "Ipv4", "Ipv6", "Hostname", "InPlaceUuid", "InPlaceEmail",
		"InPlaceDate", "InPlaceDateTime", "InPlaceIpv6"].map((t) => [t, /of the form/])),
};
const formats = { uuid: "Uuid", email: "Email", uri: "Uri", date: "Date", "date-time": "DateTime", ipv4: "Ipv4", ipv6: "Ipv6",
	hostname: "Hostname" };

function values(folder) {
	const found = new Map();
	const walk = (value, depth) => {
		found.set(JSON.stringify(value), value);
		if (depth < 3 && value !== null && typeof value === "object") Object.values(value).forEach((v) => walk(v, depth + 1));
	};
	for (const file of fs.readdirSync(folder, { recursive: true }).filter((f) => f.endsWith(".json")))
		for (const group of JSON.parse(fs.readFileSync(path.join(folder, file), "utf8")))
			for (const test of group.tests) walk(test.data, 0);
	return [...found.values()];
}

const own = [0, -0, 1, 1.0, 100, 101, -100, -101, 127, 128, -128, -129, 255, 256, 2 ** 53 - 1, 2 ** 53, -(2 ** 53) + 1,
	1e300, -1e300, 2 ** 128 - 2 ** 104, 2 ** 128, 16777216, 0.1, 1.5, 1.5000001, "", "a", "ab", "abc", "abcd", "abcde", "\u{1f600}\u{1f600}", "\u0000", "red",
	"deep blue", "deep_blue", "on", "other", "0", "-0", "-1", "01", "+1", "1.0", "1e3", "9223372036854775807",
	"9223372036854775808", "18446744073709551615", "18446744073709551616", "", "AA==", "AAA=", "AAAA", "AAAAAAAA", "AAAAAAAAAAAA",
	"A", "AA", "A===", "a-b", "a--b", "-a", "A-b", "a1", { foo: 1 }, { foo: 1, bar: "abcdef" }, { foo: 1, quux: 1 },
	{ type: "circle", foo: 1 }, { type: "circle" }, { type: "square" }, { type: "square", quux: 1 }, { type: "none", quux: 1 },
	{ type: "other" }, { name: "n" }, { name: "n", children: [{ name: "m", next: { name: "" } }] }, [1, 1], [1, 2, 3],
	[1, 2, 3, 4], [[]], [["abc"], []], [["abcd"]], ["a", "a"], ["a", "b"], { a: 1 }, { a: 1, b: 2 }, { a: 1, b: 2, c: 3 },
	{ a: { foo: 1 } }, null, true, [null], {}];

function agree(list) {
	const cases = list.flatMap((v) => types.map((type) => ({ type, doc: { v } })));
	for (const type of types) cases.push({ type, doc: {} }, { type, doc: { v: null } }, { type, doc: [] });
	const answers = feed("agreement", program, cases);
	const judges = Object.fromEntries(types.map((t) => [t, ajv.compile({ $ref: `emitted#/$defs/${t}` })]));
	const spared = {};
	cases.forEach((c, i) => {
		const accepted = judges[c.type](c.doc), ours = answers[i];
		if (ours.ok && !exceptions[c.type] && !judges[c.type](ours.out))
			check(false, c.type, `prints what the schema refuses: ${JSON.stringify(ours.out).slice(0, 200)}`);
		if (accepted === ours.ok) return void check(true);
		if (exceptions[c.type]?.test(ours.message ?? "of the form")) return void (spared[c.type] = (spared[c.type] ?? 0) + 1);
		check(false, `${c.type} ${JSON.stringify(c.doc).slice(0, 200)}`, `the schema says ${accepted}, generated code ${JSON.stringify(ours).slice(0, 200)}`);
	});
	console.log(`note: ${cases.length} values judged by both; beyond a schema: ${JSON.stringify(spared)}`);
}

/* Formats are asserted by us and only sometimes by others: here the suite itself is the judge. */
function judgeFormats(folder) {
	let right = 0, idna = 0;
	for (const [format, type] of Object.entries(formats)) {
		const tests = JSON.parse(fs.readFileSync(path.join(folder, `${format}.json`), "utf8")).flatMap((g) => g.tests)
			.filter((t) => typeof t.data === "string");
		const answers = feed(format, program, tests.map((t) => ({ type, doc: { v: t.data } })));
		tests.forEach((t, i) => {
			if (answers[i].ok === t.valid) right++;
			else if (/(^|\.)..--/.test(t.data)) idna++;
			else check(false, format, `${t.description}: ${JSON.stringify(t.data)}`);
		});
	}
	console.log(`note: formats of the suite: ${right} as expected, ${idna} not: letters behind xn-- are not decoded`);
	check(right > 250, "formats", `only ${right} tests`);
}

const suite = path.join(suites, "json-schema-test-suite/tests/draft2020-12");
if (fs.existsSync(suite)) {
	const found = values(suite);
	check(found.length > 300, "suite", `only ${found.length} values`);
	agree([...own, ...found]);
	judgeFormats(path.join(suite, "optional/format"));
} else {
	console.log("skipped: no json-schema-test-suite in SUITES; our own values only");
	agree(own);
}

console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exit(tally.failed ? 1 : 0);
