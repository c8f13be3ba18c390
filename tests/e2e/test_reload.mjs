// A page that is loaded again has the document of its session again, as it left it: alone, beside other tabs,
// with the client closed on the way, with React, without locks; of both dialects.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { launch } from "./browser.mjs";
import { BUILD, compile, equal, finish, row, start, until } from "./harness.mjs";

const { build } = createRequire(path.join(import.meta.dirname, "../package.json"))("esbuild");
/* A host that is not this machine by its name: pages of it have no locks. */
const browser = await launch("--host-resolver-rules=MAP desk.test 127.0.0.1");
const here = import.meta.dirname;
const client = path.join(here, "../../runtime/ts");
const gen = path.join(BUILD, "tests/e2e/gen");
const www = path.join(BUILD, "tests/e2e/reload");
execFileSync(path.join(BUILD, "syncgen"), ["--emit", "c,ts", path.join(here, "ws_sync.sync"), "-o", gen]);
const modules = ["react", "indexeddb", "text", "bytes", "checked"];
await build({
	bundle: true,
	format: "esm",
	logLevel: "error",
	entryPoints: [path.join(here, "reload_page.ts")],
	outfile: path.join(www, "page.js"),
	nodePaths: [path.join(client, "node_modules")],
	define: { "process.env.NODE_ENV": '"development"' },
	alias: {
		...Object.fromEntries(modules.map((name) => [`syncgen/${name}`, path.join(client, `src/${name}.ts`)])),
		syncgen: path.join(client, "src/index.ts"),
		ws_sync: path.join(gen, "ws_sync.ts"),
	},
});

const body = '<!doctype html><input id="text"><output id="state">away</output><div id="root"></div>';
writeFileSync(path.join(www, "native.html"), `${body}<script type="module" src="page.js"></script>`);
/* As docs/ws-sync.md says: a name for the user that stays, one for the session of the tab. */
writeFileSync(
	path.join(www, "ws-sync.html"),
	`${body}<script type="module">
		const kept = (storage, name) => storage[name] ??= crypto.getRandomValues(new Uint32Array(4)).join("-");
		const socket = new WebSocket("ws://" + location.host + "/ws", "ws-sync");
		const say = (type, data) => socket.send(JSON.stringify({ type, data }));
		const field = document.querySelector("#text"), state = document.querySelector("#state");
		socket.onmessage = (event) => {
			const { type, data } = JSON.parse(event.data);
			if (type === "_REQUEST_USER_SESSION")
				say("_USER_SESSION", { user: kept(localStorage, "user"), session: kept(sessionStorage, "session") });
			if (type === "_SET:DESK") { field.value = data.text; state.textContent = "in step"; }
		};
		field.oninput = () => {
			state.textContent = "waiting";
			say("_PATCH:DESK", [{ op: "replace", path: "/text", value: field.value }]);
			say("_GET:DESK", {});
		};
	</script>`,
);

const sources = [path.join(here, "ws_sync_server.c"), path.join(gen, "ws_sync.c")];
const program = compile("ws_sync_server", sources, [`-I${gen}`]);
const server = await start(program, [], { env: { ...process.env, WWW: www } });

/** A profile of its own, as somebody's browser. */
async function somebody() {
	const context = await browser.newContext();
	const complaints = [];
	context.on("weberror", (error) => complaints.push(String(error.error())));
	return { context, complaints };
}

const inStep = (page) => page.waitForSelector('#state:text-is("in step")', { timeout: 15000 });
const shows = (page, text) =>
	until(async () => (await page.inputValue("#text")) === text, `"${text}"`).catch(async () =>
		equal(await page.inputValue("#text"), text, "the desk"),
	);

async function open(context, where) {
	const page = await context.newPage();
	await page.goto(`http://${where}`);
	await inStep(page);
	return page;
}

async function write(page, text) {
	await page.fill("#text", text);
	await inStep(page);
}

/** Loads it again, three times: what the first time got right may be gone by the second. */
async function reload(page, text) {
	for (let i = 0; i < 3; i++) {
		await page.evaluate(() => globalThis.leave?.());
		await page.reload();
		await inStep(page);
		await shows(page, text);
	}
}

async function one(name, run) {
	await row(name, async () => {
		const { context, complaints } = await somebody();
		await run(context);
		equal(complaints, [], "errors on the page");
		await context.close();
	});
}

const pages = ["native.html", "native.html?how=close", "native.html?how=react", "ws-sync.html"];
for (const where of [...pages.map((page) => `127.0.0.1:${server.port}/${page}`), `desk.test:${server.port}/native.html`]) {
	await one(`${where}: alone`, async (context) => {
		const page = await open(context, where);
		await write(page, "mine");
		await reload(page, "mine");
	});

	await one(`${where}: beside a tab that came later, and one that was there before`, async (context) => {
		const first = await open(context, where);
		const page = await open(context, where);
		const last = await open(context, where);
		await write(first, "of the first");
		await write(page, "mine");
		await write(last, "of the last");
		await reload(page, "mine");
		await reload(first, "of the first");
		await reload(last, "of the last");
		await reload(page, "mine");
	});
}

await browser.close();
await row("the server ends in peace", async () => equal(await server.stop(), { code: 0, signal: null }));
finish();
