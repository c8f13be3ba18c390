#include "trail.h"

#include <syncgen/alloc.h>

#include "broken.h"
#include "changes.h"
#include "index.h"
#include "trail_text.h"

/*
 * Entries are in one list from the oldest to the newest, and in one by node. A node's record lives as
 * long as it has entries, and no longer than the node: whatever makes a node go must be found by
 * forget_old().
 */

enum { BORN = SYNC_CHANGE_WHOLE + 1, DEPTH = SYNC_PLACE_STEPS };

struct record;

struct entry {
	struct entry *older, *newer; /* of all */
	struct entry *prev, *next;   /* of the node, by age */
	struct record *record;
	uint64_t revision;
	uint64_t before; /* revision of the change before it; 0: older than the floor, or none */
	const sync_type *type;
	const sync_field *field;
	sync_str key; /* of a map */
	uint64_t text; /* of a text: its newest edit, see trail_text.h */
	uint32_t at, count;
	uint8_t op, flags;
};

struct record {
	sync_node *node;
	struct entry *first, *last;
	uint64_t born;	  /* 0: it was there before the floor */
	uint32_t change; /* while operations are written: its last one */
};

struct sync_trail {
	struct entry *oldest, *newest;
	struct sync_index *records, *entries; /* by node; by node and what of it */
	size_t count, record_count;
	uint64_t floor;
	trail_texts texts;
	sync_change *changes; /* scratch */
	size_t changes_room;
};

/* ---- finding ---- */

static uint64_t node_hash(const sync_node *node)
{
	return sync_hash(&node, sizeof node);
}

static struct record *find_record(const sync_trail *trail, const sync_node *node)
{
	uint64_t hash = node_hash(node);
	size_t at = 0;
	uintptr_t ref = 0;
	while (trail->records && (ref = sync_index_next(trail->records, hash, &at))) {
		struct record *record = (struct record *)ref;
		if (record->node == node)
			return record;
	}
	return NULL;
}

/* What of a node an entry is about; equal for equal things. */
struct thing {
	const sync_node *node;
	uint32_t op, at;
	sync_str key;
};

static uint64_t thing_hash(const struct thing *thing)
{
	struct {
		const sync_node *node;
		uint32_t op, at;
		uint64_t key;
	} bytes;
	memset(&bytes, 0, sizeof bytes);
	bytes.node = thing->node;
	bytes.op = thing->op;
	bytes.at = thing->at;
	bytes.key = thing->key ? sync_hash(thing->key, sync_str_len(thing->key)) : 0;
	return sync_hash(&bytes, sizeof bytes);
}

static struct thing thing_of(const struct entry *entry)
{
	return (struct thing){ entry->record->node, entry->op,
			       entry->op == SYNC_CHANGE_FIELD ? entry->at : 0, entry->key };
}

static bool same_key(sync_str a, sync_str b)
{
	if (!a || !b)
		return !a && !b;
	return sync_str_len(a) == sync_str_len(b) && memcmp(a, b, sync_str_len(a)) == 0;
}

static struct entry *find_entry(const sync_trail *trail, const struct thing *thing)
{
	uint64_t hash = thing_hash(thing);
	size_t at = 0;
	uintptr_t ref = 0;
	while (trail->entries && (ref = sync_index_next(trail->entries, hash, &at))) {
		struct entry *entry = (struct entry *)ref;
		struct thing other = thing_of(entry);
		if (other.node == thing->node && other.op == thing->op && other.at == thing->at &&
		    same_key(other.key, thing->key))
			return entry;
	}
	return NULL;
}

/* Of lists and sets every entry stays; they are not looked for. */
static bool is_sought(const struct entry *entry)
{
	return entry->op == SYNC_CHANGE_FIELD || entry->op == SYNC_CHANGE_ARM ||
	       entry->op == SYNC_CHANGE_VALUE || entry->op == SYNC_CHANGE_WHOLE ||
	       entry->flags & SYNC_CHANGE_MAP;
}

/* ---- links ---- */

static void unlink_entry(sync_trail *trail, struct entry *entry)
{
	*(entry->older ? &entry->older->newer : &trail->oldest) = entry->newer;
	*(entry->newer ? &entry->newer->older : &trail->newest) = entry->older;
	struct record *record = entry->record;
	*(entry->prev ? &entry->prev->next : &record->first) = entry->next;
	*(entry->next ? &entry->next->prev : &record->last) = entry->prev;
}

