/* Fields, and what has them. */
#include "breaking_compare.h"

#include <string.h>

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
	shift c = { .tighter = now->pattern != NULL, .looser = was->pattern != NULL };
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
		if (member_reserved(&m->list[i],
				    &(idl_name){ .text = name->text, .quoted = name->quoted }))
			return true;
	}
	return false;
}

void judge_reserved(judge *j, const site *at, const holder *was, const holder *now,
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

void judge_fields(judge *j, const trail *up, const char *what, const holder *was, const holder *now,
		  unsigned flow)
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
