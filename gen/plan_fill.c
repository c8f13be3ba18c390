/* Filling: what was declared gets its fields, values, calls. Every reference finds its target,
 * since all files were declared before. */
#include "plan_build.h"

#include <string.h>

/* ---- types and fields ---- */

static const char *deprecation(const idl_evolution *evolution)
{
	if (!evolution->deprecated)
		return NULL;
	return evolution->deprecated_text ? evolution->deprecated_text : "";
}

/* Nesting is bounded by the parser. */
static const plan_type *fill_type(plan_builder *b, const plan_file *file, const idl_type *tree,
				  bool inlined)
{
	plan_type *type = idl_arena_alloc(b->arena, sizeof(*type));
	*type = (plan_type){ .kind = tree->kind,
			     .min = tree->min,
			     .max = tree->max,
			     .low = tree->low,
			     .high = tree->high,
			     .has_min = tree->has_min,
			     .has_max = tree->has_max,
			     .json_number = tree->json_number,
			     .inlined = inlined };
	if (tree->element) {
		type->elem = fill_type(b, file, tree->element, false);
		type->container = plan_container_of(b, file, type);
	} else if (tree->kind == IDL_ENUM) {
		type->enumeration = tree->decl->mark;
	} else if (tree->kind == IDL_STRUCT) {
		type->structure = tree->decl->mark;
	} else if (tree->kind == IDL_UNION) {
		type->tagged = tree->decl->mark;
	}
	return type;
}

static unsigned role_number(plan_builder *b, const char *name)
{
	for (size_t i = 0; i < b->role_count; i++) {
		if (strcmp(b->roles[i], name) == 0)
			return (unsigned)i;
	}
	b->roles[b->role_count] = name;
	return (unsigned)b->role_count++;
}

/* `everybody`: what it means when nothing is written. */
static plan_roles fill_roles(plan_builder *b, const idl_roles *tree, bool everybody)
{
	plan_roles roles = { .all = tree->given ? tree->count == 0 : everybody };
	for (const idl_name *n = tree->names; n; n = n->next)
		roles.numbers |= (uint64_t)1 << role_number(b, n->text);
	b->used_roles |= roles.numbers;
	return roles;
}

/* Input without it is not valid: nothing else gives it a value. */
static bool must_come(const idl_field *tree)
{
	bool by_server = tree->local || tree->computed || tree->created || tree->updated;
	return !tree->optional && !tree->value && !by_server;
}

static double nearest_to_zero(double low, double high)
{
	return low > 0 ? low : high < 0 ? high : 0;
}

/* The number of a range that is nearest to zero, or NULL for zero. */
static const idl_value *nearest_number(plan_builder *b, const idl_type *type)
{
	idl_value *value = idl_arena_alloc(b->arena, sizeof(*value));
	switch (idl_kind_info[type->kind].group) {
	case IDL_GROUP_UINT:
		*value = (idl_value){ .kind = IDL_VALUE_UINT, .u = type->low.u };
		return value->u ? value : NULL;
	case IDL_GROUP_INT:
		*value = (idl_value){ .kind = IDL_VALUE_INT,
				      .i = type->low.i > 0    ? type->low.i
					   : type->high.i < 0 ? type->high.i
							      : 0 };
		return value->i ? value : NULL;
	case IDL_GROUP_FLOAT:
		*value = (idl_value){ .kind = IDL_VALUE_FLOAT,
				      .f = nearest_to_zero(type->low.f, type->high.f) };
		return value->f != 0 ? value : NULL;
	default:
		return NULL;
	}
}

static const idl_value *first_value(plan_builder *b, const idl_field *tree)
{
	bool may_miss = tree->optional || tree->type->nullable;
	return tree->value || may_miss ? tree->value : nearest_number(b, tree->type);
}