static void link_newest(sync_trail *trail, struct entry *entry)
{
	entry->older = trail->newest;
	entry->newer = NULL;
	*(trail->newest ? &trail->newest->newer : &trail->oldest) = entry;
	trail->newest = entry;
	struct record *record = entry->record;
	entry->prev = record->last;
	entry->next = NULL;
	*(record->last ? &record->last->next : &record->first) = entry;
	record->last = entry;
}

static void free_record(sync_trail *trail, struct record *record)
{
	sync_index_remove(trail->records, node_hash(record->node), (uintptr_t)record);
	trail->record_count--;
	sync_free(record);
}

static void free_entry(sync_trail *trail, struct entry *entry)
{
	if (is_sought(entry)) {
		struct thing thing = thing_of(entry);
		sync_index_remove(trail->entries, thing_hash(&thing), (uintptr_t)entry);
	}
	if (entry->op == BORN)
		entry->record->born = 0;
	unlink_entry(trail, entry);
	trail->count--;
	sync_str_free(entry->key);
	sync_free(entry);
}

static void drop_oldest(sync_trail *trail)
{
	struct record *record = trail->oldest->record;
	trail->floor = trail->oldest->revision;
	free_entry(trail, trail->oldest);
	if (!record->first)
		free_record(trail, record);
}

static void forget_all(sync_trail *trail, uint64_t floor)
{
	while (trail->oldest)
		drop_oldest(trail);
	trail->floor = floor;
}

/* ---- nodes that go ---- */

static void forget_node(sync_trail *trail, const sync_node *node)
{
	struct record *record = find_record(trail, node);
	if (!record)
		return;
	while (record->first)
		free_entry(trail, record->first);
	free_record(trail, record);
}

/* Forgets all nodes of a value. Its bytes may lie elsewhere than where its nodes were: `shift` leads there. */
static void forget_value(sync_trail *trail, const sync_type *type, const void *cell, ptrdiff_t shift,
			 unsigned depth);

static void forget_items(sync_trail *trail, const sync_type *type, const sync_list *list,
			 unsigned depth)
{
	bool entries = type->kind == SYNC_KIND_MAP || type->kind == SYNC_KIND_TABLE;
	if (type->kind == SYNC_KIND_INLINE_LIST || (!entries && !sync_type_is_node(type->elem)))
		return;
	for (size_t i = 0; i < list->len; i++) {
		const void *item = ((void *const *)list->items)[i];
		if (entries)
			forget_node(trail, item);
		if (sync_type_is_node(type->elem))
			forget_value(trail, type->elem, entries ? sync_entry_value(item) : item, 0,
				     depth);
	}
}

static void forget_value(sync_trail *trail, const sync_type *type, const void *cell, ptrdiff_t shift,
			 unsigned depth)
{
	if (!cell || !depth || !sync_type_is_node(type))
		return;
	forget_node(trail, (const sync_node *)(const void *)((const char *)cell + shift));
	switch ((sync_kind)type->kind) {
	case SYNC_KIND_STRUCT:
		for (uint32_t i = 0; i < type->count; i++) {
			const sync_field *field = &type->fields[i];
			bool boxed = field->flags & SYNC_FIELD_BOXED;
			if (sync_type_is_node(field->type))
				forget_value(trail, field->type, sync_field_cell(field, cell),
					     boxed ? 0 : shift, depth - 1);
		}
		break;
	case SYNC_KIND_UNION: {
		int32_t tag;
		memcpy(&tag, (const char *)cell + offsetof(sync_union, tag), sizeof tag);
		const sync_field *arm = &type->fields[tag];
		forget_value(trail, arm->type, (const char *)cell + arm->offset, shift, depth - 1);
		break;
	}
	default:
		forget_items(trail, type, cell, depth - 1);
		break;
	}
}

