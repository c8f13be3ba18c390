/*
 * The plan: everything a back end needs to know about a schema, decided.
 *
 * Built from a tree that `check` found no fault in, so building cannot fail (but for memory, which
 * the arena turns into a flag). Constant afterwards. Pointers instead of names; in emission order:
 * what is held by value stands before its holder; names no target language. What two back ends
 * would both compute belongs here.
 *
 * One idea carries it: whatever has fields is a plan_struct (structs, models' states, parameters of
 * calls, events, presence, errors), so a back end spells one thing.
 */
#ifndef GEN_PLAN_H
#define GEN_PLAN_H

#include <stdio.h>

#include "../idl/idl.h"

typedef struct plan plan;
typedef struct plan_file plan_file;
typedef struct plan_type plan_type;
typedef struct plan_enum plan_enum;
typedef struct plan_struct plan_struct;
typedef struct plan_union plan_union;
typedef struct plan_field plan_field;
typedef struct plan_container plan_container;
typedef struct plan_call plan_call;
typedef struct plan_model plan_model;

/* A use of a type, with its constraints filled in. Compare kinds with idl_kind. */
struct plan_type {
	idl_kind kind;
	const plan_enum *enumeration;	 /* ENUM */
	const plan_struct *structure;	 /* STRUCT */
	const plan_union *tagged;	 /* UNION */
	const plan_container *container; /* LIST, MAP, SET, TABLE: the unconstrained type */
	const plan_type *elem;		 /* LIST, MAP, SET, TABLE */
	uint64_t min, max;		 /* lengths; see idl_type */
	idl_number low, high;		 /* ranges; see idl_type */
	bool has_min, has_max;		 /* declared in the file */
	bool json_number;		 /* INT64, UINT64 as JSON numbers */
	bool inlined; /* @inline: STRING of max code points, LIST of max scalars */
};

/*
 * [T], map<T>, set<T>, table<T>, whatever its constraints (but int64 as JSON numbers apart from
 * int64 as strings, and @inline ones by their room): declared once, by the first file in the order
 * of plan.files that uses it and that the user of it imports, however far; else by the user itself.
 * So what a file declares follows from it and its imports alone, never from who imports it, and two
 * files that do not import each other may declare the same one: name those whose file is not that
 * of the element's declaration after their file. Stands in the items before all that holds it by
 * value; its element may be declared further down (recursion).
 */
struct plan_container {
	idl_kind kind;	       /* LIST, MAP, SET, TABLE */
	const plan_type *elem; /* of its first use */
	uint64_t inline_max;   /* not 0: @inline list of that many; a type of its own */
	const plan_file *file; /* that declares it */
	unsigned position;     /* 0, 1, … in its file */
	size_t number; /* 0, 1, … in the plan, as those of structs, enums, unions: for arrays
			  of what a back end knows about each; see plan.container_count */
};

/* X(NAME): what models ask of the runtime; the spelling of SYNC_FEATURE_TABLE. */
#define PLAN_FEATURES(X)                                                                           \
	X(WRITE)                                                                                   \
	X(WRITE_ROLE) X(READ) X(LOCAL) X(COMPUTED) X(CONST) X(VOLATILE) X(INLINE) X(ATOMIC)        \
		X(CREATED) X(UPDATED) X(RETAIN) X(INDEX) X(MERGE) X(RATE) X(ROLE) X(IDEMPOTENT)    \
			X(CALL_RATE) X(TIMEOUT) X(SINGLE) X(KEY_PARAMS) X(TTL) X(PERSIST) X(TOPIC) X(RUNNING)   \
				X(SESSION) X(PRESENCE) X(PROGRESS) X(THROWS)
enum plan_feature {
#define X(name) PLAN_FEATURE_##name,
	PLAN_FEATURES(X)
#undef X
		PLAN_FEATURE_COUNT
};

/* Who sees or may do something. all: everybody. Else the roles by their numbers in the file's list.
 */
typedef struct plan_roles {
	bool all;
	uint64_t numbers; /* bit r: roles[r] of the file */
} plan_roles;

struct plan_field {
	const char *name, *json;
	const char *doc; /* or NULL */
	const plan_struct *holder;
	const plan_type *type;
	const idl_value *value; /* default, or NULL */
	const idl_value *first; /* in a new value: the default, or, of a number that has to be
				   there and cannot be 0, what is nearest; NULL: nothing, 0 */
	bool optional, nullable, boxed;
	bool required; /* must come in input: not optional, without default, and not
			  @local, @computed, @created or @updated */
	bool writable; /* @write; writers then says who */
	plan_roles readers, writers;
	bool local, computed, constant, is_volatile, atomic, created, updated, index, key;
	idl_merge merge;
	idl_rate rate;
	uint64_t retain_ms;
	const char *deprecated; /* "" when no text; NULL: not deprecated */
	const idl_field *source;
	unsigned position;
};

typedef enum plan_origin {
	PLAN_STRUCT, /* struct */
	PLAN_ERROR,  /* error */
	PLAN_STATE,  /* a model's fields */
	PLAN_KEY,    /* a model's key parameters */
	PLAN_ARGS,   /* parameters of an action or task */
	PLAN_EVENT,  /* parameters of an event */
	PLAN_PRESENCE
} plan_origin;

