// Random values of a random type, and values with one thing wrong. JSON texts are made by hand, so that
// 64-bit numbers and doubles stand as they should.

const letters = ["a", "Z", "0", " ", "\"", "\\", "\n", "\u0000", "\u00e9", "\u20ac", "\u{1f600}", "/", "~", "\u2028", "\u007f"];
const samples = {
	uuid: (r) => [8, 4, 4, 4, 12].map((n) => Array.from({ length: n }, () => r.below(16).toString(16)).join("")).join("-"),
	email: (r) => `user${r.below(1000)}@example.org`,
	uri: (r) => `https://example.org/p/${r.below(1000)}?q=${r.below(9)}#f`,
	date: (r) => `20${r.between(10, 99)}-0${r.between(1, 9)}-${r.between(10, 28)}`,
	datetime: (r) => `20${r.between(10, 99)}-0${r.between(1, 9)}-${r.between(10, 28)}T0${r.below(10)}:${r.between(10, 59)}:00Z`,
	ipv4: (r) => [0, 0, 0, 0].map(() => r.below(256)).join("."),
	ipv6: (r) => `2001:db8::${r.below(65536).toString(16)}`,
	hostname: (r) => `host-${r.below(1000)}.example.org`,
	slug: (r) => `slug-${r.below(1000)}`,
};

function text(r, min, max) {
	const n = r.between(min, Math.min(max, min + 12));
	return Array.from({ length: n }, () => r.pick(letters)).join("");
}

function big(r, low, high) {
	if (r.chance(0.2)) return r.chance(0.5) ? low : high;
	if (low <= 0n && high >= 9n && r.chance(0.5)) return BigInt(r.below(10));
	return low + (r.bits() % (high - low + 1n));
}

function double(r, t) {
	let v = r.chance(0.3) ? r.between(-5, 5) : (r.unit() - 0.5) * 10 ** r.between(-8, 18);
	if (t.low !== undefined) v = t.low + r.unit() * (t.high - t.low);
	const most = t.name === "float32" ? 2 ** 128 - 2 ** 104 : Number.MAX_VALUE;
	if (r.chance(0.1)) v = r.chance(0.5) ? (t.low ?? -most) : (t.high ?? most);
	if (t.name === "float32") v = Math.fround(v);
	if (t.low !== undefined) v = Math.min(t.high, Math.max(t.low, v));
	return Object.is(v, -0) ? 0 : v;
}

function anything(r, depth) {
	switch (r.below(depth > 2 ? 4 : 6)) {
	case 0: return null;
	case 1: return r.chance(0.5);
	case 2: return r.between(-1000, 1000) / 4;
	case 3: return text(r, 0, 5).replaceAll("\u0000", "");
	case 4: return Array.from({ length: r.below(3) }, () => anything(r, depth + 1));
	default: return Object.fromEntries(Array.from({ length: r.below(3) }, (_, i) => [`k${i}`, anything(r, depth + 1)]));
	}
}

/* A value as {v: what JSON.parse would give, or a bigint in a string}. `depth` ends recursion. */
export function value(r, t, depth = 0) {
	const few = (min, max) => r.between(min, Math.max(min, Math.min(max, depth > 3 ? min : min + 3)));
	switch (t.kind) {
	case "bool": return r.chance(0.5);
	case "int": {
		const n = big(r, t.low, t.high);
		return t.name === "int64" || t.name === "uint64" ? String(n) : Number(n);
	}
	case "float": return double(r, t);
	case "counter": case "timestamp": return r.between(-100000, 100000);
	case "string": return text(r, t.min, t.max);
	case "text": return text(r, 0, 20);
	case "format": return samples[t.name](r);
	case "bytes": return Buffer.from(text(r, 0, t.max > 100 ? 9 : 3)).subarray(0, t.max).toString("base64");
	case "json": return anything(r, 0);
	case "enum": return r.chance(0.1) && t.of.open ? "unheard-of" : r.pick(t.of.values);
	case "struct": return struct(r, t.of, depth + 1);
	case "union": {
		const tag = r.pick(t.of.tags);
		return { type: tag.name, ...struct(r, tag.of, depth + 1) };
	}
	case "list": return list(r, t, few(t.min, t.max), depth);
	case "set": {
		const out = new Map();
		const want = few(Math.max(t.min, 1), t.max);
		for (let tries = 0; tries < 60 && out.size < want; tries++) {
			const v = value(r, t.elem, depth + 1);
			out.set(JSON.stringify(v), v);
		}
		return [...out.values()];
	}
	case "map": {
		const out = {};
		const n = few(t.min, t.max);
		for (let i = 0; Object.keys(out).length < n; i++) out[`${r.pick(["k", "a/b", "t~e", "\u00e9", "1"])}${i}`] = value(r, t.elem, depth + 1);
		return out;
	}
	case "table": {
		const out = {};
		for (let i = few(0, 3); i > 0; i--) {
			const row = struct(r, t.of, depth + 1);
			out[String(row[t.of.key.json])] = row;
		}
		return out;
	}
	}
	throw new Error(t.kind);
}

