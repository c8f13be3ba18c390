#include "target.h"

#include "align.h"
#include "track.h"

struct walk {
	struct target *target;
	const struct pointer *pointer;
	const struct assign_scope *scope;
	bool lenient;
	bool unescaped; /* keys may have come so */
	size_t at;	/* the segment that is next */
};

static const struct segment *next_segment(const struct walk *w)
{
	return &w->pointer->segments[w->at];
}

/* So many segments from the next one on as they stood in the text, slashes between them included.
 */
static struct segment joined(const struct walk *w, size_t count)
{
	const struct segment *first = next_segment(w), *last = first + count - 1;
	struct segment segment = { first->raw, 0, first->raw, 0 };
	segment.length = segment.raw_length = (size_t)(last->raw + last->raw_length - first->raw);
	return segment;
}

/* ---- structs and unions ------------------------------------------------------------------- */

static int find_member(const struct walk *w, const sync_keys *keys, size_t *used)
{
	const struct segment *segment = next_segment(w);
	int found = sync_keys_find(keys, segment->bytes, segment->length);
	*used = 1;
	for (size_t n = 1; w->unescaped && found < 0 && w->at + n <= w->pointer->count; n++) {
		struct segment name = joined(w, n);
		found = sync_keys_find(keys, name.bytes, name.length);
		*used = n;
	}
	return found;
}

static sync_status step_struct(struct walk *w, const sync_type *type, void *base)
{
	struct target *t = w->target;
	size_t used;
	int index = find_member(w, type->keys, &used);
	const sync_field *field = index >= 0 ? &type->fields[index] : NULL;
	if (!field || sync_scope_hides(w->scope, field))
		return SYNC_NOT_FOUND;
	t->kind = TARGET_FIELD;
	t->holder = base;
	t->holder_type = type;
	t->field = field;
	t->index = (size_t)index;
	t->type = field->type;
	t->null = !sync_field_absent(field, base) && sync_field_null(field, base);
	t->cell = t->null || sync_field_absent(field, base) ? NULL : sync_field_cell(field, base);
	if (field->merge && !t->merge) {
		t->merge = field;
		t->merge_node = base;
		t->merge_index = (size_t)index;
	}
	t->covered |= sync_scope_writes(w->scope, field);
	t->guarded |= (field->flags & SYNC_FIELD_WRITE) != 0;
	t->constant |= (field->flags & (SYNC_FIELD_CONST | SYNC_FIELD_COMPUTED)) != 0;
	w->at += used;
	return SYNC_OK;
}

static sync_status step_union(struct walk *w, const sync_type *type, sync_union *value)
{
	struct target *t = w->target;
	const sync_field *arm = &type->fields[value->tag];
	if (!sync_segment_is(next_segment(w), "type", 4))
		return step_struct(w, arm->type, (char *)value + arm->offset);
	t->kind = TARGET_TAG;
	t->holder = value;
	t->holder_type = type;
	t->cell = NULL;
	t->null = false;
	w->at++;
	return SYNC_OK;
}

/* ---- containers --------------------------------------------------------------------------- */

static sync_status step_list(struct walk *w, const sync_type *type, void *list)
{
	struct target *t = w->target;
	struct items items = sync_items_of(type, list);
	const struct segment *segment = next_segment(w);
	bool last = w->at + 1 == w->pointer->count;
	t->holder = list;
	t->holder_type = type;
	t->type = type->elem;
	t->kind = TARGET_ITEM;
	t->cell = NULL;
	t->null = false;
	w->at++;
	if (w->lenient && last && sync_segment_is(segment, "length", 6)) {
		t->kind = TARGET_LENGTH;
		return SYNC_OK;
	}
	if (!sync_segment_index(segment, &t->index))
		return SYNC_NOT_FOUND;
	if (t->index == POINTER_END)
		t->index = items.count;
	if (t->index > items.count)
		return SYNC_NOT_FOUND;
	if (t->index < items.count)
		t->cell = (void *)(uintptr_t)sync_item(&items, t->index);
	return SYNC_OK;
}

