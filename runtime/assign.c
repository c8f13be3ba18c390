#include "assign.h"

#include "align.h"
#include "merge.h"
#include "track.h"

static sync_status assign(const sync_type *type, void *target, const void *value,
			  const struct assign_scope *scope);

/* ---- who may what ------------------------------------------------------------------------- */

bool sync_scope_hides(const struct assign_scope *scope, const sync_field *field)
{
	if (scope->wire && field->flags & SYNC_FIELD_LOCAL)
		return true;
	return scope->client && !(field->readers & (scope->roles | SYNC_SEE_PUBLIC));
}

bool sync_scope_writes(const struct assign_scope *scope, const sync_field *field)
{
	return !scope->client || (field->flags & SYNC_FIELD_WRITE &&
				  field->writers & (scope->roles | SYNC_SEE_PUBLIC));
}

static bool may_write(const struct assign_scope *scope)
{
	return !scope->client || scope->covered;
}

static struct assign_scope fresh_scope(const struct assign_scope *scope)
{
	struct assign_scope fresh = *scope;
	fresh.fresh = true;
	return fresh;
}

/* ---- structs and unions ------------------------------------------------------------------- */

static bool same_field(const sync_field *field, const void *a, const void *b)
{
	if (sync_field_absent(field, a) || sync_field_absent(field, b))
		return sync_field_absent(field, a) && sync_field_absent(field, b);
	if (sync_field_null(field, a) || sync_field_null(field, b))
		return sync_field_null(field, a) && sync_field_null(field, b);
	return field->type->ops->equal(field->type, sync_field_cell(field, a),
				       sync_field_cell(field, b));
}

static bool has_value(const sync_field *field, const void *base)
{
	return !sync_field_absent(field, base) && !sync_field_null(field, base);
}

/* A field that is the author's to write. */
static sync_status assign_field(sync_node *target, const sync_field *field, unsigned index,
				const void *value, const struct assign_scope *scope)
{
	struct assign_scope inner = *scope;
	void *cell;
	if (scope->merge && field->merge && !same_field(field, target, value)) {
		const void *new = has_value(field, value) ? sync_field_cell(field, value) : NULL;
		bool keep;
		sync_status status =
			sync_merge_judge(scope->merge, target, field, index, new, &keep);
		if (status != SYNC_OK || keep)
			return status;
	}
	if (sync_field_absent(field, value))
		return sync_set_absent(target, field, index);
	if (sync_field_null(field, value))
		return sync_set_null(target, field, index);
	if (scope->text && field->type->kind == SYNC_KIND_TEXT && has_value(field, target))
		scope->text(scope->text_arg, target, value, field, index);
	if (!sync_type_is_node(field->type))
		return sync_set_leaf(target, field, index, sync_field_cell(field, value));
	inner.fresh = scope->fresh || !has_value(field, target);
	cell = sync_edit_field(target, field, index);
	if (!cell)
		return SYNC_NOMEM;
	return assign(field->type, cell, sync_field_cell(field, value), &inner);
}

/* One that is not, though something inside it may be. */
static sync_status assign_inside(sync_node *target, const sync_field *field, const void *value,
				 const struct assign_scope *scope)
{
	if (sync_type_is_node(field->type) && has_value(field, target) && has_value(field, value))
		return assign(field->type, sync_field_cell(field, target),
			      sync_field_cell(field, value), scope);
	return same_field(field, target, value) ? SYNC_OK : SYNC_READONLY;
}

