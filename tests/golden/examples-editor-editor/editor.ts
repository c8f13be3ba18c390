// Made by syncgen from editor.sync. Changes made here will be lost.

/** One page of text that several people write at the same time. */

import "syncgen/text";

export interface Editor {
  /** What the page is called. */
  title: string;
  /** The text itself: what two people write at once is merged letter by letter. */
  body: string;
}

/** A new Editor: defaults, and what is nearest to nothing elsewhere. */
export function newEditor(fields: Partial<Editor> = {}): Editor {
  return { title: "", body: "", ...fields };
}

/** Who is here, and what they have selected: positions in UTF-16 units. */
export interface EditorPresence {
  name: string;
  /** One of the page's colours. */
  tint: number;
  from: number;
  to: number;
}

/** The actions of Editor. */
export interface EditorActions {
}

/** The tasks of Editor. */
export interface EditorTasks {
}

/** The events of Editor, and what comes with each. */
export interface EditorEvents {
}

/** All types of Editor, for clients that are generic in the model. */
export interface EditorTypes {
  state: Editor;
  writable: ["title", "body"][number];
  params: undefined;
  presence: EditorPresence;
  actions: EditorActions;
  tasks: EditorTasks;
  events: EditorEvents;
}

export const Editor = {
  name: "Editor",
  key: "EDITOR",
  hash: "71ca78f5705eeab278106e796f84eabd2384f753bd385736f59e180ac2319ea3",
  writable: ["title", "body"],
  actions: [],
  tasks: [],
  events: [],
  shape: { struct: { "body": "text" } },
  shapes: {
  },
  calls: {
  },
  initial: newEditor,
  /** Always undefined: carries the types. */
  types: undefined as EditorTypes | undefined,
} as const;

