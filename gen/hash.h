/*
 * The schema hash of a model: what a client and a server must agree on before they talk.
 *
 * SHA-256 over RFC 8785 JSON of
 *
 *   {"model": {"actions": {NAME: CALL}, "events": {…}, "key": TEMPLATE, "name": NAME,
 *              "params"?: REF, "presence"?: REF, "running"?: NAME, "state": REF, "tasks": {…}},
 *    "types": [TYPE, …], "v": 1}
 *
 *   CALL   {"args": REF, "null"?: true, "progress"?: USE, "result"?: USE, "roles"?: [ROLE, …],
 *           "throws"?: {NAME: REF}}
 *   TYPE   {"closed"?: true, "fields": {NAME: FIELD}} or {"tags": {NAME: USE}}
 *          or {"open"?: true, "values": [NAME, …]}
 *   FIELD  {"default"?: VALUE, "key"?: true, "null"?: true, "optional"?: true, "read"?: [ROLE, …],
 *           "type": USE, "write"?: true or [ROLE, …]}
 *   USE    {"ref": REF} or {"high"?: N, "json"?: "number", "kind": KIND, "low"?: N, "max"?: N,
 *           "min"?: N, "of"?: USE}
 *
 * A REF is an index into "types", which are numbered as they are first met when this text is read
 * from its beginning: so the names of types do not count, as they are on no wire, nor does their
 * order. Enum values and roles are sorted. Fields that are @local do not exist. Bounds are there
 * even when the file leaves them to the type; a 64-bit number beyond +-(2^53-1) is a string of
 * digits. Bytes are base64.
 */
#ifndef GEN_HASH_H
#define GEN_HASH_H

#include "../idl/arena.h"
#include "plan.h"

typedef struct hasher hasher;

/* In `arena`; serves all models of the plan. */
hasher *hash_new(const plan *p, idl_arena *arena);

/* False: out of memory. */
bool hash_model(hasher *h, const plan_model *model, char hex[65]);

/* The text that is hashed; valid until the next call with this hasher. For tests and the curious.
 */
const char *hash_text(hasher *h, const plan_model *model);

void hash_release(hasher *h); /* its text; the rest is the arena's */

#endif
