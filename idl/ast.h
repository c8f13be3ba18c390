/*
 * The checked tree of a `.sync` file.
 *
 * Who makes it: `build` makes the nodes while the grammar runs, `check` resolves them in place.
 * Who reads it: everything behind `check` (the plan, dumps, fmt). After idl_load() reported no
 * error, every pointer below that is not documented as "or NULL" is set, every name refers to a
 * node, every number has been checked against its type. The reader needs no error path.
 *
 * Ownership: one arena owns everything; nothing here is freed by itself. Strings end in NUL;
 * where U+0000 may occur the type is idl_text. Lists are chained by `next`, in source order.
 */
#ifndef IDL_AST_H
#define IDL_AST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct idl_file idl_file;
typedef struct idl_decl idl_decl;
typedef struct idl_type idl_type;
typedef struct idl_field idl_field;
typedef struct idl_call idl_call;
typedef struct idl_attr idl_attr;
typedef struct idl_source idl_source;

/* Bytes [begin, end) of a source. */
typedef struct {
	const idl_source *source;
	size_t begin, end;
} idl_span;

/* Bytes that may hold U+0000; NUL-terminated besides. */
typedef struct {
	const char *at;
	size_t length;
} idl_text;

/* A list of names as written: roles, old names, reserved names. */
typedef struct idl_name idl_name;
struct idl_name {
	idl_name *next; /* or NULL */
	const char *text;
	idl_span span;
	bool quoted; /* written as a string: a JSON name */
};

/* ---- types ---- */

/*
 * Every type of the language, once.
 *
 *   X(kind, spelling, group, bits, argument, limit)
 *
 * group: what it is like. bits: size of a number. argument: what parentheses behind it mean.
 * limit: the largest length when none is declared (code points, bytes or elements; 0: no limit).
 */
/* clang-format off */
#define IDL_TYPES(X) \
	X(BOOL, "bool", BOOL, 0, NONE, 0) \
	X(INT8, "int8", INT, 8, RANGE, 0) \
	X(INT16, "int16", INT, 16, RANGE, 0) \
	X(INT32, "int32", INT, 32, RANGE, 0) \
	X(UINT8, "uint8", UINT, 8, RANGE, 0) \
	X(UINT16, "uint16", UINT, 16, RANGE, 0) \
	X(UINT32, "uint32", UINT, 32, RANGE, 0) \
	X(SAFEINT, "safeint", INT, 54, RANGE, 0) \
	X(INT64, "int64", INT, 64, RANGE, 0) \
	X(UINT64, "uint64", UINT, 64, RANGE, 0) \
	X(FLOAT32, "float32", FLOAT, 32, RANGE, 0) \
	X(FLOAT64, "float64", FLOAT, 64, RANGE, 0) \
	X(STRING, "string", STRING, 0, LENGTH, 65536) \
	X(BYTES, "bytes", BYTES, 0, LENGTH, 1048576) \
	X(TIMESTAMP, "timestamp", TIME, 64, NONE, 0) \
	X(UUID, "uuid", STRING, 0, NONE, 36) \
	X(EMAIL, "email", STRING, 0, LENGTH, 254) \
	X(URI, "uri", STRING, 0, LENGTH, 65536) \
	X(DATE, "date", STRING, 0, NONE, 10) \
	X(DATETIME, "datetime", STRING, 0, NONE, 64) \
	X(IPV4, "ipv4", STRING, 0, NONE, 15) \
	X(IPV6, "ipv6", STRING, 0, NONE, 45) \
	X(HOSTNAME, "hostname", STRING, 0, LENGTH, 253) \
	X(SLUG, "slug", STRING, 0, LENGTH, 65536) \
	X(JSON, "json", JSON, 0, NONE, 0) \
	X(ENUM, "enum", ENUM, 0, NONE, 0) \
	X(STRUCT, "struct", STRUCT, 0, NONE, 0) \
	X(UNION, "union", UNION, 0, NONE, 0) \
	X(LIST, "[T]", LIST, 0, LENGTH, 65536) \
	X(MAP, "map", MAP, 0, LENGTH, 65536) \
	X(SET, "set", SET, 0, LENGTH, 65536) \
	X(TABLE, "table", TABLE, 0, LENGTH, 0) \
	X(COUNTER, "counter", COUNTER, 54, NONE, 0) \
	X(TEXT, "text", TEXT, 0, LENGTH, 1048576)
/* clang-format on */

typedef enum {
	IDL_KIND_BAD, /* reported already; never seen behind `check` */
#define X(kind, spelling, group, bits, argument, limit) IDL_##kind,
	IDL_TYPES(X)
#undef X
		IDL_KINDS
} idl_kind;