/* What a change puts in the place of something: that goes. */
static void forget_old(sync_trail *trail, sync_track *track, const sync_change *change)
{
	const sync_type *type = change->type;
	if (change->op == SYNC_CHANGE_FIELD && sync_type_is_node(type)) {
		bool boxed = change->field->flags & SYNC_FIELD_BOXED;
		const char *home = (const char *)change->node + change->field->offset;
		const char *was =
			sync_change_was(track, change, boxed ? sizeof(void *) : type->size);
		if (boxed)
			forget_value(trail, type, *(void *const *)(const void *)was, 0, DEPTH);
		else
			forget_value(trail, type, was, home - was, DEPTH);
	} else if (change->op == SYNC_CHANGE_ARM) {
		/* The bytes behind the node were kept. */
		const char *was = sync_change_was(track, change, type->size - sizeof(sync_node));
		const char *cell = was - sizeof(sync_node);
		int32_t tag;
		memcpy(&tag, was + (offsetof(sync_union, tag) - sizeof(sync_node)), sizeof tag);
		const sync_field *arm = &type->fields[tag];
		forget_value(trail, arm->type, cell + arm->offset,
			     (const char *)change->node - cell, DEPTH);
	} else if (change->op == SYNC_CHANGE_REMOVE) {
		bool map = change->flags & SYNC_CHANGE_MAP;
		if (!map && !sync_type_is_node(type))
			return;
		void *const *items =
			sync_change_was(track, change, change->count * sizeof(void *));
		for (uint32_t i = 0; i < change->count; i++) {
			if (map)
				forget_node(trail, items[i]);
			if (sync_type_is_node(type))
				forget_value(trail, type, map ? sync_entry_value(items[i]) : items[i],
					     0, DEPTH);
		}
	}
}

/* ---- what happened ---- */

static struct record *get_record(sync_trail *trail, sync_node *node)
{
	struct record *record = find_record(trail, node);
	if (record)
		return record;
	if (!sync_index_reserve(&trail->records, trail->record_count + 1))
		return NULL;
	record = sync_calloc(1, sizeof *record);
	if (!record)
		return NULL;
	record->node = node;
	sync_index_add(trail->records, node_hash(node), (uintptr_t)record);
	trail->record_count++;
	return record;
}

/* The last entry about the same thing, brought up to date, or a new one. NULL: out of memory. */
static struct entry *put(sync_trail *trail, sync_node *node, const sync_change *change, uint8_t op,
			 sync_str key, uint64_t revision)
{
	struct entry like = { .op = op, .flags = change->flags & SYNC_CHANGE_MAP };
	struct thing thing = { node, op, op == SYNC_CHANGE_FIELD ? change->at : 0, key };
	struct entry *entry = is_sought(&like) ? find_entry(trail, &thing) : NULL;
	if (entry) {
		if (entry->revision != revision)
			entry->before = entry->revision;
		unlink_entry(trail, entry);
		link_newest(trail, entry);
		entry->revision = revision;
		return entry;
	}
	struct record *record = get_record(trail, node);
	if (!record)
		return NULL;
	entry = sync_index_reserve(&trail->entries, trail->count + 1)
			? sync_calloc(1, sizeof *entry)
			: NULL;
	if (entry && key && !(entry->key = sync_str_new(key, sync_str_len(key)))) {
		sync_free(entry);
		entry = NULL;
	}
	if (!entry) {
		if (!record->first)
			free_record(trail, record);
		return NULL;
	}
	entry->record = record;
	entry->revision = revision;
	entry->type = change->type;
	entry->field = op == SYNC_CHANGE_FIELD ? change->field : NULL;
	entry->at = change->at;
	entry->count = change->count;
	entry->op = op;
	entry->flags = change->flags & (SYNC_CHANGE_SET | SYNC_CHANGE_MAP);
	link_newest(trail, entry);
	trail->count++;
	if (is_sought(entry))
		sync_index_add(trail->entries, thing_hash(&thing), (uintptr_t)entry);
	return entry;
}

/* `had`: whether it was there before this commit. */
static struct entry *put_known(sync_trail *trail, sync_node *node, const sync_change *change, sync_str key,
		      unsigned had, uint64_t revision)
{
	struct thing thing = { node, change->op, change->op == SYNC_CHANGE_FIELD ? change->at : 0,
			       key };
	const struct entry *old = find_entry(trail, &thing);
	bool first = !old || old->revision != revision;
	struct entry *entry = put(trail, node, change, change->op, key, revision);
	if (entry && first)
		entry->flags = (uint8_t)((entry->flags & SYNC_CHANGE_MAP) | had);
	return entry;
}

static bool put_born(sync_trail *trail, sync_node *node, const sync_change *change, uint64_t revision)
{
	sync_change born = { .type = change->type };
	struct entry *entry = put(trail, node, &born, BORN, NULL, revision);
	if (entry)
		entry->record->born = revision;
	return entry != NULL;
}

