/**
 * Drafts: a recipe changes what looks like a plain value; the original stays as it is, and what was not
 * changed keeps its identity.
 *
 *     edit(state, (d) => { d.notes.push({ text: "milk" }); d.title = "Shopping"; })
 */
import { copyOf, type Container, isContainer, put } from "./patch.js";
import type { Origins } from "./diff.js";

interface Page {
	base: Container;
	/** Changed in place by the recipe; holds proxies where children were read. */
	copy: Container;
	changed: boolean;
	result?: Container;
}

const MAX_DEPTH = 64;

/** Done on the copy itself: through the proxy each element that moves up would become a draft. */
const IN_PLACE = new Set(["push", "pop", "shift", "unshift", "splice", "reverse"]);

class Editor {
	readonly origins: Origins = new WeakMap();
	readonly #pages = new WeakMap<object, Page>();
	#closed = false;

	draft(base: Container): Container {
		const page: Page = { base, copy: copyOf(base), changed: false };
		const proxy = new Proxy(page.copy, {
			get: (copy, name, receiver) => {
				const value: unknown = Reflect.get(copy, name, receiver);
				if (Array.isArray(copy) && typeof value === "function" && IN_PLACE.has(name as string))
					return (...args: unknown[]) => this.#inPlace(page, value, args, proxy);
				if (typeof name === "symbol" || !isDraftable(value) || !Object.hasOwn(copy, name))
					return value;
				if (this.#pages.has(value) || value !== (base as Record<string, unknown>)[name]) return value;
				const child = this.draft(value);
				put(copy as Record<string, unknown>, name, child);
				return child;
			},
			set: (copy, name, value, receiver) => {
				this.#change(page);
				if (name !== "__proto__") return Reflect.set(copy, name, value, receiver);
				put(copy as Record<string, unknown>, name, value);
				return true;
			},
			defineProperty: (copy, name, descriptor) => {
				this.#change(page);
				return Reflect.defineProperty(copy, name, descriptor);
			},
			deleteProperty: (copy, name) => {
				this.#change(page);
				return Reflect.deleteProperty(copy, name);
			},
		});
		this.#pages.set(proxy, page);
		return proxy;
	}

	#inPlace(page: Page, method: Function, args: unknown[], proxy: object): unknown {
		this.#change(page);
		const result: unknown = method.apply(page.copy, args);
		if (result === page.copy) return proxy;
		const wrap = (v: unknown) => (isDraftable(v) && !this.#pages.has(v) ? this.draft(v) : v);
		return Array.isArray(result) && !this.#pages.has(result) && method.name === "splice"
			? result.map(wrap)
			: wrap(result);
	}

	#change(page: Page): void {
		if (this.#closed) throw new TypeError("the recipe is over");
		page.changed = true;
	}

	close(root: unknown): unknown {
		this.#closed = true;
		return this.#finish(root, 0);
	}

	/** What a draft has become, or a copy of a value that came from outside. */
	#finish(value: unknown, depth: number): unknown {
		if (!isDraftable(value)) return scalar(value);
		if (depth > MAX_DEPTH) throw new TypeError("too deep");
		const page = this.#pages.get(value);
		if (page) return (page.result ??= this.#finishPage(page, depth));
		const copy: Container = Array.isArray(value)
			? []
			: copyOf(Object.create(Object.getPrototypeOf(value)));
		for (const key of Object.keys(value)) {
			const child = (value as Record<string, unknown>)[key];
			if (child !== undefined)
				put(copy as Record<string, unknown>, key, this.#finish(child, depth + 1));
			else if (Array.isArray(value)) throw new TypeError("undefined is no element");
		}
		return copy;
	}

	#finishPage(page: Page, depth: number): Container {
		const { base, copy } = page;
		let changed = page.changed;
		const old = new Set<unknown>(changed && Array.isArray(base) ? base : []);
		for (const key of Object.keys(copy)) {
			const child = (copy as Record<string, unknown>)[key];
			const was = (base as Record<string, unknown>)[key];
			if (child === was || old.has(child)) continue; // an element that only moved
			const now = this.#finish(child, depth + 1);
			if (now === undefined && !Array.isArray(copy)) delete (copy as Record<string, unknown>)[key];
			else put(copy as Record<string, unknown>, key, now);
			changed ||= now !== was;
		}
		if (!changed) return base;
		this.origins.set(copy, base);
		return copy;
	}
}

function isDraftable(value: unknown): value is Container {
	return isContainer(value) && !(value instanceof Uint8Array);
}

/** Refuses what JSON has no word for. */
function scalar(value: unknown): unknown {
	if (typeof value === "number" && !Number.isFinite(value)) throw new TypeError(`${value} is not JSON`);
	if (typeof value === "function" || typeof value === "symbol")
		throw new TypeError(`${typeof value} is not JSON`);
	return value;
}

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
