// Random schemas and values: `node run.mjs BUILD [FIRST] [COUNT]`. For each seed a schema is generated,
// compiled, and fed with right and spoilt values:
//   - a right value is read, and printed back with the defaults filled in;
//   - generated code and the emitted JSON Schema agree on every value;
//   - the patch from one value to the next is the same to another library.
// A failure prints its seed: `node run.mjs BUILD SEED 1` repeats it.
import fs from "node:fs";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { judges } from "../models/documents.mjs";
import { applyElsewhere, build, check, compile, feed, finish } from "../models/harness.mjs";
import { make, print, random } from "./schema.mjs";
import { meant, spoil, value } from "./value.mjs";

const first = Number(process.argv[3] ?? 1);
const count = Number(process.argv[4] ?? 12);
const out = path.join(build, "random");
fs.mkdirSync(out, { recursive: true });

function cases(schema) {
	const r = random(schema.seed + 0x5eed);
	const list = [];
	for (const s of schema.structs) {
		const type = { kind: "struct", of: s };
		for (let i = 0; i < 12; i++) list.push({ type: s.name, of: type, doc: value(r, type), right: true });
		for (let i = 0; i < 20; i++) list.push({ type: s.name, of: type, doc: spoil(r, value(r, type)), right: false });
	}
	for (const u of schema.unions) {
		const type = { kind: "union", of: u };
		for (let i = 0; i < 6; i++) list.push({ type: u.name, of: type, doc: value(r, type), right: true });
		for (let i = 0; i < 8; i++) list.push({ type: u.name, of: type, doc: spoil(r, value(r, type)), right: false });
	}
	return list;
}

/* What a JSON Schema cannot say and generated code checks; docs/json-schema.md lists them. */
const unsayable = /(64 bits|out of range|key|twice|U\+0000|nested|bytes)/i;

function run(seed) {
	const schema = make(seed);
	const file = path.join(out, `seed${seed}.sync`);
	fs.writeFileSync(file, print(schema));
	const types = [...schema.structs, ...schema.unions].map((d) => d.name);
	const { program, emitted } = compile(file, types, out);
	const list = cases(schema);
	const answers = feed(`seed ${seed}`, program, list);
	const judge = judges(emitted, types);
	const last = {};
	list.forEach((c, i) => {
		const a = answers[i];
		if (!a) return;
		const where = `seed ${seed} ${c.type} #${i}`;
		const shown = JSON.stringify(c.doc).slice(0, 400);
		if (c.right) check(a.ok, where, `${a.code} at ${a.pointer}: ${a.message} for ${shown}`);
		const accepted = judge[c.type](c.doc);
		if (accepted !== a.ok && !(accepted && unsayable.test(a.message)))
			check(false, where, `the emitted schema ${accepted ? "accepts" : "refuses"} ${shown}; we: ` +
				(a.ok ? "fine" : `${a.code} at ${a.pointer}: ${a.message}`) + ` ${JSON.stringify(judge[c.type].errors?.[0] ?? "")}`);
		if (!a.ok) return;
		check(a.error === undefined, where, `${a.error} for ${shown}`);
		check(judge[c.type](a.out), where, `printed what the emitted schema refuses: ${JSON.stringify(a.out).slice(0, 400)}`);
		if (c.right) {
			const expected = meant(c.of, c.doc, { fill: true });
			check(isDeepStrictEqual(meant(c.of, a.out), expected), where,
				`printed ${JSON.stringify(a.out).slice(0, 400)} for ${shown}`);
		}
		if (last[c.type]) {
			const theirs = applyElsewhere(last[c.type], a.patch);
			check(isDeepStrictEqual(meant(c.of, theirs, { sort: true }), meant(c.of, a.out, { sort: true })), where,
				`another library makes ${JSON.stringify(theirs).slice(0, 400)} of ${JSON.stringify(a.patch).slice(0, 400)}`);
		}
		last[c.type] = a.out;
	});
}

for (let seed = first; seed < first + count; seed++) {
	try {
		run(seed);
	} catch (error) {
		check(false, `seed ${seed}`, error.stack);
	}
}
finish(`random schemas, seeds ${first} to ${first + count - 1}`);
