/**
 * React: documents as hooks.
 *
 *     function Notes() {
 *         const notes = useSynced(NotesModel);
 *         return <input value={notes.title} onChange={(e) => notes.syncTitle(e.target.value)} />;
 *     }
 *
 * Around it a <SyncProvider url="wss://…">, or one with a client of your own.
 */
import {
	createContext,
	createElement,
	type FunctionComponent,
	type ReactNode,
	useContext,
	useEffect,
	useMemo,
	useState,
	useSyncExternalStore,
} from "react";
import {
	Client,
	type ClientOptions,
	type ClientStatus,
	type DocumentStatus,
	type Live,
	type ModelInfo,
	type ModelTypes,
	type OptimisticOf,
	presence,
	type Presence,
	type SyncError,
	type Task,
	type Tasks,
	tasks,
	type TaskStatus,
	type TypesOf,
	type UntypedLive,
} from "./index.js";
import { toWire } from "./binary.js";
import { type DraftOf, keyOf, type WritableOf } from "./model.js";

const ClientContext = createContext<Client | undefined>(undefined);

/** A client that a provider has made. */
interface Own {
	client: Client;
	closing?: ReturnType<typeof setTimeout>;
	closed?: boolean;
}

/** So long after its provider is gone a client of its own is closed: StrictMode brings it back at once. */
const CLOSE_MS = 1000;

/** What a page shows while it takes over what a server has rendered: what was first shown here, although more may
 * have come in. On the server: what there is. */
const hydrated = <T>(first: T, now: () => T): (() => T) => (typeof document === "undefined" ? now : () => first);

/** Makes the client of everything below: a given one, or one of its own for these options. */
export const SyncProvider: FunctionComponent<
	{ children?: ReactNode } & ({ client: Client } | (ClientOptions & { client?: undefined }))
> = ({ children, ...options }) => {
	const given = options.client;
	const make = () => (given ? undefined : { client: new Client({ ...(options as ClientOptions), connect: false }) });
	const [own, setOwn] = useState<Own | undefined>(make);
	const client = given ?? own?.client;
	// Nothing connects while rendering: not on the server, not for a render that is thrown away.
	useEffect(() => {
		if (!own) return undefined;
		if (own.closed) return setOwn(make); // shown again after long
		clearTimeout(own.closing);
		own.client.connect();
		return () => {
			// What was just changed is still to be sent.
			own.closing = setTimeout(() => {
				own.closed = true;
				own.client.close(); // what waits in its store is for the next one
			}, CLOSE_MS);
		};
		// eslint-disable-next-line react-hooks/exhaustive-deps -- options count when it is made
	}, [own]);
	return createElement(ClientContext.Provider, { value: client }, children);
};

export function useClient(): Client {
	const client = useContext(ClientContext);
	if (!client) throw new Error("useSynced and its like need a <SyncProvider> above them");
	return client;
}

type Setters<S> = {
	/** Changes the field here only: a draft, until it is synced. */
	readonly [K in keyof S & string as `set${Capitalize<K>}`]-?: (
		value: S[K] | ((now: S[K]) => S[K]),
	) => void;
} & {
	/** Changes the field for everybody; without a value the draft of it. */
	readonly [K in keyof S & string as `sync${Capitalize<K>}`]-?: (
		...value: [value?: S[K] | ((now: S[K]) => S[K])]
	) => Promise<void>;
};

/** What goes with a state: its document, and short ways to the most common parts of it. */
export interface SyncedExtras<S, L, Draft = S> {
	/** The document itself. */
	readonly $: L;
	readonly $status: DocumentStatus;
	/** Fields with a draft that is not synced. */
	readonly $drafts: Partial<S>;
	/** Syncs all drafts as one change. */
	readonly $sync: () => Promise<void>;
	/** Forgets all drafts. */
	readonly $reset: () => void;
	readonly $update: (recipe: (draft: Draft) => unknown) => Promise<void>;
}

type WithCalls<T extends ModelTypes> = {
	readonly $actions: Live<T>["actions"];
	readonly $tasks: Tasks<T["tasks"]>;
};
export type Synced<T extends ModelTypes> = T["state"] &
	Setters<Pick<T["state"], WritableOf<T>>> &
	SyncedExtras<T["state"], Live<T>, DraftOf<T>> &
	WithCalls<T>;
export type SyncedUntyped<S> = S & Setters<S> & SyncedExtras<S, UntypedLive<S>>;

