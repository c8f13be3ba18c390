// Two tabs, one loses the network, both edit, it comes back: equal, and nothing is lost. The server is the
// one in C, the network a proxy that resets its connections and takes no new ones.
import { launch, openTab, stored } from "./browser.mjs";
import { buildExample, check, equal, finish, row, start, until } from "./harness.mjs";
import { Proxy } from "./proxy.mjs";

const browser = await launch();
const { program, www } = buildExample("notes");
const server = await start(program, [www], { env: { ...process.env, PORT: "0" } });
const proxy = await Proxy.to(server.port);
const a = await openTab(browser, `http://127.0.0.1:${proxy.port}/`);
const b = await openTab(browser, `http://127.0.0.1:${server.port}/`);

const live = (page) => page.waitForSelector('#state[data-state="live"]');
const away = (page) => page.waitForSelector('#state[data-state="away"]');
const waiting = (page, n) => page.waitForSelector(`#state:has-text("${n} waiting")`);
const inStep = (page) => page.waitForSelector('#state span:text-is("in step")');
const lines = (page) => page.$$eval("#notes li span", (list) => list.map((item) => item.textContent));
const title = (page) => page.inputValue("#title");

async function write(page, ...texts) {
	for (const text of texts) {
		await page.fill("#note", text);
		await page.press("#note", "Enter");
	}
}

async function remove(page, text) {
	const line = page.locator("#notes li", { hasText: text });
	await line.hover();
	await line.locator("button").click();
}

/** Until both have sent all and show the same; what they show. */
async function settled(wanted) {
	for (const page of [a, b]) await inStep(page);
	for (const page of [a, b])
		await until(async () => JSON.stringify((await lines(page)).sort()) === JSON.stringify([...wanted].sort()), "lines").catch(
			async () => equal((await lines(page)).sort(), [...wanted].sort(), "lines"),
		);
	equal(await lines(a), await lines(b), "the order of the lines");
	await until(async () => (await title(a)) === (await title(b)), "one title");
	return lines(a);
}

for (const page of [a, b]) await live(page);
await write(a, "one", "two", "three");
await settled(["one", "two", "three"]);

await row("the network is cut, both edit, it comes back", async () => {
	await proxy.cut();
	await away(a);
	await write(a, "a1", "a2");
	await remove(a, "one");
	await a.fill("#title", "From A");
	await waiting(a, 4);
	await write(b, "b1");
	await remove(b, "two");
	await write(b, "b2");
	await until(async () => (await lines(b)).includes("b2"), "b2");
	await inStep(b);
	equal(await lines(a), ["two", "three", "a1", "a2"], "what A shows meanwhile");
	equal(await lines(b), ["one", "three", "b1", "b2"], "what B shows meanwhile");
	await proxy.mend();
	const all = await settled(["three", "a1", "a2", "b1", "b2"]);
	check(all.indexOf("a1") < all.indexOf("a2") && all.indexOf("b1") < all.indexOf("b2"), `${all}: in order`);
	equal(await title(b), "From A", "the title");
});

await row("what arrived, and whose answer was lost, is not done twice", async () => {
	const before = await lines(a);
	proxy.deafen();
	await write(a, "once");
	await until(async () => (await lines(b)).includes("once"), "the line at the other");
	await waiting(a, 1);
	await write(a, "and once");
	await proxy.cut();
	await away(a);
	await write(b, "meanwhile");
	await proxy.mend();
	await settled([...before, "once", "and once", "meanwhile"]);
});

await row("the browser says that it is offline: it is at once back when it says otherwise", async () => {
	const before = await lines(a);
	const tools = await a.context().newCDPSession(a);
	const conditions = { latency: 0, downloadThroughput: -1, uploadThroughput: -1 };
	await tools.send("Network.enable");
	await tools.send("Network.emulateNetworkConditions", { ...conditions, offline: true });
	await proxy.cut();
	await a.waitForSelector('#state:has-text("offline")');
	await write(a, "in a tunnel");
	await write(b, "in the open");
	await proxy.mend();
	await tools.send("Network.emulateNetworkConditions", { ...conditions, offline: false });
	await settled([...before, "in a tunnel", "in the open"]);
});

await row("the tab dies while it waits: its next life sends it", async () => {
	const before = await lines(b);
	await proxy.cut();
	await away(a);
	await write(a, "last words");
	await waiting(a, 1);
	await stored(a, "last words");
	await proxy.mend();
	const context = a.context();
	await a.close({ runBeforeUnload: false });
	const next = await context.newPage();
	await next.goto(`http://127.0.0.1:${proxy.port}/`);
	await live(next);
	await until(async () => (await lines(b)).length === before.length + 1, "the line");
	equal(await lines(next), await lines(b), "both");
	check((await lines(b)).includes("last words"), "the line");
});

await row("no errors on the pages", async () => {
	for (const page of [a, b]) equal(page.complaints, []);
	equal(server.errors(), "");
});

await browser.close();
await proxy.cut();
await row("the server ends in peace", async () => equal(await server.stop(), { code: 0, signal: null }));
finish();
