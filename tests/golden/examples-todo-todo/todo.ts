// Made by syncgen from todo.sync. Changes made here will be lost.

/** Things to do, for everybody who has the page open. */

/** So many at a time, and no more: what is left is not going to be done anyway. */
export const MOST = 12;

/** One thing to do. */
export interface Item {
  /** Made by whoever adds it, so that it is the same thing before and after the answer. */
  id: string;
  text: string;
  done: boolean;
}

/** A new Item: defaults, and what is nearest to nothing elsewhere. */
export function newItem(fields: Partial<Item> = {}): Item {
  return { id: "", text: "", done: false, ...fields };
}

/** There is no room for another one. */
export interface Full {
  most: number;
}

export interface Todo {
  /** What the list is called. */
  title: string;
  /** In the order in which they are to be done. */
  items: Item[];
  /** How many were cleared away since the beginning. */
  cleared: number;
}

/** A new Todo: defaults, and what is nearest to nothing elsewhere. */
export function newTodo(fields: Partial<Todo> = {}): Todo {
  return { title: "Things to do", items: [], cleared: 0, ...fields };
}

/** Adds one at the end. */
export interface TodoAddArgs {
  id: string;
  text: string;
}

/** Clears away what is done; says how many that were. */
export type TodoClearArgs = Record<string, never>;

/** The actions of Todo. */
export interface TodoActions {
  /** Adds one at the end. */
  add: { args: TodoAddArgs; result: void; error: { name: "Full"; args: Full } };
  /** Clears away what is done; says how many that were. */
  clear: { args: TodoClearArgs; result: number; error: never };
}

/** The tasks of Todo. */
export interface TodoTasks {
}

/** The events of Todo, and what comes with each. */
export interface TodoEvents {
}

/** All types of Todo, for clients that are generic in the model. */
export interface TodoTypes {
  state: Todo;
  writable: ["title", "items"][number];
  params: undefined;
  presence: never;
  actions: TodoActions;
  tasks: TodoTasks;
  events: TodoEvents;
}

export const Todo = {
  name: "Todo",
  key: "TODO",
  hash: "0b9cad1e20fdf4b171154c8404c4266475e06a80306334a1c09b5b08dcdad018",
  writable: ["title", "items"],
  actions: ["add", "clear"],
  tasks: [],
  events: [],
  shape: { struct: { "items": { list: { ref: "Item" }, key: "id" }, "cleared": "counter" } },
  shapes: {
    "Item": { struct: {} },
  },
  calls: {
  },
  initial: newTodo,
  /** Always undefined: carries the types. */
  types: undefined as TodoTypes | undefined,
} as const;