static bool put_entries(sync_trail *trail, sync_track *track, const sync_change *change,
			uint64_t revision)
{
	sync_entry *const *entries =
		sync_change_was(track, change, change->count * sizeof(void *));
	sync_change as = *change;
	as.op = SYNC_CHANGE_INSERT; /* one entry for each key */
	bool ok = true;
	for (uint32_t i = 0; ok && i < change->count; i++) {
		sync_node *node = &entries[i]->node;
		bool was = node->state & SYNC_NODE_WATCHED;
		if (change->op == SYNC_CHANGE_REMOVE && !was)
			continue; /* added in this very commit */
		ok = put_known(trail, change->node, &as, entries[i]->key,
			       change->op == SYNC_CHANGE_REMOVE ? SYNC_CHANGE_HAS : 0,
			       revision) != NULL;
		if (ok && change->op == SYNC_CHANGE_INSERT && !(node->state & SYNC_NODE_GONE))
			ok = put_born(trail, node, change, revision);
	}
	return ok;
}

static bool put_list(sync_trail *trail, sync_track *track, const sync_change *change,
		     uint64_t revision)
{
	struct record *record = find_record(trail, change->node);
	struct entry *last = record ? record->last : NULL;
	if (last && change->op == SYNC_CHANGE_CELL && last->op == change->op &&
	    last->at == change->at) { /* set again */
		unlink_entry(trail, last);
		link_newest(trail, last);
		last->revision = revision;
		return true;
	}
	if (!put(trail, change->node, change, change->op, NULL, revision))
		return false;
	if (change->op != SYNC_CHANGE_INSERT || !sync_type_is_node(change->type))
		return true;
	sync_node *const *items = sync_change_was(track, change, change->count * sizeof(void *));
	bool ok = true;
	for (uint32_t i = 0; ok && i < change->count; i++)
		if (!(items[i]->state & SYNC_NODE_GONE))
			ok = put_born(trail, items[i], change, revision);
	return ok;
}

static bool put_field(sync_trail *trail, sync_track *track, const sync_change *change,
		      uint64_t revision, size_t limit)
{
	if (change->field->flags & SYNC_FIELD_LOCAL)
		return true;
	struct entry *entry =
		put_known(trail, change->node, change, NULL,
			  change->flags & (SYNC_CHANGE_HAS | SYNC_CHANGE_NULL), revision);
	if (entry && change->field->type->kind == SYNC_KIND_TEXT)
		sync_trail_text_put(&trail->texts, track, change, revision, limit, &entry->text);
	return entry != NULL;
}

static bool put_change(sync_trail *trail, sync_track *track, const sync_change *change,
		       uint64_t revision, size_t limit)
{
	if (change->flags & SYNC_CHANGE_DEAD)
		return true;
	switch ((enum sync_change_op)change->op) {
	case SYNC_CHANGE_FIELD:
		return put_field(trail, track, change, revision, limit);
	case SYNC_CHANGE_ARM:
	case SYNC_CHANGE_VALUE:
	case SYNC_CHANGE_WHOLE:
		return put(trail, change->node, change, change->op, NULL, revision) != NULL;
	default:
		return change->flags & SYNC_CHANGE_MAP
			       ? put_entries(trail, track, change, revision)
			       : put_list(trail, track, change, revision);
	}
}

void sync_trail_commit(sync_trail *trail, sync_track *track, uint64_t revision, size_t limit)
{
	bool ok = true;
	for (size_t i = 0; i < track->len && track->deep && trail->count; i++)
		forget_old(trail, track, &track->log[i]);
	if (track->deep)
		sync_track_mark_dead(track);
	for (size_t i = 0; ok && i < track->len; i++)
		ok = put_change(trail, track, &track->log[i], revision, limit);
	while (trail->count > limit)
		drop_oldest(trail);
	if (!ok)
		forget_all(trail, revision);
}

/* ---- operations ---- */

static uint64_t later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

uint64_t sync_trail_put(const sync_trail *trail, const sync_node *node)
{
	uint64_t last = 0;
	for (; !(node->state & SYNC_NODE_ROOT) && node->up; node = node->up) {
		const struct record *record = find_record(trail, node);
		/* A struct's field, by its number; a slot of another kind of holder finds no such entry. */
		struct thing field = { node->up, SYNC_CHANGE_FIELD, node->slot, NULL };
		struct thing arm = { node->up, SYNC_CHANGE_ARM, 0, NULL };
		const struct entry *entries[] = { find_entry(trail, &field),
						  find_entry(trail, &arm) };
		last = later(last, record ? record->born : 0);
		for (unsigned i = 0; i < 2; i++)
			last = later(last, entries[i] ? entries[i]->revision : 0);
	}
	return last;
}

