/** The frames of `sync.v1.json`. */
import type { Op } from "./patch.js";
import type { Thrown } from "./errors.js";

export interface Limits {
	/** Bytes of a frame. */
	frame: number;
	/** Mutations and bytes of a push. */
	mutations: number;
	push: number;
	/** Bytes of a binary frame; 0: the server takes none, and bytes travel as base64. */
	bin: number;
}

export const DEFAULT_LIMITS: Limits = { frame: 1 << 20, mutations: 64, push: 256 << 10, bin: 0 };

/** Which revision of a document a client has. */
export interface Resume {
	doc: string;
	rev?: number | undefined;
	epoch?: string | undefined;
	where?: unknown;
}

export type Sent = { n: number; ops: Op[] } | { n: number; action: string; args: unknown };

export type ToServer =
	| {
			t: "hello";
			v: 1;
			client: string;
			secret?: string | undefined;
			models: Record<string, string>;
			token?: string | undefined;
			meta?: unknown;
			/** What the client takes. */
			limits?: Pick<Limits, "bin"> | undefined;
			docs: Resume[];
	  }
	| ({ t: "join" } & Resume)
	| { t: "leave"; doc: string }
	| { t: "push"; doc: string; epoch: string; base: number; m: Sent[] }
	| { t: "task"; doc: string; id: string; name: string; args: unknown; again?: boolean }
	| { t: "cancel"; doc: string; id: string }
	| { t: "here"; doc: string; state: unknown }
	| { t: "bin"; ref: string; length: number }
	| { t: "ping" | "pong"; id: number; docs: Record<string, number | undefined> };

export interface Welcome {
	t: "welcome";
	session: string;
	/** Another one each time that the server starts. */
	life?: string;
	client: string;
	secret: string;
	heartbeat: number;
	limits?: Partial<Limits>;
	models?: Record<string, string>;
}

export interface ErrorBody {
	code: string;
	message: string;
}

export interface Joined {
	t: "joined";
	doc: string;
	ok?: true;
	error?: ErrorBody;
	last?: number;
	/** Identities of this client's that run. */
	tasks?: string[];
}

export interface PatchFrame {
	t: "patch";
	doc: string;
	epoch: string;
	from: number | null;
	rev: number;
	ops: Op[];
	part?: number;
	of?: number;
	done?: number;
	results?: { n: number; value?: unknown }[];
}

export interface Nack {
	t: "nack";
	doc: string;
	n: number;
	code: string;
	message: string;
	path?: string;
	current?: unknown;
	error?: Thrown;
}

export interface TaskFrame {
	t: "task";
	doc: string;
	id: string;
	state: "running" | "done" | "failed" | "cancelled";
	progress?: unknown;
	value?: unknown;
	error?: Thrown | ErrorBody;
}

export interface ErrorFrame extends ErrorBody {
	t: "error";
	doc?: string;
	re?: string;
	id?: string;
	temporary?: boolean;
	retry_after?: number;
}

export type FromServer =
	| Welcome
	| Joined
	| PatchFrame
	| Nack
	| TaskFrame
	| ErrorFrame
	| { t: "event"; doc: string; name: string; args: unknown }
	| { t: "here"; doc: string; who: string; state: unknown }
	| { t: "bin"; ref: string; length: number }
	| { t: "ping" | "pong"; id: number; docs?: Record<string, number> }
	| { t: "gone"; doc: string; code: string }
	| { t: "bye"; code?: string; after?: number };
