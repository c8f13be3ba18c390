// Clients in TypeScript and in C of the server in C, simulated.
import { spawnSync } from "node:child_process";
import { buildFor, top } from "./board_server.mjs";

const args = await buildFor("peers", "board_peers", { files: ["peers_shelf"], models: ["shelf"] });
process.exit(spawnSync(process.execPath, args, { cwd: top, stdio: "inherit", timeout: 1_200_000 }).status ?? 1);
