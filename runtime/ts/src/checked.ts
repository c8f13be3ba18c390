/** Writes to members that are changed by those alone who have seen them. Generated models that have such import it. */
import { modules } from "./modules.js";
import { own, type Op, Patcher } from "./patch.js";
import { formatPointer, parsePointer } from "./pointer.js";
import type { Schema } from "./shape.js";

/** Such a write is made for the value that its author sees: it says so. */
modules.checked = (ops, view, schema) => {
	const draft = new Patcher(view);
	const known = new Set<string>();
	return ops.flatMap((op): Op[] => {
		const member = leading(schema, parsePointer(op.path), draft.root) ?? [];
		const path = formatPointer(member);
		const value = path && !known.has(path) && op.op !== "test" ? member.reduce(own, draft.root) : undefined;
		known.add(path);
		draft.apply(op);
		return value === undefined ? [op] : [{ op: "test", path, value }, op];
	});
};

/** The beginning of a path from the root of `value` that leads to a `checked` member, if there is one. */
function leading(schema: Schema, segments: string[], value: unknown): string[] | undefined {
	return segments
		.map((_, i) => segments.slice(0, i + 1))
		.find((part) => {
			const shape = schema.at(part, value);
			const inner = typeof shape === "object" && "whole" in shape ? shape.whole : shape;
			return typeof inner === "object" && "checked" in inner;
		});
}
