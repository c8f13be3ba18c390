#include <string.h>

#include "c_gen.h"
#include "c_json.h"
#include "c_text.h"

void c_emit_enum(c_file *f, const plan_enum *e)
{
	const c_enum_names *called = &f->names->enums[e->number];
	view *v = view_new(f->pool);
	const char **keys =
		(const char **)(void *)view_room(f->pool, (e->count + 1) * sizeof(*keys));
	view_text(v, "type", called->type);
	view_text(v, "stem", called->stem);
	view_text(v, "comment", c_comment(f->pool, "", e->doc, e->deprecated));
	view_text(v, "spelled", c_string(f->pool, e->name, strlen(e->name)));
	view_flag(v, "open", e->open);
	view_list(v, "values");
	for (size_t i = 0; i < e->count; i++) {
		const plan_enum_value *value = &e->values[i];
		view *item = view_add(v, "values");
		keys[i] = value->json;
		view_text(item, "value", called->values[i]);
		view_text(item, "comment", c_comment(f->pool, "\t", value->doc, value->deprecated));
	}
	c_bind_keys(v, keys, e->count);
	c_render(f, "enum", v);
}
