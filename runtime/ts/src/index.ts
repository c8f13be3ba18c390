/** Live documents: the client of syncgen servers. */
export { Client } from "./client.js";
export { type Clock, realClock } from "./clock.js";
export { PROTOCOL, type Socket } from "./connection.js";
export { applyDelta, composeDelta, type Delta, diffText, transformDelta } from "./delta.js";
export type { DocumentStatus, Optimistic } from "./document.js";
export { type LocalCode, SyncError, type Thrown, WIRE_CODES, type WireCode } from "./errors.js";
export type { Actions, CallOptions, Live, Tasks, UntypedLive } from "./live.js";
export type { ClientOptions, ClientStatus, OpenOptions, OptimisticOf } from "./options.js";
export type { AnyTypes, CallShapes, ModelInfo, ModelTypes, ParamsOf, StateOf, TypesOf } from "./model.js";
export type { Refusal } from "./outbox.js";
export { applyPatch, type Op } from "./patch.js";
export { presence, type Presence } from "./presence.js";
export { MemoryStore } from "./memory.js";
export type { Identity, Later, Saved, Slot } from "./queue.js";
export type { Shape, Shapes } from "./shape.js";
export { Store } from "./store.js";
export { runningTasks, startTask, type Task, tasks, type TaskState, type TaskStatus } from "./tasks.js";
