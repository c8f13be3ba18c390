// Pages that keep their state with Immer and send what it says of a change, as clients of the library ws-sync
// do: each shows what the server has, and the server has no need to correct one that is alone.
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { BUILD, check, compile, equal, finish, Raw, row, start, until } from "./harness.mjs";

const require = createRequire(path.join(import.meta.dirname, "../package.json"));
const patches = require("fast-json-patch");
const versions = { 10: require("immer-10"), 11: require("immer") };
const gen = path.join(BUILD, "tests/e2e/gen");
const here = import.meta.dirname;
execFileSync(path.join(BUILD, "syncgen"), ["--emit", "c", path.join(here, "ws_sync.sync"), "-o", gen]);
const sources = [path.join(here, "ws_sync_server.c"), path.join(gen, "ws_sync.c")];
const server = await start(compile("ws_sync_server", sources, [`-I${gen}`]));

/** How pages spell a path. */
const spellings = {
	/** As the library does: joined, nothing is escaped. */
	joined: (steps) => (steps.join("/").startsWith("/") ? steps.join("/") : `/${steps.join("/")}`),
	/** As Immer does. */
	steps: (steps) => steps,
	/** As RFC 6901 does. */
	pointer: (steps) => steps.map((s) => `/${String(s).replaceAll("~", "~0").replaceAll("/", "~1")}`).join(""),
};

class Page {
	sets = 0;
	misses = 0;
	errors = [];
	#read = 0;

	constructor(raw, immer, spell) {
		Object.assign(this, { raw, immer, spell });
	}

	static async open(immer, spell) {
		const raw = new Raw(server.port);
		equal(await raw.open({ path: "/plan" }), 101);
		const page = new Page(raw, immer, spell);
		await raw.message(0);
		page.hear();
		return page;
	}

