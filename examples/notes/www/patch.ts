/** JSON Patch (RFC 6902) for the operations a server sends. Untouched parts keep their identity. */
export type Operation =
	| { op: "add" | "replace"; path: string; value: unknown }
	| { op: "remove"; path: string }
	| { op: "move"; from: string; path: string };

type Container = Record<string, unknown> | unknown[];

const segments = (path: string): string[] =>
	path.split("/").slice(1).map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));

/** A copy of the containers on the way to the last segment, and that segment's holder. */
function open(root: unknown, path: string[]): { root: unknown; holder: Container; key: string } {
	const copy = (value: unknown): Container =>
		Array.isArray(value) ? [...value] : { ...(value as Record<string, unknown>) };
	const top = copy(root);
	let holder = top;
	for (const key of path.slice(0, -1)) {
		const inner = copy((holder as Record<string, unknown>)[key]);
		(holder as Record<string, unknown>)[key] = inner;
		holder = inner;
	}
	return { root: top, holder, key: path[path.length - 1] ?? "" };
}

function put(root: unknown, path: string[], value: unknown, insert: boolean): unknown {
	if (path.length === 0) return value;
	const { root: top, holder, key } = open(root, path);
	if (!Array.isArray(holder)) holder[key] = value;
	else if (insert) holder.splice(key === "-" ? holder.length : Number(key), 0, value);
	else holder[Number(key)] = value;
	return top;
}

function take(root: unknown, path: string[]): { root: unknown; value: unknown } {
	const { root: top, holder, key } = open(root, path);
	if (Array.isArray(holder)) return { root: top, value: holder.splice(Number(key), 1)[0] };
	const value = holder[key];
	delete holder[key];
	return { root: top, value };
}

export function apply<T>(state: T, operations: readonly Operation[]): T {
	let root: unknown = state;
	for (const operation of operations) {
		const path = segments(operation.path);
		if (operation.op === "remove") root = take(root, path).root;
		else if (operation.op === "move") {
			const taken = take(root, segments(operation.from));
			root = put(taken.root, path, taken.value, true);
		} else root = put(root, path, operation.value, operation.op === "add");
	}
	return root as T;
}