static sync_status assign_struct(const sync_type *type, sync_node *target, const void *value,
				 const struct assign_scope *scope)
{
	sync_status status = SYNC_OK;
	for (unsigned i = 0; i < type->count && status == SYNC_OK; i++) {
		const sync_field *field = &type->fields[i];
		struct assign_scope inner = *scope;
		if (sync_scope_hides(scope, field) ||
		    (scope->client && field->flags & SYNC_FIELD_COMPUTED))
			continue;
		inner.covered |= sync_scope_writes(scope, field);
		if (scope->client && field->flags & SYNC_FIELD_CONST && !scope->fresh)
			status = same_field(field, target, value) ? SYNC_OK : SYNC_READONLY;
		else if (may_write(&inner))
			status = assign_field(target, field, i, value, &inner);
		else
			status = assign_inside(target, field, value, &inner);
	}
	return status;
}

static sync_status assign_union(const sync_type *type, sync_union *target, const sync_union *value,
				const struct assign_scope *scope)
{
	const sync_field *arm = &type->fields[value->tag];
	struct assign_scope inner = *scope;
	void *cell;
	if (target->tag != value->tag) {
		if (!may_write(scope))
			return SYNC_READONLY;
		inner.fresh = true;
	}
	cell = sync_edit_union(&target->node, type, (unsigned)value->tag);
	if (!cell)
		return SYNC_NOMEM;
	return assign(arm->type, cell, (const char *)value + arm->offset, &inner);
}

/* ---- lists -------------------------------------------------------------------------------- */

struct list_assignment {
	const sync_type *type;
	void *list;
	struct items new;
	const struct assign_scope *scope;
};

static sync_status remove_item(void *context, size_t at)
{
	struct list_assignment *a = context;
	if (!may_write(a->scope))
		return SYNC_READONLY;
	if (a->type->kind == SYNC_KIND_INLINE_LIST)
		return sync_inline_remove(a->list, a->type, at, 1);
	return sync_list_remove(a->list, a->type->elem, at, 1);
}

static sync_status insert_item(void *context, size_t at, size_t new_index)
{
	struct list_assignment *a = context;
	const sync_type *elem = a->type->elem;
	const void *value = sync_item(&a->new, new_index);
	struct assign_scope fresh = fresh_scope(a->scope);
	void *item;
	if (!may_write(a->scope))
		return SYNC_READONLY;
	if (a->type->kind == SYNC_KIND_INLINE_LIST)
		return sync_inline_insert(a->list, a->type, at, value);
	if (!sync_type_is_node(elem))
		return sync_list_insert_cell(a->list, elem, at, value);
	item = sync_list_insert(a->list, elem, at);
	return item ? assign(elem, item, value, &fresh) : SYNC_NOMEM;
}

static sync_status move_item(void *context, size_t from, size_t to)
{
	struct list_assignment *a = context;
	if (!may_write(a->scope))
		return SYNC_READONLY;
	if (a->type->kind == SYNC_KIND_INLINE_LIST)
		return sync_inline_move(a->list, a->type, from, to);
	return sync_list_move(a->list, a->type->elem, from, to);
}

static sync_status change_item(void *context, size_t at, size_t old_index, size_t new_index)
{
	struct list_assignment *a = context;
	const sync_type *elem = a->type->elem;
	const void *value = sync_item(&a->new, new_index);
	struct items now = sync_items_of(a->type, a->list);
	(void)old_index;
	if (sync_type_is_node(elem))
		return assign(elem, sync_list_edit(a->list, elem, at), value, a->scope);
	if (elem->ops->equal(elem, sync_item(&now, at), value))
		return SYNC_OK;
	if (!may_write(a->scope))
		return SYNC_READONLY;
	if (a->type->kind == SYNC_KIND_INLINE_LIST)
		return sync_inline_set(a->list, a->type, at, value);
	return sync_list_set_cell(a->list, elem, at, value);
}

static sync_status assign_list(const sync_type *type, void *target, const void *value,
			       const struct assign_scope *scope)
{
	const struct align_steps steps = { .remove = remove_item,
					   .insert = insert_item,
					   .move = move_item,
					   .change = change_item,
					   .exact = scope->exact,
					   .ordered = scope->ordered };
	struct list_assignment a = { type, target, sync_items_of(type, value), scope };
	return sync_align(type->elem, sync_items_of(type, target), a.new, &steps, &a);
}

