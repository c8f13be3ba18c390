#include "c_struct.h"

#include <inttypes.h>
#include <string.h>

#include "c_json.h"
#include "c_text.h"

#define JOIN(f, ...) view_join((f)->pool, __VA_ARGS__, NULL)

/* One struct while its view is made. */
typedef struct making {
	c_file *f;
	view *v;
	const plan_struct *s;
	const c_struct_names *called;
} making;

static void line(view *v, const char *list, const char *text)
{
	view_text(view_add(v, list), "line", text);
}

/* ---- rows of the description ---- */

static const char *flags_of(c_file *f, const plan_field *field)
{
	const struct {
		bool set;
		const char *name;
	} all[] = {
		{ field->writable, "WRITE" },
		{ field->local, "LOCAL" },
		{ field->computed, "COMPUTED" },
		{ field->constant, "CONST" },
		{ field->is_volatile, "VOLATILE" },
		{ field->atomic, "ATOMIC" },
		{ field->boxed, "BOXED" },
		{ field->created, "CREATED" },
		{ field->updated, "UPDATED" },
		{ field->index, "INDEX" },
		{ field->deprecated != NULL, "DEPRECATED" },
		{ field->key, "KEY" },
	};
	const char *flags = "";
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		if (all[i].set)
			flags = JOIN(f, flags, *flags ? " | " : "", "SYNC_FIELD_", all[i].name);
	}
	return *flags ? flags : "0";
}

void c_bind_row(c_file *f, view *row, const plan_field *field, c_location at)
{
	static const char *const merges[] = { [IDL_MERGE_LAST] = "LAST",
					      [IDL_MERGE_MAX] = "MAX",
					      [IDL_MERGE_MIN] = "MIN",
					      [IDL_MERGE_FIRST] = "FIRST",
					      [IDL_MERGE_CHECKED] = "CHECKED" };
	const char *segment = c_json_segment(f->pool, field->json);
	view_text(row, "json", c_string(f->pool, field->json, strlen(field->json)));
	view_number(row, "json_length", strlen(field->json));
	view_text(row, "segment", c_string(f->pool, segment, strlen(segment)));
	view_number(row, "segment_length", strlen(segment));
	view_text(row, "flags", flags_of(f, field));
	view_text(row, "cell_type", c_type(f, field->type));
	view_flag(row, "plain",
		  !at.has && !at.null && !at.init && field->merge == IDL_MERGE_LAST &&
			  field->readers.all && !field->local && !field->writable);
	view_text(row, "offset", JOIN(f, "offsetof(", at.holder, ", ", at.member, ")"));
	view_text(row, "has_offset",
		  at.has ? JOIN(f, "offsetof(", at.holder, ", ", at.has, ")") : "SYNC_NO_OFFSET");
	view_text(row, "null_offset",
		  at.null ? JOIN(f, "offsetof(", at.holder, ", ", at.null, ")") : "SYNC_NO_OFFSET");
	view_text(row, "merge", merges[field->merge]);
	view_text(row, "readers", c_roles(f, field->readers, field->local));
	view_text(row, "writers", field->writable ? c_roles(f, field->writers, false) : "0");
	view_text(row, "init", at.init ? at.init : "NULL");
}

/* A value at first that is not the type's own. */
static bool has_default(const plan_field *field)
{
	const idl_value *value = field->first;
	if (!value || field->boxed || value->kind == IDL_VALUE_NULL ||
	    value->kind == IDL_VALUE_EMPTY)
		return false;
	switch (idl_kind_info[field->type->kind].group) {
	case IDL_GROUP_STRING:
	case IDL_GROUP_TEXT:
	case IDL_GROUP_BYTES:
		return value->text.length > 0;
	case IDL_GROUP_JSON:
		return false;
	default:
		return true;
	}
}

