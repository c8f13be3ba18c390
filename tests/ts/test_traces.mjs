// What people typed, in a text field of two clients and the server in C.
import { spawnSync } from "node:child_process";
import { buildFor, top } from "./board_server.mjs";

const args = await buildFor("traces");
process.exit(spawnSync(process.execPath, args, { cwd: top, stdio: "inherit", timeout: 600_000 }).status ?? 1);
