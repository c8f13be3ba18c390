// Made by syncgen from notes.sync. Changes made here will be lost.

/** A notebook that every open tab shares. */

export interface Notes {
  /** What the notebook is called. */
  title: string;
  /** One line each, the newest last. */
  notes: string[];
}

/** A new Notes: defaults, and what is nearest to nothing elsewhere. */
export function newNotes(fields: Partial<Notes> = {}): Notes {
  return { title: "My Notes", notes: [], ...fields };
}

/** Gives the notebook another title. */
export interface NotesRenameArgs {
  title: string;
}

/** Writes a line. */
export interface NotesAddArgs {
  note: string;
}

/** The actions of Notes. */
export interface NotesActions {
  /** Gives the notebook another title. */
  RENAME: { args: NotesRenameArgs; result: void; error: never };
}

/** The tasks of Notes. */
export interface NotesTasks {
  /** Writes a line. */
  ADD: { args: NotesAddArgs; progress: never; result: void; error: never };
}

/** The events of Notes, and what comes with each. */
export interface NotesEvents {
}

/** All types of Notes, for clients that are generic in the model. */
export interface NotesTypes {
  state: Notes;
  writable: ["title", "notes"][number];
  params: undefined;
  presence: never;
  actions: NotesActions;
  tasks: NotesTasks;
  events: NotesEvents;
}

export const Notes = {
  name: "Notes",
  key: "NOTES",
  hash: "f25f6c5898c5996d85534926d2424bff86b965047221240fb0caebb1fcda9a57",
  writable: ["title", "notes"],
  actions: ["RENAME"],
  tasks: ["ADD"],
  events: [],
  shape: { struct: { "notes": { list: "json" } } },
  shapes: {
  },
  calls: {
  },
  initial: newNotes,
  /** Always undefined: carries the types. */
  types: undefined as NotesTypes | undefined,
} as const;