static plan_field fill_field(plan_builder *b, const plan_file *file, const plan_struct *holder,
			     const idl_field *tree)
{
	return (plan_field){ .name = tree->name,
			     .json = tree->json,
			     .doc = tree->doc,
			     .holder = holder,
			     .type = fill_type(b, file, tree->type, tree->inlined),
			     .value = tree->value,
			     .first = first_value(b, tree),
			     .optional = tree->optional,
			     .nullable = tree->type->nullable,
			     .boxed = tree->boxed,
			     .required = must_come(tree),
			     .writable = tree->write.given,
			     .readers = fill_roles(b, &tree->read, true),
			     .writers = fill_roles(b, &tree->write, false),
			     .local = tree->local,
			     .computed = tree->computed,
			     .constant = tree->constant,
			     .is_volatile = tree->is_volatile,
			     .atomic = tree->atomic,
			     .created = tree->created,
			     .updated = tree->updated,
			     .index = tree->index,
			     .key = tree->key,
			     .merge = tree->merge,
			     .rate = tree->rate,
			     .retain_ms = tree->retain_ms,
			     .deprecated = deprecation(&tree->evolution),
			     .source = tree,
			     .position = tree->position };
}

static const plan_field *fill_fields(plan_builder *b, const plan_file *file,
				     const plan_struct *holder, const idl_fields *tree)
{
	if (tree->count == 0)
		return NULL;
	plan_field *fields = idl_arena_array(b->arena, tree->count, sizeof(*fields));
	size_t at = 0;
	for (const idl_field *f = tree->first; f; f = f->next)
		fields[at++] = fill_field(b, file, holder, f);
	return fields;
}

static void fill_struct(plan_builder *b, plan_struct *s, const idl_fields *tree)
{
	s->fields = fill_fields(b, s->file, s, tree);
	s->field_count = tree->count;
	for (size_t i = 0; i < s->field_count; i++) {
		if (s->fields[i].key)
			s->key = &s->fields[i];
	}
}

/* ---- declarations ---- */

static void fill_enum(plan_builder *b, const idl_decl *d)
{
	plan_enum *e = d->mark;
	size_t count = d->as.enumeration.count, at = 0;
	plan_enum_value *values = idl_arena_array(b->arena, count, sizeof(*values));
	for (const idl_enum_value *v = d->as.enumeration.first; v; v = v->next, at++)
		values[at] = (plan_enum_value){ .name = v->name,
						.json = v->json,
						.doc = v->doc,
						.deprecated = deprecation(&v->evolution),
						.number = (int32_t)at };
	e->name = d->name;
	e->doc = d->doc;
	e->deprecated = deprecation(&d->evolution);
	e->open = d->as.enumeration.open;
	e->values = values;
	e->count = count;
}

static void fill_declared_struct(plan_builder *b, const idl_decl *d)
{
	plan_struct *s = d->mark;
	s->name = d->name;
	s->json = d->json;
	s->doc = d->doc;
	s->deprecated = deprecation(&d->evolution);
	s->closed = d->as.structure.closed;
	s->recursive = d->as.structure.recursive;
	fill_struct(b, s, &d->as.structure.fields);
}

static void fill_union(plan_builder *b, const idl_decl *d)
{
	plan_union *u = d->mark;
	u->name = d->name;
	u->doc = d->doc;
	u->deprecated = deprecation(&d->evolution);
	u->tags = fill_fields(b, u->file, NULL, &d->as.tagged.tags);
	u->count = d->as.tagged.tags.count;
	u->recursive = d->as.tagged.recursive;
}

/* ---- models ---- */

static const plan_struct *model_struct(plan_builder *b, const plan_model *m, plan_origin origin,
				       const char *doc, const idl_fields *tree)
{
	plan_struct *s = plan_new_struct(b, origin, m->file);
	s->name = s->json = m->name;
	s->doc = doc;
	s->model = m;
	fill_struct(b, s, tree);
	return s;
}

static void fill_throws(plan_builder *b, plan_call *call, const idl_call *tree)
{
	if (tree->throw_count == 0)
		return;
	const plan_struct **throws = idl_arena_array(b->arena, tree->throw_count, sizeof(*throws));
	size_t at = 0;
	for (const idl_throw *t = tree->throws; t; t = t->next)
		throws[at++] = t->error->mark;
	call->throws = throws;
	call->throw_count = tree->throw_count;
}