static const char *default_function(making *m, const plan_field *field, const char *constant)
{
	c_file *f = m->f;
	if (!has_default(field))
		return NULL;
	bool inlined = field->type->inlined;
	const char *name = names_take(f->scope, JOIN(f, m->called->stem, "_default_", field->name));
	bool open = field->type->kind == IDL_ENUM && field->type->enumeration->open;
	bool members = open || field->type->kind == IDL_BYTES;
	c_place at = { inlined ? "(to + 1)" : members ? "(*to)" : "*to", "to" };
	view *v = view_add(m->v, "default_functions");
	view_text(v, "function", name);
	view_text(v, "cell", inlined ? "uint32_t" : c_cell_type(f, field->type));
	view_list(v, "lines");
	/* The constant is there already. */
	view_list(v, "constants");
	view_list(v, "byte_constants");
	c_bind_init(f, v, "lines", field, at, constant);
	return name;
}

/* ---- functions ---- */

static void bind_init(making *m, const plan_field *field, const c_field_names *called,
		      const char *constant)
{
	c_file *f = m->f;
	c_place at = c_field_place(f, field, "n");
	bool is_null = !field->value || field->value->kind == IDL_VALUE_NULL;
	if (called->has)
		line(m->v, "inits", JOIN(f, "n->", called->has, " = false"));
	if (called->null)
		line(m->v, "inits", JOIN(f, "n->", called->null, is_null ? " = true" : " = false"));
	if (field->boxed) {
		line(m->v, "inits", JOIN(f, at.address, " = NULL"));
		return;
	}
	c_bind_init(f, m->v, "inits", field, at, constant);
	if (c_is_node(field->type) && !field->type->inlined)
		line(m->v, "hangs",
		     JOIN(f, "sync_node_hang(", at.address, ".node_, &n->node_, ",
			  view_digits(f->pool, field->position), ")"));
}

static void bind_release(making *m, const plan_field *field)
{
	c_file *f = m->f;
	c_place at = c_field_place(f, field, "n");
	const char *release = field->boxed ? JOIN(f, "sync_box_free(", c_type(f, field->type),
						  ", (void *)(uintptr_t)", at.address, ")")
					   : c_release(f, field->type, at);
	if (release)
		line(m->v, "releases", release);
}

static void bind_copy(making *m, const plan_field *field, const c_field_names *called)
{
	c_file *f = m->f;
	c_place to = c_field_place(f, field, "to"), from = c_field_place(f, field, "from");
	if (called->has)
		line(m->v, "copies", JOIN(f, "to->", called->has, " = from->", called->has));
	if (called->null)
		line(m->v, "copies", JOIN(f, "to->", called->null, " = from->", called->null));
	if (field->boxed) {
		const char *copy =
			JOIN(f, "(", to.address, " = (const ", c_cell_type(f, field->type),
			     " *)sync_box_copy(", c_type(f, field->type), ", ", from.address, "))");
		line(m->v, "owned",
		     JOIN(f, from.address, " && !", copy, " ? SYNC_NOMEM : SYNC_OK"));
	} else if (called->length) {
		line(m->v, "copies", JOIN(f, c_at(f, to.address), " = ", c_at(f, from.address)));
		line(m->v, "copies",
		     JOIN(f, "memcpy(", to.value, ", ", from.value, ", ", c_at(f, from.address),
			  " + 1)"));
	} else if (c_owns(field->type) || field->type->inlined) {
		line(m->v, "owned", c_copy(f, field->type, to, from));
	} else {
		line(m->v, "copies", JOIN(f, to.value, " = ", from.value));
	}
}

static void bind_equal(making *m, const plan_field *field, const c_field_names *called)
{
	c_file *f = m->f;
	const char *same =
		c_equal(f, field->type, c_field_place(f, field, "a"), c_field_place(f, field, "b"));
	const char *null = called->null, *has = called->has;
	if (null)
		same = JOIN(f, "a->", null, " == b->", null, " && (a->", null, " || (", same, "))");
	if (has)
		same = JOIN(f, "a->", has, " == b->", has, " && (!a->", has, " || (", same, "))");
	line(m->v, "equals", same);
}