struct plan_struct {
	plan_origin origin;
	const char *
		name; /* declared; of ARGS, EVENT: the call's name; of PRESENCE, KEY: the model's */
	const char *json; /* of ERROR: its name on the wire; of ARGS, EVENT: the call's; else the
			     name */
	const char *doc;  /* or NULL */
	const char *deprecated;	 /* or NULL */
	const plan_model *model; /* STATE, KEY, ARGS, EVENT, PRESENCE; else NULL */
	const plan_call *call;	 /* ARGS, EVENT; else NULL */
	const plan_field *fields;
	size_t field_count;
	const plan_field *key; /* the @key field, or NULL */
	bool closed, recursive;
	/* Needs setters: some model's state holds it, or its file has no models and lends it to
	 * others. */
	bool tracked;
	const plan_file *file;
	size_t number;
};

typedef struct plan_enum_value {
	const char *name, *json, *doc, *deprecated;
	int32_t number; /* 0, 1, … */
} plan_enum_value;

struct plan_enum {
	const char *name, *doc, *deprecated;
	bool open;
	const plan_enum_value *values;
	size_t count;
	const plan_file *file;
	size_t number;
};

struct plan_union {
	const char *name, *doc, *deprecated;
	const plan_field *tags; /* json: the value of "type"; type: a STRUCT */
	size_t count;
	bool recursive, tracked;
	const plan_file *file;
	size_t number;
};

struct plan_call {
	idl_call_kind kind;
	const char *name, *json, *doc, *deprecated;
	const plan_model *model;
	const plan_struct *params; /* always there, maybe without fields */
	const plan_type *result;   /* or NULL */
	bool result_nullable;
	const plan_type *progress;	  /* or NULL */
	const plan_struct *const *throws; /* throw_count of them */
	size_t throw_count;
	plan_roles roles; /* who may call */
	idl_rate rate;
	uint64_t timeout_ms;
	bool idempotent, single;
	unsigned position;
};

/* Earlier versions of a model by hash, without the present one. */
typedef struct plan_version {
	char hash[65];
	bool compatible;
} plan_version;
typedef struct plan_history {
	const plan_version *versions;
	size_t count;
} plan_history;

struct plan_model {
	const char *name, *key, *doc, *deprecated;
	const plan_struct *state;
	const plan_struct *params;   /* of the key; NULL: none */
	const plan_struct *presence; /* NULL: none */
	const plan_call *actions, *tasks, *events;
	size_t action_count, task_count, event_count;
	uint64_t ttl_ms;
	bool persist, session;
	const char *topic, *running; /* or NULL */
	bool has_computed;
	uint64_t features; /* bit per plan_feature */
	char hash[65];	   /* schema hash, hex; see hash.h */
	plan_history *history; /* empty until history_read() fills it */
	const plan_file *file;
};

/* `value`: BOOL, INT, UINT (beyond int64), FLOAT or STRING; what a name stood for is resolved. */
typedef struct plan_const {
	const char *name, *doc; /* doc or NULL */
	const idl_value *value;
} plan_const;

/* What a file declares, in emission order. */
typedef enum plan_item_kind {
	PLAN_ITEM_ENUM,
	PLAN_ITEM_STRUCT,
	PLAN_ITEM_UNION,
	PLAN_ITEM_CONTAINER,
	PLAN_ITEM_MODEL
} plan_item_kind;

typedef struct plan_item {
	plan_item_kind kind;
	union {
		const plan_enum *enumeration;
		const plan_struct *structure;
		const plan_union *tagged;
		const plan_container *container;
		const plan_model *model; /* after all that it refers to */
	} as;
} plan_item;

/* One input file, one set of outputs. */
struct plan_file {
	const char
		*stem; /* output path without extension, relative to -o: "notes", "common/people" */
	const char *base;     /* last component of it */
	const char *source;   /* how the input is named in generated comments: never absolute */
	const char *package;  /* "" when none */
	const char *doc;      /* or NULL */
	const char *c_prefix; /* "" when none */
	const plan_file *const *imports; /* import_count of them */
	size_t import_count;
	const plan_const *consts; /* in the order of the file; on no wire */
	size_t const_count;
	const plan_item *items;
	size_t item_count;
	/* Role names of this file and of the files before it: numbers mean the same in all files. */
	const char *const *roles;
	size_t role_count;
	uint64_t used_roles; /* bit r: the file itself names roles[r] */
	bool root;
	const idl_file *tree;
	size_t number; /* in plan.files */
};

struct plan {
	const plan_file *const *files; /* imports before importers */
	size_t file_count;
	/* How many there are, of each; their `number`s are below it. */
	size_t enum_count, struct_count, union_count, container_count;
	bool out_of_memory;
};

/* Everything is in `arena`; the plan lives as long as it and the tree. */
const plan *plan_build(const idl_result *tree, idl_arena *arena);

/* For --dump=plan. */
void plan_dump(const plan *p, FILE *to);

#endif