/* Is the node inside something that is sent as a whole? */
static bool is_covered(const sync_trail *trail, const sync_node *node, uint64_t since)
{
	return sync_trail_put(trail, node) > since;
}

static sync_change change_of(const struct entry *entry, uint64_t since)
{
	sync_change change = { .node = entry->record->node,
			       .type = entry->type,
			       .field = entry->field,
			       .at = entry->at,
			       .count = entry->count,
			       .op = entry->op,
			       .flags = (uint8_t)(entry->flags | SYNC_CHANGE_BLIND) };
	if (entry->before > since)
		change.flags |= SYNC_CHANGE_UNSURE;
	if (entry->flags & SYNC_CHANGE_MAP)
		memcpy(change.was.bytes, &entry->key, sizeof entry->key);
	return change;
}

static size_t collect(sync_trail *trail, const struct entry *first, uint64_t since)
{
	size_t count = 0;
	for (const struct entry *entry = first; entry; entry = entry->newer)
		entry->record->change = 0;
	for (const struct entry *entry = first; entry; entry = entry->newer) {
		struct record *record = entry->record;
		if (entry->op == BORN || is_covered(trail, record->node, since))
			continue;
		sync_change *change = &trail->changes[count++];
		*change = change_of(entry, since);
		change->prev = record->change;
		if (change->prev)
			trail->changes[change->prev - 1].next = (uint32_t)count;
		record->change = (uint32_t)count;
	}
	return count;
}

static bool make_room(sync_trail *trail, size_t count)
{
	if (count <= trail->changes_room)
		return true;
	sync_change *changes = sync_resize(trail->changes, count * sizeof *changes);
	if (!changes)
		return false;
	trail->changes = changes;
	trail->changes_room = count;
	return true;
}

/* The newest edit of a text; 0: none. */
static uint64_t newest_edit(const sync_trail *trail, const sync_node *node, unsigned field)
{
	struct thing thing = { node, SYNC_CHANGE_FIELD, field, NULL };
	const struct entry *entry = find_entry(trail, &thing);
	return entry ? entry->text : 0;
}

/* What a text was, for those who have it from an earlier revision. */
struct text_since {
	const sync_trail *trail;
	uint64_t since;
};

static sync_status text_since(void *arg, const sync_node *node, unsigned field, text_shift *shift)
{
	const struct text_since *asked = arg;
	return sync_trail_text_shift(&asked->trail->texts, newest_edit(asked->trail, node, field),
				     asked->since, UINT64_MAX, shift);
}

sync_status sync_trail_ops(sync_trail *trail, sync_track *track, uint64_t since, uint64_t sees,
			   bool edits, sync_buf *out)
{
	struct text_since asked = { trail, since };
	struct sync_text_source texts = { text_since, &asked, false };
	if (since < trail->floor && !SYNC_BROKEN(PARTIAL))
		return SYNC_STALE;
	size_t most = 0;
	struct entry *first = NULL;
	for (struct entry *entry = trail->newest; entry && entry->revision > since;
	     entry = entry->older) {
		first = entry;
		most++;
	}
	if (!make_room(trail, most))
		return SYNC_NOMEM;
	size_t count = collect(trail, first, since);
	sync_change *log = track->log;
	track->log = trail->changes;
	track->len = count;
	sync_status status = sync_track_edits(track, sees, edits ? &texts : NULL, out);
	track->log = log;
	track->len = 0;
	return status;
}

/* ---- positions ---- */

sync_status sync_trail_text(const sync_trail *trail, const sync_node *node, unsigned field,
			    uint64_t since, uint64_t until, text_shift *shift)
{
	if (since < trail->floor || is_covered(trail, node, since))
		return SYNC_STALE;
	return sync_trail_text_shift(&trail->texts, newest_edit(trail, node, field), since, until,
				     shift);
}

uint64_t sync_trail_edited(const sync_trail *trail, const sync_node *node, unsigned field,
			   uint64_t revision)
{
	return sync_trail_text_last(&trail->texts, newest_edit(trail, node, field), revision);
}

