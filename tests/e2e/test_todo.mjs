// The things to do in a real browser: two people, one of them without a network for a while.
import { launch, openTab, stored } from "./browser.mjs";
import { buildExample, equal, finish, row, start, until } from "./harness.mjs";

const browser = await launch();
const { program, www } = buildExample("todo");
const server = await start(program, [www], { env: { ...process.env, PORT: "0" } });
const address = `http://127.0.0.1:${server.port}/`;

const live = (page) => page.waitForSelector('.state[data-state="live"]');
const texts = (page) => page.$$eval("li .text", (list) => list.map((item) => item.value));
const done = (page) => page.$$eval("li[data-done=true] .text", (list) => list.map((item) => item.value));
const shows = (page, wanted) =>
	until(async () => JSON.stringify(await texts(page)) === JSON.stringify(wanted), `${wanted}`).catch(async () =>
		equal(await texts(page), wanted, "what is to be done"));
const both = async (wanted) => {
	for (const page of [a, b]) await shows(page, wanted);
};

async function add(page, text) {
	await page.fill(".add input", text);
	await page.press(".add input", "Enter");
}

const a = await openTab(browser, address);
const b = await openTab(browser, address);
for (const page of [a, b]) await live(page);

await row("what one adds the other sees, in order", async () => {
	await add(a, "Write the schema");
	await both(["Write the schema"]);
	await add(b, "Run syncgen");
	await both(["Write the schema", "Run syncgen"]);
});

await row("offline: it shows at once, and that it waits", async () => {
	await a.click("text=Go offline");
	await a.waitForSelector('.state[data-state="away"]');
	await add(a, "Look at two tabs");
	await a.click("li:nth-child(1) .check");
	await a.click("li:nth-child(2) [title=Sooner]");
	await shows(a, ["Run syncgen", "Write the schema", "Look at two tabs"]);
	await a.waitForSelector("text=offline · 3 waiting");
	await shows(b, ["Write the schema", "Run syncgen"]);
});

await row("meanwhile the other goes on", async () => {
	await b.fill("li:nth-child(2) .text", "Run syncgen again");
	await b.press("li:nth-child(2) .text", "Enter");
	await add(b, "Tell somebody");
	await shows(b, ["Write the schema", "Run syncgen again", "Tell somebody"]);
});

await row("a reload loses nothing of what waits", async () => {
	await stored(a, "Look at two tabs");
	await a.reload();
	await live(a);
	await both(["Run syncgen again", "Write the schema", "Tell somebody", "Look at two tabs"]);
	for (const page of [a, b]) equal(await done(page), ["Write the schema"], "done");
});

await row("an action that finds no room is refused, and says why", async () => {
	for (let i = 5; i <= 12; i++) await add(b, `thing ${i}`);
	await until(async () => (await texts(a)).length === 12, "twelve");
	await add(a, "one too many");
	await a.waitForSelector(".toast >> text=room for 12");
	await until(async () => (await texts(a)).length === 12, "the guess to be taken back");
});

await row("a change that was made offline and is refused is kept to be looked at", async () => {
	await b.click("text=Go offline");
	await add(b, "made offline");
	await until(async () => (await texts(b)).length === 13, "the guess");
	await stored(b, "made offline");
	await b.reload();
	await b.waitForSelector(".refused >> text=room for 12");
	if (process.env.SHOT) await b.screenshot({ path: `${process.env.SHOT}/todo_refused.png`, fullPage: true });
	await a.click("text=Clear away the one that is done");
	await until(async () => (await texts(b)).length === 11, "eleven");
	await b.click(".refused >> text=Try again");
	await until(async () => (await texts(a)).at(-1) === "made offline", "the second try");
	await b.waitForSelector(".refused", { state: "detached" });
	equal(await texts(a), await texts(b), "both");
});

await row("the title is a draft until the field is left", async () => {
	await a.fill(".title", "Today");
	equal(await b.inputValue(".title"), "Things to do", "the other's title");
	await a.press(".title", "Tab");
	await until(async () => (await b.inputValue(".title")) === "Today", "the title");
});

await row("nothing is said of a list that is not there yet", async () => {
	const page = await (await browser.newContext()).newPage();
	await page.routeWebSocket(/./, () => {}); // it opens, and nobody says a word
	await page.goto(address);
	await page.waitForSelector("text=Fetching the list");
	equal(await page.locator(".empty").count(), 0, "words of an empty list");
	await page.context().close();
});

await row("a long text is there to be read on a narrow page", async () => {
	const long = "a text that is too long for one line of a phone, so that it takes the room of two or three";
	await a.setViewportSize({ width: 360, height: 640 });
	await a.fill("li:nth-child(1) .text", long);
	await a.press("li:nth-child(1) .text", "Enter");
	await until(async () => (await texts(b))[0] === long, "the text");
	const hidden = await a.$eval("li .text", (text) => [text.scrollHeight - text.clientHeight, text.scrollWidth - text.clientWidth]);
	equal(hidden, [0, 0], "what cannot be seen");
});

await row("no errors on the pages", async () => {
	for (const page of [a, b]) equal(page.complaints, []);
	equal(server.errors(), "");
});

if (process.env.SHOT) {
	await a.screenshot({ path: `${process.env.SHOT}/todo.png`, fullPage: true });
	const phone = await openTab(browser, address, { viewport: { width: 390, height: 844 }, colorScheme: "dark", hasTouch: true });
	await live(phone);
	await phone.click("text=Go offline");
	await phone.waitForTimeout(300);
	await phone.screenshot({ path: `${process.env.SHOT}/todo_phone.png` });
}

await browser.close();
await row("the server ends in peace", async () => equal(await server.stop(), { code: 0, signal: null }));
finish();
