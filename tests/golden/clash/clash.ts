// Made by syncgen from clash.sync. Changes made here will be lost.

/**
 * Names that meet only in C: types made by the compiler, functions of two types, the runtime's own,
 * macros of headers, parameters of generated functions.
 */

export type SEEK =
  | "set"
  | "cur"
  | "end";

/** The names that SEEK is known to have. */
export const SEEKValues = ["set", "cur", "end"] as const;

export type INT =
  | "max"
  | "min";

/** The names that INT is known to have. */
export const INTValues = ["max", "min"] as const;

export type SIG =
  | "ign"
  | "dfl";

/** The names that SIG is known to have. */
export const SIGValues = ["ign", "dfl"] as const;

export type E =
  | "NOENT"
  | "noent2"
  | "perm";

/** The names that E is known to have. */
export const EValues = ["NOENT", "noent2", "perm"] as const;

export type LC =
  | "all"
  | "time"
  | (string & {});

/** The names that LC is known to have. */
export const LCValues = ["all", "time"] as const;

export type Mixed =
  | "inProgress"
  | "InProgress2"
  | "in_progress3"
  | "INProgress4";

/** The names that Mixed is known to have. */
export const MixedValues = ["inProgress", "InProgress2", "in_progress3", "INProgress4"] as const;

export interface Doc {
  note: string[];
  notes: NoteList[];
}

/** A new Doc: defaults, and what is nearest to nothing elsewhere. */
export function newDoc(fields: Partial<Doc> = {}): Doc {
  return { note: [], notes: [], ...fields };
}

export interface Note {
  init: boolean;
  text: string;
  list?: Note[];
  doc: Doc;
}

/** A new Note: defaults, and what is nearest to nothing elsewhere. */
export function newNote(fields: Partial<Note> = {}): Note {
  return { init: false, text: "", doc: newDoc(), ...fields };
}

export interface NoteSet {
  text: string;
  note: Note;
}

/** A new NoteSet: defaults, and what is nearest to nothing elsewhere. */
export function newNoteSet(fields: Partial<NoteSet> = {}): NoteSet {
  return { text: "", note: newNote(), ...fields };
}

export interface NoteSetText {
  x: boolean;
}

/** A new NoteSetText: defaults, and what is nearest to nothing elsewhere. */
export function newNoteSetText(fields: Partial<NoteSetText> = {}): NoteSetText {
  return { x: false, ...fields };
}

export interface NoteDoc {
  x: boolean;
}

/** A new NoteDoc: defaults, and what is nearest to nothing elsewhere. */
export function newNoteDoc(fields: Partial<NoteDoc> = {}): NoteDoc {
  return { x: false, ...fields };
}

export interface NoteList {
  x: boolean;
}

/** A new NoteList: defaults, and what is nearest to nothing elsewhere. */
export function newNoteList(fields: Partial<NoteList> = {}): NoteList {
  return { x: false, ...fields };
}

export interface HTTPServer {
  port: number;
}

/** A new HTTPServer: defaults, and what is nearest to nothing elsewhere. */
export function newHTTPServer(fields: Partial<HTTPServer> = {}): HTTPServer {
  return { port: 0, ...fields };
}

export interface HttpServer {
  port: number;
}

/** A new HttpServer: defaults, and what is nearest to nothing elsewhere. */
export function newHttpServer(fields: Partial<HttpServer> = {}): HttpServer {
  return { port: 0, ...fields };
}

export interface Http_Server {
  port: number;
}

/** A new Http_Server: defaults, and what is nearest to nothing elsewhere. */
export function newHttp_Server(fields: Partial<Http_Server> = {}): Http_Server {
  return { port: 0, ...fields };
}

export interface SyncBuf {
  len: number;
  room: number;
}

/** A new SyncBuf: defaults, and what is nearest to nothing elsewhere. */
export function newSyncBuf(fields: Partial<SyncBuf> = {}): SyncBuf {
  return { len: 0, room: 0, ...fields };
}

export interface Sync {
  i64: bigint;
}

/** A new Sync: defaults, and what is nearest to nothing elsewhere. */
export function newSync(fields: Partial<Sync> = {}): Sync {
  return { i64: 0n, ...fields };
}

export interface sync_str {
  x: boolean;
}

