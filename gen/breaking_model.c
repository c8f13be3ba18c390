/* Models and their calls; and whole trees. */
#include "breaking_compare.h"

#include <string.h>

enum { BOTH = FLOW_OUT | FLOW_IN };

/* ---- calls ---- */

static const char *call_kind_name(idl_call_kind kind)
{
	static const char *const words[] = {
		[IDL_ACTION] = "action", [IDL_TASK] = "task", [IDL_EVENT] = "event"
	};
	return words[kind];
}

/* The result, or what a task reports on its way. */
static void judge_answer(judge *j, const site *call, const char *name, const idl_type *was,
			 const idl_type *now)
{
	if (!was || !now) {
		const char *had = was ? idl_kind_info[was->kind].spelling : "nothing";
		const char *has = now ? idl_kind_info[now->kind].spelling : "nothing";
		if (was != now)
			report(j, CHANGE_RESULT, BOTH, call,
			       idl_arena_printf(j->arena, "%s: %s became %s", name, had, has));
		return;
	}
	site at = { .up = trail_add(j, call->up, call->name),
		    .what = name,
		    .name = name,
		    .was = was->span,
		    .now = now->span };
	if (!was->nullable && now->nullable)
		report(j, CHANGE_ABSENT, FLOW_OUT, &at, "it can be null");
	judge_type(j, &at, was, now, FLOW_OUT);
}

static void report_errors(judge *j, const site *call, const member *m, const char *how)
{
	report(j, CHANGE_ERRORS, BOTH, call, idl_arena_printf(j->arena, "%s %s", m->json, how));
}

static void judge_throws(judge *j, const site *call, const idl_call *was, const idl_call *now)
{
	members earlier = members_of_throws(j, was), later = members_of_throws(j, now);
	members_match(j, &earlier, &later, NULL);
	for (size_t i = 0; i < earlier.count; i++) {
		if (!earlier.list[i].twin)
			report_errors(j, call, &earlier.list[i], "is gone");
	}
	for (size_t i = 0; i < later.count; i++) {
		const member *m = &later.list[i];
		site at = { .what = "error", .name = m->json };
		if (m->twin && !m->renamed)
			judge_pair(j, &at, m->twin->node, m->node, FLOW_OUT);
		else
			report_errors(j, call, m, "is new");
	}
}

static void judge_call(judge *j, const site *at, const idl_call *was, const idl_call *now)
{
	const trail *up = trail_add(j, at->up, at->name);
	holder earlier = { .fields = &was->params, .span = was->span };
	holder later = { .fields = &now->params, .span = now->span };
	if (was->kind != now->kind) {
		report(j, CHANGE_CALL_KIND, BOTH, at,
		       became(j, call_kind_name(was->kind), call_kind_name(now->kind)));
		return;
	}
	judge_fields(j, up, "parameter", &earlier, &later,
		     now->kind == IDL_EVENT ? FLOW_OUT : FLOW_IN);
	judge_answer(j, at, "result", was->result, now->result);
	judge_answer(j, at, "progress", was->progress, now->progress);
	judge_throws(j, at, was, now);
	if (roles_lost(&was->role, &now->role))
		report(j, CHANGE_RIGHTS, FLOW_IN, at, "@role");
}

static void judge_calls(judge *j, const trail *up, const idl_decl *was, const idl_decl *now)
{
	members earlier = members_of_calls(j, &was->as.model);
	members later = members_of_calls(j, &now->as.model);
	members_match(j, &earlier, &later, NULL);
	for (size_t i = 0; i < later.count; i++) {
		const member *m = &later.list[i];
		const idl_call *call = m->node;
		site at = { .up = up, .what = call_kind_name(call->kind), .name = m->json };
		if (!m->twin)
			continue;
		at.was = m->twin->span;
		at.now = m->span;
		if (m->renamed)
			report(j, CHANGE_RENAMED, BOTH, &at, became(j, m->twin->json, m->json));
		judge_call(j, &at, m->twin->node, call);
	}
	for (size_t i = 0; i < earlier.count; i++) {
		const member *m = &earlier.list[i];
		const idl_call *call = m->node;
		site at = { up, call_kind_name(call->kind), m->json, m->span, now->span };
		if (!m->twin && !m->evolution->deprecated)
			report_gone(j, CHANGE_WITHDRAWN, BOTH, &at, NULL);
	}
}

/* ---- the key ---- */

/* Names of parameters are on no wire. */
static bool same_form(const idl_key_part *was, const idl_key_part *now)
{
	for (; was && now; was = was->next, now = now->next) {
		if (!was->param != !now->param)
			return false;
		if (!was->param && strcmp(was->literal, now->literal) != 0)
			return false;
	}
	return !was && !now;
}

static void judge_key_params(judge *j, const trail *up, const idl_key_part *was,
			     const idl_key_part *now)
{
	for (; was && now; was = was->next, now = now->next) {
		if (!was->param)
			continue;
		site at = { .up = up, .what = "parameter", .name = now->param->json };
		judge_type(j, &at, was->param->type, now->param->type, FLOW_IN);
	}
}

static void judge_key(judge *j, const trail *up, const site *at, const idl_model *was,
		      const idl_model *now)
{
	if (same_form(was->key_parts, now->key_parts))
		judge_key_params(j, up, was->key_parts, now->key_parts);
	else
		report(j, CHANGE_MODEL_KEY, BOTH, at, became(j, was->key, now->key));
}

