// What went wrong in other systems, one row each, and the tests that show it does not here. A row holds when each
// of its tests is still there under its name; what they say is up to them, and they run with all others.
import { readFileSync } from "node:fs";
import path from "node:path";
import { finish, row } from "../e2e/harness.mjs";

const LESSONS = "tests/unit/test_lessons.c";
const SESSION = "tests/wire/ws_sync_session.json";
const BAD = "tests/wire/ws_sync_bad.json";
const PATCH = "tests/wire/ws_sync_patch.json";
const NATIVE = "tests/wire/native";

const rows = {
	"ws-sync: a second connection of a session kills the new one; on_disconnect fires twice": [
		[SESSION, "a second connection of a session replaces the first, and is not harmed"],
	],
	"ws-sync: a bad message closes the socket without a word": [
		[BAD, "a bad message gets an error frame and harms nothing"],
		["tests/e2e/test_server.mjs", "not JSON"],
	],
	"ws-sync: field constraints are not enforced on patches; a patch changes the snapshot before it is validated": [
		[LESSONS, "ws-sync: field constraints are not enforced on patches"],
		[PATCH, "a rejected patch: an error, then the whole state"],
	],
	"ws-sync: an insert at the head of 10,000 items sends 30,003 operations": [
		[LESSONS, "ws-sync: an insert at the head of 10,000 items sends 30,003 operations"],
		["tests/ts/patch.test.ts", "an insert at the head of 10,000 items is one operation, and quick"],
	],
	"ws-sync: a failed send still advances the snapshot; two patches that cross diverge for good": [
		[LESSONS, "ws-sync: a failed send still advances the snapshot"],
		[LESSONS, "ws-sync: two patches that cross diverge for good"],
		["tests/wire/ws_sync_store.json", "an author whose patch meets one on its way gets the whole"],
		["tests/e2e/test_write.mjs", "half a frame"],
	],
	"ws-sync: cancel handlers crash; a duplicate start is only logged": [
		["tests/unit/test_task.c", "cancel handlers work"],
		["tests/unit/test_task.c", "a duplicate start is answered"],
	],
	"ws-sync: binary frames of two senders interleave": [
		[LESSONS, "ws-sync: binary frames of two senders interleave"],
		[`${NATIVE}/calls.json`, "long bytes travel in a frame of their own, before what refers to them"],
	],
	"ws-sync's React client: the hook throws on its first render": [
		["tests/ts/react.test.ts", "the first render shows the defaults of the model"],
	],
	"ws-sync's React client: a hook mounted after connect gets no state": [
		[`${NATIVE}/connect.json`, "a document opened later is joined"],
		["tests/ts/react.test.ts", "a server render shows what the client already has"],
	],
	"ws-sync's React client: edits made offline vanish": [
		["tests/e2e/test_offline.mjs", "the network is cut, both edit, it comes back"],
		["tests/e2e/test_offline.mjs", "the tab dies while it waits: its next life sends it"],
	],
	"ws-sync's React client: a patch that fails to apply throws and nothing resyncs": [
		["tests/ts/connection.test.ts", "a patch that does not fit: once more from a snapshot, then an error, never half a state"],
	],
	"ws-sync's React client: each patch clones the whole state and every object loses its identity": [
		["tests/ts/patch.test.ts", "what a patch does not touch keeps its identity"],
	],
	"Patches: the server commits what no replica can apply": [
		[LESSONS, "Patches: the server commits what no replica can apply"],
		[`${NATIVE}/push.json`, "a test is a precondition"],
	],
	"Patches: a numeric map key is shifted like an index": [
		[`${NATIVE}/push.json`, "digits in a map are a key, not an index"],
	],
	"Patches: 500 offline changes over 5,000 take 17 s": [
		["tests/ts/rebase.test.ts", "500 changes made offline over 5,000 elements are carried in a moment"],
	],
	"Patches: no request ever times out; no heartbeat; no jitter": [
		[`${NATIVE}/calls.json`, "a caller can give up waiting; the call stays"],
		["tests/ts/connection.test.ts", "a push that is not answered, though pongs come: a new connection, the same number"],
		[`${NATIVE}/connect.json`, "a server that says nothing is left after two and a half heartbeats"],
		[`${NATIVE}/connect.json`, "a client that is silent is asked, and left after two and a half heartbeats"],
		["tests/ts/connection.test.ts", "full jitter: within min(30 s, 0.5 s · 2ⁿ), the first within 1 s, not always the same"],
		["tests/unit/test_client_link.c", "waits"],
	],
	"Colyseus: per-client encoding is the wall": [[LESSONS, "Colyseus: encoding for each client is the wall"]],
	"Colyseus: desync that took four months": [
		[`${NATIVE}/connect.json`, "a gap leads to a new join, not to half a state"],
		[`${NATIVE}/connect.json`, "a quiet document notices a loss by its revision in a pong"],
		["tests/ts/connection.test.ts", "a frame that makes no sense leads to a new connection, not to a wrong state"],
	],
	"Colyseus: 64 fields": [[LESSONS, "Colyseus: 64 fields"]],
	"Centrifugo: no conflation for slow readers": [
		["tests/unit/test_doc.c", "a slow reader costs a number"],
		["tests/e2e/test_server.mjs", "a slow reader costs a number, not a queue"],
		["tests/wire/ws_sync_state.json", "commits waiting leave as one patch"],
	],
	"ShareDB: identical edits cause quadratic retries": [[LESSONS, "ShareDB: identical edits cause quadratic retries"]],
	"ShareDB: adapters whose commit does not check the version": [["tests/unit/test_store.c", "refuses what does not follow"]],
	"Socket.IO: an offset inside user data was taken from a user's string": [
		[LESSONS, "Socket.IO: an offset inside user data was taken from a user's string"],
	],
	"Socket.IO: quiet connections lost their offset": [
		[`${NATIVE}/connect.json`, "pings are answered, with revisions"],
		[`${NATIVE}/connect.json`, "pings of a client are answered, with revisions"],
		[`${NATIVE}/connect.json`, "what has not changed is not sent again"],
	],
	"Yjs servers: read-only clients diverge in silence": [
		[`${NATIVE}/refused.json`, "what only the server writes is refused by it"],
		[`${NATIVE}/refused.json`, "what only the server writes is refused at the call"],
	],
	"Yjs servers: tombstones grow without end": [[LESSONS, "Yjs servers: tombstones grow without end"]],
	"Qt Remote Objects: any schema change is a mismatch": [
		[LESSONS, "Qt Remote Objects: any schema change is a mismatch"],
		[`${NATIVE}/connect.json`, "an incompatible schema is told by name"],
	],
};

const top = path.resolve(import.meta.dirname, "../..");
const texts = new Map();
const read = (file) => texts.get(file) ?? texts.set(file, readFileSync(path.join(top, file), "utf8")).get(file);

for (const [name, tests] of Object.entries(rows))
	await row(name, () => {
		for (const [file, test] of tests)
			if (!['"', "`"].some((quote) => read(file).includes(quote + test + quote)))
				throw new Error(`${file} has no test "${test}"`);
	});
finish();
