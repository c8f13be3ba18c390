import assert from "node:assert/strict";
import { test } from "node:test";
import { simulate } from "./sim.js";

const first = Number(process.env["SEED"] ?? 1);
const count = process.env["SEED"] ? 1 : Number(process.env["SEEDS"] ?? 150);

for (const untyped of [false, true])
	test(`clients ${untyped ? "without a model " : ""}converge, each mutation once: seeds ${first} to ${first + count - 1}`, async () => {
		let mutations = 0;
		for (let seed = first; seed < first + count; seed++) {
			const outcome = await simulate(seed, untyped);
			mutations += outcome.mutations;
			assert.deepEqual(outcome.complaints, [], `SEED=${seed}${untyped ? " (without a model)" : ""}`);
		}
		console.log(`note: ${mutations} mutations${untyped ? " without a model" : ""}`);
	});