typedef enum {
	IDL_GROUP_BAD,
	IDL_GROUP_BOOL,
	IDL_GROUP_INT,
	IDL_GROUP_UINT,
	IDL_GROUP_FLOAT,
	IDL_GROUP_STRING, /* string and its formats */
	IDL_GROUP_BYTES,
	IDL_GROUP_TIME,
	IDL_GROUP_JSON,
	IDL_GROUP_ENUM,
	IDL_GROUP_STRUCT,
	IDL_GROUP_UNION,
	IDL_GROUP_LIST,
	IDL_GROUP_MAP,
	IDL_GROUP_SET,
	IDL_GROUP_TABLE,
	IDL_GROUP_COUNTER,
	IDL_GROUP_TEXT
} idl_group;

typedef enum { IDL_ARGUMENT_NONE, IDL_ARGUMENT_RANGE, IDL_ARGUMENT_LENGTH } idl_argument;

/* The row of a type; idl_kind_info[kind]. */
typedef struct {
	const char *spelling;
	idl_group group;
	unsigned bits;
	idl_argument argument;
	uint64_t limit;
} idl_kind_row;
extern const idl_kind_row idl_kind_info[IDL_KINDS];

/* One end of a range. Which member holds it follows from the group of the type: INT `i`, UINT `u`,
 * FLOAT `f`. */
typedef union {
	int64_t i;
	uint64_t u;
	double f;
} idl_number;

struct idl_type {
	idl_kind kind;
	idl_span span;
	const idl_decl *decl;  /* ENUM, STRUCT, UNION; else NULL */
	idl_type *element;     /* LIST, MAP, SET, TABLE (its row: a STRUCT); else NULL */
	bool nullable;	       /* `| null`; outermost types of fields, parameters, results only */
	bool json_number;      /* INT64, UINT64 under @json(number): a JSON number up to 2^53-1 */
	bool has_min, has_max; /* declared in the file */
	/* Lengths, for argument LENGTH: undeclared ends are filled in (0, the limit of the kind,
	 * and UINT64_MAX where the kind has none). Formats of fixed form have their limit too. */
	uint64_t min, max;
	/* Range, for argument RANGE: undeclared ends are filled in with the limits of the type
	 * (safeint: +-(2^53-1)). json_number narrows them to +-(2^53-1) as well. */
	idl_number low, high;
	const void *written; /* internal: the type as parsed, for `check` */
};

/* ---- values ---- */

typedef enum {
	IDL_VALUE_BOOL,	  /* b */
	IDL_VALUE_INT,	  /* i: INT, TIME and COUNTER types, and constants that fit */
	IDL_VALUE_UINT,	  /* u: UINT types, and constants beyond int64 */
	IDL_VALUE_FLOAT,  /* f */
	IDL_VALUE_STRING, /* text; for `bytes` the decoded bytes */
	IDL_VALUE_ENUM,	  /* value */
	IDL_VALUE_NULL,	  /* nullable types, json */
	IDL_VALUE_EMPTY,  /* [] of a list or set, {} of a map; for json see `object` */
	IDL_VALUE_NAME,	  /* internal: not resolved yet, text holds it */
	IDL_VALUE_BAD	  /* internal: reported already */
} idl_value_kind;

typedef struct idl_enum_value idl_enum_value;
typedef struct {
	idl_value_kind kind;
	idl_span span;
	bool b;
	bool object; /* EMPTY: written {} */
	int64_t i;
	uint64_t u;
	double f;
	idl_text text;
	const idl_enum_value *value;
} idl_value;

/* ---- what several nodes share ---- */

/* @deprecated, @was, @since: on everything that has a name. */
typedef struct {
	bool deprecated;
	const char *deprecated_text; /* "" when none was given */
	const idl_name *was;	     /* or NULL */
	uint32_t since;		     /* 0: not given */
} idl_evolution;

/* Those of all files of a run: each is a bit where rights are kept. */
enum { IDL_MAX_ROLES = 60 };

/* @write, @read, @role. Given without names: everybody. */
typedef struct {
	bool given;
	size_t count;
	const idl_name *names; /* or NULL */
} idl_roles;

/* @rate(20/s); per_ms 0: not given. */
typedef struct {
	uint32_t count;
	uint64_t per_ms;
} idl_rate;

typedef enum {
	IDL_MERGE_LAST, /* none given */
	IDL_MERGE_MAX,
	IDL_MERGE_MIN,
	IDL_MERGE_FIRST,
	IDL_MERGE_CHECKED
} idl_merge;

/* ---- fields, parameters, tags ---- */

