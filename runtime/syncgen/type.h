/*
 * What the runtime knows of a generated type: the description behind everything that is cold
 * (pointer to field, patches, rights, storage). Hot paths are straight-line generated code, reached
 * through sync_ops.
 *
 * A *cell* is the storage of one value: a bool, a sync_str, a struct, a list. An uninitialised cell
 * becomes a value by init; a value is given up by release, after which the cell is uninitialised.
 * All tables are static and constant.
 */
#ifndef SYNCGEN_TYPE_H
#define SYNCGEN_TYPE_H

#include <syncgen/json.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sync_type sync_type;
typedef struct sync_field sync_field;

typedef enum sync_kind {
	SYNC_KIND_BOOL, /* bool */
	SYNC_KIND_INT8, /* int8_t … */
	SYNC_KIND_INT16,
	SYNC_KIND_INT32,
	SYNC_KIND_UINT8,
	SYNC_KIND_UINT16,
	SYNC_KIND_UINT32,
	SYNC_KIND_SAFEINT,	 /* int64_t, a JSON number; also timestamp, int64 @json(number) */
	SYNC_KIND_SAFEUINT,	 /* uint64_t, a JSON number up to 2^53-1: uint64 @json(number) */
	SYNC_KIND_INT64,	 /* int64_t, a decimal string */
	SYNC_KIND_UINT64,	 /* uint64_t, a decimal string */
	SYNC_KIND_FLOAT32,	 /* float */
	SYNC_KIND_FLOAT64,	 /* double */
	SYNC_KIND_COUNTER,	 /* int64_t, saturating at ±(2^53-1) */
	SYNC_KIND_STRING,	 /* sync_str; type->format may say more */
	SYNC_KIND_INLINE_STRING, /* uint32_t length, then char[type->size - 4], NUL-terminated */
	SYNC_KIND_TEXT,		 /* sync_text */
	SYNC_KIND_BYTES,	 /* sync_bytes */
	SYNC_KIND_JSON,		 /* cJSON *, NULL is JSON null */
	SYNC_KIND_ENUM,	       /* int32_t-sized C enum: index into type->names, or sync_open_enum */
	SYNC_KIND_STRUCT,      /* begins with sync_node and marks */
	SYNC_KIND_UNION,       /* sync_union */
	SYNC_KIND_LIST,	       /* sync_list */
	SYNC_KIND_INLINE_LIST, /* sync_node, size_t len, then the items: scalars that own nothing */
	SYNC_KIND_SET,	       /* sync_set */
	SYNC_KIND_MAP,	       /* sync_map */
	SYNC_KIND_TABLE	       /* sync_map whose entries' keys are the rows' keys */
} sync_kind;

/* Kinds whose cell begins with a sync_node: changes inside are tracked one by one. In lists their
 * elements are allocated one by one, and keep their address. */
static inline bool sync_kind_is_node(sync_kind kind)
{
	return kind >= SYNC_KIND_STRUCT;
}

/* The functions of a type. Runtime ones for leaves and containers, generated ones for structs. */
typedef struct sync_ops {
	/* The default value; cannot fail and allocates nothing (strings with a default value are
	 * static until changed). */
	void (*init)(const sync_type *type, void *cell);
	void (*release)(const sync_type *type, void *cell);
	/* `to` is uninitialised before, a value after; on NOMEM it is uninitialised again. */
	sync_status (*copy)(const sync_type *type, void *to, const void *from);
	bool (*equal)(const sync_type *type, const void *a, const void *b);
	/* `cell` is a value before and after; after a failure it is a valid value of no use. */
	bool (*read)(const sync_type *type, sync_reader *reader, void *cell);
	void (*write)(const sync_type *type, sync_writer *writer, const void *cell);
	/* False: a constraint does not hold; error (never NULL) says which and where below the
	 * cell. */
	bool (*validate)(const sync_type *type, const void *cell, sync_error *error);
} sync_ops;

/* ops of every kind but STRUCT and UNION, by kind. */
const sync_ops *sync_ops_of(sync_kind kind);

extern const sync_ops sync_ops_bool, sync_ops_int8, sync_ops_int16, sync_ops_int32, sync_ops_uint8,
	sync_ops_uint16, sync_ops_uint32, sync_ops_safeint, sync_ops_safeuint, sync_ops_int64,
	sync_ops_uint64, sync_ops_float32, sync_ops_float64, sync_ops_counter, sync_ops_string,
	sync_ops_inline_string, sync_ops_text, sync_ops_bytes, sync_ops_json, sync_ops_enum,
	sync_ops_list, sync_ops_inline_list, sync_ops_set, sync_ops_map, sync_ops_table;

