// Chromium, for the end-to-end tests: a page that complains fails its test.
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import { PATIENCE } from "./harness.mjs";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** A browser, with further arguments; without one the test is skipped, and says so. */
export async function launch(...args) {
	if (!existsSync(CHROMIUM)) {
		console.log(`skipped: there is no ${CHROMIUM}`);
		console.log("0 passed, 0 failed");
		process.exit(0);
	}
	return chromium.launch({
		executablePath: CHROMIUM,
		args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
			"--disable-background-networking", "--disable-component-update", "--disable-sync", ...args],
	});
}

/** Until a change that waits is in the page's database: it is shown a moment before. A word twice: in two places. */
export const stored = (page, ...words) =>
	page.waitForFunction(async (words) => {
		const open = indexedDB.open("syncgen");
		const db = await new Promise((done) => (open.onsuccess = () => done(open.result)));
		const all = db.transaction("documents").objectStore("documents").getAll();
		const rows = await new Promise((done) => (all.onsuccess = () => done(all.result)));
		db.close();
		let kept = JSON.stringify(rows);
		return words.every((one) => kept !== (kept = kept.replace(one, "")));
	}, words, { timeout: PATIENCE });

/** A tab with its own storage, in which `complaints` are collected. */
export async function openTab(browser, address, options = {}) {
	const page = await (await browser.newContext(options)).newPage();
	page.setDefaultTimeout(PATIENCE);
	page.complaints = [];
	page.on("pageerror", (error) => page.complaints.push(String(error)));
	await page.goto(address);
	return page;
}
