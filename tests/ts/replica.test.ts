/** A document without its connection. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type ModelInfo, untyped } from "../../runtime/ts/src/model.js";
import type { Op } from "../../runtime/ts/src/patch.js";
import { Replica } from "../../runtime/ts/src/replica.js";
import type { Shape } from "../../runtime/ts/src/shape.js";

const shape: Shape = {
	struct: { figures: { list: { union: { circle: { struct: { r: "int64" } }, box: { struct: {} } } } } },
};
const figures = { ...untyped("FIGURES", { figures: [] }), shape } as ModelInfo;

test("a value is decoded as what it is when its operation comes, not as what stood there before", () => {
	const replica = new Replica<unknown>(figures, "FIGURES");
	const hear = (from: number | null, rev: number, ops: Op[]) =>
		replica.advance({ t: "patch", doc: "FIGURES", epoch: "e", from, rev, ops }, ops, undefined, (v) => v);
	const state = { figures: [{ type: "box", r: "4" }, { type: "circle", r: "5" }] };
	hear(null, 1, [{ op: "replace", path: "", value: state }]);
	hear(1, 2, [
		{ op: "remove", path: "/figures/0" },
		{ op: "replace", path: "/figures/0/r", value: "6" },
		{ op: "add", path: "/figures/1", value: { type: "circle", r: "7" } },
		{ op: "replace", path: "/figures/1/r", value: "8" },
	]);
	assert.deepEqual(replica.view, {
		figures: [
			{ type: "circle", r: 6n },
			{ type: "circle", r: 8n },
		],
	});
});
