// The things to do on the command line: the client in C against the server in C, with a queue in a file.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { BUILD, buildExample, check, equal, finish, row, start } from "./harness.mjs";

const { program, www } = buildExample("todo");
buildExample("cli");
const folder = mkdtempSync(path.join(os.tmpdir(), "cli-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const serve = (port = 0) => start(program, [www], { env: { ...process.env, PORT: String(port) } });

let port;
/** Runs one command; `queue` names a file of its own. */
function todo(queue, wait, ...args) {
	const all = ["-s", `ws://127.0.0.1:${port}/ws`, "-w", String(wait), ...args];
	if (queue) all.unshift("-q", path.join(folder, queue));
	return new Promise((resolve) =>
		execFile(path.join(BUILD, "examples/cli/todo-cli"), all, (error, out, errors) =>
			resolve({ code: error?.code ?? 0, lines: out.trimEnd().split("\n"), errors }),
		),
	);
}

let server = await serve();
port = server.port;

await row("what one changes another sees", async () => {
	equal((await todo("a", 60, "add", "Write the schema")).lines, ["Things to do", "  1 [ ] Write the schema"], "add");
	equal((await todo("b", 60, "add", "Run syncgen")).code, 0, "add");
	equal((await todo("b", 60, "done", "1")).code, 0, "done");
	equal((await todo("a", 60, "edit", "2", "Run it")).code, 0, "edit");
	equal((await todo("b", 60, "move", "2", "1")).code, 0, "move");
	equal((await todo("a", 60)).lines, ["Things to do", "  1 [ ] Run it", "  2 [x] Write the schema"], "list");
	equal((await todo(null, 60, "clear")).lines, ["1 cleared away", "Things to do", "  1 [ ] Run it"], "clear");
});

await row("what cannot be done is said, and nothing has happened", async () => {
	const wrong = await todo("a", 60, "done", "7");
	equal(wrong.code, 1, "code");
	check(wrong.errors.includes("there is no such thing"), wrong.errors);
	equal((await todo("a", 60, "dance")).code, 2, "code of what is no command");
	equal((await todo("a", 60)).lines, ["Things to do", "  1 [ ] Run it"], "list");
});

await row("away: shown, kept over the program's end, and said once the server is back", async () => {
	await server.stop();
	equal((await todo(null, 0.3, "list")).code, 1, "without a queue there is nothing to show");
	const added = await todo("a", 0.3, "add", "Come back");
	equal(added.code, 0, "code");
	equal(added.lines.slice(-1), ["1 waiting for the server"], "what waits");
	equal((await todo("a", 0.3)).lines.slice(-2), ["  2 [ ] Come back", "1 waiting for the server"], "it is kept");
	server = await serve(port);
	equal((await todo("a", 60)).lines.includes("1 waiting for the server"), false, "nothing waits");
	check((await todo("b", 60)).lines.some((line) => line.includes("Come back")), "the other sees it");
});

await row("what the schema does not allow is refused at once", async () => {
	for (let i = 0; i < 12; i++) await todo("b", 60, "add", `Thing ${i}`);
	const refused = await todo("a", 60, "add", "One too many");
	equal(refused.code, 1, "code");
	check(refused.errors.includes("at most 12"), refused.errors);
	equal(refused.lines.length, 13, "lines");
});

await server.stop();
finish();
