// The documents of the suites, by schema: which type reads which document, and what the published
// schema says of it. Everything is read from the suites; nothing of it is kept here.
import fs from "node:fs";
import path from "node:path";
import YAML from "yaml";
import Ajv from "ajv";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

const read = (file) => {
	const text = fs.readFileSync(file, "utf8");
	return /\.ya?ml$/.test(file) ? YAML.parse(text) : JSON.parse(text);
};
const lines = (file) => fs.readFileSync(file, "utf8").split("\n").filter(Boolean).map((l) => JSON.parse(l));
const list = (folder) => fs.readdirSync(folder).sort().map((name) => path.join(folder, name));
const camel = (name) =>
	name.split(/[^A-Za-z0-9]+/).filter(Boolean).map((p) => p[0].toUpperCase() + p.slice(1)).join("");

function judge(Class, schema, more = []) {
	const ajv = new Class({ strict: false, allErrors: false, logger: false });
	addFormats(ajv);
	ajv.addFormat("uri-template", true);
	for (const s of more) ajv.addSchema(s);
	return ajv.compile(schema);
}

// Each yields {name, type, doc, valid}; `valid` undefined where nobody published a schema.

export function* excalidraw(dir) {
	let n = 0;
	for (const doc of lines(`${dir}/excalidraw/elements.jsonl`))
		yield { name: `elements.jsonl:${++n}`, type: "Element", doc };
}

export function* shadow(dir) {
	let n = 0;
	for (const { doc } of lines(`${dir}/aws-iot-shadow/documents.jsonl`))
		yield { name: `documents.jsonl:${++n}`, type: "Shadow", doc };
}

export function* otel(dir) {
	for (const file of list(`${dir}/otel/examples`).filter((f) => f.endsWith(".json")))
		yield { name: path.basename(file), type: "Request", doc: read(file) };
}

export function* jsonresume(dir) {
	const valid = judge(Ajv, read(`${dir}/jsonresume/schema.json`));
	const sample = read(`${dir}/jsonresume/sample.resume.json`);
	yield { name: "sample.resume.json", type: "Resume", doc: sample, valid: valid(sample) };
	for (const file of list(`${dir}/jsonresume/test/__test__`)) {
		for (const [name, doc] of Object.entries(read(file))) {
			if (doc === null || typeof doc !== "object") continue; // dates: bare strings
			yield { name: `${path.basename(file)} ${name}`, type: "Resume", doc, valid: valid(doc) };
		}
	}
}

export function* dependabot(dir) {
	const at = `${dir}/schemastore/src`;
	const valid = judge(Ajv, read(`${at}/schemas/dependabot-2.0.json`));
	for (const file of [...list(`${at}/test/dependabot-2.0`), ...list(`${at}/negative_test/dependabot-2.0`)]) {
		const doc = read(file);
		yield { name: path.relative(at, file), type: "Config", doc, valid: valid(doc) };
	}
}

export function* github(dir) {
	const at = `${dir}/github-issues/payload-schemas/api.github.com`;
	const all = ["common", "issues", "label", "push"].flatMap((d) => list(`${at}/${d}`)).map(read);
	const byId = new Map(all.map((s) => [s.$id, s]));
	for (const event of ["issues", "label", "push"]) {
		for (const file of list(`${dir}/github-issues/payload-examples/api.github.com/${event}`)) {
			const doc = read(file);
			const id = event === "push" ? "push$event" : `${event}$${doc.action}`;
			const valid = judge(Ajv, { $ref: id }, [...byId.values()]);
			const type = event === "push" ? "PushEvent" : camel(event) + camel(doc.action);
			yield { name: `${event}/${path.basename(file)}`, type, doc, valid: valid(doc) };
		}
	}
}

// Matrix examples refer to each other: {"$ref": "core/event.json", …} lays its members over the other.
function matrixDocument(file) {
	const over = (below, above) => {
		const plain = (v) => v !== null && typeof v === "object" && !Array.isArray(v);
		if (!plain(below) || !plain(above)) return above;
		const out = { ...below };
		for (const key of Object.keys(above)) out[key] = key in below ? over(below[key], above[key]) : above[key];
		return out;
	};
	const expand = (value, dir) => {
		if (Array.isArray(value)) return value.map((v) => expand(v, dir));
		if (value === null || typeof value !== "object") return value;
		const { $ref, ...rest } = value;
		const out = Object.fromEntries(Object.entries(rest).map(([k, v]) => [k, expand(v, dir)]));
		if (typeof $ref !== "string") return out;
		const [name, fragment = ""] = $ref.split("#");
		let below = matrixDocument(path.join(dir, name));
		for (const part of fragment.split("/").filter(Boolean)) below = below?.[part];
		return Object.keys(out).length ? over(below, out) : below;
	};
	return expand(read(file), path.dirname(file));
}

export function* matrix(dir) {
	const at = `${dir}/matrix/data/event-schemas`;
	for (const file of list(`${at}/examples`).filter((f) => /^m\..*\.yaml$/.test(path.basename(f)))) {
		const stem = path.basename(file, ".yaml");
		const schema = fs.existsSync(`${at}/schema/${stem}.yaml`) ? stem : stem.split("$")[0];
		const type = `${camel(schema.replace(/^m\./, ""))}Event`;
		yield { name: path.basename(file), type, doc: matrixDocument(file) };
	}
}

/* A validator for each type of an emitted schema. */
export function judges(emitted, types) {
	const ajv = new Ajv2020({ strict: false, logger: false });
	addFormats(ajv);
	ajv.addSchema(emitted, "emitted");
	return Object.fromEntries(types.map((type) => [type, ajv.compile({ $ref: `emitted#/$defs/${type}` })]));
}
