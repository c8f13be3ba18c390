/*
 * How a struct is written as JSON: one step after the other. Pieces of constant text that follow
 * each other are one piece; the first member brings the brace, the others their comma. When the
 * first may be missing, all bring commas, and the first comma becomes the brace in the end.
 */
#include <string.h>

#include "c_json.h"
#include "c_struct.h"
#include "c_text.h"

#define JOIN(f, ...) view_join((f)->pool, __VA_ARGS__, NULL)

enum { LONGEST_LITERAL = 2000 };

typedef struct writing {
	c_file *f;
	view *v;
	const char *pending; /* constant text not yet a step */
	unsigned depth;
} writing;

/* Every step binds all, so that the template can ask. */
static void add(writing *w, const char *kind, const char *text)
{
	static const char *const kinds[] = { "literal", "put",	"when", "otherwise",
					     "each",	"done", "comma" };
	view *step = view_add(w->v, "steps");
	view_text(step, "in", &"\t\t\t\t\t\t"[6 - w->depth]);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		view_text(step, kinds[i], strcmp(kinds[i], kind) == 0 ? text : "");
}

static void flush(writing *w)
{
	if (*w->pending)
		add(w, "literal", c_string(w->f->pool, w->pending, strlen(w->pending)));
	w->pending = "";
}

static void literal(writing *w, const char *text)
{
	if (strlen(w->pending) + strlen(text) > LONGEST_LITERAL)
		flush(w);
	w->pending = *w->pending ? JOIN(w->f, w->pending, text) : text;
}

static void put(writing *w, const char *statement)
{
	flush(w);
	add(w, "put", statement);
}

static void open_block(writing *w, const char *kind, const char *text)
{
	flush(w);
	add(w, kind, text);
	w->depth++;
}

static void otherwise(writing *w)
{
	flush(w);
	w->depth--;
	add(w, "otherwise", "yes");
	w->depth++;
}

static void close_block(writing *w)
{
	flush(w);
	w->depth--;
	add(w, "done", "yes");
}

static void write_items(writing *w, const plan_type *type, c_place at)
{
	c_file *f = w->f;
	bool map = type->kind == IDL_MAP || type->kind == IDL_TABLE;
	const char *item = JOIN(f, at.value, ".items[i]");
	c_place elem = { item, JOIN(f, "&", item) };
	if (map)
		elem = (c_place){ JOIN(f, item, "->value"), JOIN(f, "&", item, "->value") };
	else if (c_is_node(type->elem))
		elem = (c_place){ JOIN(f, "*", item), item };
	literal(w, map ? "{" : "[");
	open_block(w, "each", JOIN(f, at.value, ".len"));
	add(w, "comma", "yes");
	if (map) {
		put(w, JOIN(f, "sync_put_str(b, ", item, "->key)"));
		literal(w, ":");
	}
	put(w, c_put(f, type->elem, elem));
	close_block(w);
	literal(w, map ? "}" : "]");
}

static void write_value(writing *w, const plan_type *type, c_place at)
{
	/* Containers of containers go by description: loops of one depth are enough to read. */
	if (type->elem && !c_is_container(type->elem))
		write_items(w, type, at);
	else
		put(w, c_put(w->f, type, at));
}

static void write_field(writing *w, const plan_field *field, bool first)
{
	c_file *f = w->f;
	const c_field_names *called =
		&f->names->structs[field->holder->number].fields[field->position];
	c_place at = c_field_place(f, field, "n");
	bool hidden = field->local || !field->readers.all;
	if (field->boxed)
		at.value = JOIN(f, "(", at.value, ")");
	if (hidden)
		open_block(w, "when",
			   JOIN(f, "w->sees & ", c_roles(f, field->readers, field->local)));
	if (field->optional)
		open_block(w, "when", JOIN(f, "n->", called->has));
	literal(w, JOIN(f, first ? "{\"" : ",\"", c_json_escaped(f->pool, field->json), "\":"));
	if (field->nullable) {
		open_block(w, "when", JOIN(f, "n->", called->null));
		literal(w, "null");
		otherwise(w);
	}
	write_value(w, field->type, at);
	if (field->nullable)
		close_block(w);
	if (field->optional)
		close_block(w);
	if (hidden)
		close_block(w);
}

void c_bind_write(c_file *f, view *v, const plan_struct *s)
{
	writing w = { .f = f, .v = v, .pending = "", .depth = 1 };
	const plan_field *first = s->fields;
	bool late = s->field_count && (first->optional || first->local || !first->readers.all);
	view_list(v, "steps");
	view_flag(v, "late", late);
	if (!s->field_count)
		literal(&w, "{");
	for (size_t i = 0; i < s->field_count; i++)
		write_field(&w, &s->fields[i], !i && !late);
	if (!late)
		literal(&w, "}");
	flush(&w);
}
