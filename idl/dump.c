#include "dump.h"

#include <inttypes.h>
#include <string.h>

/* ---- small parts ---- */

static void quoted(FILE *out, idl_text text)
{
	fputc('"', out);
	for (size_t i = 0; i < text.length; i++) {
		unsigned char c = (unsigned char)text.at[i];
		if (c == '"' || c == '\\')
			fprintf(out, "\\%c", c);
		else if (c < 0x20 || c == 0x7F)
			fprintf(out, "\\x%02x", c);
		else
			fputc(c, out);
	}
	fputc('"', out);
}

static void text(FILE *out, const char *what, const char *value)
{
	if (!value)
		return;
	fprintf(out, " %s=", what);
	quoted(out, (idl_text){ value, strlen(value) });
}

static void number(FILE *out, const idl_type *type, idl_number n)
{
	switch (idl_kind_info[type->kind].group) {
	case IDL_GROUP_INT:
		fprintf(out, "%" PRId64, n.i);
		break;
	case IDL_GROUP_UINT:
		fprintf(out, "%" PRIu64, n.u);
		break;
	default:
		fprintf(out, "%.17g", n.f);
		break;
	}
}

static void type(FILE *out, const idl_type *t)
{
	if (t->kind == IDL_LIST) {
		fputc('[', out);
		type(out, t->element);
		fputc(']', out);
	} else if (t->element) {
		fprintf(out, "%s<", idl_kind_info[t->kind].spelling);
		type(out, t->element);
		fputc('>', out);
	} else if (t->decl) {
		fprintf(out, "%s %s", idl_kind_info[t->kind].spelling, t->decl->name);
	} else {
		fputs(idl_kind_info[t->kind].spelling, out);
	}
	if (t->has_min || t->has_max) {
		bool range = idl_kind_info[t->kind].argument == IDL_ARGUMENT_RANGE;
		fputc('(', out);
		if (t->has_min && range)
			number(out, t, t->low);
		else if (t->has_min)
			fprintf(out, "%" PRIu64, t->min);
		fputs("..", out);
		if (t->has_max && range)
			number(out, t, t->high);
		else if (t->has_max)
			fprintf(out, "%" PRIu64, t->max);
		fputc(')', out);
	}
	fputs(t->json_number ? " as number" : "", out);
	fputs(t->nullable ? " | null" : "", out);
}

static void value(FILE *out, const idl_value *v)
{
	switch (v->kind) {
	case IDL_VALUE_BOOL:
		fputs(v->b ? "true" : "false", out);
		break;
	case IDL_VALUE_INT:
		fprintf(out, "%" PRId64, v->i);
		break;
	case IDL_VALUE_UINT:
		fprintf(out, "%" PRIu64, v->u);
		break;
	case IDL_VALUE_FLOAT:
		fprintf(out, "%.17g", v->f);
		break;
	case IDL_VALUE_STRING:
		quoted(out, v->text);
		break;
	case IDL_VALUE_ENUM:
		fputs(v->value->name, out);
		break;
	case IDL_VALUE_NULL:
		fputs("null", out);
		break;
	case IDL_VALUE_EMPTY:
		fputs(v->object ? "{}" : "[]", out);
		break;
	case IDL_VALUE_NAME:
	case IDL_VALUE_BAD:
		fputs("?", out);
		break;
	}
}

static void roles(FILE *out, const char *what, const idl_roles *r)
{
	if (!r->given)
		return;
	fprintf(out, " %s(", what);
	for (const idl_name *name = r->names; name; name = name->next)
		fprintf(out, "%s%s", name == r->names ? "" : " ", name->text);
	fputc(')', out);
}

static void rate(FILE *out, idl_rate r)
{
	if (r.per_ms)
		fprintf(out, " rate=%" PRIu32 "/%" PRIu64 "ms", r.count, r.per_ms);
}

static void span_of_time(FILE *out, const char *what, uint64_t ms)
{
	if (ms)
		fprintf(out, " %s=%" PRIu64 "ms", what, ms);
}

static void flag(FILE *out, const char *what, bool set)
{
	if (set)
		fprintf(out, " %s", what);
}

static void evolution(FILE *out, const idl_evolution *e)
{
	if (e->deprecated)
		text(out, "deprecated", e->deprecated_text);
	for (const idl_name *was = e->was; was; was = was->next)
		text(out, "was", was->text);
	if (e->since)
		fprintf(out, " since=%" PRIu32, e->since);
}

/* A name, and the JSON name where it differs. */
static void named(FILE *out, const char *name, const char *json)
{
	fputs(name, out);
	if (strcmp(name, json) != 0)
		text(out, "json", json);
}

/* ---- members ---- */

static void field(FILE *out, int depth, const char *what, const idl_field *f)
{
	static const char *const merges[] = { "last", "max", "min", "first", "checked" };
	fprintf(out, "%*s%s ", depth, "", what);
	named(out, f->name, f->json);
	fputs(": ", out);
	type(out, f->type);
	flag(out, "optional", f->optional);
	flag(out, "boxed", f->boxed);
	if (f->value) {
		fputs(" = ", out);
		value(out, f->value);
	}
	flag(out, "key", f->key);
	roles(out, "write", &f->write);
	roles(out, "read", &f->read);
	flag(out, "local", f->local);
	flag(out, "computed", f->computed);
	flag(out, "const", f->constant);
	flag(out, "volatile", f->is_volatile);
	flag(out, "inline", f->inlined);
	flag(out, "atomic", f->atomic);
	flag(out, "created", f->created);
	flag(out, "updated", f->updated);
	flag(out, "index", f->index);
	if (f->merge)
		text(out, "merge", merges[f->merge]);
	rate(out, f->rate);
	span_of_time(out, "retain", f->retain_ms);
	evolution(out, &f->evolution);
	text(out, "doc", f->doc);
	fputc('\n', out);
}

