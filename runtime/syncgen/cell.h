/*
 * What generated code needs around single cells: structs held by pointer, elements given as bytes,
 * the tag of a union, whole values from and to JSON text.
 */
#ifndef SYNCGEN_CELL_H
#define SYNCGEN_CELL_H

#include <syncgen/map.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- boxes: structs and unions held by pointer ---------------------------------------------- */

/* A new value with its defaults; NULL: out of memory. */
void *sync_box_new(const sync_type *type);
void sync_box_free(const sync_type *type, void *box); /* NULL is fine */
void *sync_box_copy(const sync_type *type, const void *from); /* NULL: out of memory */
/* Reads one value into `box`, made when it is NULL. Returns the box; NULL when reading failed, the box
 * is freed then. */
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

/* Adds the field to the path of an error while unwinding. Returns false. */
static inline bool sync_invalid_in(sync_error *error, const sync_field *field)
{
	sync_error_in(error, field->name, field->name_length);
	return false;
}

/* ---- names in JSON -------------------------------------------------------------------------- */

/* The number of the name that comes next, a string; -1: none of them. */
int sync_read_name(sync_reader *reader, const sync_keys *names);

/* Looks ahead for the member "type" of the object that comes next and consumes nothing. The number of
 * the tag it names, or -1: no object, no such member or no such tag. */
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

/* ---- elements that are strings or bytes, given by their bytes --------------------------------- */

sync_status sync_list_insert_bytes(sync_list *list, const sync_type *elem, size_t at,
				   const void *data, size_t length);
sync_status sync_list_set_bytes(sync_list *list, const sync_type *elem, size_t at, const void *data,
				size_t length);
sync_status sync_set_add_bytes(sync_set *set, const sync_type *elem, const void *data,
			       size_t length);
sync_status sync_set_drop_bytes(sync_set *set, const sync_type *elem, const void *data,
				size_t length);
/* Without memory: no. */
bool sync_set_has_bytes(const sync_set *set, const sync_type *elem, const void *data, size_t length);
sync_status sync_map_put_bytes(sync_map *map, const sync_type *elem, const char *key,
			       size_t key_length, const void *data, size_t length);

/* ---- whole values --------------------------------------------------------------------------- */

/*
 * Replaces *value, a struct or union of `type` that nothing tracks, by what `json` says; members that
 * do not come have their defaults. On a failure *value is as it was; `error` (may be NULL) says where.
 * The limits are the defaults of a reader, except that the text may be as long as it is.
 */
sync_status sync_from_json(const sync_type *type, void *value, const char *json, size_t length,
			   sync_error *error);
/* Appends JSON of everything but @local fields. */
sync_status sync_to_json(const sync_type *type, const void *value, sync_buf *out);

#ifdef __cplusplus
}
#endif
#endif
