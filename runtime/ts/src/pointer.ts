/** JSON Pointers (RFC 6901) as lists of unescaped segments. */
import { unfit } from "./errors.js";

/** Throws `conflict` on what is no pointer. */
export function parsePointer(pointer: string): string[] {
	if (pointer === "") return [];
	if (pointer?.[0] !== "/") throw unfit("not a JSON Pointer", pointer);
	return pointer
		.slice(1)
		.split("/")
		.map((s) => s.replaceAll("~1", "/").replaceAll("~0", "~"));
}

export function formatPointer(segments: readonly string[]): string {
	return segments.map((s) => `/${s.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** The number an array index spells (no sign, no leading zero), or -1. `-` is not an index. */
export function arrayIndex(segment: string): number {
	return /^(0|[1-9]\d{0,9})$/.test(segment) ? Number(segment) : -1;
}
