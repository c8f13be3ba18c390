/* Internal to jsonschema*.c: the keywords of one use of a type. */
#ifndef GEN_JSONSCHEMA_TYPE_H
#define GEN_JSONSCHEMA_TYPE_H

#include "json_tree.h"
#include "plan.h"
#include "type_names.h"

typedef struct {
	json_tree tree;
	type_names *names;
	buf scratch;
} schema_writer;

/* Into an object that may hold other keywords already: `type` and its constraints, or `$ref`. */
void schema_type(schema_writer *w, json_node *into, const plan_type *type, bool nullable);

/* {"$ref": "#/$defs/NAME"} */
void schema_ref(schema_writer *w, json_node *into, const char *name);

/* Description, with what is said about deprecation, and `deprecated`. Both may be NULL. */
void schema_notes(schema_writer *w, json_node *into, const char *doc, const char *deprecated);

#endif