/** A new sync_str: defaults, and what is nearest to nothing elsewhere. */
export function newsync_str(fields: Partial<sync_str> = {}): sync_str {
  return { x: false, ...fields };
}

export interface value_ {
  value: number;
}

/** A new value_: defaults, and what is nearest to nothing elsewhere. */
export function newvalue_(fields: Partial<value_> = {}): value_ {
  return { value: 0, ...fields };
}

export interface value {
  value: number;
  n: number;
  doc: value_;
}

/** A new value: defaults, and what is nearest to nothing elsewhere. */
export function newvalue(fields: Partial<value> = {}): value {
  return { value: 0, n: 0, doc: newvalue_(), ...fields };
}

export interface n {
  n: number;
}

/** A new n: defaults, and what is nearest to nothing elsewhere. */
export function newn(fields: Partial<n> = {}): n {
  return { n: 0, ...fields };
}

export interface doc {
  b: number;
  w: number;
  r: number;
  i: number;
  u: number;
  f: number;
  a: number;
}

/** A new doc: defaults, and what is nearest to nothing elsewhere. */
export function newdoc(fields: Partial<doc> = {}): doc {
  return { b: 0, w: 0, r: 0, i: 0, u: 0, f: 0, a: 0, ...fields };
}

export interface time {
  time: number;
  signal: boolean;
  kill: boolean;
  free: boolean;
  malloc: boolean;
}

/** A new time: defaults, and what is nearest to nothing elsewhere. */
export function newtime(fields: Partial<time> = {}): time {
  return { time: 0, signal: false, kill: false, free: false, malloc: false, ...fields };
}

export interface memcpy {
  memcpy: Uint8Array;
}

/** A new memcpy: defaults, and what is nearest to nothing elsewhere. */
export function newmemcpy(fields: Partial<memcpy> = {}): memcpy {
  return { memcpy: new Uint8Array(0), ...fields };
}

export interface FILE {
  FILE: string;
}

/** A new FILE: defaults, and what is nearest to nothing elsewhere. */
export function newFILE(fields: Partial<FILE> = {}): FILE {
  return { FILE: "", ...fields };
}

export interface size_t {
  size_t: number;
}

/** A new size_t: defaults, and what is nearest to nothing elsewhere. */
export function newsize_t(fields: Partial<size_t> = {}): size_t {
  return { size_t: 0, ...fields };
}

export interface cJSON {
  cJSON: unknown;
}

/** A new cJSON: defaults, and what is nearest to nothing elsewhere. */
export function newcJSON(fields: Partial<cJSON> = {}): cJSON {
  return { cJSON: null, ...fields };
}

export interface std {
  std: boolean;
}

/** A new std: defaults, and what is nearest to nothing elsewhere. */
export function newstd(fields: Partial<std> = {}): std {
  return { std: false, ...fields };
}

export interface Sem {
  x: boolean;
}

/** A new Sem: defaults, and what is nearest to nothing elsewhere. */
export function newSem(fields: Partial<Sem> = {}): Sem {
  return { x: false, ...fields };
}

export interface Companions {
  a?: number;
  has_a: boolean;
  b: number | null;
  null_b: boolean;
  c: string;
  c_len: number;
  d?: string | null;
  has_d?: boolean;
  null_has_d: boolean;
}

/** A new Companions: defaults, and what is nearest to nothing elsewhere. */
export function newCompanions(fields: Partial<Companions> = {}): Companions {
  return { has_a: false, b: null, null_b: false, c: "", c_len: 0, null_has_d: false, ...fields };
}

/** What the functions of a union are called. */
export type Either =
  | ({ type: "init" } & Note)
  | ({ type: "type_" } & NoteSet)
  | ({ type: "edit_x" } & Doc)
  | ({ type: "x" } & NoteList);

export interface RoomKey_ {
  id: string;
  int: number;
}

export interface Room {
  rooms: Record<string, Note>;
  handlers: number;
  model: string;
  add_to: number;
  to: number;
  args: Record<string, Keyed>;
  either: Either;
}

/** A new Room: defaults, and what is nearest to nothing elsewhere. */
export function newRoom(fields: Partial<Room> = {}): Room {
  return { rooms: {}, handlers: 0, model: "", add_to: 0, to: 0, args: {}, either: { type: "init", ...newNote() }, ...fields };
}

