/** JSON Pointers (RFC 6901) as lists of unescaped segments. */

export type Segments = readonly string[];

/** Throws a SyntaxError on what is no pointer. */
export function parsePointer(pointer: string): string[] {
	if (pointer === "") return [];
	if (pointer[0] !== "/") throw new SyntaxError(`not a JSON Pointer: ${pointer}`);
	return pointer
		.slice(1)
		.split("/")
		.map((s) => (s.includes("~") ? s.replaceAll("~1", "/").replaceAll("~0", "~") : s));
}

export function formatPointer(segments: Segments): string {
	let out = "";
	for (const s of segments) out += `/${/[~/]/.test(s) ? s.replaceAll("~", "~0").replaceAll("/", "~1") : s}`;
	return out;
}

/** The number an array index spells (no sign, no leading zero), or -1. `-` is not an index. */
export function arrayIndex(segment: string): number {
	if (!/^(0|[1-9][0-9]{0,9})$/.test(segment)) return -1;
	return Number(segment);
}
