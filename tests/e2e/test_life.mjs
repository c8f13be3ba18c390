// A server that cannot start says why, and leaves nothing behind: the next one of the same port starts.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { check, compile, equal, finish, PATIENCE, row } from "./harness.mjs";

const program = compile("life", [path.join(import.meta.dirname, "life.c")]);
const folder = mkdtempSync(path.join(os.tmpdir(), "life-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const [key, certificate, garbage] = ["key.pem", "cert.pem", "garbage.pem"].map((name) => path.join(folder, name));
execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
	"-subj", "/CN=localhost", "-keyout", key, "-out", certificate], { stdio: "ignore" });
writeFileSync(garbage, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
const args = [certificate, key, garbage];

const reasons = [/^internal: cannot listen on 127.0.0.1 port \d+: .{8}/, /^internal: .*load_verify/, /^internal: .*cert/, /^internal: cannot listen on no.such.interface/, /^not_found: there is no folder/];
// A context that libwebsockets could not make keeps a little of it (4.1.6): with a sanitizer that looks for leaks,
// that one alone is let pass.
const known = path.join(folder, "leaks");
writeFileSync(known, "leak:lws_smd_register\n");
const env = { ...process.env, LSAN_OPTIONS: `suppressions=${known}:print_suppressions=0` };
env.ASAN_OPTIONS = `${env.ASAN_OPTIONS ?? ""}:fast_unwind_on_malloc=0:malloc_context_size=6`;
const sanitized = /-fsanitize/.test(process.env.E2E_CFLAGS ?? "");

await row("servers after one that could not start", () => {
	const ran = spawnSync(program, args, { encoding: "utf8", timeout: 10 * PATIENCE, env });
	const lines = ran.stdout.split("\n").slice(0, -1);
	equal(lines.length, reasons.length, `failures\n${ran.stdout}`);
	reasons.forEach((reason, i) => check(reason.test(lines[i]), lines[i]));
	equal(ran.status, 0, "status");
});

// A sanitizer sees as much, and valgrind cannot run what it has made.
if (sanitized) console.log("note: a sanitizer in place of valgrind");
else await row("and no memory is touched that was given back", () => {
	const ran = spawnSync("valgrind", ["-q", "--error-exitcode=99", program, ...args], { encoding: "utf8", timeout: 10 * PATIENCE });
	equal(ran.status, 0, `status; ${ran.stderr}`);
});
finish();