static void fill_call(plan_builder *b, const plan_model *m, plan_call *call, const idl_call *tree)
{
	plan_struct *params =
		plan_new_struct(b, tree->kind == IDL_EVENT ? PLAN_EVENT : PLAN_ARGS, m->file);
	params->name = tree->name;
	params->json = tree->json;
	params->doc = tree->doc;
	params->deprecated = deprecation(&tree->evolution);
	params->model = m;
	params->call = call;
	fill_struct(b, params, &tree->params);
	*call = (plan_call){
		.kind = tree->kind,
		.name = tree->name,
		.json = tree->json,
		.doc = tree->doc,
		.deprecated = deprecation(&tree->evolution),
		.model = m,
		.params = params,
		.result = tree->result ? fill_type(b, m->file, tree->result, false) : NULL,
		.result_nullable = tree->result && tree->result->nullable,
		.progress = tree->progress ? fill_type(b, m->file, tree->progress, false) : NULL,
		.roles = fill_roles(b, &tree->role, true),
		.rate = tree->rate,
		.timeout_ms = tree->timeout_ms,
		.idempotent = tree->idempotent,
		.single = tree->single,
		.position = tree->position,
	};
	fill_throws(b, call, tree);
}

static const plan_call *fill_calls(plan_builder *b, const plan_model *m, const idl_calls *tree)
{
	if (tree->count == 0)
		return NULL;
	plan_call *calls = idl_arena_array(b->arena, tree->count, sizeof(*calls));
	size_t at = 0;
	for (const idl_call *c = tree->first; c; c = c->next)
		fill_call(b, m, &calls[at++], c);
	return calls;
}

static void fill_model(plan_builder *b, const plan_file *file, const idl_decl *d)
{
	plan_model *m = d->mark;
	const idl_model *tree = &d->as.model;
	m->name = d->name;
	m->key = tree->key;
	m->doc = d->doc;
	m->deprecated = deprecation(&d->evolution);
	m->file = file;
	m->ttl_ms = tree->ttl_ms;
	m->persist = tree->persist;
	m->session = tree->session;
	m->topic = tree->topic;
	m->running = tree->running;
	m->history = idl_arena_alloc(b->arena, sizeof(*m->history));
	if (tree->params.count > 0)
		m->params = model_struct(b, m, PLAN_KEY, NULL, &tree->params);
	m->state = model_struct(b, m, PLAN_STATE, d->doc, &tree->fields);
	m->actions = fill_calls(b, m, &tree->actions);
	m->tasks = fill_calls(b, m, &tree->tasks);
	m->events = fill_calls(b, m, &tree->events);
	m->action_count = tree->actions.count;
	m->task_count = tree->tasks.count;
	m->event_count = tree->events.count;
	if (tree->has_presence)
		m->presence =
			model_struct(b, m, PLAN_PRESENCE, tree->presence_doc, &tree->presence);
}

/* ---- files ---- */

static void fill_consts(plan_builder *b, plan_file *file)
{
	size_t count = 0;
	for (const idl_decl *d = file->tree->decls; d; d = d->next)
		count += d->kind == IDL_DECL_CONST;
	plan_const *consts = idl_arena_array(b->arena, count + 1, sizeof(*consts));
	for (const idl_decl *d = file->tree->decls; d; d = d->next) {
		if (d->kind == IDL_DECL_CONST)
			consts[file->const_count++] =
				(plan_const){ d->name, d->doc, &d->as.constant.value };
	}
	file->consts = consts;
}

void plan_fill_file(plan_builder *b, plan_file *file)
{
	b->used_roles = 0;
	fill_consts(b, file);
	for (const idl_decl *d = file->tree->decls; d; d = d->next) {
		switch (d->kind) {
		case IDL_DECL_ENUM:
			fill_enum(b, d);
			break;
		case IDL_DECL_STRUCT:
		case IDL_DECL_ERROR:
			fill_declared_struct(b, d);
			break;
		case IDL_DECL_UNION:
			fill_union(b, d);
			break;
		case IDL_DECL_MODEL:
			fill_model(b, file, d);
			break;
		case IDL_DECL_CONST:
			break;
		}
	}
	file->roles = b->roles;
	file->role_count = b->role_count;
	file->used_roles = b->used_roles;
}
