/*
 * The JSON Schema back end: a file of the plan becomes one document of draft 2020-12 that needs no
 * other: what it imports and uses is among its $defs. docs/json-schema.md describes the document.
 *
 *   jsonschema *s = jsonschema_new(plan, arena);
 *   jsonschema_print(s, file, &text);
 *
 * Only keywords that ordinary validators and generators know: ajv in strict mode takes it.
 */
#ifndef GEN_JSONSCHEMA_H
#define GEN_JSONSCHEMA_H

#include "buf.h"
#include "plan.h"

typedef struct jsonschema jsonschema;

/* Lives in the arena; serves one file after the other. */
jsonschema *jsonschema_new(const plan *p, idl_arena *arena);

/* Appends the document; running out of memory shows in `out`. */
void jsonschema_print(jsonschema *s, const plan_file *file, buf *out);

#endif