/* A member as it stands in the text; NULL: it is not written there. */
static const char *literal_of(making *m, size_t index)
{
	c_file *f = m->f;
	if (index >= m->s->field_count || m->s->fields[index].local)
		return NULL;
	const char *name = c_json_escaped(f->pool, m->s->fields[index].json);
	const char *text = JOIN(f, index ? ",\"" : "\"", name, "\":");
	return c_string(f->pool, text, strlen(text));
}

/* The member that is written after this one. */
static void bind_next(making *m, view *v, size_t next)
{
	view_text(v, "next", literal_of(m, next));
	view_number(v, "next_index", next);
}

static void bind_read(making *m, const plan_field *field, const c_field_names *called)
{
	c_file *f = m->f;
	c_place at = c_field_place(f, field, "n");
	const char *after = "", *read;
	if (field->boxed)
		read = JOIN(f, "(", at.address, " = (const ", c_cell_type(f, field->type),
			    " *)sync_box_read(", c_type(f, field->type), ", r, (void *)(uintptr_t)",
			    at.address, ")) != NULL");
	else
		read = c_read(f, field->type, at, field->nullable, &after);
	view *v = view_add(m->v, "cases");
	view_number(v, "index", field->position);
	view_text(v, "read", field->nullable && field->boxed ? JOIN(f, "(", read, ")") : read);
	view_text(v, "after", after);
	view_text(v, "null", called->null);
	view_text(v, "has", called->has);
	bind_next(m, v, field->position + 1u);
}

static void bind_check(making *m, const plan_field *field, const c_field_names *called)
{
	c_file *f = m->f;
	const char *fails = c_fails(f, field->type, c_field_place(f, field, "n"));
	if (!fails)
		return;
	view *v = view_add(m->v, "checks");
	const char *guard = "";
	if (called->has)
		guard = JOIN(f, "n->", called->has, " && ");
	if (called->null)
		guard = JOIN(f, guard, "!n->", called->null, " && ");
	view_text(v, "fails", JOIN(f, guard, fails));
	view_number(v, "index", field->position);
}

/* ---- the whole ---- */

static void bind_member(making *m, const plan_field *field, const c_field_names *called)
{
	c_file *f = m->f;
	const char *type = c_hidden_type(f, field->type, called->hidden);
	const char *space = type[strlen(type) - 1] == '*' ? "" : " ";
	view *v = view_add(m->v, "members");
	const char *text = JOIN(f, type, space, called->name);
	if (field->boxed)
		text = JOIN(f, "const ", type, " *", called->name);
	view_text(v, "length", called->length);
	if (called->length)
		text = view_format(f->pool, "char %s[%" PRIu64 "]", called->name,
				   c_inline_room(field->type));
	view_text(v, "comment", c_comment(f->pool, "\t", field->doc, field->deprecated));
	view_text(v, "member", text);
	if (called->has)
		view_text(view_add(m->v, "flags"), "flag", called->has);
	if (called->null)
		view_text(view_add(m->v, "flags"), "flag", called->null);
}

static void bind_field(making *m, const plan_field *field)
{
	c_file *f = m->f;
	const c_field_names *called = &m->called->fields[field->position];
	const char *constant = JOIN(f, m->called->stem, "_", field->name, "_default_");
	bind_member(m, field, called);
	bind_init(m, field, called, constant);
	bind_release(m, field);
	bind_copy(m, field, called);
	bind_equal(m, field, called);
	bind_read(m, field, called);
	bind_check(m, field, called);
	const char *init = default_function(m, field, constant);
	c_bind_row(f, view_add(m->v, "rows"), field,
		   (c_location){ m->called->type, called->length ? called->length : called->name,
				 called->has, called->null, init });
}

/* Who may not read a field has a value without it, and sends one. */
static bool must_come(const plan_field *field)
{
	return field->required && field->readers.all;
}

/* Temporaries of the reading function. */
static void bind_temporaries(making *m)
{
	bool sign = false, unsign = false;
	for (size_t i = 0; i < m->s->field_count; i++) {
		const plan_field *field = &m->s->fields[i];
		idl_group group = idl_kind_info[field->type->kind].group;
		if (field->nullable || c_kind_of(field->type)->read)
			continue;
		sign |= group == IDL_GROUP_INT;
		unsign |= group == IDL_GROUP_UINT;
	}
	view_flag(m->v, "wide_signed", sign);
	view_flag(m->v, "wide_unsigned", unsign);
}

