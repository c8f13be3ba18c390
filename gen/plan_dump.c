/* The plan as text, for --dump=plan: to see what was decided, and for tests to compare. */
#include <inttypes.h>
#include <string.h>

#include "buf.h"
#include "jcs.h"
#include "plan.h"
#include "value.h"

static void number(buf *b, const plan_type *type, idl_number n)
{
	switch (idl_kind_info[type->kind].group) {
	case IDL_GROUP_UINT:
		buf_printf(b, "%" PRIu64, n.u);
		break;
	case IDL_GROUP_FLOAT:
		buf_printf(b, "%g", n.f);
		break;
	default:
		buf_printf(b, "%" PRId64, n.i);
		break;
	}
}

static void type_text(buf *b, const plan_type *type)
{
	const idl_kind_row *row = &idl_kind_info[type->kind];
	if (type->enumeration)
		buf_text(b, type->enumeration->name);
	else if (type->structure)
		buf_text(b, type->structure->name);
	else if (type->tagged)
		buf_text(b, type->tagged->name);
	else
		buf_text(b, type->kind == IDL_LIST ? "list" : row->spelling);
	if (type->elem) {
		buf_char(b, '<');
		type_text(b, type->elem);
		buf_char(b, '>');
	}
	if (type->inlined)
		buf_text(b, " inline");
	if (type->json_number)
		buf_text(b, " json-number");
	if (row->argument == IDL_ARGUMENT_LENGTH && type->max != UINT64_MAX)
		buf_printf(b, "(%" PRIu64 "..%" PRIu64 ")", type->min, type->max);
	if (row->argument == IDL_ARGUMENT_RANGE) {
		buf_char(b, '(');
		number(b, type, type->low);
		buf_text(b, "..");
		number(b, type, type->high);
		buf_char(b, ')');
	}
}

static void roles(buf *b, const plan_file *file, const char *what, plan_roles r)
{
	buf_printf(b, " %s", what);
	if (r.all)
		return;
	for (size_t i = 0; i < file->role_count && i < IDL_MAX_ROLES; i++) {
		if (r.numbers >> i & 1)
			buf_printf(b, ":%s", file->roles[i]);
	}
}

static void flag(buf *b, bool set, const char *name)
{
	if (set)
		buf_printf(b, " %s", name);
}

static void field(buf *b, const plan_file *file, const plan_field *f)
{
	buf_printf(b, "    %s", f->name);
	if (strcmp(f->name, f->json) != 0)
		buf_printf(b, " as \"%s\"", f->json);
	buf_text(b, ": ");
	type_text(b, f->type);
	if (f->value) {
		buf_text(b, " = ");
		value_json(b, f->type, f->value);
	}
	flag(b, f->optional, "optional");
	flag(b, f->nullable, "nullable");
	flag(b, f->boxed, "boxed");
	flag(b, f->required, "required");
	if (f->writable)
		roles(b, file, "write", f->writers);
	if (!f->readers.all)
		roles(b, file, "read", f->readers);
	flag(b, f->local, "local");
	flag(b, f->computed, "computed");
	flag(b, f->constant, "const");
	flag(b, f->is_volatile, "volatile");
	flag(b, f->atomic, "atomic");
	flag(b, f->created, "created");
	flag(b, f->updated, "updated");
	flag(b, f->index, "index");
	flag(b, f->key, "key");
	flag(b, f->deprecated != NULL, "deprecated");
	buf_char(b, '\n');
}

static void structure(buf *b, const plan_struct *s)
{
	static const char *const origins[] = {
		[PLAN_STRUCT] = "struct",    [PLAN_ERROR] = "error",	 [PLAN_STATE] = "state",
		[PLAN_KEY] = "key",	     [PLAN_ARGS] = "parameters", [PLAN_EVENT] = "event",
		[PLAN_PRESENCE] = "presence"
	};
	buf_printf(b, "  %s %s%s%s", origins[s->origin], s->call ? s->model->name : "",
		   s->call ? "." : "", s->name);
	flag(b, s->closed, "closed");
	flag(b, s->recursive, "recursive");
	flag(b, s->tracked, "tracked");
	buf_char(b, '\n');
	for (size_t i = 0; i < s->field_count; i++)
		field(b, s->file, &s->fields[i]);
}

