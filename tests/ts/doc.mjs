// doc.mjs PAGE FOLDER: the schema of docs/typescript.md as notes.sync, its programs as files that compile on it.
import { readFileSync, writeFileSync } from "node:fs";

const [page, folder] = process.argv.slice(2);
const blocks = [...readFileSync(page, "utf8").matchAll(/^```(\w*)\n(.*?)^```/gms)].map(([, kind, text]) => ({ kind, text }));
/** What a block takes for granted: others on the page, or the program around it. */
const CLIENT = 'import { Client, presence, tasks } from "syncgen";\nimport { Notes } from "./notes.js";\n';
const OPEN = `${CLIENT}const client = new Client({ url: "/ws" });\nconst notes = client.open(Notes);\n`;
const GIVEN = "declare const url: string, again: boolean;\ndeclare function show(...what: unknown[]): void;\n";

const one = (begins) => {
	const found = blocks.filter(({ text }) => text.includes(begins));
	if (found.length !== 1) throw new Error(`${found.length} blocks of ${page} have: ${begins}`);
	return found[0].text.replaceAll("=> …", "=> {}");
};
const write = (name, text) => writeFileSync(`${folder}/${name}`, text);

write("notes.sync", `package doc;\n${one("model Notes")}`);
write("first.ts", one("import { Client }"));
write("calls.ts", OPEN + GIVEN + one("notes.actions.add"));
write("optimistic.ts", `${OPEN}${one("optimistic: {")}`);
write("store.ts", `import { Client } from "syncgen";\n${GIVEN}${one("IndexedDbStore()")}`);
write("quarantine.ts", OPEN + GIVEN + one("notes.quarantine"));
write("app.tsx", one("<SyncProvider url"));
