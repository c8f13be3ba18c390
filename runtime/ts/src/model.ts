/** What a generated file says of a model. Structural: generated files import no types from here. */
import type { Shape, Shapes } from "./shape.js";

/** One call of a model, for the type checker alone. */
export interface CallTypes {
	args: unknown;
	result?: unknown;
	progress?: unknown;
	error?: unknown;
}

/** All types of a model, for the type checker alone. */
export interface ModelTypes {
	state: unknown;
	/** The names of the fields that clients may change; left out: all. */
	writable?: string;
	params: unknown;
	presence: unknown;
	actions: object;
	tasks: object;
	events: object;
}

/** Shapes of what travels outside the state. Left out: plain JSON. */
export interface CallShapes {
	readonly args?: Shape;
	readonly result?: Shape;
	readonly progress?: Shape;
}

/** The constant that a generated file exports for each model. */
export interface ModelInfo<T extends ModelTypes = ModelTypes> {
	/** Its name in the schema. */
	readonly name: string;
	/** The key template: "NOTES", "ROOM/{id}". */
	readonly key: string;
	/** The key of one instance, where the template has parameters. */
	readonly keyOf?: ((params: never) => string) | undefined;
	/** The schema hash, as in the handshake. */
	readonly hash: string;
	/** Fields that clients may change (JSON names). */
	readonly writable: readonly string[];
	readonly actions: readonly string[];
	readonly tasks: readonly string[];
	readonly events: readonly string[];
	/** The shape of the state, and the shapes that it refers to by name. */
	readonly shape?: Shape | undefined;
	readonly shapes?: Shapes | undefined;
	/** By the name of an action, task or event; presence under "". */
	readonly calls?: { readonly [name: string]: CallShapes } | undefined;
	/** A state of defaults: what is shown before the first word from the server. */
	readonly initial?: (() => T["state"]) | undefined;
	/** Always undefined: carries the types. */
	readonly types?: T | undefined;
}

export type TypesOf<M> = M extends { readonly types?: infer T } ? Extract<T, ModelTypes> : never;
/** The fields that clients may change. */
export type WritableOf<T extends ModelTypes> = keyof T["state"] &
	(T extends { writable: infer W } ? W : unknown);
/** The state as a change may treat it. */
export type DraftOf<T extends ModelTypes> = Pick<T["state"], WritableOf<T>> & Readonly<T["state"]>;
export type StateOf<M> = TypesOf<M>["state"];
export type ParamsOf<M> = TypesOf<M>["params"];

/** Types of a document that was opened by its key alone. */
export interface AnyTypes<S> {
	state: S;
	params: undefined;
	presence: unknown;
	actions: Record<string, { args: never; result: unknown; error: never }>;
	tasks: Record<string, { args: never; result: unknown; progress: unknown; error: never }>;
	events: Record<string, unknown>;
}

/** Type members of a call, whatever is missing being unknown. */
export type Member<C, K extends string> = C extends { [_ in K]: infer V } ? V : unknown;
/** The arguments of a call: none at all where there are none. */
export type ArgsOf<C> =
	Member<C, "args"> extends infer A ? (Record<string, never> extends A ? [args?: A] : [args: A]) : never;

/** The key of an instance. */
export function keyOf(model: ModelInfo, params: unknown): string {
	return model.keyOf ? model.keyOf(params as never) : model.key;
}

/** A model of which nothing is known but the key. */
export function untyped<S>(key: string, initial: S): ModelInfo<AnyTypes<S>> {
	return {
		name: "",
		key,
		hash: "",
		writable: ["*"],
		actions: [],
		tasks: [],
		events: [],
		initial: () => initial,
	};
}
