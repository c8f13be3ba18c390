/** Pending changes carried over what comes in. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { composeDelta, type Delta } from "../../runtime/ts/src/delta.js";
import { applyPatch, type Op } from "../../runtime/ts/src/patch.js";
import { rebase } from "../../runtime/ts/src/rebase.js";
import { Schema } from "../../runtime/ts/src/shape.js";
import { Board } from "./board.js";
import { Chance } from "./world.js";

const board = new Schema(Board.shape);
const untyped = new Schema(undefined);

interface Row {
	name: string;
	before: unknown;
	incoming: Op[];
	/** What is pending; `done` of them, the first ones, are in what comes in; those at these places are refused. */
	pending: Op[][];
	done?: number;
	lost?: number[];
	view: unknown;
	ops?: (Op[] | undefined)[];
	schema?: Schema;
}

const card = (id: string, text = id) => ({ id, text, done: false });

const rows: Row[] = [
	{
		name: "an edit follows its element",
		before: { notes: ["a", "b"] },
		incoming: [{ op: "add", path: "/notes/0", value: "x" }],
		pending: [[{ op: "replace", path: "/notes/1", value: "B" }]],
		view: { notes: ["x", "a", "B"] },
		ops: [[{ op: "replace", path: "/notes/2", value: "B" }]],
	},
	{
		name: "of two equal elements the right one",
		before: { notes: ["a", "a", "a"] },
		incoming: [{ op: "remove", path: "/notes/0" }],
		pending: [[{ op: "replace", path: "/notes/2", value: "B" }]],
		view: { notes: ["a", "B"] },
	},
	{
		name: "an element that moved",
		before: { cards: [card("1"), card("2"), card("3")] },
		incoming: [{ op: "move", from: "/cards/0", path: "/cards/2" }],
		pending: [[{ op: "replace", path: "/cards/0/done", value: true }]],
		view: { cards: [card("2"), card("3"), { ...card("1"), done: true }] },
	},
	{
		name: "an edit inside what we added and the server has done",
		before: { cards: [card("1")] },
		incoming: [
			{ op: "add", path: "/cards/0", value: card("x") },
			{ op: "add", path: "/cards/2", value: card("new", "NEW") },
		],
		pending: [
			[{ op: "add", path: "/cards/-", value: card("new", "new") }],
			[{ op: "replace", path: "/cards/1/done", value: true }],
		],
		done: 1,
		view: { cards: [card("x"), card("1"), { ...card("new", "NEW"), done: true }] },
		ops: [[{ op: "replace", path: "/cards/2/done", value: true }]],
	},
	{
		name: "the same without a key, by content",
		before: { list: [] },
		incoming: [
			{ op: "add", path: "/list/0", value: { t: "theirs" } },
			{ op: "add", path: "/list/1", value: { t: "ours", l: [1] } },
		],
		pending: [
			[{ op: "add", path: "/list/0", value: { t: "ours", l: [1] } }],
			[{ op: "add", path: "/list/0/l/0", value: 0 }],
		],
		done: 1,
		view: { list: [{ t: "theirs" }, { t: "ours", l: [0, 1] }] },
		schema: untyped,
	},
	{
		name: "an element that is gone takes the edit with it",
		before: { notes: ["a", "b"] },
		incoming: [{ op: "remove", path: "/notes/1" }],
		pending: [
			[{ op: "replace", path: "/notes/1", value: "B" }],
			[{ op: "add", path: "/notes/-", value: "c" }],
		],
		view: { notes: ["a", "c"] },
		ops: [undefined, [{ op: "add", path: "/notes/-", value: "c" }]],
	},
	{
		name: "a change is done as a whole or not at all",
		before: { title: "t", notes: ["a"] },
		incoming: [{ op: "remove", path: "/notes/0" }],
		pending: [
			[
				{ op: "replace", path: "/title", value: "T" },
				{ op: "replace", path: "/notes/0", value: "A" },
			],
		],
		view: { title: "t", notes: [] },
		ops: [undefined],
	},
	{
		name: "removed by both",
		before: { notes: ["a", "b"] },
		incoming: [{ op: "remove", path: "/notes/0" }],
		pending: [[{ op: "remove", path: "/notes/0" }], [{ op: "remove", path: "/notes/0" }]],
		view: { notes: [] },
		ops: [[], [{ op: "remove", path: "/notes/0" }]],
	},
	{
		name: "an insert stays behind its neighbour",
		before: { notes: ["a", "b", "c"] },
		incoming: [
			{ op: "remove", path: "/notes/1" },
			{ op: "add", path: "/notes/0", value: "x" },
		],
		pending: [[{ op: "add", path: "/notes/2", value: "n" }]],
		view: { notes: ["x", "a", "n", "c"] },
	},
	{
		name: "digits of a map are no index",
		before: { counts: { "0": 1, "1": 1 } },
		incoming: [{ op: "remove", path: "/counts/0" }],
		pending: [[{ op: "replace", path: "/counts/1", value: 2 }]],
		view: { counts: { "1": 2 } },
	},
	{
		name: "a list that was replaced: elements are found by what they are",
		before: { notes: ["a", "b", "c"] },
		incoming: [{ op: "replace", path: "/notes", value: ["c", "x", "b"] }],
		pending: [[{ op: "replace", path: "/notes/1", value: "B" }]],
		view: { notes: ["c", "x", "B"] },
	},
	{
		name: "a snapshot",
		before: { title: "t", cards: [card("1"), card("2")] },
		incoming: [
			{ op: "replace", path: "", value: { title: "T", cards: [card("2"), card("3"), card("1")] } },
		],
		pending: [[{ op: "text", path: "/cards/0/text", delta: [1, "!"] }]],
		view: { title: "T", cards: [card("2"), card("3"), card("1", "1!")] },
	},
	{
		name: "a snapshot: another element without a key at the same place is not the one that was edited",
		before: { list: [{ name: "a" }, { name: "b" }] },
		incoming: [{ op: "replace", path: "", value: { list: [{ name: "c" }, { name: "b" }] } }],
		pending: [
			[{ op: "add", path: "/list/0/note", value: "of a" }],
			[{ op: "add", path: "/list/1/note", value: "of b" }],
		],
		view: { list: [{ name: "c" }, { name: "b", note: "of b" }] },
		ops: [undefined, [{ op: "add", path: "/list/1/note", value: "of b" }]],
		schema: untyped,
	},
	{
		name: "texts: two places of others, one of ours between them",
		before: { body: "one two three four five" },
		incoming: [{ op: "text", path: "/body", delta: [3, "!", 15, "?"] }],
		pending: [
			[{ op: "text", path: "/body", delta: [8, -5, "3"] }],
			[{ op: "text", path: "/body", delta: [9, "."] }],
		],
		view: { body: "one! two 3. four? five" },
	},
	{
		name: "texts: what was typed on what is done",
		before: { body: "ab" },
		incoming: [{ op: "text", path: "/body", delta: ["X", 1, "1"] }],
		pending: [
			[{ op: "text", path: "/body", delta: [1, "1"] }],
			[{ op: "text", path: "/body", delta: [2, "2"] }],
		],
		done: 1,
		view: { body: "Xa12b" },
	},
	{
		name: "texts: where the edit was, not where the texts differ",
		before: { body: "Hello cruel world" },
		incoming: [{ op: "text", path: "/body", delta: [5, -6] }],
		pending: [
			[{ op: "text", path: "/body", delta: [8, "XX"] }],
			[{ op: "text", path: "/body", delta: [5, -3] }],
		],
		view: { body: "HelloXX world" },
		ops: [
			[{ op: "text", path: "/body", delta: [5, "XX"] }],
			[{ op: "text", path: "/body", delta: [] }],
		],
	},
	{
		name: "texts: ours among what came in",
		before: { body: "aaaa" },
		incoming: [
			{ op: "text", path: "/body", delta: ["a"] },
			{ op: "text", path: "/body", delta: [3, "a"] },
		],
		pending: [[{ op: "text", path: "/body", delta: [2, "a"] }], [{ op: "text", path: "/body", delta: [3, "X"] }]],
		done: 1,
		view: { body: "aaaaXaa" },
	},
	{
		name: "texts: ours cannot be told from theirs",
		before: { body: "ab" },
		incoming: [{ op: "text", path: "/body", delta: ["1", 1, "2"] }],
		pending: [[{ op: "text", path: "/body", delta: [1, "2"] }], [{ op: "text", path: "/body", delta: [3, "X"] }]],
		done: 1,
		view: { body: "1a2bX" },
	},
	{
		name: "texts: an edit behind a refused one, in a snapshot",
		before: { body: "a<c1>" },
		incoming: [{ op: "replace", path: "", value: { body: "Za<c1>" } }],
		pending: [[{ op: "text", path: "/body", delta: [5, "<d1>"] }], [{ op: "text", path: "/body", delta: [5, "Y"] }]],
		lost: [0],
		view: { body: "Za<c1>Y" },
		ops: [[{ op: "text", path: "/body", delta: [6, "Y"] }]],
	},
	{
		name: "texts: an edit behind a refused one, beside those of others",
		before: { body: "aa bb aa bb" },
		incoming: [{ op: "text", path: "/body", delta: [5, -3] }],
		pending: [
			[{ op: "text", path: "/body", delta: [" aa bb"] }],
			[{ op: "text", path: "/body", delta: [3, "X"] }],
			[{ op: "text", path: "/body", delta: [12, "Y"] }],
		],
		lost: [0],
		view: { body: "Xaa bbY bb" },
	},
	{
		name: "texts: what was refused to be deleted is there again",
		before: { body: "one two two two" },
		incoming: [{ op: "text", path: "/body", delta: ["0 "] }],
		pending: [[{ op: "text", path: "/body", delta: [4, -4] }], [{ op: "text", path: "/body", delta: [11, "!"] }]],
		lost: [0],
		view: { body: "0 one two two two!" },
	},
	{
		name: "texts: one that is done behind a refused one",
		before: { body: "ab ab" },
		incoming: [{ op: "text", path: "/body", delta: ["ab ", 3, "ab "] }],
		pending: [
			[{ op: "text", path: "/body", delta: ["ab "] }],
			[{ op: "text", path: "/body", delta: [6, "ab "] }],
			[{ op: "text", path: "/body", delta: [8, "X"] }],
		],
		done: 2,
		lost: [0],
		view: { body: "ab ab abX ab" },
	},
	{
		name: "texts: one that is refused behind one that stays",
		before: { body: "abab" },
		incoming: [{ op: "text", path: "/body", delta: [2, -2] }],
		pending: [
			[{ op: "text", path: "/body", delta: ["12"] }],
			[{ op: "text", path: "/body", delta: [2, "abab"] }],
			[{ op: "text", path: "/body", delta: [6, "X"] }],
		],
		lost: [1],
		view: { body: "12Xab" },
	},
	{
		name: "texts: ours and those of others in one edit",
		before: { body: "abab" },
		incoming: [{ op: "text", path: "/body", delta: ["ab", 2, "abab"] }],
		pending: [
			[{ op: "text", path: "/body", delta: [2, "ab"] }],
			[{ op: "text", path: "/body", delta: [4, "X"] }],
		],
		done: 1,
		view: { body: "ababababXab" },
	},
	{
		name: "texts: others wrote into what is ours",
		before: { body: "." },
		incoming: [{ op: "text", path: "/body", delta: ["heXXllo"] }],
		pending: [
			[{ op: "text", path: "/body", delta: ["hello"] }],
			[{ op: "text", path: "/body", delta: [1, "Y"] }],
			[{ op: "text", path: "/body", delta: [6, "Z"] }],
		],
		done: 1,
		view: { body: "hYeXXlloZ." },
	},
	{
		name: "a set has each value once",
		before: { tags: ["a"] },
		incoming: [{ op: "add", path: "/tags/1", value: "b" }],
		pending: [
			[{ op: "add", path: "/tags/-", value: "b" }],
			[{ op: "remove", path: "/tags/0", value: "a" }],
		],
		view: { tags: ["b"] },
		ops: [[], [{ op: "remove", path: "/tags/0", value: "a" }]],
	},
	{
		name: "a member that was replaced is written to again",
		before: { title: "t" },
		incoming: [{ op: "replace", path: "/title", value: "theirs" }],
		pending: [[{ op: "replace", path: "/title", value: "ours" }]],
		view: { title: "ours" },
	},
	{
		name: "a member whose name is empty",
		before: { "": { a: 1 } },
		incoming: [{ op: "add", path: "//b", value: 2 }],
		pending: [[{ op: "replace", path: "//a", value: 3 }]],
		view: { "": { a: 3, b: 2 } },
		schema: untyped,
	},
	{
		name: "our move among what moved",
		before: { notes: ["a", "b", "c", "d"] },
		incoming: [
			{ op: "add", path: "/notes/0", value: "x" },
			{ op: "remove", path: "/notes/3" },
		],
		pending: [[{ op: "move", from: "/notes/0", path: "/notes/2" }]],
		view: { notes: ["x", "b", "a", "d"] },
	},
];

