/*
 * What generated code needs around single cells: structs held by pointer, elements given as bytes,
 * the tag of a union, whole values from and to JSON text.
 */
#ifndef SYNCGEN_CELL_H
#define SYNCGEN_CELL_H

#include <syncgen/map.h>
#include <syncgen/patch.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- boxes: structs and unions held by pointer ---------------------------------------------- */

/* A new value with its defaults; NULL: out of memory. */
void *sync_box_new(const sync_type *type);
void sync_box_free(const sync_type *type, void *box);	      /* NULL is fine */
void *sync_box_copy(const sync_type *type, const void *from); /* NULL: out of memory */
/* Reads one value into `box`, made when it is NULL. Returns the box; NULL when reading failed, the
 * box is freed then. */
void *sync_box_read(const sync_type *type, sync_reader *reader, void *box);

/* ---- straight-line code --------------------------------------------------------------------- */

/* Copies *from into *to, which holds a default value that owns nothing, and on NOMEM still does. */
static inline sync_status sync_copy_cell(const sync_type *type, void *to, const void *from)
{
	sync_status status = type->ops->copy(type, to, from);
	if (status != SYNC_OK)
		type->ops->init(type, to);
	return status;
}

/* The end of the row of a field that is always there, seen by all, and has no default of its own.
 */
#define SYNC_FIELD_PLAIN SYNC_NO_OFFSET, SYNC_NO_OFFSET, SYNC_MERGE_LAST, SYNC_SEE_PUBLIC, 0, NULL

/* Adds the field to the path of an error while unwinding. Returns false. */
static inline bool sync_invalid_in(sync_error *error, const sync_field *field)
{
	sync_error_in(error, field->name, field->name_length);
	return false;
}

/* ---- names in JSON -------------------------------------------------------------------------- */

/* The number of the name that comes next, a string; -1: none of them. */
int sync_read_name(sync_reader *reader, const sync_keys *names);

/* Looks ahead for the member "type" of the object that comes next and consumes nothing. The number
 * of the tag it names, or -1: no object, no such member or no such tag. */
int sync_read_tag(sync_reader *reader, const sync_keys *tags);

/* Makes one object of {"type":"x" and the object that was written behind it, at `at`. */
static inline void sync_put_tag_end(sync_buf *buf, size_t at)
{
	if (buf->status != SYNC_OK)
		return;
	if (buf->len == at + 2)
		buf->data[--buf->len - 1] = '}';
	else
		buf->data[at] = ',';
}

/* An open enum by the name on the wire; one that is not known is kept as it is. */
sync_status sync_set_enum_name(sync_node *node, const sync_field *field, unsigned index,
			       const char *name, size_t length);

/* ---- elements that are strings or bytes, given by their bytes ---------------------------------
 */

sync_status sync_list_insert_bytes(sync_list *list, const sync_type *elem, size_t at,
				   const void *data, size_t length);
sync_status sync_list_set_bytes(sync_list *list, const sync_type *elem, size_t at, const void *data,
				size_t length);
sync_status sync_set_add_bytes(sync_set *set, const sync_type *elem, const void *data,
			       size_t length);
sync_status sync_set_drop_bytes(sync_set *set, const sync_type *elem, const void *data,
				size_t length);
/* Without memory: no. */
bool sync_set_has_bytes(const sync_set *set, const sync_type *elem, const void *data,
			size_t length);
sync_status sync_map_put_bytes(sync_map *map, const sync_type *elem, const char *key,
			       size_t key_length, const void *data, size_t length);

/* ---- whole values --------------------------------------------------------------------------- */

/*
 * Replaces *value, a struct or union of `type` that nothing tracks, by what `json` says; members
 * that do not come have their defaults. On a failure *value is as it was; `error` (may be NULL)
 * says where. The limits are the defaults of a reader, except that the text may be as long as it
 * is.
 */
sync_status sync_from_json(const sync_type *type, void *value, const char *json, size_t length,
			   sync_error *error);
/* Appends JSON of everything but @local fields. */
sync_status sync_to_json(const sync_type *type, const void *value, sync_buf *out);

/* ---- what every generated struct and union has ------------------------------------------------
 */

/*
 * Defines stem_diff, stem_apply, stem_assign, stem_from_json and stem_to_json, which work by
 * description, and stem_ops_, by which the runtime calls what was generated for T. `doc` is its
 * handle.
 */
#define SYNC_BY_DESCRIPTION(stem, T, doc)                                                          \
	sync_status stem##_diff(const T *before, const T *after, sync_buf *ops)                    \
	{                                                                                          \
		return sync_diff(&stem##_type, before, after, ops);                                \
	}                                                                                          \
	sync_status stem##_apply(T *value, const char *ops, size_t length, sync_error *error)      \
	{                                                                                          \
		return sync_apply(&stem##_type, value, ops, length, NULL, error);                  \
	}                                                                                          \
	sync_status stem##_assign(doc *to, const T *value)                                         \
	{                                                                                          \
		return to ? sync_assign(&stem##_type, to, value) : SYNC_NOMEM;                     \
	}                                                                                          \
	sync_status stem##_from_json(T *value, const char *json, size_t length, sync_error *error) \
	{                                                                                          \
		return sync_from_json(&stem##_type, value, json, length, error);                   \
	}                                                                                          \
	sync_status stem##_to_json(const T *value, sync_buf *out)                                  \
	{                                                                                          \
		return sync_to_json(&stem##_type, value, out);                                     \
	}                                                                                          \
	static void stem##_init_(const sync_type *type, void *cell)                                \
	{                                                                                          \
		(void)type;                                                                        \
		stem##_init((T *)cell);                                                            \
	}                                                                                          \
	static void stem##_release_(const sync_type *type, void *cell)                             \
	{                                                                                          \
		(void)type;                                                                        \
		stem##_release((T *)cell);                                                         \
	}                                                                                          \
	static sync_status stem##_copy_(const sync_type *type, void *to, const void *from)         \
	{                                                                                          \
		(void)type;                                                                        \
		return stem##_copy((T *)to, (const T *)from);                                      \
	}                                                                                          \
	static bool stem##_equal_(const sync_type *type, const void *a, const void *b)             \
	{                                                                                          \
		(void)type;                                                                        \
		return stem##_equal((const T *)a, (const T *)b);                                   \
	}                                                                                          \
	static bool stem##_read_(const sync_type *type, sync_reader *r, void *cell)                \
	{                                                                                          \
		(void)type;                                                                        \
		return stem##_read(r, (T *)cell);                                                  \
	}                                                                                          \
	static void stem##_write_(const sync_type *type, sync_writer *w, const void *cell)         \
	{                                                                                          \
		(void)type;                                                                        \
		stem##_write(w, (const T *)cell);                                                  \
	}                                                                                          \
	static bool stem##_validate_(const sync_type *type, const void *cell, sync_error *error)   \
	{                                                                                          \
		(void)type;                                                                        \
		return stem##_validate((const T *)cell, error);                                    \
	}                                                                                          \
	static const sync_ops stem##_ops_ = { stem##_init_,    stem##_release_, stem##_copy_,      \
					      stem##_equal_,   stem##_read_,	stem##_write_,     \
					      stem##_validate_ }

#ifdef __cplusplus
}
#endif
#endif