static void enumeration(buf *b, const plan_enum *e)
{
	buf_printf(b, "  enum %s%s\n", e->name, e->open ? " open" : "");
	for (size_t i = 0; i < e->count; i++)
		buf_printf(b, "    %s = %" PRId32 "\n", e->values[i].json, e->values[i].number);
}

static void tagged(buf *b, const plan_union *u)
{
	buf_printf(b, "  union %s", u->name);
	flag(b, u->recursive, "recursive");
	flag(b, u->tracked, "tracked");
	buf_char(b, '\n');
	for (size_t i = 0; i < u->count; i++)
		buf_printf(b, "    \"%s\": %s\n", u->tags[i].json,
			   u->tags[i].type->structure->name);
}

static void container(buf *b, const plan_container *c)
{
	buf_printf(b, "  container %s<",
		   c->kind == IDL_LIST ? "list" : idl_kind_info[c->kind].spelling);
	type_text(b, c->elem);
	buf_char(b, '>');
	if (c->inline_max)
		buf_printf(b, " inline %" PRIu64, c->inline_max);
	buf_char(b, '\n');
}

static void calls(buf *b, const plan_call *list, size_t count)
{
	static const char *const kinds[] = {
		[IDL_ACTION] = "action", [IDL_TASK] = "task", [IDL_EVENT] = "event"
	};
	for (size_t i = 0; i < count; i++) {
		const plan_call *c = &list[i];
		buf_printf(b, "    %s %s", kinds[c->kind], c->json);
		if (c->progress) {
			buf_text(b, " progress ");
			type_text(b, c->progress);
		}
		if (c->result) {
			buf_text(b, " -> ");
			type_text(b, c->result);
			flag(b, c->result_nullable, "nullable");
		}
		for (size_t j = 0; j < c->throw_count; j++)
			buf_printf(b, " throws %s", c->throws[j]->json);
		if (!c->roles.all)
			roles(b, c->model->file, "role", c->roles);
		buf_char(b, '\n');
	}
}

static void features(buf *b, uint64_t bits)
{
	static const char *const names[] = {
#define X(name) #name,
		PLAN_FEATURES(X)
#undef X
	};
	buf_text(b, "    features");
	for (unsigned i = 0; i < PLAN_FEATURE_COUNT; i++)
		flag(b, bits >> i & 1, names[i]);
	buf_char(b, '\n');
}

static void model(buf *b, const plan_model *m)
{
	buf_printf(b, "  model %s \"%s\"\n    hash %s\n", m->name, m->key, m->hash);
	for (size_t i = 0; i < m->history->count; i++) {
		const plan_version *v = &m->history->versions[i];
		buf_printf(b, "    was %s %s\n", v->hash,
			   v->compatible ? "compatible" : "incompatible");
	}
	features(b, m->features);
	calls(b, m->actions, m->action_count);
	calls(b, m->tasks, m->task_count);
	calls(b, m->events, m->event_count);
}

static void item(buf *b, const plan_item *it)
{
	switch (it->kind) {
	case PLAN_ITEM_ENUM:
		enumeration(b, it->as.enumeration);
		break;
	case PLAN_ITEM_STRUCT:
		structure(b, it->as.structure);
		break;
	case PLAN_ITEM_UNION:
		tagged(b, it->as.tagged);
		break;
	case PLAN_ITEM_CONTAINER:
		container(b, it->as.container);
		break;
	case PLAN_ITEM_MODEL:
		model(b, it->as.model);
		break;
	}
}

void plan_dump(const plan *p, FILE *to)
{
	buf b = { 0 };
	for (size_t i = 0; i < p->file_count; i++) {
		const plan_file *f = p->files[i];
		buf_printf(&b, "file %s package \"%s\"%s\n", f->stem, f->package,
			   f->root ? " root" : "");
		for (size_t j = 0; j < f->import_count; j++)
			buf_printf(&b, "  import %s\n", f->imports[j]->stem);
		for (size_t j = 0; j < f->const_count; j++) {
			buf_printf(&b, "  const %s = ", f->consts[j].name);
			value_const_json(&b, f->consts[j].value);
			buf_char(&b, '\n');
		}
		for (size_t j = 0; j < f->item_count; j++)
			item(&b, &f->items[j]);
	}
	if (b.at)
		fwrite(b.at, 1, b.length, to);
	buf_release(&b);
}
