#include "change.h"

#include <stdio.h>
#include <string.h>

#include <syncgen/cell.h>

#include "../unit/vary.h"

const sync_field *field_of(const sync_type *type, const char *name, unsigned *index)
{
	unsigned i = 0;
	while (i < type->count && strcmp(type->fields[i].name, name) != 0)
		i++;
	if (index)
		*index = i;
	return i < type->count ? &type->fields[i] : NULL;
}

const void *cell_of(const sync_type *type, const void *state, const char *name)
{
	const sync_field *field = field_of(type, name, NULL);
	return field ? sync_field_cell(field, state) : NULL;
}

/* ---- items ---- */

static sync_status set_text(const sync_type *type, sync_node *node, const char *name,
			    const char *text)
{
	unsigned index;
	const sync_field *field = field_of(type, name, &index);
	return sync_set_string(node, field, index, text, strlen(text));
}

static sync_status add_item(const struct change *change, sync_list *items, const sync_type *item,
			    size_t at)
{
	sync_node *made = sync_list_insert(items, item, at);
	return made ? set_text(item, made, "id", change->token) : SYNC_NOMEM;
}

static sync_status change_items(const struct change *change, const sync_type *type,
				sync_node *state, seed *dice)
{
	unsigned index;
	const sync_field *field = field_of(type, "items", &index);
	const sync_type *item = field->type->elem;
	sync_list *items = sync_edit_field(state, field, index);
	if (!items)
		return SYNC_NOMEM;
	size_t at = seed_below(dice, items->len + 1);
	if (change->kind == CHANGE_ADD)
		return add_item(change, items, item, at);
	if (at == items->len)
		return SYNC_OK;
	if (change->kind == CHANGE_REMOVE)
		return sync_list_remove(items, item, at, 1);
	if (change->kind == CHANGE_MOVE)
		return sync_list_move(items, item, at, seed_below(dice, items->len));
	const void *one = ((void *const *)items->items)[at];
	sync_str id = *(const sync_str *)cell_of(item, one, "id");
	return set_text(item, sync_list_edit(items, item, at), "tag", id ? id : "");
}

/* ---- anything else ---- */

bool field_is_ours(const sync_field *field)
{
	static const char *const ours[] = { "log",   "items", "hits", "body", "secret",
					    "pokes", "keys",  "ran",  "baton" };
	for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
		if (strcmp(field->name, ours[i]) == 0)
			return true;
	return false;
}

static sync_status change_any(const sync_type *type, sync_node *state, uint64_t sees, seed *dice)
{
	unsigned found = 0, chosen = 0;
	for (unsigned i = 0; i < type->count; i++) {
		const sync_field *field = &type->fields[i];
		bool may = field->flags & SYNC_FIELD_WRITE && field->readers & sees &&
			   field->writers & sees;
		if (may && !field_is_ours(field) && seed_below(dice, ++found) == 0)
			chosen = i;
	}
	if (found && !vary_field(state, &type->fields[chosen], chosen, dice))
		return SYNC_INVALID;
	return SYNC_OK;
}

/* ---- one ---- */

sync_status change_apply(const struct change *change, const sync_type *type, void *state,
			 uint64_t sees)
{
	seed dice = { change->dice };
	unsigned index;
	const sync_field *log = field_of(type, "log", &index);
	sync_list *tokens = sync_edit_field(state, log, index);
	if (!tokens)
		return SYNC_NOMEM;
	sync_status status = sync_list_insert_bytes(tokens, log->type->elem, tokens->len,
						    change->token, strlen(change->token));
	if (status != SYNC_OK)
		return status;
	if (change->kind >= CHANGE_ADD && change->kind <= CHANGE_MOVE)
		return change_items(change, type, state, &dice);
	if (change->kind == CHANGE_ANY)
		return change_any(type, state, sees, &dice);
	return SYNC_OK;
}

void change_baton(const struct change *change, const char *seen, char *out, size_t size)
{
	snprintf(out, size, "%s<%.*s", change->token, (int)strcspn(seen, "<"), seen);
}

size_t change_position(const struct change *change, const char *text)
{
	seed dice = { change->dice };
	size_t ends = 1;
	for (const char *at = text; *at; at++)
		ends += *at == '>';
	size_t wanted = seed_below(&dice, ends);
	for (size_t at = 0; text[at] && wanted; at++)
		if (text[at] == '>' && --wanted == 0)
			return at + 1;
	return 0;
}