/* Elements with a key have it once. */
function list(r, t, want, depth) {
	const key = t.elem.kind === "struct" ? t.elem.of.key?.json : undefined;
	const seen = new Set();
	const out = [];
	while (out.length < want) {
		const v = value(r, t.elem, depth + 1);
		if (key !== undefined && seen.has(v[key])) continue;
		if (key !== undefined) seen.add(v[key]);
		out.push(v);
	}
	return out;
}

export function struct(r, s, depth) {
	const out = {};
	for (const f of s.fields) {
		if (f.optional && (depth > 3 || r.chance(0.4))) continue;
		if (f.value !== undefined && r.chance(0.2)) continue;
		out[f.json] = f.nullable && r.chance(0.3) ? null : value(r, f.type, depth);
	}
	return out;
}

/* `v` as it is meant: a float32 is the number it is, defaults are filled in (`fill`), the order of a set
 * says nothing (`sort`). */
export function meant(t, v, { fill = false, sort = false } = {}) {
	const how = { fill, sort };
	if (v === null || v === undefined) return v;
	switch (t.kind) {
	case "float": return t.name === "float32" ? Math.fround(v) : v;
	case "struct": return meantStruct(t.of, v, how);
	case "union": {
		const tag = t.of.tags.find((x) => x.name === v.type);
		return { type: v.type, ...meantStruct(tag.of, v, how) };
	}
	case "set": {
		const items = v.map((e) => meant(t.elem, e, how));
		return sort ? items.sort((a, b) => (String(a) < String(b) ? -1 : 1)) : items;
	}
	case "list": return v.map((e) => meant(t.elem, e, how));
	case "map": return Object.fromEntries(Object.entries(v).map(([k, e]) => [k, meant(t.elem, e, how)]));
	case "table": return Object.fromEntries(Object.entries(v).map(([k, e]) => [k, meantStruct(t.of, e, how)]));
	default: return v;
	}
}

function initial(f) {
	if (f.value === undefined) return undefined;
	if (typeof f.value !== "bigint") return f.value;
	return f.type.name === "int64" || f.type.name === "uint64" ? String(f.value) : Number(f.value);
}

function meantStruct(s, v, how) {
	const out = {};
	for (const f of s.fields) {
		const x = f.json in v ? meant(f.type, v[f.json], how) : how.fill ? meant(f.type, initial(f), how) : undefined;
		if (x !== undefined) out[f.json] = x;
	}
	return out;
}

const wrong = [null, true, 0, -1, 1.5, 1e300, "", "x", "\u{1f600}".repeat(70), [], {}, [[]], "2020-13-45", "not a uuid", [0, 0], { k: 1 }];

/* One place of `v` replaced, removed or added to. */
export function spoil(r, v) {
	const copy = structuredClone(v);
	const places = [];
	(function walk(holder) {
		for (const key of Object.keys(holder)) {
			places.push([holder, key]);
			if (holder[key] !== null && typeof holder[key] === "object") walk(holder[key]);
		}
	})(copy);
	if (!places.length || r.chance(0.1)) return { ...copy, "un known": r.pick(wrong) };
	const [holder, key] = r.pick(places);
	if (r.chance(0.25)) {
		if (Array.isArray(holder)) holder.splice(Number(key), 1);
		else delete holder[key];
	} else if (Array.isArray(holder) && r.chance(0.3)) {
		holder.push(structuredClone(holder[key]));
	} else {
		holder[key] = structuredClone(r.pick(wrong));
	}
	return copy;
}
