#include <inttypes.h>
#include <string.h>

#include "c_cell.h"

#define JOIN(f, ...) view_join((f)->pool, __VA_ARGS__, NULL)

/* The type as it is used without constraints. Descriptions are known by the address of a type, so each
 * use has one of its own. */
static const plan_type *plain_use(c_file *f, const plan_container *c)
{
	plan_type *use = idl_arena_alloc(f->arena, sizeof(*use));
	*use = (plan_type){ .kind = c->kind,
			    .container = c,
			    .elem = c->elem,
			    .max = c->inline_max ? c->inline_max : idl_kind_info[c->kind].limit,
			    .inlined = c->inline_max > 0 };
	return use;
}

/* Is the type of an element called like a member of what holds it? */
static bool is_hidden(const c_file *f, const plan_type *elem, bool declared)
{
	static const char *const members[] = { "cap", "index_", "items", "len", "node_" };
	const char *name = c_cell_type(f, elem);
	for (size_t i = 0; declared && i < sizeof(members) / sizeof(*members); i++) {
		if (strcmp(name, members[i]) == 0)
			return true;
	}
	return false;
}

void c_emit_container(c_file *f, const plan_container *c)
{
	const c_container_names *called = &f->names->containers[c->number];
	const plan_type *use = plain_use(f, c);
	bool declared = c->elem->enumeration || c_is_node(c->elem);
	const char *elem = c_hidden_type(f, c->elem, is_hidden(f, c->elem, declared));
	const char *self = c->inline_max ? c_type(f, use) : c_type_wide(f, use);
	bool map = c->kind == IDL_MAP || c->kind == IDL_TABLE;
	const char *items = NULL;
	view *v = view_new(f->pool);
	if (c->inline_max)
		items = view_format(f->pool, "%s items[%" PRIu64 "]", elem, c->inline_max);
	else if (map)
		items = JOIN(f, "const ", called->entry, " *const *items");
	else if (c_is_node(c->elem))
		items = JOIN(f, "const ", elem, " *const *items");
	else if (c->elem->kind == IDL_JSON)
		items = "const struct cJSON *const *items";
	else
		items = JOIN(f, "const ", elem, " *items");
	view_text(v, "type", called->type);
	view_text(v, "doc_type", called->doc);
	view_text(v, "stem", called->stem);
	view_text(v, "items", items);
	view_flag(v, "inlined", c->inline_max > 0);
	/* Sets and maps by content, lists of structs by their key. */
	bool keyed = c->elem->kind == IDL_STRUCT && c->elem->structure->key && !c->inline_max;
	view_flag(v, "indexed", map || keyed || c->kind == IDL_SET);
	view_flag(v, "map", map);
	view_text(v, "self", self);
	view_text(v, "ops", c_kind_of(use)->ops);
	view_text(v, "entry", called->entry);
	const char *space = c->elem->kind == IDL_JSON ? "" : " ";
	view_text(v, "member", JOIN(f, elem, space, "value"));
	c_render(f, "container", v);
	c_emit_container_calls(f, c, self);
	if (map)
		tmpl_render(f->templates, "c/entry.h", v, &f->entries);
}
