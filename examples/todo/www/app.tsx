/** Things to do: React on the model of todo.sync. What is done here shows at once; the server hears of it
 * when it can. */
import { type FormEvent, type KeyboardEvent, useState } from "react";
import { createRoot } from "react-dom/client";
import { Client, type Refusal, type SyncError } from "syncgen";
import { IndexedDbStore } from "syncgen/indexeddb";
import { SyncProvider, useClient, useSynced, useSyncState } from "syncgen/react";
import { type Item, Todo, type TodoAddArgs, type TodoTypes } from "todo";

/** What the actions will do, shown until the answer is here. */
const optimistic = {
	add: (draft: Todo, { id, text }: TodoAddArgs) => draft.items.push({ id, text, done: false }),
	clear: (draft: Todo) => {
		draft.items = draft.items.filter((item) => !item.done);
	},
};

const useTodo = () => useSynced(Todo, undefined, { optimistic });

function inWords(error: SyncError): string {
	const thrown = error.thrown as TodoTypes["actions"]["add"]["error"] | undefined;
	if (thrown?.name === "Full") return `There is room for ${thrown.args.most}, and no more.`;
	return error.message;
}

/** What somebody wanted, as far as it can be said. */
function wish({ action, ops }: Refusal): string {
	if (action?.name === "add") return `“${(action.args as TodoAddArgs).text}”`;
	return action?.name ?? ops.map(({ op, path }) => `${op} ${path}`).join(", ");
}

// ---- how it stands ----

function Status() {
	const client = useClient();
	const { connected } = useSyncState();
	const { $status } = useTodo();
	const [cut, setCut] = useState(false);
	const waiting = $status.pending;
	const state = $status.connected ? (waiting ? "busy" : "live") : cut ? "away" : "connecting";
	const words = {
		live: "in step",
		busy: "sending",
		away: "offline",
		connecting: connected ? "joining" : "connecting",
	}[state];
	const toggle = () => {
		if (cut) client.connect();
		else client.disconnect();
		setCut(!cut);
	};
	return (
		<header>
			<p className="state" role="status" data-state={state}>
				<i />
				<span>
					{words}
					{waiting > 0 && ` · ${waiting} waiting`}
				</span>
			</p>
			<button className="quiet" onClick={toggle}>
				{cut ? "Go online" : "Go offline"}
			</button>
		</header>
	);
}

// ---- the list ----

function Row({ item, index }: { item: Item; index: number }) {
	const { items, $update } = useTodo();
	const [text, setText] = useState<string>();

	/** By its key: the index may be another one by now. */
	const change = (how: (draft: Todo, at: number) => void) =>
		$update((draft) => {
			const at = draft.items.findIndex(({ id }) => id === item.id);
			if (at >= 0) how(draft, at);
		}).catch(() => undefined); // it is in the quarantine, and shown there
	const move = (by: number) =>
		change((draft, at) => {
			const [moved] = draft.items.splice(at, 1);
			draft.items.splice(at + by, 0, moved!);
		});
	const finish = () => {
		if (text && text !== item.text)
			void change((draft, at) => {
				draft.items[at]!.text = text;
			});
		setText(undefined);
	};
	const onKey = (event: KeyboardEvent) => {
		if (event.key === "Enter") {
			event.preventDefault(); // it grows with its text, but is one line of it
			finish();
		}
		if (event.key === "Escape") setText(undefined);
	};
	return (
		<li data-done={item.done}>
			<label className="check">
				<input
					type="checkbox"
					checked={item.done}
					aria-label={`done: ${item.text}`}
					onChange={() =>
						change((draft, at) => {
							draft.items[at]!.done = !item.done;
						})
					}
				/>
				<i />
			</label>
			<textarea
				className="text"
				rows={1}
				aria-label="What is to be done"
				maxLength={120}
				value={text ?? item.text}
				onChange={(event) => setText(event.target.value.replace(/\s*\n\s*/g, " "))}
				onBlur={finish}
				onKeyDown={onKey}
			/>
			<span className="tools">
				<button title="Sooner" disabled={index === 0} onClick={() => move(-1)}>
					↑
				</button>
				<button title="Later" disabled={index === items.length - 1} onClick={() => move(1)}>
					↓
				</button>
				<button title="Remove" onClick={() => change((draft, at) => draft.items.splice(at, 1))}>
					×
				</button>
			</span>
		</li>
	);
}

function Add({ onError }: { onError: (error: SyncError) => void }) {
	const { $actions } = useTodo();
	const [text, setText] = useState("");
	const submit = (event: FormEvent) => {
		event.preventDefault();
		if (!text.trim()) return;
		$actions.add({ id: crypto.randomUUID(), text: text.trim() }).catch(onError);
		setText("");
	};
	return (
		<form className="add" onSubmit={submit}>
			<input
				aria-label="Something to do"
				placeholder="Something to do …"
				maxLength={120}
				value={text}
				onChange={(event) => setText(event.target.value)}
			/>
			<button disabled={!text.trim()}>Add</button>
		</form>
	);
}

function List({ onError }: { onError: (error: SyncError) => void }) {
	const todo = useTodo();
	const done = todo.items.filter((item) => item.done).length;
	return (
		<section className="card">
			<input
				className="title"
				aria-label="Title"
				maxLength={60}
				value={todo.title}
				onChange={(event) => event.target.value && todo.setTitle(event.target.value)}
				onBlur={() => "title" in todo.$drafts && todo.syncTitle().catch(() => undefined)}
			/>
			<p className="count">
				{todo.$status.loaded ? `${todo.items.length - done} to do` : "Fetching the list …"}
				{todo.cleared > 0 && `, ${todo.cleared} cleared away so far`}
			</p>
			<ol>
				{todo.items.map((item, index) => (
					<Row key={item.id} item={item} index={index} />
				))}
			</ol>
			{todo.$status.loaded && todo.items.length === 0 && <p className="empty">Nothing to do. Enjoy it.</p>}
			<Add onError={onError} />
			{done > 0 && (
				<button className="quiet clear" onClick={() => todo.$actions.clear({}).catch(onError)}>
					Clear away {done === 1 ? "the one that is" : `the ${done} that are`} done
				</button>
			)}
		</section>
	);
}

// ---- what the server refused ----

function Refused() {
	const { $, $status } = useTodo();
	if ($status.quarantined === 0) return null;
	return (
		<section className="refused" aria-label="Refused">
			<h2>Refused by the server</h2>
			{$.quarantine.map((refusal) => (
				<p key={refusal.id}>
					<span>
						<b>{wish(refusal)}</b> {inWords(refusal.error)}
					</span>
					<button className="quiet" onClick={() => $.retry(refusal.id)}>
						Try again
					</button>
					<button className="quiet" onClick={() => $.discard(refusal.id)}>
						Discard
					</button>
				</p>
			))}
		</section>
	);
}

function App() {
	const [error, setError] = useState<SyncError>();
	return (
		<main>
			<Status />
			<List onError={setError} />
			<Refused />
			<p className="hint">
				Open this page twice, go offline in one, change both. What waits is kept, also when the page is closed.
			</p>
			{error && (
				<p className="toast" role="alert" onClick={() => setError(undefined)}>
					{inWords(error)}
				</p>
			)}
		</main>
	);
}

const client = new Client({ url: "/ws", store: new IndexedDbStore() });

createRoot(document.getElementById("app")!).render(
	<SyncProvider client={client}>
		<App />
	</SyncProvider>,
);
