// Random schemas: a tree of types from a seed, printed as a .sync file. What is made here is always
// right; wrong schemas are the business of tests/bad.

/* xorshift128+: the same seed gives the same schema everywhere. */
export function random(seed) {
	let a = BigInt.asUintN(64, BigInt(seed) * 0x9e3779b97f4a7c15n + 1n);
	let b = BigInt.asUintN(64, a ^ 0xd1b54a32d192ed03n);
	const next = () => {
		let x = a;
		const y = b;
		a = y;
		x = BigInt.asUintN(64, x ^ (x << 23n));
		b = x ^ y ^ (x >> 17n) ^ (y >> 26n);
		return BigInt.asUintN(64, b + y);
	};
	const unit = () => Number(next() >> 11n) / 2 ** 53;
	const below = (n) => Math.floor(unit() * n);
	return {
		bits: next,
		unit,
		below,
		between: (low, high) => low + below(high - low + 1),
		chance: (p) => unit() < p,
		pick: (list) => list[below(list.length)],
	};
}

const words = ["alpha", "beta", "gamma", "delta", "size", "class", "register", "name", "value", "type_", "errno",
	"linux", "default_", "items", "len", "id", "note", "x", "y", "count", "struct_", "new", "delete", "this", "done"];
const integers = {
	int8: [-128n, 127n], int16: [-32768n, 32767n], int32: [-(2n ** 31n), 2n ** 31n - 1n],
	uint8: [0n, 255n], uint16: [0n, 65535n], uint32: [0n, 2n ** 32n - 1n],
	safeint: [-(2n ** 53n - 1n), 2n ** 53n - 1n], int64: [-(2n ** 63n), 2n ** 63n - 1n], uint64: [0n, 2n ** 64n - 1n],
};
const fixed = ["uuid", "date", "datetime", "ipv4", "ipv6"]; // those of a length
const formats = ["uuid", "email", "uri", "date", "datetime", "ipv4", "ipv6", "hostname", "slug"];

function names(r, count) {
	const out = new Set();
	while (out.size < count) out.add(r.pick(words) + (r.chance(0.6) ? r.below(30) : ""));
	return [...out];
}

/* A scalar type: what sets, keys and inline lists may hold. */
function scalar(r, schema) {
	const kind = r.pick(["bool", "int", "int", "string", "string", "format", "enum"]);
	if (kind === "enum" && schema.enums.length) return { kind: "enum", of: r.pick(schema.enums) };
	if (kind === "bool") return { kind: "bool" };
	if (kind === "format") return { kind: "format", name: r.pick(formats) };
	if (kind === "int") return integer(r);
	return string(r);
}

function integer(r) {
	const name = r.pick(Object.keys(integers));
	let [low, high] = integers[name];
	if (!r.chance(0.4)) return { kind: "int", name, low, high };
	const width = high - low;
	const at = low + (width * BigInt(r.below(1000))) / 2000n;
	low = at;
	high = at + (width * BigInt(r.between(1, 400))) / 1000n;
	return { kind: "int", name, low, high, declared: true };
}

function string(r) {
	if (r.chance(0.5)) return { kind: "string", min: 0, max: 65536 };
	const min = r.below(4);
	return { kind: "string", min, max: min + r.below(20) + 1, declared: true };
}

function float(r) {
	const name = r.pick(["float32", "float64"]);
	if (r.chance(0.6)) return { kind: "float", name };
	return { kind: "float", name, low: -r.below(1000) / 10, high: r.pick([r.between(1, 1000) / 10, 0.1, 16777217]) };
}

function size(r) {
	if (r.chance(0.5)) return { min: 0, max: 65536 };
	const min = r.below(3);
	return { min, max: min + r.between(1, 6), declared: true };
}

function type(r, schema, depth) {
	const kinds = ["scalar", "scalar", "scalar", "float", "timestamp", "bytes", "json", "counter", "text"];
	if (depth < 3) kinds.push("list", "list", "map", "set");
	if (depth < 3 && schema.structs.length) kinds.push("struct", "struct", "list", "map");
	if (depth < 3 && schema.unions.length) kinds.push("union");
	if (depth < 3 && schema.structs.some((s) => s.key)) kinds.push("table", "list");
	const kind = r.pick(kinds);
	switch (kind) {
	case "scalar": return scalar(r, schema);
	case "float": return float(r);
	case "struct": return { kind, of: r.pick(schema.structs) };
	case "union": return { kind, of: r.pick(schema.unions) };
	case "set": {
		const elem = scalar(r, schema);
		const few = elem.kind === "bool" || elem.kind === "enum"; // there may be fewer values than asked for
		return { kind, elem, ...size(r), ...(few ? { min: 0 } : {}) };
	}
	case "list":
	case "map": return { kind, elem: element(r, schema, depth + 1), ...size(r) };
	case "table": return { kind, of: r.pick(schema.structs.filter((s) => s.key)) };
	case "bytes": return r.chance(0.5) ? { kind, min: 0, max: 1 << 20 } : { kind, min: 0, max: 12, declared: true };
	default: return { kind };
	}
}

function element(r, schema, depth) {
	for (;;) {
		const t = type(r, schema, depth);
		if (t.kind !== "counter" && t.kind !== "text" && t.kind !== "table") return t;
	}
}

