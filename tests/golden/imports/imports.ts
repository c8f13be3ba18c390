// Made by syncgen from imports.sync. Changes made here will be lost.

/**
 * Files of files: containers that two files have without knowing of each other, equal names apart by
 * a prefix, an error and a closed struct of another file.
 */

import { type User, type Address, type Rank, newUser, type Gone } from "./parts/people.js";
import type { Post as BlogPost } from "./parts/blog.js";

export interface Post {
  by: User;
  to: User[];
  m: Record<string, Address>;
  ranks: Rank[];
  grid: User[][];
}

/** A new Post: defaults, and what is nearest to nothing elsewhere. */
export function newPost(fields: Partial<Post> = {}): Post {
  return { by: newUser(), to: [], m: {}, ranks: [], grid: [], ...fields };
}

export type Either =
  | ({ type: "user" } & User)
  | ({ type: "post" } & Post)
  | ({ type: "theirs" } & BlogPost);

export interface Desk {
  posts: Post[];
  theirs: BlogPost[];
  one: Either;
  owner: User | null;
  names: string[];
}

/** A new Desk: defaults, and what is nearest to nothing elsewhere. */
export function newDesk(fields: Partial<Desk> = {}): Desk {
  return { posts: [], theirs: [], one: { type: "user", ...newUser() }, owner: null, names: [], ...fields };
}

export interface DeskTakeArgs {
  user: User;
}

/** The actions of Desk. */
export interface DeskActions {
  take: { args: DeskTakeArgs; result: User[]; error: { name: "Gone"; args: Gone } };
}

/** The tasks of Desk. */
export interface DeskTasks {
}

/** The events of Desk, and what comes with each. */
export interface DeskEvents {
}

/** All types of Desk, for clients that are generic in the model. */
export interface DeskTypes {
  state: Desk;
  writable: [][number];
  params: undefined;
  presence: never;
  actions: DeskActions;
  tasks: DeskTasks;
  events: DeskEvents;
}

export const Desk = {
  name: "Desk",
  key: "Desk",
  hash: "037858644d8fe3af78165058735a1eba6197ed7812a87fc2b980edbe22631b9f",
  writable: [],
  actions: ["take"],
  tasks: [],
  events: [],
  shape: { struct: { "posts": { list: { ref: "Post" } }, "theirs": { list: { ref: "Post:3" } }, "one": { ref: "union Either" }, "owner": { ref: "User" }, "names": { list: "json" } } },
  shapes: {
    "Post": { struct: { "by": { ref: "User" }, "to": { list: { ref: "User" }, key: "id" }, "m": { map: { ref: "Address" } }, "ranks": { list: "json" }, "grid": { list: { list: { ref: "User" }, key: "id" } } } },
    "Post:3": { struct: { "by": { ref: "User" }, "to": { list: { ref: "Address" } }, "m": { map: { ref: "Address" } }, "tags": { list: "json" } } },
    "User": { struct: { "tags": { list: "json" } } },
    "Address": { struct: {} },
    "union Either": { union: { "user": { ref: "User" }, "post": { ref: "Post" }, "theirs": { ref: "Post:3" } } },
  },
  calls: {
  },
  initial: newDesk,
  /** Always undefined: carries the types. */
  types: undefined as DeskTypes | undefined,
} as const;