for (const row of rows)
	test(`carried over: ${row.name}`, () => {
		const steps = row.pending.map((ops, i) =>
			row.lost?.includes(i)
				? { ops, fate: "lost" as const }
				: i < (row.done ?? 0)
					? { ops, fate: "done" as const }
					: { ops },
		);
		const { view, ops } = rebase(row.before, row.incoming, steps, row.schema ?? board);
		assert.deepEqual(view, row.view);
		if (row.ops)
			assert.deepEqual(
				ops.map((o) => (o instanceof Error ? undefined : o)),
				row.ops,
			);
		assert.equal(ops.length, steps.filter((step) => !("fate" in step)).length);
	});

test("carried over: random edits of a list hit the elements they meant", () => {
	const c = new Chance(5);
	for (let round = 0; round < 2000; round++) {
		const before = { list: Array.from({ length: c.below(8) }, (_, i) => ({ id: `e${i}`, by: "" })) };
		let serial = 0;
		const make = (state: { list: { id: string; by: string }[] }, who: string): Op => {
			const { list } = state;
			const at = c.below(list.length);
			const kind = list.length === 0 ? 0 : c.below(4);
			if (kind === 0)
				return {
					op: "add",
					path: `/list/${c.below(list.length + 1)}`,
					value: { id: `${who}${serial++}`, by: "" },
				};
			if (kind === 1) return { op: "remove", path: `/list/${at}` };
			if (kind === 2) return { op: "move", from: `/list/${at}`, path: `/list/${c.below(list.length)}` };
			return { op: "replace", path: `/list/${at}/by`, value: `${list[at]!.id} by ${who}` };
		};
		let theirs = before;
		const incoming: Op[] = [];
		for (let i = c.below(5); i > 0; i--) {
			incoming.push(make(theirs, "s"));
			theirs = applyPatch(theirs, incoming.slice(-1));
		}
		let mine = before;
		const steps: { ops: Op[] }[] = [];
		const edited = new Set<string>();
		const removed = new Set<string>();
		for (let i = c.below(6); i > 0; i--) {
			const op = make(mine, "c");
			if (op.op === "replace") edited.add(String(op.value).split(" ")[0]!);
			if (op.op === "remove") removed.add(mine.list[Number(op.path.slice(6))]!.id);
			mine = applyPatch(mine, [op]);
			steps.push({ ops: [op] });
		}
		const { view, ops } = rebase(before, incoming, steps, untyped) as {
			view: typeof before;
			ops: (Op[] | Error)[];
		};
		const seen = JSON.stringify({ before, incoming, steps, view });
		const there = new Set(theirs.list.map((e) => e.id));
		for (const e of view.list) {
			assert.ok(e.by === "" || e.by.startsWith(`${e.id} `), seen);
			assert.ok(!removed.has(e.id), seen);
			if (edited.has(e.id)) assert.equal(e.by, `${e.id} by c`, seen);
		}
		for (const e of mine.list)
			if (e.id.startsWith("c"))
				assert.ok(
					view.list.some((v) => v.id === e.id),
					seen,
				);
		for (const id of there)
			if (!removed.has(id))
				assert.ok(
					view.list.some((v) => v.id === id),
					seen,
				);
		// The new operations lead from their state to the view.
		assert.deepEqual(
			applyPatch(
				theirs,
				ops.flatMap((o) => (o instanceof Error ? [] : o)),
			),
			view,
			seen,
		);
	}
});

