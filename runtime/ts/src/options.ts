/** What a client can be told, and what it tells. */
import type { Clock } from "./clock.js";
import type { Socket } from "./connection.js";
import type { SyncError } from "./errors.js";
import type { ModelTypes, TypesOf } from "./model.js";
import type { Store } from "./store.js";

export interface ClientOptions {
	/** ws: or wss:. Relative addresses count from the page. */
	url?: string | undefined;
	/** A socket to use first, opened (or being opened) with the subprotocol `sync.v1.json`. */
	socket?: Socket | undefined;
	/** What makes sockets; the global WebSocket by default. */
	dial?: ((url: string, protocol: string) => Socket) | undefined;
	/** Says who this is; asked at each connect. */
	token?: string | (() => string | undefined | Promise<string | undefined>) | undefined;
	/** What handlers of the server may know: user, device, … */
	meta?: unknown;
	/** Where pending changes are kept; in memory by default. See IndexedDbStore. */
	store?: Store | undefined;
	/** Whose changes they are: users of one browser do not see each other's. */
	user?: string | undefined;
	/** How long changes are collected before they are sent, 0 to 100 ms. */
	batchDelay?: number | undefined;
	/** Bytes of a push, at most 1 MiB. */
	batchBytes?: number | undefined;
	/** How long an answer of the server may take, 30 s. */
	requestTimeout?: number | undefined;
	/** The longest wait between two tries, 30 s, and how many there are in a row. */
	maxReconnectDelay?: number | undefined;
	reconnectAttempts?: number | undefined;
	/** How often a silent connection is tried; the server's word counts by default. */
	pingInterval?: number | undefined;
	/** Connect at once (the default) or at connect(). */
	connect?: boolean | undefined;
	clock?: Clock | undefined;
}

export interface ClientStatus {
	/** What the machine believes of its network. */
	readonly online: boolean;
	/** The server has said welcome. */
	readonly connected: boolean;
	readonly syncing: "idle" | "syncing" | "error";
	readonly error: SyncError | undefined;
}

export interface OpenOptions<M> {
	/** What actions are expected to do, shown ahead of the answer. */
	optimistic?: OptimisticOf<TypesOf<M>>;
}

export type OptimisticOf<T extends ModelTypes> = {
	[K in keyof T["actions"]]?: (
		draft: T["state"],
		args: T["actions"][K] extends { args: infer A } ? A : never,
	) => unknown;
};