/* Can the segment number `at` stand below a value of that type? One step is looked at, no more. */
static bool leads_on(const struct walk *w, const sync_type *type, size_t at)
{
	struct walk next = *w;
	size_t used, index;
	const struct segment *segment = &w->pointer->segments[at];
	next.at = at;
	switch ((sync_kind)type->kind) {
	case SYNC_KIND_STRUCT:
		return find_member(&next, type->keys, &used) >= 0;
	case SYNC_KIND_LIST:
	case SYNC_KIND_INLINE_LIST:
	case SYNC_KIND_SET:
		return sync_segment_index(segment, &index) || sync_segment_is(segment, "length", 6);
	case SYNC_KIND_UNION:
	case SYNC_KIND_MAP:
	case SYNC_KIND_TABLE:
	case SYNC_KIND_JSON:
		return true;
	default:
		return false; /* a leaf */
	}
}

/* The entry an unescaped key means: the shortest that is there and has what comes behind it. NULL:
 * it is a new one. */
static sync_entry *find_unescaped(struct walk *w, const sync_type *type, const sync_map *map)
{
	size_t left = w->pointer->count - w->at;
	for (size_t n = 1; n <= left; n++) {
		struct segment key = n == 1 ? *next_segment(w) : joined(w, n);
		sync_entry *entry = sync_map_find(map, key.bytes, key.length);
		if (!entry && n == 1) { /* an escape that was none */
			key = joined(w, n);
			entry = sync_map_find(map, key.bytes, key.length);
		}
		if (!entry || (n < left && !leads_on(w, type->elem, w->at + n)))
			continue;
		w->target->key = key.bytes;
		w->target->key_length = key.length;
		w->at += n;
		return entry;
	}
	/* Nothing can be below what is not there: all that is left is the key. A json value may be
	 * made by what is below it no more than anything else. */
	if (left > 1) {
		struct segment key = joined(w, left);
		w->target->key = key.bytes;
		w->target->key_length = key.length;
	}
	w->at += left;
	return NULL;
}

static sync_status step_map(struct walk *w, const sync_type *type, sync_map *map)
{
	struct target *t = w->target;
	const struct segment *segment = next_segment(w);
	sync_entry *entry;
	t->kind = TARGET_ENTRY;
	t->holder = map;
	t->holder_type = type;
	t->type = type->elem;
	t->key = segment->bytes;
	t->key_length = segment->length;
	t->null = false;
	if (w->unescaped) {
		entry = find_unescaped(w, type, map);
	} else {
		entry = sync_map_find(map, segment->bytes, segment->length);
		w->at++;
	}
	t->cell = entry ? sync_entry_value(entry) : NULL;
	return SYNC_OK;
}

/* ---- the walk ----------------------------------------------------------------------------- */

static sync_status step(struct walk *w)
{
	const sync_type *type = w->target->type;
	void *cell = w->target->cell;
	if (!cell || w->target->kind == TARGET_TAG || w->target->kind == TARGET_LENGTH)
		return SYNC_NOT_FOUND;
	switch ((sync_kind)type->kind) {
	case SYNC_KIND_STRUCT:
		return step_struct(w, type, cell);
	case SYNC_KIND_UNION:
		return step_union(w, type, cell);
	case SYNC_KIND_LIST:
	case SYNC_KIND_INLINE_LIST:
	case SYNC_KIND_SET:
		return step_list(w, type, cell);
	case SYNC_KIND_MAP:
	case SYNC_KIND_TABLE:
		return step_map(w, type, cell);
	default:
		return SYNC_NOT_FOUND; /* a leaf has nothing below it */
	}
}

sync_status sync_target_find(struct target *target, const sync_type *type, void *value,
			     const struct pointer *pointer, const struct assign_scope *scope,
			     bool lenient)
{
	struct walk w = { target, pointer, scope, lenient, lenient && !pointer->certain, 0 };
	bool root = lenient && pointer->count == 1 && !pointer->segments[0].length &&
		    (type->kind != SYNC_KIND_STRUCT || sync_keys_find(type->keys, "", 0) < 0);
	memset(target, 0, sizeof(*target));
	target->kind = TARGET_ROOT;
	target->type = type;
	target->cell = value;
	target->covered = !scope->client;
	while (!root && w.at < pointer->count) {
		sync_status status;
		/* A json value that is null has a cell: what is below it is a matter of its own. */
		if (target->cell && target->type->kind == SYNC_KIND_JSON)
			break;
		status = step(&w);
		if (status != SYNC_OK)
			return status;
	}
	target->used = w.at;
	return SYNC_OK;
}