/** A word of a text; of one that it was refused to remove the place stays, without its letters. */
interface Word {
	id: number;
	text: string;
	hidden?: boolean;
}

const textOf = (words: Word[]): string => words.map(({ text, hidden }) => (hidden ? "" : text)).join("");

/** The edit that puts a word in front of the one at `at`, or removes that; and does it. */
function editWord(words: Word[], at: number, put: Word | undefined, refused = false): Op {
	const start = textOf(words.slice(0, at)).length;
	const gone = words[at];
	if (put) words.splice(at, 0, put);
	else if (refused) words[at] = { ...gone!, hidden: true };
	else words.splice(at, 1);
	return { op: "text", path: "/body", delta: [start, put ? put.text : -gone!.text.length] };
}

/** Does to `there` what was meant by a change of `here`, if it can be done. */
function meant(here: Word[], at: number, put: Word | undefined, there: Word[]): Op[] {
	const find = (word: Word) => there.findIndex(({ id }) => id === word.id);
	if (!put) return find(here[at]!) < 0 ? [] : [editWord(there, find(here[at]!), undefined)];
	const left = here.slice(0, at).reverse().find((word) => find(word) >= 0);
	return [editWord(there, left ? find(left) + 1 : 0, put)];
}

test("carried over: words are put whole, where they were meant, whatever else is done or refused", () => {
	const c = new Chance(7);
	for (let round = 0; round < 4000; round++) {
		let serial = 0;
		const word = (...texts: string[]): Word => ({ id: ++serial, text: c.one([...texts, `<${serial}>`]) });
		const ours = Array.from({ length: c.below(8) }, () => word("<a>", "<b>", "<aa>"));
		const theirs = [...ours];
		const first = serial;
		const before = { body: textOf(ours) };
		const whole = c.chance(30);
		let came: Op[] = [];
		/** Of ours they take nothing away: of equal words that stand together it could be any one. */
		const others = () => {
			for (let i = whole ? 0 : c.below(3); i > 0; i--) {
				const at = c.below(theirs.length + 1);
				const put = c.chance(60) || !(theirs[at]?.id! <= first) ? { id: ++serial, text: `<o${serial}>` } : undefined;
				came.push(editWord(theirs, at, put));
			}
		};
		const steps: { ops: Op[]; fate?: "done" | "lost" }[] = [];
		const stay: (() => void)[] = [];
		for (let i = 1 + c.below(6); i > 0; i--) {
			let at = c.below(ours.length + 1);
			while (ours[at]?.hidden) at++;
			const put = c.chance(70) || at === ours.length ? word("<a>", "<b>") : undefined;
			const fate = c.chance(40) ? "lost" : stay.length === 0 && c.chance(40) ? "done" : undefined;
			const was = [...ours];
			if (fate === "done") {
				others();
				came.push(...meant(was, at, put, theirs));
			} else if (!fate) stay.push(() => void meant(was, at, put, theirs));
			steps.push({ ops: [editWord(ours, at, put, fate === "lost")], ...(fate && { fate }) });
		}
		others();
		const after = { body: textOf(theirs) };
		const deltas = came.map((op) => (op as { delta: Delta }).delta);
		if (whole) came = [{ op: "replace", path: "", value: after }];
		else if (c.chance(80)) came = [{ op: "text", path: "/body", delta: deltas.reduce(composeDelta, []) }];
		const { view } = rebase(before, came, steps, board) as { view: typeof before };
		const seen = JSON.stringify({ before, came, steps, view });
		for (const one of stay) one();
		// Of what is put to one place by several, anyone may stand in front.
		const known = (text: string) => text.replaceAll(/<o\d+>/g, "");
		assert.equal(known(view.body), known(textOf(theirs)), seen);
	}
});

test("500 changes made offline over 5,000 elements are carried in a moment", () => {
	const c = new Chance(6);
	const before = { cards: Array.from({ length: 5000 }, (_, i) => card(String(i))) };
	const steps = Array.from({ length: 500 }, () => ({
		ops: [{ op: "replace", path: `/cards/${c.below(5000)}/done`, value: true } as Op],
	}));
	const incoming = Array.from(
		{ length: 500 },
		(_, i) => ({ op: "add", path: `/cards/${c.below(5000)}`, value: card(`n${i}`) }) as Op,
	);
	const start = performance.now();
	const { view, ops } = rebase(before, incoming, steps, board) as { view: typeof before; ops: unknown[] };
	const took = performance.now() - start;
	console.log(`note: 500 changes over 5,000 elements and 500 inserts: ${took.toFixed(0)} ms`);
	assert.ok(took < 1000);
	assert.ok(ops.every((o) => !(o instanceof Error)));
	assert.equal(view.cards.length, 5500);
	assert.ok(view.cards.every((v) => !v.done || /^\d+$/.test(v.id)));
});