/*
 * A member of a struct, model, error, presence or union, or a parameter of a call or model.
 * Attributes of a place where they are not allowed are never set.
 */
struct idl_field {
	idl_field *next; /* or NULL */
	const char *name;
	const char *json; /* its name on the wire; for a union tag the value of "type" */
	const char *doc;  /* lines joined by \n, or NULL */
	idl_span span;	  /* of the name */
	idl_type *type;
	const idl_value *value; /* the default, typed like the field; or NULL */
	const idl_attr *attrs;	/* as written, for their spans; or NULL */
	idl_evolution evolution;
	idl_roles write, read;
	idl_rate rate;
	idl_merge merge;
	uint64_t retain_ms;  /* 0: not given */
	const char *pattern; /* or NULL */
	bool optional;	     /* `name?:` */
	bool boxed; /* optional or nullable struct or union on a size cycle: hold it by pointer */
	bool local, computed, constant, is_volatile, inlined, atomic, created, updated, index, key;
	unsigned position; /* 0, 1, … among its siblings */
};

typedef struct {
	idl_field *first; /* or NULL */
	size_t count;
} idl_fields;

/* ---- calls ---- */

typedef enum { IDL_ACTION, IDL_TASK, IDL_EVENT } idl_call_kind;

typedef struct idl_throw idl_throw;
struct idl_throw {
	idl_throw *next; /* or NULL */
	const idl_decl *error;
	idl_span span;
	const char *name; /* as written, maybe qualified */
};

struct idl_call {
	idl_call *next; /* or NULL */
	idl_call_kind kind;
	const char *name, *json, *doc; /* doc or NULL */
	idl_span span;
	idl_fields params;
	idl_type *result;   /* or NULL: nothing; never set on events */
	idl_type *progress; /* tasks; or NULL */
	idl_throw *throws;  /* or NULL */
	size_t throw_count;
	const idl_attr *attrs; /* or NULL */
	idl_evolution evolution;
	idl_roles role;	     /* @role */
	idl_rate rate;	     /* @rate */
	uint64_t timeout_ms; /* 0: not given */
	bool idempotent, single;
	unsigned position; /* 0, 1, … among the calls of its kind */
};

typedef struct {
	idl_call *first; /* or NULL */
	size_t count;
} idl_calls;

/* ---- declarations ---- */

typedef enum {
	IDL_DECL_ENUM,
	IDL_DECL_STRUCT,
	IDL_DECL_UNION,
	IDL_DECL_MODEL,
	IDL_DECL_ERROR,
	IDL_DECL_CONST
} idl_decl_kind;

struct idl_enum_value {
	idl_enum_value *next;	       /* or NULL */
	const char *name, *json, *doc; /* doc or NULL */
	idl_span span;
	const idl_attr *attrs; /* or NULL */
	idl_evolution evolution;
	unsigned position; /* 0, 1, … */
};

typedef struct {
	bool open; /* keeps unknown names */
	idl_enum_value *first;
	size_t count;
	void *by_name; /* internal to `check` */
} idl_enum;

/* struct, error (which has only fields) */
typedef struct {
	idl_fields fields;
	const idl_name *reserved; /* or NULL */
	const idl_field *key;	  /* the @key field, or NULL */
	const idl_field *type; /* the field of JSON name "type", or NULL; NULL for tags of unions */
	bool closed;	       /* unknown members are errors */
	bool recursive;	       /* a value can hold another of its own kind, however deep */
} idl_struct;

typedef struct {
	idl_fields tags; /* `type` of each is a STRUCT */
	const idl_name *reserved;
	bool recursive;
} idl_union;

/* "ROOM/{id}" is a literal "ROOM/" and the parameter `id`. */
typedef struct idl_key_part idl_key_part;
struct idl_key_part {
	idl_key_part *next;	/* or NULL */
	const char *literal;	/* or NULL: a parameter */
	const idl_field *param; /* or NULL: a literal */
};

typedef struct {
	idl_fields params; /* model Room(id: uuid) */
	const char *key;   /* the template; NAME or NAME/{a}/{b} when there is no @key */
	const idl_key_part *key_parts;
	idl_fields fields;
	const idl_name *reserved;
	idl_calls actions, tasks, events;
	bool has_presence;
	idl_fields presence;
	const idl_name *presence_reserved; /* or NULL */
	const char *presence_doc;	   /* or NULL */
	uint64_t ttl_ms;		   /* 0: not given */
	bool persist, session;
	const char *topic;   /* or NULL */
	const char *running; /* JSON name of the list of running tasks, or NULL */
} idl_model;

typedef struct {
	idl_value value;
} idl_const;

