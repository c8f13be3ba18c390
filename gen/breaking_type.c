/* Types, and what has members: structs, unions, enums. */
#include "breaking_compare.h"

#include <inttypes.h>
#include <string.h>

/* ---- constraints ---- */

/* How the ends of a constraint moved. */
typedef struct {
	bool tighter, looser;
} change;

static void low_end(change *c, bool higher, bool lower)
{
	c->tighter |= higher;
	c->looser |= lower;
}

static change lengths(const idl_type *was, const idl_type *now)
{
	change c = { 0 };
	low_end(&c, now->min > was->min, now->min < was->min);
	low_end(&c, now->max < was->max, now->max > was->max);
	return c;
}

#define ENDS(c, was, now, of)                                                                      \
	low_end(&(c), (now)->low.of > (was)->low.of, (now)->low.of < (was)->low.of);               \
	low_end(&(c), (now)->high.of < (was)->high.of, (now)->high.of > (was)->high.of)

static change ranges(const idl_type *was, const idl_type *now)
{
	change c = { 0 };
	switch (idl_kind_info[now->kind].group) {
	case IDL_GROUP_UINT:
		ENDS(c, was, now, u);
		break;
	case IDL_GROUP_FLOAT:
		ENDS(c, was, now, f);
		break;
	default:
		ENDS(c, was, now, i);
		break;
	}
	return c;
}

/* "1..80" */
static const char *bounds_text(idl_arena *arena, const idl_type *type)
{
	const idl_kind_row *row = &idl_kind_info[type->kind];
	if (row->argument == IDL_ARGUMENT_LENGTH && type->max == UINT64_MAX)
		return idl_arena_printf(arena, "%" PRIu64 "..", type->min);
	if (row->argument == IDL_ARGUMENT_LENGTH)
		return idl_arena_printf(arena, "%" PRIu64 "..%" PRIu64, type->min, type->max);
	if (row->group == IDL_GROUP_UINT)
		return idl_arena_printf(arena, "%" PRIu64 "..%" PRIu64, type->low.u, type->high.u);
	if (row->group == IDL_GROUP_FLOAT)
		return idl_arena_printf(arena, "%g..%g", type->low.f, type->high.f);
	return idl_arena_printf(arena, "%" PRId64 "..%" PRId64, type->low.i, type->high.i);
}

static void report_moved(judge *j, change c, unsigned flow, const site *at, const char *detail)
{
	if (c.tighter)
		report(j, CHANGE_TIGHTENED, flow, at, detail);
	if (c.looser)
		report(j, CHANGE_LOOSENED, flow, at, detail);
}

static void judge_bounds(judge *j, const site *at, const idl_type *was, const idl_type *now,
			 unsigned flow)
{
	change c = { 0 };
	if (idl_kind_info[now->kind].argument == IDL_ARGUMENT_LENGTH)
		c = lengths(was, now);
	else if (idl_kind_info[now->kind].argument == IDL_ARGUMENT_RANGE)
		c = ranges(was, now);
	if (!c.tighter && !c.looser)
		return;
	report_moved(j, c, flow, at,
		     idl_arena_printf(j->arena, "%s became %s", bounds_text(j->arena, was),
				      bounds_text(j->arena, now)));
}

/* ---- types ---- */

static const char *became(judge *j, const char *was, const char *now)
{
	return idl_arena_printf(j->arena, "%s became %s", was, now);
}

static const char *type_name(const idl_type *type)
{
	if (type->decl)
		return type->decl->name;
	return type->kind == IDL_LIST ? "a list" : idl_kind_info[type->kind].spelling;
}

/* One level. False: what is inside cannot be compared. */
static bool judge_level(judge *j, const site *at, const idl_type *was, const idl_type *now,
			unsigned flow)
{
	if (was->kind != now->kind) {
		report(j, CHANGE_TYPE, flow, at, became(j, type_name(was), type_name(now)));
		return false;
	}
	if (was->json_number != now->json_number) {
		report(j, CHANGE_TYPE, flow, at,
		       now->json_number ? "digits in a JSON string became a JSON number"
					: "a JSON number became digits in a JSON string");
		return false;
	}
	judge_bounds(j, at, was, now, flow);
	return true;
}

