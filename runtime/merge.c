#include "merge.h"

#include "assign.h"
#include "broken.h"
#include "track.h"

/* ---- more or less ---- */

#define COMPARE(ctype)                                                                             \
	do {                                                                                       \
		ctype x, y;                                                                        \
		memcpy(&x, a, sizeof x);                                                           \
		memcpy(&y, b, sizeof y);                                                           \
		return (x > y) - (x < y);                                                          \
	} while (0)

/* Of numbers and timestamps. */
static int compare(const sync_type *type, const void *a, const void *b)
{
	switch ((sync_kind)type->kind) {
	case SYNC_KIND_INT8:
		COMPARE(int8_t);
	case SYNC_KIND_INT16:
		COMPARE(int16_t);
	case SYNC_KIND_INT32:
		COMPARE(int32_t);
	case SYNC_KIND_UINT8:
		COMPARE(uint8_t);
	case SYNC_KIND_UINT16:
		COMPARE(uint16_t);
	case SYNC_KIND_UINT32:
		COMPARE(uint32_t);
	case SYNC_KIND_SAFEINT:
	case SYNC_KIND_INT64:
		COMPARE(int64_t);
	case SYNC_KIND_SAFEUINT:
	case SYNC_KIND_UINT64:
		COMPARE(uint64_t);
	case SYNC_KIND_FLOAT32:
		COMPARE(float);
	case SYNC_KIND_FLOAT64:
		COMPARE(double);
	default:
		return 0; /* the compiler lets none through */
	}
}

/* Does the new value take the place of the one that is there? */
static bool prevails(const sync_node *node, const sync_field *field, const void *cell)
{
	if (sync_field_absent(field, node) || sync_field_null(field, node))
		return true;
	if (!cell)
		return false;
	int order = compare(field->type, cell, sync_field_cell(field, node));
	return field->merge == SYNC_MERGE_MAX ? order > 0 : order < 0;
}

/* ---- who has seen what ---- */

static sync_status refuse(struct merge *merge, sync_node *node, const sync_field *field,
			  sync_status status, const char *text)
{
	sync_error error;
	merge->node = node;
	merge->field = field;
	sync_error_set(&error, status, "%s", text);
	return sync_track_refuse_field(node, field, &error);
}

sync_status sync_merge_judge(struct merge *merge, sync_node *node, const sync_field *field,
			     unsigned index, const void *cell, bool *keep)
{
	*keep = false;
	/* What the mutation itself has made is nobody else's. */
	if (!merge->seen || !(node->state & SYNC_NODE_WATCHED) || SYNC_BROKEN(MERGE))
		return SYNC_OK;
	if (field->merge == SYNC_MERGE_MAX || field->merge == SYNC_MERGE_MIN) {
		*keep = !prevails(node, field, cell);
	} else {
		sync_sight sight = merge->seen(merge->arg, node, field, index);
		if (sight == SYNC_SIGHT_SEEN)
			return SYNC_OK;
		if (field->merge == SYNC_MERGE_CHECKED)
			return sight == SYNC_SIGHT_MISSED
				       ? refuse(merge, node, field, SYNC_CONFLICT,
						"somebody else has changed it")
				       : refuse(merge, node, field, SYNC_READONLY,
						"clients that say no base cannot change this");
		*keep = true;
	}
	merge->kept |= *keep;
	return SYNC_OK;
}