enum sync_type_flag {
	SYNC_TYPE_OPEN = 1u << 0,   /* enum: unknown names are kept (cell is a sync_open_enum) */
	SYNC_TYPE_CLOSED = 1u << 1, /* struct: unknown members are errors */
	SYNC_TYPE_ATOMIC = 1u << 2  /* changes as one: patches replace it whole */
};

struct sync_type {
	const char *name; /* as the .sync file spells it */
	const sync_ops *ops;
	uint32_t kind;	     /* sync_kind */
	uint32_t size;	     /* of the cell, bytes */
	uint32_t flags;	     /* sync_type_flag */
	uint32_t format;     /* sync_format, strings */
	int64_t min, max;    /* integers: range; strings: code points; bytes, lists …: elements */
	uint64_t umin, umax; /* unsigned 64-bit integers: range */
	double fmin, fmax;   /* floats: range */
	const sync_type *elem;	  /* list, set, map, table */
	const sync_keys *keys;	  /* struct: its members; enum: its names; union: its tags */
	const sync_field *fields; /* struct: by member; union: by tag (all at the same offset) */
	uint32_t count;		  /* of fields */
	int32_t key;		  /* index of the @key field, -1: none */
};

enum sync_field_flag {
	SYNC_FIELD_WRITE = 1u << 0, /* clients may change it (who: writers) */
	SYNC_FIELD_LOCAL = 1u << 1,
	SYNC_FIELD_COMPUTED = 1u << 2,
	SYNC_FIELD_CONST = 1u << 3,
	SYNC_FIELD_VOLATILE = 1u << 4,
	SYNC_FIELD_ATOMIC = 1u << 5,
	SYNC_FIELD_BOXED =
		1u << 6, /* the cell is a pointer to the struct: recursive through absence */
	SYNC_FIELD_CREATED = 1u << 7,
	SYNC_FIELD_UPDATED = 1u << 8,
	SYNC_FIELD_INDEX = 1u << 9,
	SYNC_FIELD_DEPRECATED = 1u << 10,
	SYNC_FIELD_KEY = 1u << 11 /* the @key: must stay unique where it is one */
};

typedef enum sync_merge {
	SYNC_MERGE_LAST,
	SYNC_MERGE_MAX,
	SYNC_MERGE_MIN,
	SYNC_MERGE_FIRST,
	SYNC_MERGE_CHECKED
} sync_merge;

#define SYNC_NO_OFFSET UINT32_MAX

struct sync_field {
	const char *name;    /* JSON name */
	const char *segment; /* "/name", escaped as in a JSON Pointer and then as in JSON text */
	uint16_t name_length, segment_length;
	uint32_t flags; /* sync_field_flag */
	const sync_type *type;
	uint32_t offset;  /* of the cell in the struct */
	uint32_t has;	  /* of `bool has_name` (`?`), or SYNC_NO_OFFSET */
	uint32_t null;	  /* of `bool null_name` (`| null`), or SYNC_NO_OFFSET */
	uint32_t merge;	  /* sync_merge */
	uint64_t readers; /* SYNC_SEE_ bits */
	uint64_t writers; /* SYNC_SEE_ bits of those who may; SYNC_SEE_PUBLIC: everybody */
	/* Sets the declared default in an uninitialised cell; NULL: type->ops->init. */
	void (*init)(void *cell);
};

/* An absent, null or value-bearing field of a struct at `base`. */
static inline void *sync_field_cell(const sync_field *field, const void *base)
{
	char *cell = (char *)(uintptr_t)base + field->offset;
	return field->flags & SYNC_FIELD_BOXED ? *(void **)(void *)cell : (void *)cell;
}

/* The same field: is it absent, is it null (for what is absent, too, it may say so), or has it a
 * value? */
static inline bool sync_field_absent(const sync_field *field, const void *base)
{
	return field->has != SYNC_NO_OFFSET && !*((const bool *)base + field->has);
}

static inline bool sync_field_null(const sync_field *field, const void *base)
{
	return field->null != SYNC_NO_OFFSET && *((const bool *)base + field->null);
}

static inline bool sync_field_there(const sync_field *field, const void *base)
{
	return !sync_field_absent(field, base) && !sync_field_null(field, base);
}

/* The open enum's cell: `unknown` is owned and set only while value is negative. */
typedef struct sync_open_enum {
	int32_t value;
	sync_str unknown;
} sync_open_enum;

#ifdef __cplusplus
}
#endif
#endif