void judge_type(judge *j, const site *at, const idl_type *was, const idl_type *now, unsigned flow)
{
	site here = *at;
	for (;; was = was->element, now = now->element) {
		here.was = was->span;
		here.now = now->span;
		if (!judge_level(j, &here, was, now, flow))
			return;
		if (was->decl)
			judge_pair(j, &here, was->decl, now->decl, flow);
		if (!was->element)
			return;
		here.name = idl_arena_printf(j->arena, "%s[]", here.name);
	}
}

/* ---- rights ---- */

static bool has_role(const idl_roles *roles, const char *name)
{
	for (const idl_name *n = roles->names; n; n = n->next) {
		if (strcmp(n->text, name) == 0)
			return true;
	}
	return false;
}

bool roles_lost(const idl_roles *was, const idl_roles *now)
{
	if (now->count == 0)
		return false;
	if (was->count == 0)
		return true;
	for (const idl_name *n = was->names; n; n = n->next) {
		if (!has_role(now, n->text))
			return true;
	}
	return false;
}

static void judge_rights(judge *j, const site *at, const idl_field *was, const idl_field *now,
			 unsigned flow)
{
	if (!(flow & FLOW_LIVE))
		return;
	if (was->write.given && (!now->write.given || roles_lost(&was->write, &now->write)))
		report(j, CHANGE_RIGHTS, FLOW_IN, at, "@write");
	/* Readers that everybody was are judged as a field that may be missing. */
	if (was->read.count > 0 && roles_lost(&was->read, &now->read))
		report(j, CHANGE_RIGHTS, FLOW_OUT, at, "@read");
}

/* ---- fields ---- */

/* Clients write it, and what is below it; the server alone writes some. */
static unsigned flow_of(const idl_field *f, unsigned flow)
{
	if (f->write.given && flow & FLOW_LIVE)
		flow |= FLOW_IN;
	if (f->computed || f->created || f->updated)
		flow &= ~(unsigned)FLOW_IN;
	return flow;
}

/* For readers. Without its role it does not exist for them. */
static bool may_lack(const idl_field *f)
{
	return f->optional || f->read.count > 0;
}

/* For senders. */
static bool may_omit(const idl_field *f)
{
	return f->optional || f->value;
}