function defaultOf(r, t) {
	switch (t.kind) {
	case "bool": return r.chance(0.5);
	case "int": return t.low + (t.high - t.low) * BigInt(r.below(100)) / 100n;
	case "enum": return r.pick(t.of.values);
	case "string": return t.min > 8 ? undefined : "d\u00e9fa\"ult".slice(0, Math.max(t.min, Math.min(t.max, 8))).padEnd(t.min, "x");
	case "float": return t.low === undefined ? 1.5 : t.high;
	default: return undefined;
	}
}

function field(r, schema, name, plain) {
	const t = type(r, schema, 0);
	const f = { name, json: name, type: t, optional: r.chance(0.25), nullable: r.chance(0.2) && t.kind !== "json" };
	if (r.chance(0.15)) f.json = `${name}${r.pick(["-x", " y", "/z", "~t", "\u00e9", "\"q"])}`;
	if (t.kind === "counter" || t.kind === "text" || t.kind === "table") f.optional = f.nullable = false;
	if (!f.optional && !f.nullable && r.chance(0.3)) f.value = defaultOf(r, t);
	const bounded = (t.kind === "string" && t.declared) || (t.kind === "format" && fixed.includes(t.name)) ||
		(t.kind === "list" && t.declared && ["int", "bool", "timestamp"].includes(t.elem.kind));
	if (!plain && bounded && f.value === undefined && r.chance(0.3)) f.inline = true;
	return f;
}

/* {enums, structs, unions}, in an order that needs no forward reference, plus one recursive struct. */
export function make(seed) {
	const r = random(seed);
	const schema = { seed, enums: [], structs: [], unions: [] };
	for (let i = r.below(3); i >= 0; i--)
		schema.enums.push({ name: `Enum${i}`, open: r.chance(0.3), values: names(r, r.between(1, 6)) });
	for (let i = 0, n = r.between(2, 6); i < n; i++) {
		const s = { name: `Struct${i}`, closed: r.chance(0.4), fields: [] };
		for (const name of names(r, r.chance(0.05) ? 70 : r.between(1, 9))) s.fields.push(field(r, schema, name));
		if (r.chance(0.5)) {
			const t = r.pick([{ kind: "format", name: "uuid" }, { kind: "string", min: 1, max: 20, declared: true },
				{ kind: "int", name: "uint32", low: 0n, high: 2n ** 32n - 1n }]);
			s.key = { name: "key_field", json: "key_field", type: t, key: true };
			s.fields.unshift(s.key);
		}
		if (r.chance(0.25))
			s.fields.push({ name: "more", json: "more", type: { kind: "list", elem: { kind: "struct", of: s }, min: 0, max: 65536 } });
		if (r.chance(0.2)) s.fields.push({ name: "next", json: "next", optional: true, type: { kind: "struct", of: s } });
		schema.structs.push(s);
		if (r.chance(0.3)) {
			const open = schema.structs.filter((x) => !x.fields.some((f) => f.json === "type"));
			if (open.length) schema.unions.push({ name: `Union${i}`,
				tags: names(r, r.between(1, 3)).map((name) => ({ name, of: r.pick(open) })) });
		}
	}
	return schema;
}

const q = (text) => JSON.stringify(text);

export function spell(t) {
	const length = t.declared ? `(${t.min}..${t.max})` : "";
	switch (t.kind) {
	case "int": return t.name + (t.declared ? `(${t.low}..${t.high})` : "");
	case "float": return t.name + (t.low === undefined ? "" : `(${t.low}..${t.high})`);
	case "format": return t.name;
	case "enum": case "struct": case "union": return t.of.name;
	case "list": return `[${spell(t.elem)}]${length}`;
	case "set": case "map": return `${t.kind}<${spell(t.elem)}>${length}`;
	case "table": return `table<${t.of.name}>`;
	default: return t.kind + length;
	}
}

function spellField(f) {
	let line = `  ${f.name}${f.optional ? "?" : ""}: ${spell(f.type)}${f.nullable ? " | null" : ""}`;
	if (f.value !== undefined)
		line += ` = ${f.type.kind === "string" ? q(f.value) : typeof f.value === "bigint" ? f.value : f.value}`;
	if (f.key) line += " @key";
	if (f.inline) line += " @inline";
	if (f.json !== f.name) line += ` @json(${q(f.json)})`;
	return `${line};\n`;
}

export function print(schema) {
	let out = `/// Random schema, seed ${schema.seed}.\npackage random.seed${schema.seed};\n\n`;
	for (const e of schema.enums) out += `${e.open ? "open " : ""}enum ${e.name} { ${e.values.join(", ")} }\n\n`;
	for (const s of schema.structs)
		out += `struct ${s.name}${s.closed ? " @closed" : ""} {\n${s.fields.map(spellField).join("")}}\n\n`;
	for (const u of schema.unions)
		out += `union ${u.name} {\n${u.tags.map((t) => `  ${t.name}: ${t.of.name};\n`).join("")}}\n\n`;
	const all = schema.structs.map((s, i) => `  all${i}: [${s.name}] @write;\n`).join("");
	return `${out}model State @key("STATE") {\n${all}  title: string = "t" @write;\n  action touch(at: timestamp);\n}\n`;
}
