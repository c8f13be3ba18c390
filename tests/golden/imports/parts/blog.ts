// Made by syncgen from parts/blog.sync. Changes made here will be lost.

import { type User, type Address, newUser } from "./people.js";

export interface Post {
  by: User;
  to: Address[];
  m: Record<string, Address>;
  tags: string[];
}

/** A new Post: defaults, and what is nearest to nothing elsewhere. */
export function newPost(fields: Partial<Post> = {}): Post {
  return { by: newUser(), to: [], m: {}, tags: [], ...fields };
}

export interface Blog {
  posts: Record<string, Post>;
  first: Post | null;
}

/** A new Blog: defaults, and what is nearest to nothing elsewhere. */
export function newBlog(fields: Partial<Blog> = {}): Blog {
  return { posts: {}, first: null, ...fields };
}

/** The actions of Blog. */
export interface BlogActions {
}

/** The tasks of Blog. */
export interface BlogTasks {
}

/** The events of Blog, and what comes with each. */
export interface BlogEvents {
}

/** All types of Blog, for clients that are generic in the model. */
export interface BlogTypes {
  state: Blog;
  writable: [][number];
  params: undefined;
  presence: never;
  actions: BlogActions;
  tasks: BlogTasks;
  events: BlogEvents;
}

export const Blog = {
  name: "Blog",
  key: "Blog",
  hash: "787f12be5ae42cf3297317f020a75375383cb5cfc70e8d28fd20fafd47d559f1",
  writable: [],
  actions: [],
  tasks: [],
  events: [],
  shape: { struct: { "posts": { map: { ref: "Post" } }, "first": { ref: "Post" } } },
  shapes: {
    "Post": { struct: { "by": { ref: "User" }, "to": { list: { ref: "Address" } }, "m": { map: { ref: "Address" } }, "tags": { list: "json" } } },
    "User": { struct: { "tags": { list: "json" } } },
    "Address": { struct: {} },
  },
  calls: {
  },
  initial: newBlog,
  /** Always undefined: carries the types. */
  types: undefined as BlogTypes | undefined,
} as const;

