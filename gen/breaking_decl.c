/* Declarations: structs, enums, unions. */
#include "breaking_compare.h"

#include <string.h>

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
	shift closed = { .tighter = !earlier.closed && later.closed,
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
	shift open = { .tighter = was_open && !is_open, .looser = !was_open && is_open };
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

void judge_decls(judge *j, const trail *up, const idl_decl *was, const idl_decl *now, unsigned flow)
{
	if (now->kind == IDL_DECL_ENUM)
		judge_enum(j, up, was, now, flow);
	else if (now->kind == IDL_DECL_UNION)
		judge_union(j, up, was, now, flow);
	else
		judge_struct(j, up, was, now, flow);
}
