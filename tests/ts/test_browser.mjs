// The hooks and the IndexedDB store in Chromium: two tabs of one board, StrictMode, the network cut, a
// tab closed with changes that were not sent. The server is the reference one, in this process.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { stored } from "../e2e/browser.mjs";
import { PATIENCE } from "../e2e/harness.mjs";

const top = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), "../..");
const require = createRequire(`${top}/tests/package.json`);
const chromium = process.env.CHROMIUM ?? "/usr/bin/chromium";
if (!existsSync(chromium)) {
	console.log("skipped: there is no chromium\n0 passed, 0 failed");
	process.exit(0);
}
const { build } = require("esbuild");
const { chromium: playwright } = require("playwright-core");
const out = path.resolve(process.argv[2] ?? process.env.BUILD ?? `${top}/build`, "tests/ts-browser");
const options = {
	bundle: true,
	format: "esm",
	logLevel: "error",
	nodePaths: [`${top}/runtime/ts/node_modules`],
};
const define = { "process.env.NODE_ENV": '"development"' };
await build({ ...options, entryPoints: [`${top}/tests/ts/page.ts`], outfile: `${out}/page.js`, define });
await build({
	...options,
	entryPoints: [`${top}/tests/ts/real.ts`],
	outfile: `${out}/real.mjs`,
	platform: "node",
});
const { realServer, Ear } = await import(pathToFileURL(`${out}/real.mjs`));

const browser = await playwright.launch({ executablePath: chromium, args: ["--no-sandbox"] });
const origin = "http://localhost:8099";
const html =
	'<!doctype html><meta charset="utf-8"><title>TITLE</title><div id="root"></div><script type="module" src="/page.js"></script>';
const complaints = [];

/** A fresh server and browser profile. */
async function world() {
	const server = realServer();
	const context = await browser.newContext();
	const names = new Map();
	const cut = new Set();
	const ears = new Map();
	await context.route(`${origin}/**`, (route) =>
		route.request().url().endsWith("/page.js")
			? route.fulfill({ path: `${out}/page.js`, contentType: "text/javascript" })
			: route.fulfill({
					body: html.replace("TITLE", new URL(route.request().url()).pathname.slice(1)),
					contentType: "text/html",
				}),
	);
	const open = async (name) => {
		const page = await context.newPage();
		names.set(name, page);
		page.on("pageerror", (error) => complaints.push(String(error)));
		page.on("console", (message) => {
			if (["error", "warning"].includes(message.type()) && !/favicon|WebSocket/.test(message.text()))
				complaints.push(message.text());
		});
		await page.routeWebSocket(/\/ws$/, (ws) => {
			if (cut.has(name)) return void ws.close({ code: 4000 });
			const ear = new Ear(
				(text) => ws.send(text),
				(code) => ws.close({ code }),
			);
			ears.set(name, ear);
			server.accept(ear.socket);
			ws.onMessage((data) => ear.readyState === 1 && !cut.has(name) && ear.fire("message", { data }));
			ws.onClose(() => {
				ear.readyState = 3;
				ear.fire("close", {});
			});
		});
		await page.goto(`${origin}/${name}`);
		return page;
	};
	const offline = (name) => {
		cut.add(name);
		const ear = ears.get(name);
		if (ear?.readyState === 1) {
			ear.fire("close", {});
			ear.close(4000);
		}
	};
	return { server, context, open, offline, online: (name) => cut.delete(name) };
}

const shows = (page, selector, text) =>
	page.waitForFunction(
		([s, t]) => {
			const e = document.querySelector(s);
			return e && (e.value ?? e.innerText).includes(t);
		},
		[selector, text],
		{ timeout: PATIENCE },
	);
const texts = (page, selector) => page.$$eval(selector, (all) => all.map((e) => e.innerText));
/** Changes arrive, and why they would not survive the page is told once. */
const works = async (server, page, why) => {
	await shows(page, "#state", "connected");
	await page.click("#note");
	await page.click("#note");
	await shows(page, "#state", "connected idle 0");
	equal(server.state("BOARD").notes, ["note 0", "note 1"], "the server");
	const errors = await page.evaluate(() => globalThis.errors);
	if (errors.length !== 1 || !why.test(errors[0])) throw new Error(`errors: ${errors.join("; ")}`);
};
const equal = (a, b, what) => {
	if (JSON.stringify(a) !== JSON.stringify(b))
		throw new Error(`${what}: ${JSON.stringify(a)} instead of ${JSON.stringify(b)}`);
};