/* ---- models ---- */

static void judge_presences(judge *j, const trail *up, const site *at, const idl_model *was,
			    const idl_model *now)
{
	holder earlier = { &was->presence, was->presence_reserved, false, at->was };
	holder later = { &now->presence, now->presence_reserved, false, at->now };
	site here = { up, "member", "presence", at->was, at->now };
	if (was->has_presence && !now->has_presence)
		report_gone(j, CHANGE_WITHDRAWN, BOTH, &here, NULL);
	else if (was->has_presence)
		judge_fields(j, trail_add(j, up, "presence"), "field", &earlier, &later, BOTH);
}

static void judge_model(judge *j, const idl_decl *was, const idl_decl *now)
{
	const idl_model *old = &was->as.model, *young = &now->as.model;
	const trail *up = trail_add(j, NULL, now->name);
	site at = { NULL, "model", now->name, was->span, now->span };
	holder earlier = { &old->fields, old->reserved, false, was->span };
	holder later = { &young->fields, young->reserved, false, now->span };
	judge_key(j, up, &at, old, young);
	judge_fields(j, up, "field", &earlier, &later, FLOW_OUT | FLOW_LIVE);
	judge_calls(j, up, was, now);
	judge_presences(j, up, &at, old, young);
}

void judge_models(judge *j, const idl_decl *was, const idl_decl *now)
{
	judge_model(j, was, now);
	judge_run(j);
}

/* ---- trees ---- */

/* The declarations of the earlier version, by kind and name, with and without package. */
typedef struct {
	judge *j;
	names full, bare;
	names taken; /* those that became something */
} earlier_decls;

static const char *key_of(judge *j, const char *package, idl_decl_kind kind, const char *name)
{
	return idl_arena_printf(j->arena, "%d %s %s", (int)kind, package, name);
}

/* The nodes of a tree are only read. */
static void *item_of(const idl_decl *d)
{
	return (void *)(uintptr_t)d;
}

static void list_decls(earlier_decls *e, const idl_result *was)
{
	for (const idl_file *f = was->files; f; f = f->next) {
		for (const idl_decl *d = f->decls; d; d = d->next) {
			names_put(&e->full, e->j->arena, key_of(e->j, f->package, d->kind, d->name),
				  item_of(d));
			names_put(&e->bare, e->j->arena, key_of(e->j, "", d->kind, d->name),
				  item_of(d));
		}
	}
}

static const idl_decl *find(const earlier_decls *e, const idl_decl *now, const char *name)
{
	const idl_decl *found =
		names_get(&e->full, key_of(e->j, now->file->package, now->kind, name));
	return found ? found : names_get(&e->bare, key_of(e->j, "", now->kind, name));
}

static const char *taken_key(judge *j, const idl_decl *d)
{
	return idl_arena_printf(j->arena, "%p", item_of(d));
}

/* Each becomes one. */
static const idl_decl *take(earlier_decls *e, const idl_decl *now)
{
	const idl_decl *found = find(e, now, now->name);
	for (const idl_name *old = now->evolution.was; old && !found; old = old->next)
		found = find(e, now, old->text);
	if (!found || names_put(&e->taken, e->j->arena, taken_key(e->j, found), item_of(now)))
		return NULL;
	return found;
}

static void judge_all_models(earlier_decls *e, const idl_result *now)
{
	for (const idl_file *f = now->files; f; f = f->next) {
		for (const idl_decl *d = f->decls; d; d = d->next) {
			const idl_decl *was = d->kind == IDL_DECL_MODEL ? take(e, d) : NULL;
			if (was)
				judge_models(e->j, was, d);
		}
	}
}

static void report_lost_models(earlier_decls *e, const idl_result *was)
{
	for (const idl_file *f = was->files; f; f = f->next) {
		for (const idl_decl *d = f->root ? f->decls : NULL; d; d = d->next) {
			site at = { .what = "model", .name = d->name, .was = d->span };
			if (d->kind == IDL_DECL_MODEL && !d->evolution.deprecated &&
			    !names_get(&e->taken, taken_key(e->j, d)))
				report_gone(e->j, CHANGE_WITHDRAWN, BOTH, &at, NULL);
		}
	}
}

static bool is_type(idl_decl_kind kind)
{
	return kind != IDL_DECL_MODEL && kind != IDL_DECL_CONST;
}

static void judge_lent_types(earlier_decls *e, const idl_result *now)
{
	for (const idl_file *f = now->files; f; f = f->next) {
		for (const idl_decl *d = f->root ? f->decls : NULL; d; d = d->next) {
			bool reached = names_get(&e->j->seen, taken_key(e->j, d)) != NULL;
			const idl_decl *was = is_type(d->kind) && !reached ? take(e, d) : NULL;
			site at = { .what = idl_decl_kind_name(d->kind), .name = d->name };
			if (was)
				judge_pair(e->j, &at, was, d, BOTH);
		}
	}
	judge_run(e->j);
}

void judge_trees(judge *j, const idl_result *was, const idl_result *now)
{
	earlier_decls e = { .j = j };
	list_decls(&e, was);
	judge_all_models(&e, now);
	report_lost_models(&e, was);
	judge_lent_types(&e, now);
}