static void play_on(uint32_t *view, size_t count, const struct entry *entry)
{
	uint32_t at = entry->at, many = entry->count;
	for (size_t i = 0; i < count; i++) {
		uint32_t *to = &view[i];
		if (*to == SYNC_TRAIL_GONE)
			continue;
		if (entry->op == SYNC_CHANGE_INSERT)
			*to += *to >= at ? many : 0;
		else if (entry->op == SYNC_CHANGE_REMOVE)
			*to = *to < at ? *to : *to < at + many ? SYNC_TRAIL_GONE : *to - many;
		else if (*to == at) /* moved to `many` */
			*to = many;
		else
			*to = *to - (*to > at) + (*to - (*to > at) >= many);
	}
}

static bool shifts(const struct entry *entry)
{
	return entry->op == SYNC_CHANGE_INSERT || entry->op == SYNC_CHANGE_REMOVE ||
	       entry->op == SYNC_CHANGE_MOVE;
}

sync_status sync_trail_still(const sync_trail *trail, const sync_node *node, uint64_t base,
			     uint64_t until)
{
	if (base < trail->floor || is_covered(trail, node, base))
		return SYNC_STALE;
	const struct record *record = find_record(trail, node);
	for (const struct entry *e = record ? record->last : NULL; e && e->revision > base;
	     e = e->prev)
		if (e->revision <= until && e->op != BORN)
			return SYNC_STALE;
	return SYNC_OK;
}

/* The first of a list's entries behind `since` that shifts something, or NULL; how long it was before them.
 * False: that is not known. */
static bool since_when(const sync_trail *trail, const sync_node *list, uint64_t since, size_t *length,
		       const struct entry **first)
{
	const struct record *record = find_record(trail, list);
	*first = NULL;
	if (since < trail->floor || is_covered(trail, list, since))
		return false;
	for (const struct entry *e = record ? record->last : NULL; e && e->revision > since;
	     e = e->prev) {
		if (e->op == SYNC_CHANGE_WHOLE)
			return false;
		if (e->op == SYNC_CHANGE_INSERT)
			*length -= e->count;
		else if (e->op == SYNC_CHANGE_REMOVE)
			*length += e->count;
		if (shifts(e))
			*first = e;
	}
	return true;
}

static void play_all(uint32_t *view, size_t count, const struct entry *first)
{
	for (; first; first = first->next)
		if (shifts(first))
			play_on(view, count, first);
}

sync_status sync_trail_view(const sync_trail *trail, const sync_node *list, uint64_t base,
			    size_t length, uint32_t **view, size_t *count)
{
	const struct entry *first;
	*view = NULL;
	*count = length;
	if (!since_when(trail, list, base, count, &first))
		return SYNC_STALE;
	if (!first)
		return SYNC_OK;
	*view = sync_alloc((*count + 1) * sizeof **view);
	if (!*view)
		return SYNC_NOMEM;
	for (size_t i = 0; i < *count; i++)
		(*view)[i] = (uint32_t)i;
	play_all(*view, *count, first);
	return SYNC_OK;
}

sync_status sync_trail_follow(const sync_trail *trail, const sync_node *list, uint64_t since,
			      uint32_t *view, size_t count)
{
	const struct entry *first;
	size_t length = 0;
	if (!since_when(trail, list, since, &length, &first))
		return SYNC_STALE;
	play_all(view, count, first);
	return SYNC_OK;
}

uint64_t sync_trail_touched(const sync_trail *trail, const sync_node *node, uint64_t revision)
{
	const struct record *record = find_record(trail, node);
	for (const struct entry *e = record ? record->last : NULL; e; e = e->prev)
		if (e->op != BORN && e->revision < revision)
			return e->revision;
	return 0;
}

/* ---- life ---- */

sync_trail *sync_trail_new(uint64_t revision)
{
	sync_trail *trail = sync_calloc(1, sizeof *trail);
	if (trail)
		trail->floor = trail->texts.floor = revision;
	return trail;
}

void sync_trail_free(sync_trail *trail)
{
	if (!trail)
		return;
	forget_all(trail, 0);
	sync_index_free(trail->records);
	sync_index_free(trail->entries);
	sync_trail_text_release(&trail->texts);
	sync_free(trail->changes);
	sync_free(trail);
}

uint64_t sync_trail_floor(const sync_trail *trail)
{
	return trail->floor;
}

size_t sync_trail_length(const sync_trail *trail)
{
	return trail->count;
}
