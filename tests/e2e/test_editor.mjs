// One text in two browsers: both write, one of them without a network for a while.
import { launch, openTab } from "./browser.mjs";
import { buildExample, check, equal, finish, row, start, until } from "./harness.mjs";

const browser = await launch();
const { program, www } = buildExample("editor");
const server = await start(program, [www], { env: { ...process.env, PORT: "0" } });
const address = `http://127.0.0.1:${server.port}/`;

const live = (page) => page.waitForSelector('.state[data-state="live"]');
const text = (page) => page.inputValue("#body");
const caret = (page) => page.$eval("#body", (area) => area.selectionStart);
const shows = async (page, wanted) => {
	const right = async () => (await text(page)) === wanted;
	await until(right, "the text").catch(async () => equal(await text(page), wanted, "text"));
};
const both = async (wanted) => {
	for (const page of [a, b]) await shows(page, wanted);
};
/** Puts the caret behind the first `what`. */
const behind = (page, what) =>
	page.$eval("#body", (area, what) => {
		area.focus();
		const at = area.value.indexOf(what) + what.length;
		area.setSelectionRange(at, at);
	}, what);

const a = await openTab(browser, address);
const b = await openTab(browser, address);
for (const page of [a, b]) await live(page);

await row("what one types the other reads", async () => {
	await a.focus("#body");
	await a.keyboard.type("The quick fox jumps.");
	await both("The quick fox jumps.");
});

await row("a caret stays where it is while the other writes in front of it", async () => {
	await behind(b, "jumps");
	await behind(a, "quick");
	await a.keyboard.type(" brown");
	await both("The quick brown fox jumps.");
	await until(async () => (await caret(b)) === "The quick brown fox jumps".length, "the caret");
	await b.keyboard.type(" over the dog");
	await both("The quick brown fox jumps over the dog.");
});

await row("both write at once", async () => {
	await behind(a, "The");
	await behind(b, "the");
	await Promise.all([
		a.keyboard.type(" very very very", { delay: 3 }),
		b.keyboard.type(" lazy lazy lazy", { delay: 4 }),
	]);
	await both("The very very very quick brown fox jumps over the lazy lazy lazy dog.");
});

await row("without a network both go on, and nothing is lost", async () => {
	await a.click("#cut");
	await a.waitForSelector('.state[data-state="away"]');
	await behind(a, "dog.");
	await a.keyboard.type(" 🐕 It sleeps.");
	await behind(a, "The very");
	for (let i = 0; i < " very".length; i++) await a.keyboard.press("Backspace");
	await behind(b, "over");
	await b.keyboard.type(" and over");
	check((await text(a)).startsWith("The very very quick"), "a's own edit shows");
	await a.click("#cut");
	await live(a);
	await both("The very very quick brown fox jumps over and over the lazy lazy lazy dog. 🐕 It sleeps.");
});

await row("what I undo is mine, wherever it stands by now", async () => {
	const before = await text(a);
	await behind(a, "dog.");
	await a.waitForTimeout(900); // another run of writing
	await a.keyboard.insertText(" Soundly."); // at once, so that it is one
	await behind(b, "The");
	await b.keyboard.type(" red");
	const other = before.replace("The", "The red");
	const all = other.replace("dog.", "dog. Soundly.");
	await both(all);
	await a.keyboard.press("Control+z");
	await both(other);
	await a.keyboard.press("Control+Shift+z");
	await both(all);
	await a.keyboard.press("Control+z");
	await both(other);
});

await row("a word that an input method makes is not cut short by what the other writes", async () => {
	const before = await text(a);
	const method = await a.context().newCDPSession(a);
	await behind(a, "dog.");
	await method.send("Input.imeSetComposition", { text: "に", selectionStart: 1, selectionEnd: 1 });
	await behind(b, "red");
	await b.keyboard.type("dish");
	await live(b);
	await until(async () => (await a.evaluate(() => document.getElementById("people").childElementCount)) === 2, "both");
	await method.send("Input.imeSetComposition", { text: "にほ", selectionStart: 2, selectionEnd: 2 });
	await method.send("Input.insertText", { text: "日本" });
	await both(before.replace("red", "reddish").replace("dog.", "dog.日本"));
	await a.keyboard.press("Control+z");
	await both(before.replace("red", "reddish"));
});

await row("each sees the other's name and caret", async () => {
	const me = await a.textContent("#people li.me");
	await until(async () => (await b.$$eval("#people li:not(.me)", (l) => l.map((i) => i.textContent))).includes(me), "the name");
	await behind(a, "over and");
	await until(
		() => b.evaluate(() => {
			const mark = document.querySelector("#mirror b");
			const range = document.createRange();
			range.setStart(document.getElementById("mirror"), 0);
			if (mark) range.setEndBefore(mark);
			return range.toString().endsWith("over and");
		}),
		"the caret",
	);
});

await row("who leaves is gone", async () => {
	const c = await openTab(browser, address);
	await live(c);
	await until(async () => (await a.$$("#people li")).length === 3, "a third");
	await c.close();
	await until(async () => (await a.$$("#people li")).length === 2, "the third to go");
});

await row("no errors on the pages", async () => {
	for (const page of [a, b]) equal(page.complaints, []);
	equal(server.errors(), "");
});

if (process.env.SHOT) {
	await a.fill("#title", "A fox");
	await b.waitForTimeout(300);
	await b.screenshot({ path: `${process.env.SHOT}/editor.png`, fullPage: true });
	await b.setViewportSize({ width: 390, height: 700 });
	await b.emulateMedia({ colorScheme: "dark" });
	await b.waitForTimeout(300);
	await b.screenshot({ path: `${process.env.SHOT}/editor_phone.png` });
}

await browser.close();
await row("the server ends in peace", async () => equal(await server.stop(), { code: 0, signal: null }));
finish();
