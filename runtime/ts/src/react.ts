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

/** Makes the client of everything below: a given one, or one of its own for these options. */
export const SyncProvider: FunctionComponent<
	{ children?: ReactNode } & ({ client: Client } | (ClientOptions & { client?: undefined }))
> = ({ children, ...options }) => {
	const given = options.client;
	const [own] = useState(() =>
		given ? undefined : new Client({ ...(options as ClientOptions), connect: false }),
	);
	const client = given ?? own;
	// Nothing connects while rendering: not on the server, not for a render that is thrown away.
	useEffect(() => {
		if (!own) return undefined;
		own.connect();
		return () => own.disconnect();
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
	if (!drafts) draftsOf.set(live, (drafts = new Drafts()));
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
	const state = useSyncExternalStore(live.subscribe, live.getSnapshot, live.getSnapshot) as Record<
		string,
		unknown
	>;
	const status = useSyncExternalStore(live.subscribe, live.getStatus, live.getStatus);
	const own = useSyncExternalStore(drafts.subscribe, drafts.getSnapshot, drafts.getSnapshot);
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

/** How the connection stands. */
export function useSyncState(): ClientStatus {
	const client = useClient();
	return useSyncExternalStore(client.subscribe, client.getStatus, client.getStatus);
}

/** Calls back with every error, as long as the component is there. */
export function useSyncErrors(listener: (error: SyncError) => void): void {
	const client = useClient();
	useEffect(() => client.onError(listener), [client, listener]);
}

/** What others show of themselves on this document; says `mine` as long as the component is there. */
export function usePresence<T extends ModelTypes>(
	live: Live<T>,
	mine?: T["presence"] | null,
): ReadonlyMap<string, T["presence"]>;
export function usePresence(live: UntypedLive<any>, mine?: unknown): ReadonlyMap<string, unknown>;
export function usePresence(live: unknown, mine?: unknown): ReadonlyMap<string, unknown> {
	const here = presence(live as UntypedLive<any>);
	const text = JSON.stringify(toWire(mine ?? null));
	const says = mine !== undefined;
	useEffect(() => {
		if (says) here.set(mine);
		// eslint-disable-next-line react-hooks/exhaustive-deps -- `text` is `mine`
	}, [here, text, says]);
	// Only then: between two words nobody is gone.
	useEffect(() => (says ? () => here.set(null) : undefined), [here, says]);
	return useSyncExternalStore(here.subscribe, here.getSnapshot, here.getSnapshot);
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