export interface SyncedOptions<S> {
	/** What actions are expected to do: shown ahead of the answer. */
	optimistic?: { [action: string]: (draft: S, args: never) => unknown };
}

interface Source {
	client: Client;
	live: Live<ModelTypes>;
	drafts: Drafts;
}

/** Values of fields that only this page knows, shared by all components on one document. */
class Drafts {
	#listeners = new Set<() => void>();
	values: Record<string, unknown> = {};
	/** What was there when it was first rendered. */
	readonly first: { drafts: Record<string, unknown>; state: unknown; status: DocumentStatus };

	constructor({ state, status }: Live<ModelTypes>) {
		this.first = { drafts: this.values, state, status };
	}

	readonly subscribe = (listener: () => void): (() => void) => {
		this.#listeners.add(listener);
		return () => void this.#listeners.delete(listener);
	};
	readonly getSnapshot = (): Record<string, unknown> => this.values;

	change(values: Record<string, unknown>): void {
		this.values = values;
		for (const listener of [...this.#listeners]) listener();
	}
	drop(field: string): void {
		const { [field]: _, ...rest } = this.values;
		this.change(rest);
	}
}

const draftsOf = new WeakMap<object, Drafts>();

type Opening = (model: ModelInfo | string, second: unknown, options: unknown) => Live<ModelTypes>;

function openSource(client: Client, model: ModelInfo | string, second: unknown, options: unknown): Source {
	const live = (client.open as unknown as Opening).call(client, model, second, options);
	let drafts = draftsOf.get(live);
	if (!drafts) draftsOf.set(live, (drafts = new Drafts(live)));
	return { client, live, drafts };
}

function useSource(
	model: ModelInfo | string,
	second: unknown,
	options: SyncedOptions<never> | undefined,
): Source {
	const client = useClient();
	const identity = typeof model === "string" ? model : `${model.name} ${keyOf(model, second)}`;
	/* eslint-disable react-hooks/exhaustive-deps -- `identity` says all of model and parameters */
	const drawn = useMemo(() => {
		// It is opened for good in the effect: a render may be thrown away. Till then it lingers a moment.
		const source = openSource(client, model, second, options);
		source.live.close();
		return source;
	}, [client, identity]);
	const [held, setHeld] = useState(drawn);
	useEffect(() => {
		const source = openSource(client, model, second, options);
		// Long after its first render (hidden, suspended) the document may be another object.
		setHeld((now) => (now.live === source.live ? now : source));
		return () => source.live.close();
	}, [client, identity]);
	/* eslint-enable react-hooks/exhaustive-deps */
	return held.client === client && held.live.key === drawn.live.key ? held : drawn;
}

const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

function helpers({ live, drafts }: Source, fields: readonly string[]): object {
	const read = (field: string) =>
		Object.hasOwn(drafts.values, field)
			? drafts.values[field]
			: (live.state as Record<string, unknown>)[field];
	const result = (field: string, value: unknown) =>
		typeof value === "function" ? (value as (now: unknown) => unknown)(read(field)) : value;
	const write = (values: Record<string, unknown>) =>
		live.update((draft) => void Object.assign(draft as object, values));
	const all: Record<string, unknown> = {
		$: live,
		$actions: live.actions,
		$tasks: tasks(live),
		$update: (recipe: (draft: unknown) => unknown) => live.update(recipe),
		$sync: () => {
			const done = write(drafts.values);
			drafts.change({}); // after that: what cannot be sent stays
			return done;
		},
		$reset: () => drafts.change({}),
	};
	for (const field of fields) {
		all[`set${capital(field)}`] = (value: unknown) =>
			drafts.change({ ...drafts.values, [field]: result(field, value) });
		all[`sync${capital(field)}`] = (...value: unknown[]) => {
			const now = value.length > 0 ? result(field, value[0]) : read(field);
			const done = write({ [field]: now });
			drafts.drop(field);
			return done;
		};
	}
	return all;
}

/**
 * The state of a document, kept in step, with helpers: for each field `setField(value)` (here only) and
 * `syncField(value)` (for everybody), and under names with `$` the document, its actions and tasks.
 */
export function useSynced<M extends ModelInfo<ModelTypes>>(
	model: M,
	...rest: TypesOf<M>["params"] extends undefined
		? [params?: undefined, options?: { optimistic?: OptimisticOf<TypesOf<M>> }]
		: [params: TypesOf<M>["params"], options?: { optimistic?: OptimisticOf<TypesOf<M>> }]
): Synced<TypesOf<M>>;
export function useSynced<S extends object>(
	key: string,
	initial: S,
	options?: SyncedOptions<S>,
): SyncedUntyped<S>;
export function useSynced(
	model: ModelInfo | string,
	second?: unknown,
	options?: SyncedOptions<never>,
): unknown {
	const source = useSource(model, second, options);
	const { live, drafts } = source;
	// Reducers of the newest render count.
	if (options?.optimistic) live.optimistic = { ...live.optimistic, ...(options.optimistic as object) };
	const { first } = drafts;
	const atFirst = hydrated(first.state, live.getSnapshot);
	const state = useSyncExternalStore(live.subscribe, live.getSnapshot, atFirst) as Record<string, unknown>;
	const status = useSyncExternalStore(live.subscribe, live.getStatus, hydrated(first.status, live.getStatus));
	const own = useSyncExternalStore(drafts.subscribe, drafts.getSnapshot, hydrated(first.drafts, drafts.getSnapshot));
	const fields = Object.keys(state).join("\n");
	const writable =
		typeof model === "string" || model.writable.includes("*") ? fields : model.writable.join("\n");
	const methods = useMemo(
		() => helpers(source, writable === "" ? [] : writable.split("\n")),
		[source, writable],
	);
	return useMemo(
		() => ({ ...state, ...own, ...methods, $drafts: own, $status: status }),
		[state, own, methods, status],
	);
}

const firstStatus = new WeakMap<Client, ClientStatus>();

/** How the connection stands. */
export function useSyncState(): ClientStatus {
	const client = useClient();
	let first = firstStatus.get(client);
	if (!first) firstStatus.set(client, (first = client.getStatus()));
	return useSyncExternalStore(client.subscribe, client.getStatus, hydrated(first, client.getStatus));
}

/** Calls back with every error, as long as the component is there. */
export function useSyncErrors(listener: (error: SyncError) => void): void {
	const client = useClient();
	useEffect(() => client.onError(listener), [client, listener]);
}

const NOBODY: ReadonlyMap<string, any> = new Map();

/** What components say on one document, the newest last. */
const saidOf = new WeakMap<object, Map<object, unknown>>();

function says(here: Presence, who: object, mine: unknown): void {
	let said = saidOf.get(here);
	if (!said) saidOf.set(here, (said = new Map()));
	said.delete(who);
	if (mine !== undefined) said.set(who, mine);
	here.set([...said.values()].at(-1) ?? null);
}

/** What others show of themselves on this document; says `mine` as long as the component is there. Of several that say
 * something, the newest word counts. */
export function usePresence<T extends ModelTypes>(
	live: Live<T>,
	mine?: T["presence"] | null,
): ReadonlyMap<string, T["presence"]>;
export function usePresence(live: UntypedLive<any>, mine?: unknown): ReadonlyMap<string, unknown>;
export function usePresence(live: unknown, mine?: unknown): ReadonlyMap<string, unknown> {
	const here = presence(live as UntypedLive<any>);
	const text = JSON.stringify(toWire(mine ?? null));
	const speaks = mine !== undefined;
	const [who] = useState({});
	useEffect(() => {
		if (speaks) says(here, who, mine);
		// eslint-disable-next-line react-hooks/exhaustive-deps -- `text` is `mine`
	}, [here, text, speaks]);
	// Only then: between two words nobody is gone.
	useEffect(() => (speaks ? () => says(here, who, undefined) : undefined), [here, who, speaks]);
	return useSyncExternalStore(here.subscribe, here.getSnapshot, () => NOBODY);
}

/** Calls back with an event of the document. */
export function useSyncEvent<T extends ModelTypes, K extends keyof T["events"] & string>(
	live: Live<T>,
	event: K,
	listener: (args: T["events"][K]) => void,
): void;
export function useSyncEvent(live: UntypedLive<any>, event: string, listener: (args: unknown) => void): void;
export function useSyncEvent(
	live: Live<any> | UntypedLive<any>,
	event: string,
	listener: (args: any) => void,
): void {
	useEffect(() => live.on(event, listener), [live, event, listener]);
}

const NO_TASK: TaskStatus<never, never> = {
	state: "waiting",
	progress: undefined,
	value: undefined,
	error: undefined,
};

/** How a task stands; undefined in, nothing yet out. */
export function useTask<P, R>(task: Task<P, R> | undefined): TaskStatus<P, R> {
	const snapshot = task ? task.getSnapshot : () => NO_TASK as TaskStatus<P, R>;
	return useSyncExternalStore(task ? task.subscribe : () => () => undefined, snapshot, snapshot);
}
