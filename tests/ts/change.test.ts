/** What a store in the browser writes of a state: what has changed. (The store itself is in test_browser.mjs.) */
import assert from "node:assert/strict";
import { test } from "node:test";
import { changeOf, patched, weigh } from "../../runtime/ts/src/change.js";
import { Chance } from "./world.js";

const long = "a text of more than sixty-four letters, so that it is worth it to say where it changed";

const rows: [name: string, before: unknown, after: unknown, most: number][] = [
	["the same", { a: 1 }, { a: 1 }, 0],
	["NaN is itself", [NaN], [NaN], 0],
	["a member", { a: long, b: 1 }, { a: long, b: 2 }, 70],
	["a member that is new", { a: long }, { a: long, b: 2 }, 70],
	["a member that is gone", { a: long, b: 2, c: 3 }, { a: long, c: 3 }, 70],
	["the order of members", { a: 1, b: 2 }, { b: 2, a: 1 }, 90],
	["undefined is not nothing", { a: undefined }, {}, 70],
	["a letter", long, `${long.slice(0, 9)}X${long.slice(9)}`, 90],
	["half a pair", `${long}\ud83d\ude00`, `${long}\ud83d\ude01`, 90],
	["a text for none", { a: null }, { a: long }, 200],
	["in front of a list", [1, 2, 3], [0, 1, 2, 3], 90],
	["out of a list", [1, 2, 3], [1, 3], 90],
	["a place in a list", [[long], [long]], [[long], [long, 1]], 100],
	["a list for an object", { 0: 1 }, [1], 90],
	["an object for a list", [1], { 0: 1 }, 90],
	["bytes", { a: new Uint8Array([1, 2]) }, { a: new Uint8Array([1, 3]) }, 90],
	["bytes for an object", { a: { 0: 1 } }, { a: new Uint8Array([1]) }, 90],
	["large numbers", { a: 1n << 60n }, { a: (1n << 60n) + 1n }, 90],
	["a name like another", JSON.parse('{"__proto__":{"a":1}}'), JSON.parse('{"__proto__":{"a":2}}'), 80],
	["a name of all objects", {}, { constructor: 1, toString: 2 }, 120],
];

test("a change leads from one value to another, and says no more", () => {
	for (const [name, before, after, most] of rows) {
		const change = structuredClone(changeOf(before, after));
		assert.equal(change === undefined, most === 0, name);
		const now = change ? patched(before, change) : before;
		assert.deepStrictEqual(now, after, name);
		assert.deepEqual(Object.keys(Object(now)), Object.keys(Object(after)), name);
		assert.ok(weigh(change) <= most + 8, `${name}: ${weigh(change)}`);
	}
});

test("what is the same object is not looked into", () => {
	const trap = new Proxy({}, { ownKeys: () => assert.fail("it is looked into") });
	assert.deepEqual(changeOf({ a: [trap, 1], b: trap }, { a: [trap, 2], b: trap }), {
		in: [["a", { in: [["1", { is: 2 }]], out: [] }]],
		out: [],
	});
});

function make(chance: Chance, depth: number): unknown {
	const kind = chance.below(depth > 0 ? 6 : 4);
	if (kind === 0) return chance.below(3);
	if (kind === 1) return long.slice(chance.below(20));
	if (kind < 4) return ["", null, true, 2n][chance.below(4)];
	const members = Array.from({ length: chance.below(5) }, (_, i) => [
		`k${(i * 7) % 5}`,
		make(chance, depth - 1),
	]);
	return kind === 4 ? members.map(([, value]) => value) : Object.fromEntries(members);
}

/** Some of it made anew. */
function vary(chance: Chance, value: unknown): unknown {
	if (chance.below(4) === 0) return make(chance, 2);
	if (typeof value !== "object" || value === null) return value;
	if (!Array.isArray(value))
		return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, vary(chance, v)]));
	const list = value.map((v) => (chance.below(3) ? v : vary(chance, v)));
	list.splice(chance.below(list.length + 1), chance.below(2), ...(chance.below(2) ? [make(chance, 1)] : []));
	return list;
}

test("thousands of values and what becomes of them", () => {
	const chance = new Chance(20261129);
	for (let i = 0; i < 5000; i++) {
		let value = make(chance, 4);
		for (let k = 0; k < 4; k++) {
			const next = vary(chance, value);
			const change = structuredClone(changeOf(value, next));
			assert.deepStrictEqual(change ? patched(structuredClone(value), change) : value, next);
			value = next;
		}
	}
});