struct idl_decl {
	idl_decl *next; /* in its file; or NULL */
	idl_decl_kind kind;
	const char *name;
	const char *json; /* errors: the name on the wire; others: the name */
	const char *doc;  /* or NULL */
	idl_span span;	  /* of the name */
	const idl_file *file;
	const idl_attr *attrs; /* or NULL */
	idl_evolution evolution;
	unsigned position; /* 0, 1, … in its file */
	union {
		idl_enum enumeration;
		idl_struct structure; /* STRUCT and ERROR */
		idl_union tagged;
		idl_model model;
		idl_const constant;
	} as;
	void *mark; /* free for a pass over the tree; NULL between passes */
};

/* ---- files ---- */

typedef struct idl_import idl_import;
struct idl_import {
	idl_import *next;  /* or NULL */
	const char *path;  /* as written */
	const char *alias; /* `as name`, or NULL */
	idl_span span;
	idl_file *file;
	bool used;
};

typedef enum {
	IDL_CASE_KEEP,
	IDL_CASE_CAMEL,
	IDL_CASE_PASCAL,
	IDL_CASE_SNAKE,
	IDL_CASE_KEBAB,
	IDL_CASE_UPPER
} idl_json_case;

struct idl_file {
	idl_file *next; /* in idl_result.files: what it imports stands before it; or NULL */
	const idl_source *source;
	const char *path;	 /* as diagnostics show it */
	const char *import_path; /* for `#include`s of outputs: as the first importer wrote it,
				    relative to its search folder; of a root: its base name */
	const char *package;	 /* "demo.notes"; "" when there is none */
	const char *doc;	 /* of `package`; or NULL */
	idl_import *imports;	 /* or NULL */
	idl_decl *decls;	 /* or NULL */
	size_t decl_count;
	const char *c_prefix; /* "" when there is none */
	idl_json_case json_case;
	bool root;	 /* named by the caller, not only imported */
	bool incomplete; /* reading gave up: names may be missing; never set behind `check` */
	void *mark;	 /* free for a pass over the tree; NULL between passes */
	void *scope;	 /* internal to `check` */
};

/* ---- attributes as written ---- */

/* X(ID, spelling): every attribute. Where each may stand is a table of `check`. */
/* clang-format off */
#define IDL_ATTRS(X) \
	X(WRITE, "write") \
	X(READ, "read") \
	X(LOCAL, "local") \
	X(COMPUTED, "computed") \
	X(CONST, "const") \
	X(VOLATILE, "volatile") \
	X(INLINE, "inline") \
	X(ATOMIC, "atomic") \
	X(CREATED, "created") \
	X(UPDATED, "updated") \
	X(RETAIN, "retain") \
	X(INDEX, "index") \
	X(KEY, "key") \
	X(MERGE, "merge") \
	X(RATE, "rate") \
	X(JSON, "json") \
	X(PATTERN, "pattern") \
	X(DEPRECATED, "deprecated") \
	X(WAS, "was") \
	X(SINCE, "since") \
	X(ROLE, "role") \
	X(IDEMPOTENT, "idempotent") \
	X(TIMEOUT, "timeout") \
	X(SINGLE, "single") \
	X(TTL, "ttl") \
	X(PERSIST, "persist") \
	X(TOPIC, "topic") \
	X(RUNNING, "running") \
	X(SESSION, "session") \
	X(CLOSED, "closed")
/* clang-format on */

typedef enum {
	IDL_ATTR_UNKNOWN,
#define X(id, spelling) IDL_ATTR_##id,
	IDL_ATTRS(X)
#undef X
		IDL_ATTR_COUNT
} idl_attr_id;

typedef enum {
	IDL_ARG_STRING,	  /* text */
	IDL_ARG_NAME,	  /* text */
	IDL_ARG_INT,	  /* number */
	IDL_ARG_FLOAT,	  /* written only */
	IDL_ARG_DURATION, /* number in ms */
	IDL_ARG_RATE	  /* number per per_ms */
} idl_arg_kind;

typedef struct idl_arg idl_arg;
struct idl_arg {
	idl_arg *next; /* or NULL */
	idl_arg_kind kind;
	idl_span span;
	idl_text text;
	uint64_t number, per_ms;
	bool negative;
};

struct idl_attr {
	idl_attr *next; /* or NULL */
	idl_attr_id id;
	const char *name;
	idl_span span; /* `@name` without the arguments */
	idl_arg *args; /* or NULL */
};

/* The first attribute with that id, or NULL. */
const idl_attr *idl_attr_find(const idl_attr *attrs, idl_attr_id id);

/* "struct", "model", …, for messages. */
const char *idl_decl_kind_name(idl_decl_kind kind);

#endif
