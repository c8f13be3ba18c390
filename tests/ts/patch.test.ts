/** Values: patches, differences, drafts, texts. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { diff } from "../../runtime/ts/src/diff.js";
import { edit } from "../../runtime/ts/src/draft.js";
import { applyPatch, type Op, reuse, sameJson } from "../../runtime/ts/src/patch.js";
import { Schema } from "../../runtime/ts/src/shape.js";
import { applyDelta, composeDelta, diffText, transformDelta } from "../../runtime/ts/src/delta.js";
import { Board } from "./board.js";
import { Chance } from "./world.js";

const suites = process.env["SUITES"] ?? "../shared/suites";
const untyped = new Schema(undefined);
const board = new Schema(Board.shape);

test("RFC 6902: the suite of others", () => {
	const files = ["tests.json", "spec_tests.json"]
		.map((f) => `${suites}/json-patch-tests/${f}`)
		.filter(existsSync);
	if (files.length === 0) console.log("note: skipped: json-patch-tests are not there");
	let count = 0;
	for (const file of files)
		for (const row of JSON.parse(readFileSync(file, "utf8")) as any[]) {
			if (row.disabled || !row.patch) continue;
			count++;
			const before = JSON.stringify(row.doc);
			const run = () => applyPatch(row.doc, row.patch as Op[]);
			if ("expected" in row)
				assert.ok(sameJson(run(), row.expected), row.comment ?? JSON.stringify(row.patch));
			else if (row.error)
				assert.throws(run, `${row.error}: ${row.comment} ${JSON.stringify(row.patch)}`);
			assert.equal(JSON.stringify(row.doc), before);
		}
	console.log(`note: ${count} patches of others`);
});

test("what a patch does not touch keeps its identity", () => {
	const before = { a: { deep: [1] }, list: [{ n: 1 }, { n: 2 }] };
	const after = applyPatch(before, [{ op: "replace", path: "/list/1/n", value: 3 }]);
	assert.equal(after.a, before.a);
	assert.equal(after.list[0], before.list[0]);
	assert.deepEqual(before.list[1], { n: 2 });
	const again = reuse(before, JSON.parse(JSON.stringify(after)) as typeof before);
	assert.equal(again.a, before.a);
	assert.equal(again.list[0], before.list[0]);
	assert.deepEqual(again, after);
});

test("a patch that fails changes nothing", () => {
	const before = { a: [1, 2] };
	const ops: Op[] = [
		{ op: "add", path: "/a/0", value: 0 },
		{ op: "remove", path: "/nothing" },
	];
	assert.throws(() => applyPatch(before, ops), { code: "conflict" });
	assert.deepEqual(before, { a: [1, 2] });
});

test("__proto__ is a name like any other", () => {
	const value = JSON.parse('{"__proto__": {"x": 1}}') as object;
	const after = applyPatch({}, [
		{ op: "add", path: "/__proto__", value },
		{ op: "add", path: "/__proto__/polluted", value: 1 },
	]);
	assert.equal(({} as { polluted?: number }).polluted, undefined);
	assert.deepEqual(Object.keys(after), ["__proto__"]);
	const drafted = edit({} as Record<string, unknown>, (d) => void (d["__proto__"] = { y: 1 }));
	assert.deepEqual(Object.keys(drafted.value), ["__proto__"]);
	assert.throws(
		() => applyPatch({}, [{ op: "add", path: "/constructor/prototype/x", value: 1 }]),
		{ code: "conflict" },
	);
});

const value = (c: Chance, depth = 0): unknown => {
	const kind = c.below(depth > 3 ? 3 : 6);
	if (kind === 0) return c.below(5);
	if (kind === 1) return c.one(["a", "b", "c"]);
	if (kind === 2) return null;
	if (kind < 5) return Array.from({ length: c.below(5) }, () => value(c, depth + 1));
	return Object.fromEntries(
		Array.from({ length: c.below(4) }, () => [c.one(["x", "y", "__proto__"]), value(c, depth + 1)]),
	);
};

test("apply(a, diff(a, b)) is b: random JSON", () => {
	const c = new Chance(1);
	for (let i = 0; i < 3000; i++) {
		const [a, b] = [{ r: value(c) }, { r: value(c) }];
		const ops = diff(a, b, untyped);
		assert.ok(sameJson(applyPatch(a, ops), b), JSON.stringify([a, b, ops]));
		assert.deepEqual(diff(a, a, untyped), []);
	}
});

test("apply(a, diff(a, b)) is b: boards", () => {
	const c = new Chance(2);
	const some = <T>(make: () => T) => Array.from({ length: c.below(6) }, make);
	const unique = (cards: { id: string }[]) => [...new Map(cards.map((card) => [card.id, card])).values()];
	const state = () => ({
		title: c.one(["a", "b"]),
		notes: some(() => c.one(["x", "y", "z"])),
		cards: unique(
			some(() => ({
				id: String(c.below(8)),
				text: some(() => c.one(["a", "😀"])).join(""),
				done: c.chance(50),
			})),
		),
		tags: [...new Set(some(() => c.below(6)))].sort(),
		views: c.below(9),
		body: some(() => c.one(["a", "b", "😀"])).join(""),
	});
	for (let i = 0; i < 3000; i++) {
		const [a, b] = [state(), state()];
		const ops = diff(a, b, board, board.root);
		const got = applyPatch(a, ops);
		assert.deepEqual({ ...got, tags: [...got.tags].sort() }, b, JSON.stringify([a, ops]));
	}
});

const recipes: [string, (d: any) => unknown, unknown[]][] = [
	["push", (d) => d.notes.push("n"), [{ op: "add", path: "/notes/-", value: "n" }]],
	["unshift", (d) => d.notes.unshift("n"), [{ op: "add", path: "/notes/0", value: "n" }]],
	["splice", (d) => d.notes.splice(1, 1), [{ op: "remove", path: "/notes/1" }]],
	["index", (d) => (d.notes[1] = "B"), [{ op: "replace", path: "/notes/1", value: "B" }]],
	[
		"filter",
		(d) => (d.cards = d.cards.filter((x: any) => x.id !== "1")),
		[{ op: "remove", path: "/cards/0" }],
	],
	["inside", (d) => (d.cards[1].done = true), [{ op: "replace", path: "/cards/1/done", value: true }]],
	[
		"map to new objects",
		(d) => (d.cards = d.cards.map((x: any) => ({ ...x, done: x.id === "2" }))),
		[{ op: "replace", path: "/cards/1/done", value: true }],
	],
	["rotate", (d) => d.cards.push(d.cards.shift()), [{ op: "move", from: "/cards/0", path: "/cards/2" }]],
	[
		"reverse",
		(d) => d.cards.reverse(),
		[
			{ op: "move", from: "/cards/2", path: "/cards/0" },
			{ op: "move", from: "/cards/2", path: "/cards/1" },
		],
	],
	[
		"pop, change, push",
		(d) => {
			const x = d.cards.pop();
			x.done = true;
			d.cards.unshift(x);
		},
		[
			{ op: "move", from: "/cards/2", path: "/cards/0" },
			{ op: "replace", path: "/cards/0/done", value: true },
		],
	],
	["empty", (d) => (d.notes.length = 0), [2, 1, 0].map((i) => ({ op: "remove", path: `/notes/${i}` }))],
	[
		"and back",
		(d) => {
			d.title = "x";
			d.title = "t";
			d.notes.push("n");
			d.notes.pop();
		},
		[],
	],
	["counter", (d) => (d.views += 3), [{ op: "inc", path: "/views", by: 3 }]],
	["text", (d) => (d.body = "the big end"), [{ op: "text", path: "/body", delta: [4, "big "] }]],
	[
		"text in a card",
		(d) => (d.cards[2].text += "!"),
		[{ op: "text", path: "/cards/2/text", delta: [3, "!"] }],
	],
	[
		"set",
		(d) => (d.tags = ["b", "c"]),
		[
			{ op: "remove", path: "/tags/0", value: "a" },
			{ op: "add", path: "/tags/-", value: "c" },
		],
	],
	["set, twice", (d) => d.tags.push("a"), []],
	[
		"map",
		(d) => {
			d.counts["a/b"] = 1;
			delete d.counts["0"];
		},
		[
			{ op: "remove", path: "/counts/0" },
			{ op: "add", path: "/counts/a~1b", value: 1 },
		],
	],
	["undefined is absent", (d) => (d.counts["0"] = undefined), [{ op: "remove", path: "/counts/0" }]],
];

for (const [name, recipe, ops] of recipes)
	test(`a recipe becomes operations: ${name}`, () => {
		const cards = ["1", "2", "3"].map((id) => ({ id, text: `c${id}.`, done: false }));
		const state = {
			title: "t",
			notes: ["a", "b", "c"],
			cards,
			tags: ["a", "b"],
			counts: { "0": 1 },
			views: 1,
			body: "the end",
		};
		const text = JSON.stringify(state);
		const { value: after, origins } = edit(state, recipe);
		assert.deepEqual(diff(state, after, board, board.root, origins), ops);
		assert.equal(JSON.stringify(state), text, "the state was written to");
	});

test("an insert at the head of 10,000 items is one operation, and quick", () => {
	const state = { list: Array.from({ length: 10_000 }, (_, i) => ({ i })) };
	const start = performance.now();
	const { value: after, origins } = edit(state, (d) => void d.list.unshift({ i: -1 }));
	assert.equal(diff(state, after, untyped, undefined, origins).length, 1);
	assert.ok(performance.now() - start < 200);
	assert.equal(after.list[1], state.list[0]);
});

test("what is no JSON is refused, and a draft does not outlive its recipe", () => {
	const state: { x: unknown } = { x: 1 };
	for (const bad of [NaN, Infinity, () => 1, Symbol("s")])
		assert.throws(() => edit(state, (d) => (d.x = bad)), TypeError);
	assert.throws(() => edit(state, (d) => (d.x = d)), TypeError);
	let kept: { x: unknown } | undefined;
	edit(state, (d) => (kept = d));
	assert.throws(() => (kept!.x = 2), TypeError);
	const given = { inner: [1] };
	const { value: after } = edit(state, (d) => (d.x = given));
	given.inner.push(2);
	assert.deepEqual(after, { x: { inner: [1] } });
});

test("texts: the rows of tests/wire/texts.json, as in C", () => {
	for (const row of JSON.parse(readFileSync("tests/wire/texts.json", "utf8"))) {
		const { name, text, first, second, front, behind } = row;
		assert.deepEqual(transformDelta(second, first, true), front, name);
		assert.deepEqual(transformDelta(second, first, false), behind, name);
		const both = applyDelta(applyDelta(text, first), front);
		assert.equal(applyDelta(applyDelta(text, second), transformDelta(first, second, false)), both, name);
	}
});

test("texts: difference, transformation, composition", () => {
	const c = new Chance(3);
	const word = () => Array.from({ length: c.below(12) }, () => c.one(["a", "b", "c", "😀", "é"])).join("");
	for (let i = 0; i < 10_000; i++) {
		const [a, b, d] = [word(), word(), word()];
		const [x, y] = [diffText(a, b), diffText(a, d)];
		assert.equal(applyDelta(a, x), b);
		assert.equal(
			applyDelta(applyDelta(a, x), transformDelta(y, x, true)),
			applyDelta(applyDelta(a, y), transformDelta(x, y, false)),
		);
		assert.equal(applyDelta(a, composeDelta(x, diffText(b, d))), d);
	}
	assert.deepEqual(diffText("hello brave world", "hallo big world!"), [1, -1, "a", 5, -4, "ig", 6, "!"]);
	assert.throws(() => applyDelta("😀", [1, "x"]), { code: "conflict" });
});