const tests = {
	"two tabs in StrictMode stay in step": async ({ server, open }) => {
		const a = await open("a");
		const b = await open("b");
		await shows(a, "#state", "connected idle 0");
		await shows(b, "#state", "connected idle 0");
		await a.fill("#title", "Ours");
		await shows(b, "#title", "Ours");
		await a.click("#add");
		await shows(b, "#cards", "CARD");
		await shows(a, "#cards", "CARD");
		equal((await texts(a, "#cards li")).length, 1, "cards of the author");
		equal(server.state("BOARD").title, "Ours", "the server");
		equal(server.complaints, [], "the server complains");
	},
	"a field changed here only is nobody's business until it is synced": async ({ open }) => {
		const a = await open("a");
		const b = await open("b");
		await shows(a, "#state", "connected");
		await shows(b, "#state", "connected");
		await a.fill("#body", "draft");
		await a.fill("#title", "sent");
		await shows(b, "#title", "sent");
		equal(await b.inputValue("#body"), "", "the other tab");
		await a.click("#sync");
		await shows(b, "#body", "draft");
	},
	"a component that mounts late has the state at once, and sees who is here": async ({ open }) => {
		const a = await open("ann");
		await shows(a, "#state", "connected");
		await a.fill("#title", "Late");
		await shows(a, "#state", "idle 0");
		await a.click("#more");
		equal((await texts(a, "#late"))[0].startsWith("Late"), true, "on its first render");
		const b = await open("bob");
		await shows(b, "#state", "connected");
		await b.click("#more");
		await shows(a, "#late", "bob");
		await b.click("#more");
		await a.waitForFunction(() => !document.querySelector("#late").innerText.includes("bob"));
	},
	"the network is cut, both edit, it comes back": async ({ server, open, offline, online }) => {
		const a = await open("a");
		const b = await open("b");
		await shows(a, "#state", "connected");
		await shows(b, "#state", "connected");
		offline("a");
		await shows(a, "#state", "away");
		for (let i = 0; i < 3; i++) await a.click("#note");
		await b.click("#note");
		await shows(a, "#state", "syncing 3");
		await shows(b, "#notes", "note 0");
		online("a");
		await shows(a, "#state", "connected idle 0");
		for (const page of [a, b]) await page.waitForFunction(() => document.querySelectorAll("#notes li").length === 4);
		equal(await texts(a, "#notes li"), await texts(b, "#notes li"), "the tabs");
		equal(server.state("BOARD").notes.length, 4, "notes on the server");
		equal(server.complaints, [], "the server complains");
	},
	"a tab that closed with unsent changes: the next one takes them over": async ({
		server,
		open,
		offline,
		online,
	}) => {
		const a = await open("a");
		await shows(a, "#state", "connected");
		offline("a");
		await shows(a, "#state", "away");
		await a.click("#note");
		await a.click("#note");
		await shows(a, "#state", "2");
		await stored(a, "note 0", "note 1");
		await a.close();
		equal(server.state("BOARD").notes, [], "before");
		const b = await open("b");
		await shows(b, "#notes", "note 1");
		await shows(b, "#state", "connected idle 0");
		equal(server.state("BOARD").notes, ["note 0", "note 1"], "after");
		equal(server.complaints, [], "the server complains");
		online("a");
	},
	"a tab reloads while it is away and keeps what it shows": async ({ server, open, offline, online }) => {
		const a = await open("a");
		await shows(a, "#state", "connected");
		await a.fill("#title", "known");
		await shows(a, "#state", "idle 0");
		offline("a");
		await shows(a, "#state", "away");
		await a.click("#note");
		await stored(a, "known", "note 0");
		await a.reload();
		await shows(a, "#title", "known");
		await shows(a, "#notes", "note 0");
		online("a");
		await shows(a, "#state", "connected idle 0");
		equal(server.state("BOARD").notes, ["note 0"], "the server");
	},
	"of a long document is kept what has changed, and all of it comes back": async ({
		server,
		open,
		offline,
		online,
	}) => {
		const a = await open("a");
		await shows(a, "#state", "connected");
		const title = "x".repeat(50_000);
		await a.fill("#title", title);
		await a.click("#note");
		await shows(a, "#state", "connected idle 0");
		await a.evaluate(() => {
			const { put } = IDBObjectStore.prototype;
			globalThis.written = 0;
			IDBObjectStore.prototype.put = function (row) {
				globalThis.written += JSON.stringify(row).length;
				return put.call(this, row);
			};
		});
		for (let i = 1; i <= 20; i++) {
			await a.click("#note");
			server.program("BOARD", (s) => void (s.title = `${title}${i}`));
			await shows(a, "#notes", `note ${i}`);
			await shows(a, "#state", "connected idle 0");
		}
		offline("a");
		await shows(a, "#state", "away");
		await a.click("#note");
		await stored(a, "note 21");
		const written = await a.evaluate(() => globalThis.written);
		if (written === 0 || written > 50_000) throw new Error(`${written} bytes were written`);
		await a.reload();
		await shows(a, "#title", `${title}20`);
		await shows(a, "#notes", "note 21");
		equal((await texts(a, "#notes li")).length, 22, "notes");
		online("a");
		await shows(a, "#state", "connected idle 0");
		equal(server.state("BOARD").notes.length, 22, "the server");
		equal(server.complaints, [], "the server complains");
	},
	"two tabs closed with unsent changes: one next tab sends both": async ({ server, open, offline }) => {
		const a = await open("a");
		const b = await open("b");
		await shows(a, "#state", "connected");
		await shows(b, "#state", "connected");
		offline("a");
		offline("b");
		await shows(a, "#state", "away");
		await shows(b, "#state", "away");
		await a.click("#note");
		await b.click("#note");
		await b.click("#note");
		await shows(a, "#state", "1");
		await shows(b, "#state", "2");
		await stored(a, "note 0", "note 0", "note 1");
		await a.close();
		await b.close();
		const c = await open("c");
		await c.waitForFunction(() => document.querySelectorAll("#notes li").length === 3);
		await shows(c, "#state", "connected idle 0");
		equal(server.state("BOARD").notes.length, 3, "the server");
	},
	"a tab that closes hands over to one that is open": async ({ server, open, offline }) => {
		const a = await open("a");
		await shows(a, "#state", "connected");
		const b = await open("b");
		await shows(b, "#state", "connected");
		offline("a");
		await shows(a, "#state", "away");
		await a.click("#note");
		await shows(a, "#state", "1");
		await stored(a, "note 0");
		await a.close();
		await shows(b, "#notes", "note 0");
		await shows(b, "#state", "connected idle 0");
		equal(server.state("BOARD").notes, ["note 0"], "the server");
	},
	"a page without IndexedDB says so, and works": async ({ server, context, open }) => {
		await context.addInitScript(() =>
			Object.defineProperty(globalThis, "indexedDB", {
				get() {
					throw new DOMException("denied", "SecurityError");
				},
			}),
		);
		await works(server, await open("a"), /SecurityError.*lost with the page/);
	},
	"a database that does not open keeps nobody waiting for ever": async ({ server, context, open }) => {
		await context.addInitScript(() => (IDBFactory.prototype.open = () => ({})));
		const a = await open("a");
		await a.waitForFunction(() => globalThis.errors.length === 1, undefined, { timeout: 20_000 });
		await works(server, a, /does not open.*lost with the page/);
	},
	"a database of a newer version is left alone": async ({ server, open, context }) => {
		const before = await context.newPage();
		await before.goto(`${origin}/page.js`);
		await before.evaluate(() => new Promise((done) => (indexedDB.open("syncgen", 7).onsuccess = done)));
		await before.close();
		await works(server, await open("a"), /VersionError.*lost with the page/);
	},
	"a database that is deleted under a page: deleted at once, the page works on": async ({ server, context, open }) => {
		await context.clock.install();
		const a = await open("a");
		await shows(a, "#state", "connected idle");
		await a.evaluate(
			() => new Promise((done) => (indexedDB.deleteDatabase("syncgen").onsuccess = done)),
		);
		await works(server, a, /InvalidStateError.*lost with the page/);
		const b = await open("b");
		await shows(b, "#state", "connected idle");
		equal(await b.evaluate(() => globalThis.errors), [], "errors of the next page");
		// One that waits for what another leaves, and has no database any more when that goes.
		const c = await open("c");
		await shows(c, "#state", "connected idle");
		await c.evaluate(
			() => new Promise((done) => (indexedDB.deleteDatabase("syncgen").onsuccess = done)),
		);
		await b.close();
		await c.waitForFunction(async () => (await navigator.locks.query()).pending.length === 0);
		await c.clock.fastForward(4000);
		await shows(c, "#state", "connected");
	},
	"no room on the disk: said once, sent all the same": async ({ server, open, offline, online }) => {
		const a = await open("a");
		await shows(a, "#state", "connected idle");
		// Chromium does not keep to the quota that it is told in tests: as it ends a transaction that is over it.
		await a.evaluate(() => {
			IDBTransaction.prototype.commit = function () {
				this.abort();
				Object.defineProperty(this, "error", { value: new DOMException("full", "QuotaExceededError") });
			};
		});
		offline("a");
		await shows(a, "#state", "away");
		await a.fill("#title", "x".repeat(50_000));
		await a.fill("#title", "y".repeat(50_000));
		await a.waitForFunction(() => globalThis.errors.some((e) => /Quota.*lost with the page/.test(e)));
		online("a");
		await shows(a, "#state", "connected idle 0");
		equal(server.state("BOARD").title, "y".repeat(50_000), "the server");
		equal((await a.evaluate(() => globalThis.errors)).length, 1, "errors");
	},
	"what a server has rendered is taken over as it was, although more has come in since": async ({ server, open }) => {
		const a = await open("a");
		server.program("BOARD", (s) => void (s.title = "Newer"));
		await shows(a, "#title", "Newer");
		await a.evaluate(() => (globalThis.mended = globalThis.lab.hydrate("<p>My board, away</p>")));
		await shows(a, "#hydrated", "Newer, connected");
		equal(await a.evaluate(() => globalThis.mended), [], "what React had to mend");
	},
	"two components say who is here: when one goes, the other still does": async ({ open }) => {
		const a = await open("a");
		const b = await open("b");
		await shows(a, "#state", "connected");
		await shows(b, "#state", "connected");
		await b.click("#more");
		await a.evaluate(() => globalThis.lab.say("one", "two"));
		await shows(b, "#late", "two");
		await a.evaluate(() => globalThis.lab.say("one"));
		await shows(b, "#late", "one");
		await a.evaluate(() => globalThis.lab.say());
		await b.waitForFunction(() => !/one|two/.test(document.querySelector("#late").innerText));
	},
	"components of one page show one state, also in a transition": async ({ server, open }) => {
		const a = await open("a");
		await shows(a, "#state", "connected");
		await a.evaluate(() => globalThis.lab.many());
		for (let i = 1; i <= 20; i++) {
			await a.evaluate(() => globalThis.lab.again());
			server.program("BOARD", (s) => void (s.views = i));
			await a.evaluate(() => new Promise((soon) => setTimeout(soon, 10)));
		}
		await shows(a, "#many i", "20");
		equal(await a.evaluate(() => globalThis.lab.torn), [], "torn");
	},
	"another key from one render to the next": async ({ open }) => {
		const a = await open("a");
		await a.evaluate(() => globalThis.lab.change());
		await shows(a, "#switch", "A: of A A");
		await a.click("#draft");
		await shows(a, "#switch", "A: of A, draft A");
		await a.click("#B");
		await shows(a, "#switch", "B: of B B");
		await a.click("#A");
		await shows(a, "#switch", "A: of A");
		await a.evaluate(() => new Promise((soon) => setTimeout(soon, 1500)));
		for (const to of ["B", "A", "B"]) await a.click(`#${to}`);
		await shows(a, "#switch", "B: of B B");
		equal(await a.evaluate(() => globalThis.lab.torn), [], "of another document");
	},
	"what is changed as a provider goes is sent": async ({ server, open }) => {
		const a = await open("a");
		await a.evaluate(() => globalThis.lab.own(false));
		await shows(a, "#state", "connected");
		await shows(a, "#own", "0 wait");
		await a.waitForFunction(() => globalThis.client.status.connected);
		await a.evaluate(() => {
			document.querySelector("#own-note").click();
			document.querySelector("#toggle").click();
		});
		await shows(a, "#notes", "own");
		equal(server.state("BOARD").notes, ["own"], "the server");
	},
	"a provider that comes back has what its client before had not sent": async ({ server, open, offline, online }) => {
		const a = await open("a");
		await shows(a, "#state", "connected");
		await a.evaluate(() => globalThis.lab.own(true));
		offline("a");
		await shows(a, "#own", "0 wait");
		await a.click("#own-note");
		await shows(a, "#own", "own; 1 wait");
		await stored(a, "own");
		await a.click("#toggle");
		await a.evaluate(() => new Promise((soon) => setTimeout(soon, 1500)));
		await a.click("#toggle");
		await shows(a, "#own", "own; 1 wait");
		online("a");
		await shows(a, "#own", "own; 0 wait");
		equal(server.state("BOARD").notes, ["own"], "the server");
	},
	"a change elsewhere draws a component once": async ({ server, open }) => {
		const a = await open("a");
		await shows(a, "#state", "connected idle");
		await a.waitForFunction(() => globalThis.board.status.loaded);
		await a.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
		const before = await a.evaluate(() => globalThis.draws.cards);
		server.program("BOARD", (s) => void (s.title = "drawn"));
		await shows(a, "#title", "drawn");
		const more = (await a.evaluate(() => globalThis.draws.cards)) - before;
		if (more > 2) throw new Error(`drawn ${more} times`); // StrictMode draws twice
		const same = await a.evaluate(() => {
			const before = globalThis.board.state.cards;
			globalThis.board.update((d) => void (d.title = "x"));
			return before === globalThis.board.state.cards;
		});
		equal(same, true, "what did not change keeps its identity");
	},
};

let passed = 0;
let failed = 0;
for (const [name, run] of Object.entries(tests)) {
	const w = await world();
	try {
		await run(w);
		if (complaints.length > 0) throw new Error(`the page complains: ${complaints.join("; ")}`);
		passed++;
	} catch (error) {
		failed++;
		console.log(
			`FAILED ${name}\n    ${String(error.message).split("\n").slice(0, 6).join("\n    ")}\n    ${w.server.complaints.join("\n    ")}`,
		);
	}
	complaints.length = 0;
	await w.context.close();
}
await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
