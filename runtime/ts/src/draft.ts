/**
 * Drafts: a recipe changes what looks like a plain value; the original stays as it is, and what was not
 * changed keeps its identity.
 *
 *     edit(state, (d) => { d.notes.push({ text: "milk" }); d.title = "Shopping"; })
 */
import { copyOf, type Container, isContainer, own, put } from "./patch.js";
import type { Origins } from "./diff.js";

interface Page {
	/** What is drafted; undefined: it came from outside. */
	base?: Container | undefined;
	/** Changed in place by the recipe; holds proxies where children were read. */
	copy: Container;
	changed: boolean;
	result?: Container;
}

const MAX_DEPTH = 64;

/** Done on the copy itself: through the proxy each element that moves up would become a draft. */
const IN_PLACE = ["push", "pop", "shift", "unshift", "splice", "reverse"];

class Editor {
	readonly origins: Origins = new WeakMap();
	readonly #pages = new WeakMap<object, Page>();
	#closed = false;

	draft(base: Container): Container {
		const page: Page = { base, copy: copyOf(base), changed: false };
		const change = () => {
			if (this.#closed) throw new TypeError("the recipe is over");
			page.changed = true;
		};
		const after =
			<A extends unknown[]>(how: (...args: A) => boolean) =>
			(...args: A) => {
				change();
				return how(...args);
			};
		const inPlace =
			(method: Function) =>
			(...args: unknown[]) => {
				change();
				const result: unknown = method.apply(page.copy, args);
				const wrap = (v: unknown) => (isDraftable(v) && !this.#pages.has(v) ? this.draft(v) : v);
				if (result === page.copy) return proxy;
				return method.name === "splice" ? (result as unknown[]).map(wrap) : wrap(result);
			};
		const proxy: Container = new Proxy(page.copy, {
			get: (copy, name: string) => {
				const value: unknown = (copy as Record<string, unknown>)[name];
				if (typeof value === "function" && Array.isArray(copy) && IN_PLACE.includes(name))
					return inPlace(value);
				if (!isDraftable(value) || !Object.hasOwn(copy, name) || value !== own(base, name))
					return value;
				const child = this.draft(value);
				put(copy, name, child);
				return child;
			},
			set: after((copy, name: string, value) => (put(copy, name, value), true)),
			defineProperty: after(Reflect.defineProperty),
			deleteProperty: after(Reflect.deleteProperty),
		});
		this.#pages.set(proxy, page);
		return proxy;
	}

	close(root: unknown): unknown {
		this.#closed = true;
		return this.#finish(root, 0);
	}

	/** What a draft has become, or a copy of a value that came from outside. */
	#finish(value: unknown, depth: number): unknown {
		if (!isDraftable(value)) return scalar(value);
		if (depth > MAX_DEPTH) throw new TypeError("too deep");
		const page = this.#pages.get(value) ?? { copy: copyOf(value), changed: true };
		if (page.result) return page.result;
		const { base, copy } = page;
		const old = new Set<unknown>(page.changed && Array.isArray(base) ? base : []);
		for (const key of Object.keys(copy)) {
			const child = own(copy, key);
			const was = own(base, key);
			if (base && (child === was || old.has(child))) continue; // an element that only moved
			const now = this.#finish(child, depth + 1);
			page.changed ||= now !== was;
			if (now !== undefined) put(copy, key, now);
			else if (Array.isArray(copy)) throw notJson(now);
			else delete copy[key];
		}
		if (base && page.changed) this.origins.set(copy, base);
		return (page.result = base && !page.changed ? base : copy);
	}
}

function isDraftable(value: unknown): value is Container {
	return isContainer(value) && !(value instanceof Uint8Array);
}

/** Refuses what JSON has no word for. */
function scalar(value: unknown): unknown {
	if ((typeof value === "number" && !Number.isFinite(value)) || ["function", "symbol"].includes(typeof value))
		throw notJson(value);
	return value;
}

const notJson = (value: unknown): TypeError => new TypeError(`${String(value)} is not JSON`);

export interface Edited<T> {
	value: T;
	origins: Origins;
}

/** Runs the recipe on a draft of `base`. What it returns is ignored: `(d) => d.notes.pop()` is a fine recipe. */
export function edit<T>(base: T, recipe: (draft: T) => unknown): Edited<T> {
	const editor = new Editor();
	const draft = isDraftable(base) ? (editor.draft(base) as T) : base;
	recipe(draft);
	return { value: editor.close(draft) as T, origins: editor.origins };
}

/** A copy of a value from outside, checked to be JSON (and bigint and bytes). */
export function copyJson<T>(value: T): T {
	return new Editor().close(value) as T;
}