export interface RoomArgsArgs_ {
  args: number;
  call: number;
  doc: number;
  reply: number;
}

export type RoomComputeArgs = Record<string, never>;

export interface RoomAddArgs {
  to: number;
}

export type RoomStateArgs = Record<string, never>;

export interface RoomUpdateArgs {
  x: number;
}

export interface RoomSavedEvent {
  at: number;
}

export interface RoomErrorEvent {
  error: string;
}

export interface RoomPresence_ {
  presence: string;
  node_: number;
}

/** The actions of Room. */
export interface RoomActions {
  args: { args: RoomArgsArgs_; result: number; error: never };
  compute: { args: RoomComputeArgs; result: Note; error: never };
  add: { args: RoomAddArgs; result: void; error: never };
  state: { args: RoomStateArgs; result: void; error: never };
}

/** The tasks of Room. */
export interface RoomTasks {
  update: { args: RoomUpdateArgs; progress: never; result: void; error: never };
}

/** The events of Room, and what comes with each. */
export interface RoomEvents {
  saved: RoomSavedEvent;
  error: RoomErrorEvent;
}

/** All types of Room, for clients that are generic in the model. */
export interface RoomTypes {
  state: Room;
  writable: [][number];
  params: RoomKey_;
  presence: RoomPresence_;
  actions: RoomActions;
  tasks: RoomTasks;
  events: RoomEvents;
}

/** The key of one Room. */
export function roomKey(params: RoomKey_): string {
  return "ROOM/" + encodeURIComponent(String(params["id"])) + "/" + encodeURIComponent(String(params["int"]));
}

export const Room = {
  name: "Room",
  key: "ROOM/{id}/{int}",
  keyOf: roomKey,
  hash: "3b66987382291bae0b4e3f3fbf162561f6820cb21da3e39bc925b553895bbcf6",
  writable: [],
  actions: ["args", "compute", "add", "state"],
  tasks: ["update"],
  events: ["saved", "error"],
  shape: { struct: { "rooms": { map: { ref: "Note" } }, "add_to": "counter", "to": "counter", "args": { map: { ref: "Keyed" } }, "either": { ref: "union Either" } } },
  shapes: {
    "Note": { struct: { "list": { list: { ref: "Note" } }, "doc": { ref: "Doc" } } },
    "Keyed": { struct: {} },
    "Doc": { struct: { "note": { set: "json" }, "notes": { list: { ref: "NoteList" } } } },
    "NoteList": { struct: {} },
    "union Either": { union: { "init": { ref: "Note" }, "type_": { ref: "NoteSet" }, "edit_x": { ref: "Doc" }, "x": { ref: "NoteList" } } },
    "NoteSet": { struct: { "note": { ref: "Note" } } },
  },
  calls: {
  },
  initial: newRoom,
  /** Always undefined: carries the types. */
  types: undefined as RoomTypes | undefined,
} as const;

export interface Keyed {
  key: string;
  value: number;
  items: number;
  len: number;
}

/** A new Keyed: defaults, and what is nearest to nothing elsewhere. */
export function newKeyed(fields: Partial<Keyed> = {}): Keyed {
  return { key: "", value: 0, items: 0, len: 0, ...fields };
}

export interface RoomArgsArgs {
  x: boolean;
}

/** A new RoomArgsArgs: defaults, and what is nearest to nothing elsewhere. */
export function newRoomArgsArgs(fields: Partial<RoomArgsArgs> = {}): RoomArgsArgs {
  return { x: false, ...fields };
}

export interface RoomKey {
  x: boolean;
}

/** A new RoomKey: defaults, and what is nearest to nothing elsewhere. */
export function newRoomKey(fields: Partial<RoomKey> = {}): RoomKey {
  return { x: false, ...fields };
}

export interface RoomPresence {
  x: boolean;
}

/** A new RoomPresence: defaults, and what is nearest to nothing elsewhere. */
export function newRoomPresence(fields: Partial<RoomPresence> = {}): RoomPresence {
  return { x: false, ...fields };
}

export interface RoomSaved {
  x: boolean;
}

/** A new RoomSaved: defaults, and what is nearest to nothing elsewhere. */
export function newRoomSaved(fields: Partial<RoomSaved> = {}): RoomSaved {
  return { x: false, ...fields };
}