	/** Takes in what has come. */
	hear() {
		const all = this.raw.messages;
		for (; this.#read < all.length; this.#read++) {
			const { type, data } = all[this.#read];
			if (type === "_SET:PLAN") {
				this.sets++;
				this.state = data;
			} else if (type === "_PATCH:PLAN") {
				try {
					this.state = data.reduce(patches.applyReducer, structuredClone(this.state));
				} catch {
					this.misses++; /* it crossed a change of ours; the library stays as it is then, too */
				}
			} else this.errors.push(data);
		}
	}

	change(recipe) {
		const [next, made] = this.immer.produceWithPatches(this.state, recipe);
		this.state = next;
		this.raw.sendJson("_PATCH:PLAN", made.map((patch) => ({ ...patch, path: this.spell(patch.path) })));
	}

	/** Until everything that was said is answered; then what the server has. */
	async settle() {
		const before = this.sets;
		this.raw.sendJson("_GET:PLAN", {});
		const shown = () => JSON.stringify(this.state);
		let shows = shown();
		await until(() => {
			const answered = this.raw.messages.slice(this.#read).some((m) => m.type === "_SET:PLAN");
			if (answered) {
				const sets = this.sets;
				while (this.sets === sets) {
					/* one by one: what it showed before the answer is what is judged */
					shows = shown();
					this.hear();
				}
			}
			return answered;
		}, "an answer");
		this.sets = before;
		return { shows: JSON.parse(shows), has: this.state };
	}
}

// Numbers that repeat.
let seed = Number(process.env.SEED ?? 1);
const below = (n) => {
	seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
	return (seed >>> 8) % n;
};
const item = () => ({ title: `item ${below(1000)}`, done: below(2) === 1 });
/** Keys that each spelling has one reading of. */
const allKeys = { joined: ["a", "a/b", "a/c", "x~y"], steps: ["a", "a/b", "a~1c", "x~y", "~1"], pointer: ["a", "b"] };
let keys = allKeys.joined;
const key = () => [...keys, "", "0", "length", "é"][below(keys.length + 4)];

const recipes = {
	"push": (s) => void s.items.push(item(), item()),
	"unshift": (s) => void s.items.unshift(item()),
	"shift": (s) => void s.items.shift(),
	"pop": (s) => void s.items.pop(),
	"splice": (s) => void s.items.splice(below(s.items.length + 1), below(3), ...[item()].slice(below(2))),
	"reverse": (s) => void s.items.reverse(),
	"sort": (s) => void s.items.sort((a, b) => (a.title < b.title ? -1 : 1)),
	"cut": (s) => void (s.items.length = Math.min(s.items.length, below(6))),
	"filter": (s) => void (s.items = s.items.filter(() => below(3) > 0)),
	"an item's title": (s) => void (s.items.length && (s.items[below(s.items.length)].title = `t${below(100)}`)),
	"an item's mark": (s) => s.items.forEach((one) => void (one.done = !one.done)),
	"another item": (s) => void (s.items.length && (s.items[below(s.items.length)] = item())),
	"a score": (s) => void (s.scores[key()] = below(100)),
	"no score": (s) => void delete s.scores[key()],
	"no score any more": (s) => void (s.scores[key()] = undefined),
	"all scores": (s) => void (s.scores = { "a/b": below(9), b: 2 }),
	"a tag": (s) => void ((t) => s.tags.includes(t) || s.tags.push(t))(`tag ${below(30)}`),
	"a tag in front": (s) => void ((t) => s.tags.includes(t) || s.tags.unshift(t))(`tag ${below(30)}`),
	"no first tag": (s) => void s.tags.shift(),
	"a tag less": (s) => void s.tags.splice(below(s.tags.length + 1), 1),
	"tags turned": (s) => void s.tags.reverse(),
	"tags in order": (s) => void s.tags.sort(),
	"few tags": (s) => void (s.tags.length = Math.min(s.tags.length, 2)),
	"the title": (s) => void (s.title = `plan ${below(100)}`),
	"everything": (s) => ({ ...s, title: "new", items: [item()] }),
	"nothing": () => {},
	"much at once": (s) => {
		s.title = "much";
		s.items.push(item());
		s.items.splice(0, 1);
		s.items.unshift(item());
		s.scores.c = (s.scores.c ?? 0) + 1;
	},
};

for (const [version, immer] of Object.entries(versions)) {
	immer.enablePatches();
	for (const [spelling, spell] of Object.entries(spellings))
		await row(`one page, Immer ${version}, ${spelling}`, async () => {
			const page = await Page.open(immer, spell);
			const initial = page.sets;
			keys = allKeys[spelling];
			for (let i = 0; i < 300; i++) {
				const [name, recipe] = Object.entries(recipes)[below(Object.keys(recipes).length)];
				if (page.state.items.length > 90) page.change((s) => void (s.items.length = 3));
				page.change(recipe);
				if (i % 10 !== 0) continue;
				const { shows, has } = await page.settle();
				equal(page.errors, [], `errors, after ${name}`);
				check(patches.compare(shows, has).length === 0, `${name}: shows ${JSON.stringify(shows)}, not ${JSON.stringify(has)}`);
				equal([page.sets, page.misses], [initial, 0], `corrections, after ${name}`);
			}
			await page.settle(); /* the next page must not hear of what this one still has on its way */
			page.raw.end();
		});
}

await row("a key that can be read in two ways is what the server took it for", async () => {
	const page = await Page.open(versions[10], spellings.joined);
	page.change((s) => void (s.scores = {}));
	page.change((s) => void (s.scores["a~1b"] = 5));
	await page.settle();
	equal(page.state.scores, { "a/b": 5 });
	page.raw.end();
});

await row("each recipe alone, from the same beginning", async () => {
	const page = await Page.open(versions[10], spellings.joined);
	for (const [name, recipe] of Object.entries(recipes)) {
		page.change((s) => ({ ...s, items: [item(), item(), item()], tags: ["b", "c", "a"], scores: { a: 1, "a/b": 2, "x~y": 3 } }));
		page.change(recipe);
		const { shows, has } = await page.settle();
		equal(page.errors, [], `errors of ${name}`);
		check(patches.compare(shows, has).length === 0, `${name}: shows ${JSON.stringify(shows)}, not ${JSON.stringify(has)}`);
		equal(page.sets, 1, `corrections of ${name}`);
	}
	page.raw.end();
});

await row("a change that is refused is taken back", async () => {
	const page = await Page.open(versions[10], spellings.joined);
	const before = page.state;
	page.change((s) => {
		s.title = "good";
		s.items.push({ title: "", done: false });
	});
	await until(() => page.raw.messages.length === 3, "an error and the state");
	page.hear();
	equal(page.errors.map((e) => e.code), ["invalid"]);
	equal(page.state, before);
	page.change((s) => void (s.title = "better"));
	equal((await page.settle()).has.title, "better");
	page.raw.end();
});

await row("pages that change the same at once end with the same", async () => {
	const pages = await Promise.all([10, 11, 10].map((v) => Page.open(versions[v], spellings.joined)));
	keys = allKeys.joined;
	for (let round = 0; round < 3; round++) {
		for (let turn = 0; turn < 40; turn++) {
			for (const page of pages) {
				page.hear();
				if (page.state.items.length > 40) page.change((s) => void (s.items.length = 2));
				for (let i = 0; i < 3; i++) page.change(Object.values(recipes)[below(Object.keys(recipes).length)]);
			}
			await new Promise(setImmediate);
		}
		const judge = await Page.open(versions[10], spellings.joined);
		await until(() => {
			for (const page of [judge, ...pages]) page.hear();
			return pages.every((page) => patches.compare(page.state, judge.state).length === 0);
		}, "all pages to show the same");
		judge.raw.end();
	}
	check(pages.some((page) => page.sets > 1), "nothing has crossed: the test is too tame");
	for (const page of pages) page.raw.end();
});

await row("it ends as it should", async () => {
	equal(await server.stop(), { code: 0, signal: null });
	check(!server.errors(), server.errors());
});
finish();