static void fields(FILE *out, int depth, const char *what, const idl_fields *list)
{
	for (const idl_field *f = list->first; f; f = f->next)
		field(out, depth, what, f);
}

static void calls(FILE *out, const char *what, const idl_calls *list)
{
	for (const idl_call *c = list->first; c; c = c->next) {
		fprintf(out, "  %s ", what);
		named(out, c->name, c->json);
		roles(out, "role", &c->role);
		rate(out, c->rate);
		span_of_time(out, "timeout", c->timeout_ms);
		flag(out, "idempotent", c->idempotent);
		flag(out, "single", c->single);
		evolution(out, &c->evolution);
		text(out, "doc", c->doc);
		fputc('\n', out);
		fields(out, 4, "param", &c->params);
		if (c->progress) {
			fputs("    progress ", out);
			type(out, c->progress);
			fputc('\n', out);
		}
		if (c->result) {
			fputs("    result ", out);
			type(out, c->result);
			fputc('\n', out);
		}
		for (const idl_throw *t = c->throws; t; t = t->next)
			fprintf(out, "    throws %s\n", t->error ? t->error->name : "?");
	}
}

static void reserved(FILE *out, const idl_name *names)
{
	for (; names; names = names->next)
		fprintf(out, "  reserved %s%s\n", names->quoted ? "json " : "", names->text);
}

/* ---- declarations ---- */

static void enumeration(FILE *out, const idl_enum *e)
{
	for (const idl_enum_value *v = e->first; v; v = v->next) {
		fputs("  value ", out);
		named(out, v->name, v->json);
		evolution(out, &v->evolution);
		text(out, "doc", v->doc);
		fputc('\n', out);
	}
}

static void model(FILE *out, const idl_model *m)
{
	fields(out, 2, "key-param", &m->params);
	for (const idl_key_part *part = m->key_parts; part; part = part->next) {
		if (part->literal)
			fprintf(out, "  key-part \"%s\"\n", part->literal);
		else
			fprintf(out, "  key-part {%s}\n", part->param->name);
	}
	fields(out, 2, "field", &m->fields);
	reserved(out, m->reserved);
	calls(out, "action", &m->actions);
	calls(out, "task", &m->tasks);
	calls(out, "event", &m->events);
	if (m->has_presence)
		fputs("  presence\n", out);
	fields(out, 4, "field", &m->presence);
}

static void heading(FILE *out, const idl_decl *d)
{
	fprintf(out, "%s ", idl_decl_kind_name(d->kind));
	named(out, d->name, d->json);
	if (d->kind == IDL_DECL_ENUM)
		flag(out, "open", d->as.enumeration.open);
	if (d->kind == IDL_DECL_STRUCT) {
		flag(out, "closed", d->as.structure.closed);
		flag(out, "recursive", d->as.structure.recursive);
	}
	if (d->kind == IDL_DECL_UNION)
		flag(out, "recursive", d->as.tagged.recursive);
	if (d->kind == IDL_DECL_MODEL) {
		const idl_model *m = &d->as.model;
		text(out, "key", m->key);
		span_of_time(out, "ttl", m->ttl_ms);
		flag(out, "persist", m->persist);
		flag(out, "session", m->session);
		text(out, "topic", m->topic);
		text(out, "running", m->running);
	}
	if (d->kind == IDL_DECL_CONST) {
		fputs(" = ", out);
		value(out, &d->as.constant.value);
	}
	evolution(out, &d->evolution);
	text(out, "doc", d->doc);
	fputc('\n', out);
}

static void declaration(FILE *out, const idl_decl *d)
{
	heading(out, d);
	switch (d->kind) {
	case IDL_DECL_ENUM:
		enumeration(out, &d->as.enumeration);
		break;
	case IDL_DECL_STRUCT:
	case IDL_DECL_ERROR:
		fields(out, 2, "field", &d->as.structure.fields);
		reserved(out, d->as.structure.reserved);
		break;
	case IDL_DECL_UNION:
		fields(out, 2, "tag", &d->as.tagged.tags);
		reserved(out, d->as.tagged.reserved);
		break;
	case IDL_DECL_MODEL:
		model(out, &d->as.model);
		break;
	case IDL_DECL_CONST:
		break;
	}
}

void idl_dump(const idl_file *file, FILE *out)
{
	static const char *const cases[] = { "keep", "camel", "pascal", "snake", "kebab", "upper" };
	fprintf(out, "file \"%s\" package=\"%s\"", file->path, file->package);
	if (*file->c_prefix)
		text(out, "c_prefix", file->c_prefix);
	if (file->json_case)
		text(out, "json_case", cases[file->json_case]);
	text(out, "doc", file->doc);
	fputc('\n', out);
	for (const idl_import *i = file->imports; i; i = i->next) {
		fputs("import", out);
		text(out, "path", i->path);
		text(out, "as", i->alias);
		fputc('\n', out);
	}
	for (const idl_decl *d = file->decls; d; d = d->next)
		declaration(out, d);
}
