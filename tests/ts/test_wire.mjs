// The conversations of tests/wire/native against the server in C.
import { spawnSync } from "node:child_process";
import { buildFor, top } from "./board_server.mjs";

const args = await buildFor("wire");
process.exit(spawnSync(process.execPath, args, { cwd: top, stdio: "inherit", timeout: 600_000 }).status ?? 1);