/* ---- sets and maps ------------------------------------------------------------------------ */

/* Operations tell elements of a set by their positions, so a replica has those of its original. */
static sync_status order_set(const sync_type *type, sync_set *target, const sync_set *value)
{
	const sync_type *elem = type->elem;
	struct items old = sync_items_of(type, target), new = sync_items_of(type, value);
	sync_status status = SYNC_OK;
	size_t same = 0;
	while (same < old.count &&
	       elem->ops->equal(elem, sync_item(&old, same), sync_item(&new, same)))
		same++;
	for (size_t i = old.count; i-- > same && status == SYNC_OK;)
		status = sync_set_drop(target, elem, sync_item(&old, i));
	for (size_t i = same; i < new.count &&status == SYNC_OK; i++)
		status = sync_set_add(target, elem, sync_item(&new, i));
	return status;
}

/* A set is what it holds: its order stays as it is, but where the scope says that it counts. */
static sync_status assign_set(const sync_type *type, sync_set *target, const sync_set *value,
			      const struct assign_scope *scope)
{
	struct items old = sync_items_of(type, target), new = sync_items_of(type, value);
	sync_status status = SYNC_OK;
	for (size_t i = old.count; i-- > 0 && status == SYNC_OK;) {
		const void *item = sync_item(&old, i);
		if (sync_set_has(value, type->elem, item))
			continue;
		status = may_write(scope) ? sync_set_drop(target, type->elem, item) : SYNC_READONLY;
	}
	for (size_t i = 0; i < new.count &&status == SYNC_OK; i++) {
		const void *item = sync_item(&new, i);
		if (!may_write(scope) && !sync_set_has(target, type->elem, item))
			return SYNC_READONLY;
		status = sync_set_add(target, type->elem, item);
	}
	bool order = scope->ordered && may_write(scope);
	return status == SYNC_OK && order ? order_set(type, target, value) : status;
}

static const sync_entry *entry_at(const sync_map *map, size_t at)
{
	return ((const sync_entry *const *)map->list.items)[at];
}

static sync_status assign_entry(const sync_type *type, sync_map *target, const sync_entry *entry,
				const struct assign_scope *scope)
{
	size_t length = sync_str_len(entry->key);
	const void *value = sync_entry_value(entry);
	struct assign_scope inner = *scope;
	const void *old = sync_map_get(target, entry->key, length);
	void *cell;
	if (!may_write(scope) && (!old || (!sync_type_is_node(type->elem) &&
					   !type->elem->ops->equal(type->elem, old, value))))
		return SYNC_READONLY;
	if (!sync_type_is_node(type->elem))
		return sync_map_put(target, type->elem, entry->key, length, value);
	inner.fresh = scope->fresh || !old;
	cell = sync_map_edit(target, type->elem, entry->key, length);
	return cell ? assign(type->elem, cell, value, &inner) : SYNC_NOMEM;
}

static sync_status assign_map(const sync_type *type, sync_map *target, const sync_map *value,
			      const struct assign_scope *scope)
{
	sync_status status = SYNC_OK;
	for (size_t i = target->list.len; i-- > 0 && status == SYNC_OK;) {
		sync_str key = entry_at(target, i)->key;
		size_t length = sync_str_len(key);
		if (sync_map_get(value, key, length))
			continue;
		status = may_write(scope) ? sync_map_drop(target, type->elem, key, length)
					  : SYNC_READONLY;
	}
	for (size_t i = 0; i < value->list.len && status == SYNC_OK; i++)
		status = assign_entry(type, target, entry_at(value, i), scope);
	return status;
}

/* ---- all of them -------------------------------------------------------------------------- */