static void judge_presence(judge *j, const site *at, const idl_field *was, const idl_field *now,
			   unsigned flow)
{
	if (may_omit(was) && !may_omit(now))
		report(j, CHANGE_REQUIRED, flow, at, NULL);
	if (was->type->nullable && !now->type->nullable)
		report(j, CHANGE_REQUIRED, flow, at, "null is no value any more");
	if (!may_lack(was) && may_lack(now))
		report(j, CHANGE_ABSENT, flow, at,
		       now->optional ? NULL : "@read hides it from others");
	if (!was->type->nullable && now->type->nullable)
		report(j, CHANGE_ABSENT, flow, at, "it can be null");
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* Nobody can say which of two patterns takes more, so a changed one does both. */
static void judge_pattern(judge *j, const site *at, const idl_field *was, const idl_field *now,
			  unsigned flow)
{
	if (same_text(was->pattern, now->pattern))
		return;
	change c = { .tighter = now->pattern != NULL, .looser = was->pattern != NULL };
	report_moved(j, c, flow, at, "@pattern");
}

static void judge_field(judge *j, const site *at, const idl_field *was, const idl_field *now,
			unsigned flow)
{
	judge_rights(j, at, was, now, flow);
	unsigned both = flow_of(was, flow);
	if (now->computed || now->created || now->updated)
		both &= ~(unsigned)FLOW_IN;
	judge_presence(j, at, was, now, both);
	judge_pattern(j, at, was, now, both);
	judge_type(j, at, was->type, now->type, both);
}

static void judge_added(judge *j, const site *at, const idl_field *f, const holder *was,
			unsigned flow)
{
	flow = flow_of(f, flow);
	if (!f->value && !may_lack(f))
		report(j, CHANGE_ADDED, flow, at, NULL);
	if (was->closed)
		report(j, CHANGE_CLOSED_ADDED, flow, at, NULL);
}

static void judge_removed(judge *j, const site *at, const idl_field *f, const holder *now,
			  unsigned flow)
{
	flow = flow_of(f, flow);
	if (now->closed)
		report_gone(j, CHANGE_CLOSED_REMOVED, flow, at, NULL);
	if (f->evolution.deprecated)
		flow &= ~(unsigned)FLOW_OUT;
	report_gone(j, CHANGE_REMOVED, flow, at, NULL);
}

/* ---- holders ---- */

static bool is_reserved(const idl_name *list, const idl_name *name)
{
	for (; list; list = list->next) {
		if (strcmp(list->text, name->text) == 0)
			return true;
	}
	return false;
}

static bool is_member(const members *m, const idl_name *name)
{
	for (size_t i = 0; i < m->count; i++) {
		if (member_reserved(&m->list[i], &(idl_name){ .text = name->text,
							      .quoted = name->quoted }))
			return true;
	}
	return false;
}

static void judge_reserved(judge *j, const site *at, const holder *was, const holder *now,
			   const members *later, unsigned flow)
{
	for (size_t i = 0; i < later->count; i++) {
		const member *m = &later->list[i];
		site here = { at->up, at->what, m->json, was->span, m->span };
		if (!m->twin && member_reserved(m, was->reserved))
			report(j, CHANGE_COMES_BACK, flow, &here, NULL);
	}
	for (const idl_name *n = was->reserved; n; n = n->next) {
		site here = { at->up, "name", n->text, n->span, now->span };
		if (!is_reserved(now->reserved, n) && !is_member(later, n))
			report_gone(j, CHANGE_RELEASED, flow, &here, NULL);
	}
}

static void judge_gone(judge *j, site at, const members *earlier, const holder *now, unsigned flow)
{
	for (size_t i = 0; i < earlier->count; i++) {
		const member *m = &earlier->list[i];
		at.name = m->json;
		at.was = m->span;
		at.now = now->span;
		if (!m->twin)
			judge_removed(j, &at, m->node, now, flow);
	}
}

static void judge_member(judge *j, site *at, const member *m, const holder *was, unsigned flow)
{
	at->name = m->json;
	at->now = m->span;
	at->was = m->twin ? m->twin->span : was->span;
	if (m->renamed)
		report(j, CHANGE_RENAMED, flow_of(m->twin->node, flow), at,
		       became(j, m->twin->json, m->json));
	if (m->twin)
		judge_field(j, at, m->twin->node, m->node, flow);
	else
		judge_added(j, at, m->node, was, flow);
}

void judge_fields(judge *j, const trail *up, const char *what, const holder *was,
		  const holder *now, unsigned flow)
{
	members earlier = members_of_fields(j, was->fields);
	members later = members_of_fields(j, now->fields);
	site at = { .up = up, .what = what };
	members_match(j, &earlier, &later, now->reserved);
	for (size_t i = 0; i < later.count; i++)
		judge_member(j, &at, &later.list[i], was, flow);
	judge_gone(j, at, &earlier, now, flow);
	judge_reserved(j, &at, was, now, &later, flow);
}

/* ---- declarations ---- */

static holder holder_of(const idl_decl *d)
{
	const idl_struct *s = &d->as.structure;
	return (holder){ &s->fields, s->reserved, s->closed, d->span };
}

/* A key is the same when its field is, by whatever name. */
static bool same_key(const idl_field *was, const idl_field *now)
{
	if (!was || !now)
		return was == now;
	if (strcmp(was->json, now->json) == 0)
		return true;
	for (const idl_name *old = now->evolution.was; old; old = old->next) {
		if (strcmp(old->text, was->json) == 0 || strcmp(old->text, was->name) == 0)
			return true;
	}
	return false;
}

static void judge_struct(judge *j, const trail *up, const idl_decl *was, const idl_decl *now,
			 unsigned flow)
{
	const idl_field *old_key = was->as.structure.key, *key = now->as.structure.key;
	site at = { NULL, idl_decl_kind_name(now->kind), now->name, was->span, now->span };
	holder earlier = holder_of(was), later = holder_of(now);
	change closed = { .tighter = !earlier.closed && later.closed,
			  .looser = earlier.closed && !later.closed };
	report_moved(j, closed, flow, &at, "@closed");
	if (!same_key(old_key, key))
		report(j, CHANGE_KEY, flow, &at,
		       became(j, old_key ? old_key->json : "none", key ? key->json : "none"));
	judge_fields(j, up, "field", &earlier, &later, flow);
}

/* Values of an enum, tags of a union: `open` is of the earlier version. */
static void judge_names(judge *j, site at, const members *earlier, const members *later, bool open,
			unsigned flow)
{
	const idl_span was = at.was, now = at.now;
	for (size_t i = 0; i < later->count; i++) {
		const member *m = &later->list[i];
		at.name = m->json;
		at.now = m->span;
		at.was = m->twin ? m->twin->span : was;
		if (m->renamed)
			report(j, CHANGE_RENAMED, flow, &at, became(j, m->twin->json, m->json));
		else if (!m->twin)
			report(j, CHANGE_VALUE_ADDED, open ? flow & ~(unsigned)FLOW_OUT : flow, &at,
			       NULL);
	}
	for (size_t i = 0; i < earlier->count; i++) {
		const member *m = &earlier->list[i];
		at.name = m->json;
		at.was = m->span;
		at.now = now;
		if (!m->twin)
			report_gone(j, CHANGE_VALUE_REMOVED, flow, &at, NULL);
	}
}

static void judge_enum(judge *j, const trail *up, const idl_decl *was, const idl_decl *now,
		       unsigned flow)
{
	bool was_open = was->as.enumeration.open, is_open = now->as.enumeration.open;
	members earlier = members_of_values(j, &was->as.enumeration);
	members later = members_of_values(j, &now->as.enumeration);
	site at = { NULL, "enum", now->name, was->span, now->span };
	change open = { .tighter = was_open && !is_open, .looser = !was_open && is_open };
	report_moved(j, open, flow, &at, "'open'");
	members_match(j, &earlier, &later, NULL);
	at.up = up;
	at.what = "value";
	judge_names(j, at, &earlier, &later, was_open, flow);
}

static void judge_union(judge *j, const trail *up, const idl_decl *was, const idl_decl *now,
			unsigned flow)
{
	members earlier = members_of_fields(j, &was->as.tagged.tags);
	members later = members_of_fields(j, &now->as.tagged.tags);
	holder old = { .reserved = was->as.tagged.reserved, .span = was->span };
	holder young = { .reserved = now->as.tagged.reserved, .span = now->span };
	site at = { up, "tag", now->name, was->span, now->span };
	members_match(j, &earlier, &later, young.reserved);
	judge_names(j, at, &earlier, &later, false, flow);
	judge_reserved(j, &at, &old, &young, &later, flow);
	for (size_t i = 0; i < later.count; i++) {
		const member *m = &later.list[i];
		at.name = m->json;
		if (m->twin)
			judge_type(j, &at, m->twin->type, m->type, flow);
	}
}

void judge_decls(judge *j, const trail *up, const idl_decl *was, const idl_decl *now,
		 unsigned flow)
{
	if (now->kind == IDL_DECL_ENUM)
		judge_enum(j, up, was, now, flow);
	else if (now->kind == IDL_DECL_UNION)
		judge_union(j, up, was, now, flow);
	else
		judge_struct(j, up, was, now, flow);
}
