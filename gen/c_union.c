#include <string.h>

#include "c_json.h"
#include "c_struct.h"
#include "c_text.h"

#define JOIN(f, ...) view_join((f)->pool, __VA_ARGS__, NULL)

static bool reads_type(const plan_struct *s)
{
	return s->closed;
}

static void bind_tag(c_file *f, view *v, const plan_union *u, size_t i)
{
	const c_union_names *called = &f->names->unions[u->number];
	const plan_field *tag = &u->tags[i];
	const c_struct_names *alternative = &f->names->structs[tag->type->structure->number];
	const char *text = JOIN(f, "{\"type\":\"", c_json_escaped(f->pool, tag->json), "\"");
	view *item = view_add(v, "tags");
	view_text(item, "tag", called->tags[i]);
	view_text(item, "member", called->members[i]);
	view_text(item, "cell", alternative->type);
	view_text(item, "member_type", c_hidden_type(f, tag->type, called->hidden[i]));
	view_text(item, "cell_doc", alternative->doc);
	view_text(item, "cell_stem", alternative->stem);
	view_text(item, "fn_edit", called->edit[i]);
	view_text(item, "fn_set", called->set[i]);
	view_number(item, "index", i);
	view_text(item, "comment", c_comment(f->pool, "\t", tag->doc, tag->deprecated));
	view_text(item, "member_comment", c_comment(f->pool, "\t\t", tag->doc, tag->deprecated));
	view_text(item, "text", c_string(f->pool, text, strlen(text)));
	view_flag(item, "reads_type", reads_type(tag->type->structure));
	c_bind_row(f, item, tag, (c_location){ .holder = called->type, .member = "as" });
}

void c_emit_union(c_file *f, const plan_union *u)
{
	const c_union_names *called = &f->names->unions[u->number];
	view *v = view_new(f->pool);
	const char **keys =
		(const char **)(void *)view_room(f->pool, (u->count + 1) * sizeof(*keys));
	view_text(v, "type", called->type);
	view_text(v, "doc_type", called->doc);
	view_text(v, "tag_type", called->tag_type);
	view_text(v, "stem", called->stem);
	view_text(v, "comment", c_comment(f->pool, "", u->doc, u->deprecated));
	view_text(v, "spelled", c_string(f->pool, u->name, strlen(u->name)));
	view_list(v, "tags");
	for (size_t i = 0; i < u->count; i++) {
		keys[i] = u->tags[i].json;
		bind_tag(f, v, u, i);
	}
	c_bind_keys(v, keys, u->count);
	c_render(f, "union", v);
}