static sync_status assign(const sync_type *type, void *target, const void *value,
			  const struct assign_scope *scope)
{
	if (!target)
		return SYNC_NOMEM;
	switch ((sync_kind)type->kind) {
	case SYNC_KIND_STRUCT:
		return assign_struct(type, target, value, scope);
	case SYNC_KIND_UNION:
		return assign_union(type, target, value, scope);
	case SYNC_KIND_LIST:
	case SYNC_KIND_INLINE_LIST:
		return assign_list(type, target, value, scope);
	case SYNC_KIND_SET:
		return assign_set(type, target, value, scope);
	case SYNC_KIND_MAP:
	case SYNC_KIND_TABLE:
		return assign_map(type, target, value, scope);
	default:
		return SYNC_INTERNAL; /* not a node */
	}
}

/* ---- taking out what the author could not set --------------------------------------------- */

static bool strips(const struct assign_scope *scope, const sync_field *field)
{
	return sync_scope_hides(scope, field) ||
	       (scope->client && field->flags & SYNC_FIELD_COMPUTED);
}

/* Could there be such a field in a value of this type? Types that lead too far count as yes. */
static bool may_strip(const sync_type *type, const struct assign_scope *scope, unsigned depth)
{
	if (!sync_type_is_node(type))
		return false;
	if (type->elem)
		return may_strip(type->elem, scope, depth);
	for (uint32_t i = 0; i < type->count; i++)
		if (strips(scope, &type->fields[i]) || !depth ||
		    may_strip(type->fields[i].type, scope, depth - 1))
			return true;
	return false;
}

static sync_status strip(const sync_type *type, void *target, const struct assign_scope *scope);

static sync_status strip_struct(const sync_type *type, sync_node *target,
				const struct assign_scope *scope)
{
	sync_status status = SYNC_OK;
	for (unsigned i = 0; i < type->count && status == SYNC_OK; i++) {
		const sync_field *field = &type->fields[i];
		if (!strips(scope, field)) {
			if (sync_type_is_node(field->type) && has_value(field, target))
				status = strip(field->type, sync_field_cell(field, target), scope);
		} else if (field->has != SYNC_NO_OFFSET) {
			status = sync_set_absent(target, field, i);
		} else {
			status = sync_reset_field(target, field, i) ? SYNC_OK : SYNC_NOMEM;
		}
	}
	return status;
}

static sync_status strip(const sync_type *type, void *target, const struct assign_scope *scope)
{
	sync_status status = SYNC_OK;
	if (!sync_type_is_node(type))
		return SYNC_OK;
	if (type->kind == SYNC_KIND_STRUCT)
		return strip_struct(type, target, scope);
	if (type->kind == SYNC_KIND_UNION) {
		const sync_field *arm = &type->fields[((const sync_union *)target)->tag];
		return strip(arm->type, (char *)target + arm->offset, scope);
	}
	if (!sync_type_is_node(type->elem))
		return SYNC_OK;
	struct items items = sync_items_of(type, target);
	bool map = type->kind == SYNC_KIND_MAP || type->kind == SYNC_KIND_TABLE;
	for (size_t i = 0; i < items.count && status == SYNC_OK; i++) {
		void *item = (void *)(uintptr_t)sync_item(&items, i);
		status = strip(type->elem, map ? sync_entry_value(item) : item, scope);
	}
	return status;
}

sync_status sync_scope_strip(const sync_type *type, void *target, const struct assign_scope *scope)
{
	return may_strip(type, scope, 6) ? strip(type, target, scope) : SYNC_OK;
}

sync_status sync_assign_scoped(const sync_type *type, void *target, const void *value,
			       const struct assign_scope *scope)
{
	return assign(type, target, value, scope);
}

sync_status sync_assign(const sync_type *type, void *target, const void *value)
{
	static const struct assign_scope all = { 0 };
	if (!target || !value) /* what failed before, in a chain of calls */
		return SYNC_NOMEM;
	return target == value ? SYNC_OK : assign(type, target, value, &all);
}
