/*
 * What everything is called in C, decided before anything is written.
 *
 *   type names    as the schema spells them, with the file's prefix: Note; NoteDoc, ShapeTag,
 *                 NotesAddArgs, NoteList are made from them
 *   functions     the type in lower case, a verb, the field: note_set_text
 *   constants     the enum in upper case and the value: PRIORITY_LOW; as the schema spells them,
 *                 behind the prefix in upper case: MAX_NOTES
 *   members       as the schema spells them; has_NAME, null_NAME, NAME_len beside them
 *
 * Every name goes through the rule of names.h, in the scope of its file and the files it imports.
 */
#ifndef GEN_C_NAMES_H
#define GEN_C_NAMES_H

#include "names.h"
#include "plan.h"

/* X(ID, text): the calls that change a field or a container, as they are spelled between the type
 * and the field. */
#define C_VERBS(X)                                                                                 \
	X(SET, "set")                                                                              \
	X(SET_N, "set") X(SET_NAME, "set") X(CLEAR, "clear") X(UNSET, "unset") X(NULLIFY, "null")  \
		X(EDIT, "edit") X(RESET, "reset") X(PUSH, "push") X(INSERT, "insert")              \
			X(REMOVE, "remove") X(MOVE, "move") X(ASSIGN, "assign") X(FIND, "find")    \
				X(ADD, "add") X(DROP, "drop") X(HAS, "has") X(GET, "get")          \
					X(PUT, "put") X(AT, "at") X(SPLICE, "splice")
typedef enum c_verb {
#define X(id, text) C_##id,
	C_VERBS(X)
#undef X
		C_VERB_COUNT
} c_verb;

typedef struct c_field_names {
	const char *name;		 /* the member */
	const char *has, *null, *length; /* members beside it, or NULL */
	bool hidden; /* its type is called like a member, which hides it from C++ */
	const char *calls[C_VERB_COUNT]; /* NULL: it has no such call */
} c_field_names;

typedef struct c_struct_names {
	const char *type, *doc; /* Note, NoteDoc */
	const char *stem;	/* note: note_init, note_type, note_field_ … are all free */
	c_field_names *fields;
} c_struct_names;

typedef struct c_union_names {
	const char *type, *doc, *stem;
	const char *tag_type;	  /* ShapeTag */
	const char **tags;	  /* SHAPE_CIRCLE */
	const char **members;	  /* circle, in `as` */
	bool *hidden;		  /* the types of `members`, as in c_field_names */
	const char **edit, **set; /* shape_edit_circle, shape_set_circle */
} c_union_names;

typedef struct c_enum_names {
	const char *type, *stem;
	const char **values; /* PRIORITY_LOW */
} c_enum_names;

typedef struct c_container_names {
	const char *type, *doc, *stem;
	const char *entry; /* maps and tables: NoteEntry */
	const char *calls[C_VERB_COUNT];
} c_container_names;

typedef struct c_model_names {
	const char *handlers;	       /* notes_handlers */
	const char **actions, **tasks; /* members of it */
	const char *compute;	       /* the same */
	const char *table, *add_to, *serve, *update, *state, *hash;
	const char **emits; /* notes_emit_saved */
	const char *open, *shown, *change; /* of a client */
	const char **asks, **asks_with, **starts; /* notes_call_add, notes_call_add_with; notes_start_load */
	const char **action_values, **task_values; /* notes_result_add */
	const char **progress, **finish;	   /* of tasks: notes_progress_load, notes_finish_load */
	const char **work_progress, **work_finish; /* of their jobs: notes_work_progress_load */
	const char **action_results,
		**task_results; /* NotesFindResult for what may be null; else NULL */
} c_model_names;

typedef struct c_names {
	c_struct_names *structs; /* all by number */
	c_union_names *unions;
	c_enum_names *enums;
	c_container_names *containers;
	names **scopes;		/* by number of the file */
	const char **stems;	/* by number of the file: of what belongs to it as a whole: notes */
	const char **guards;	/* of the header */
	const char ***roles;	/* by number of the file: NOTES_ROLE_ADMIN */
	const char ***consts;	/* by number of the file: MAX_NOTES */
	c_model_names **models; /* by number of the state's struct */
} c_names;

const c_names *c_names_build(const plan *whole, idl_arena *arena);

/* Which calls a field has (as a member of a struct), and a container through its own handle. */
uint32_t c_field_calls(const plan_field *field);
uint32_t c_container_calls(const plan_type *elem, idl_kind kind);

/* Are elements of that type nodes: allocated one by one, edited through a handle? */
bool c_is_node(const plan_type *type);
bool c_is_container(const plan_type *type);

#endif