static void bind_keys(making *m)
{
	c_file *f = m->f;
	size_t count = m->s->field_count, words = (count + 63) / 64;
	const char **keys = (const char **)(void *)view_room(f->pool, (count + 1) * sizeof(*keys));
	const char *required = "";
	bool has_type = false;
	for (size_t i = 0; i < count; i++) {
		/* @local members are on no wire: what a peer calls like one is unknown. */
		keys[i] = m->s->fields[i].local ? NULL : m->s->fields[i].json;
		has_type |= keys[i] && strcmp(keys[i], "type") == 0;
	}
	for (size_t word = 0; word < words; word++) {
		uint64_t bits = 0;
		for (size_t i = word * 64; i < count && i < word * 64 + 64; i++)
			bits |= (uint64_t)must_come(&m->s->fields[i]) << i % 64;
		required = JOIN(f, required, word ? ", " : "",
				view_format(f->pool, "UINT64_C(0x%" PRIx64 ")", bits));
	}
	c_bind_keys(m->v, keys, count);
	view_text(m->v, "required", required);
	view_text(m->v, "closed", m->s->closed ? "true" : "false");
	view_text(m->v, "type_flags", m->s->closed ? "SYNC_TYPE_CLOSED" : "0");
	bool tagged = m->s->closed && !has_type;
	view_flag(m->v, "is_closed", tagged);
	if (tagged) {
		keys[count] = "type";
		c_bind_slots(m->v, keys, count + 1, "tagged_slots", "tagged_mask");
		view_number(m->v, "tagged_count", count + 1);
	}
}

static const char *kind_text(const plan_struct *s)
{
	static const char *const texts[] = {
		[PLAN_STRUCT] = "",
		[PLAN_ERROR] = "error",
		[PLAN_STATE] = "state of the model",
		[PLAN_KEY] = "parameters of a document's key",
		[PLAN_ARGS] = "arguments of the call",
		[PLAN_EVENT] = "arguments of the event",
		[PLAN_PRESENCE] = "presence of one connection",
	};
	return texts[s->origin];
}

void c_emit_struct(c_file *f, const plan_struct *s)
{
	static const char *const lists[] = {
		"flags",	  "members",	      "inits", "hangs",	 "releases", "copies",
		"owned",	  "equals",	      "cases", "checks", "rows",     "constants",
		"byte_constants", "default_functions"
	};
	making m = {
		.f = f, .v = view_new(f->pool), .s = s, .called = &f->names->structs[s->number]
	};
	view *v = m.v;
	size_t words = s->field_count ? (s->field_count + 63) / 64 : 1;
	view_text(v, "type", m.called->type);
	view_text(v, "doc_type", m.called->doc);
	view_text(v, "stem", m.called->stem);
	view_text(v, "comment", c_comment(f->pool, "", s->doc, s->deprecated));
	view_text(v, "kind", kind_text(s));
	view_text(v, "spelled", c_string(f->pool, s->name, strlen(s->name)));
	view_text(v, "thrown_name", c_string(f->pool, s->json, strlen(s->json)));
	view_number(v, "words", words);
	view_flag(v, "one_word", words == 1);
	view_text(v, "first_member", literal_of(&m, 0));
	view_flag(v, "has_fields", s->field_count > 0);
	view_flag(v, "is_error", s->origin == PLAN_ERROR);
	view_text(v, "key_index", s->key ? view_format(f->pool, "%u", s->key->position) : "-1");
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		view_list(v, lists[i]);
	bind_keys(&m);
	for (size_t i = 0; i < s->field_count; i++)
		bind_field(&m, &s->fields[i]);
	bind_temporaries(&m);
	c_bind_write(f, v, s);
	c_render(f, "struct", v);
	for (size_t i = 0; i < s->field_count; i++)
		c_emit_field(f, s, &s->fields[i]);
}
