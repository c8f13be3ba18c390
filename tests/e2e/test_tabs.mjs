// The notebook in a real browser: two tabs in step, over a restart of the server too.
import { launch, openTab } from "./browser.mjs";
import { buildExample, equal, finish, row, start, until } from "./harness.mjs";

const browser = await launch();
const { program, www } = buildExample("notes");
const serve = (port = 0) => start(program, [www], { env: { ...process.env, PORT: String(port) } });
let server = await serve();
const address = `http://127.0.0.1:${server.port}/`;
async function open() {
	const page = await openTab(browser, address);
	await live(page);
	return page;
}

const live = (page) => page.waitForSelector('#state[data-state="live"]');
const title = (page) => page.inputValue("#title");
const lines = (page) => page.$$eval("#notes li span", (list) => list.map((item) => item.textContent));

async function same(pages, wanted) {
	for (const page of pages) {
		await until(async () => JSON.stringify(await lines(page)) === JSON.stringify(wanted.notes), "the lines").catch(
			async () => equal(await lines(page), wanted.notes, "lines"),
		);
		await until(async () => (await title(page)) === wanted.title, "the title").catch(
			async () => equal(await title(page), wanted.title, "title"),
		);
	}
}

const a = await open();
const b = await open();
const both = [a, b];

await row("both show the same to begin with", () => same(both, { title: "My Notes", notes: [] }));

await row("a title typed in one tab appears in the other", async () => {
	await a.fill("#title", "Groceries");
	await same(both, { title: "Groceries", notes: [] });
	await b.click("#title");
	await b.keyboard.press("End");
	await b.keyboard.type(" for Sunday", { delay: 5 });
	await same(both, { title: "Groceries for Sunday", notes: [] });
	equal(await a.title(), "Groceries for Sunday", "the tab's title");
});

await row("lines appear in both directions", async () => {
	for (const [page, text] of [[a, "bread"], [b, "<b>salt</b>"], [a, "Öl & ½ “eggs” 🥚"]]) {
		const before = (await lines(page)).length;
		await page.fill("#note", text);
		await page.press("#note", "Enter");
		await until(async () => (await lines(page)).length > before, "the line");
	}
	await same(both, { title: "Groceries for Sunday", notes: ["bread", "<b>salt</b>", "Öl & ½ “eggs” 🥚"] });
});

await row("the action renames", async () => {
	await b.fill("#name", "Shopping");
	await b.click("#rename button");
	await same(both, { title: "Shopping", notes: ["bread", "<b>salt</b>", "Öl & ½ “eggs” 🥚"] });
});

await row("a line removed in one tab goes in the other", async () => {
	await a.hover("#notes li:nth-child(2)");
	await a.click("#notes li:nth-child(2) button");
	await same(both, { title: "Shopping", notes: ["bread", "Öl & ½ “eggs” 🥚"] });
});

await row("an emptied title is not sent, and comes back", async () => {
	await a.fill("#title", "");
	await a.click("#note");
	await same(both, { title: "Shopping", notes: ["bread", "Öl & ½ “eggs” 🥚"] });
});

await row("a third tab that comes later shows all of it", async () => {
	const c = await open();
	await same([c], { title: "Shopping", notes: ["bread", "Öl & ½ “eggs” 🥚"] });
	await c.close();
});

await row("the server goes and comes back, knowing nothing: what was written meanwhile is not lost", async () => {
	const port = server.port;
	await server.stop();
	for (const page of both) await page.waitForSelector('#state:not([data-state="live"])');
	await a.fill("#note", "written while away");
	await a.press("#note", "Enter");
	await a.waitForSelector('#state:has-text("1 waiting")');
	server = await serve(port);
	for (const page of both) await live(page);
	await same(both, { title: "My Notes", notes: ["written while away"] });
	await a.fill("#title", "Again");
	await same(both, { title: "Again", notes: ["written while away"] });
});

await row("no errors on the pages", async () => {
	for (const page of both) equal(page.complaints, []);
	equal(server.errors(), "");
});

if (process.env.SHOT) {
	await a.fill("#note", "A line, for the picture");
	await a.press("#note", "Enter");
	await a.waitForTimeout(800);
	await a.screenshot({ path: process.env.SHOT });
}

await browser.close();
await row("the server ends in peace", async () => equal(await server.stop(), { code: 0, signal: null }));
finish();
