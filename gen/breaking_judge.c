/* What was found, and whose turn it is. */
#include "breaking_compare.h"

#include <stdint.h>
#include <string.h>

/* Beyond as many pairs of types two schemas are made to be slow, not to be used. */
enum { MOST_PAIRS = 1000000, LONGEST_TRAIL = 8 };

const breaking_rule breaking_rules[CHANGES] = {
#define X(change, out, in, error, warning, says, reads, sends)                                     \
	[CHANGE_##change] = { BREAKING_##out, BREAKING_##in, DIAG_##error, DIAG_##warning,         \
			      says,	      reads,	     sends },
	BREAKING_RULES(X)
#undef X
};

struct finding {
	finding *next;
	breaking_change change;
	unsigned flow;
	bool gone;
	site at;
	const char *detail;
};

struct pair {
	pair *next; /* in the queue */
	const idl_decl *was, *now;
	unsigned seen, todo; /* flows; todo not 0: it is in the queue */
	const trail *trail;
};

judge *judge_new(idl_arena *arena)
{
	judge *j = idl_arena_alloc(arena, sizeof(*j));
	j->arena = arena;
	return j;
}

const trail *trail_add(judge *j, const trail *up, const char *name)
{
	trail *t = idl_arena_alloc(j->arena, sizeof(*t));
	*t = (trail){ .up = up, .name = name };
	return t;
}

const char *became(judge *j, const char *was, const char *now)
{
	return idl_arena_printf(j->arena, "%s became %s", was, now);
}

/* ---- findings ---- */

static breaking_verdict verdict_of(breaking_change change, unsigned flow)
{
	const breaking_rule *rule = &breaking_rules[change];
	breaking_verdict out = flow & FLOW_OUT ? rule->out : BREAKING_FINE;
	breaking_verdict in = flow & FLOW_IN ? rule->in : BREAKING_FINE;
	return out > in ? out : in;
}

static void *item_of(const void *of_ours)
{
	return (void *)(uintptr_t)of_ours;
}

static void remember(judge *j, const finding *found)
{
	breaking_verdict verdict = verdict_of(found->change, found->flow);
	if (verdict == BREAKING_FINE)
		return;
	const site *at = &found->at;
	const char *key = idl_arena_printf(j->arena, "%d %p %zu %p %zu %s", (int)found->change,
					   item_of(at->was.source), at->was.begin,
					   item_of(at->now.source), at->now.begin, at->name);
	finding *made = names_get(&j->findings, key);
	if (made) {
		made->flow |= found->flow;
	} else {
		made = idl_arena_alloc(j->arena, sizeof(*made));
		*made = *found;
		names_put(&j->findings, j->arena, key, made);
		if (j->last)
			j->last->next = made;
		else
			j->first = made;
		j->last = made;
	}
	if (verdict > j->worst)
		j->worst = verdict;
}

void report(judge *j, breaking_change change, unsigned flow, const site *at, const char *detail)
{
	remember(j, &(finding){ .change = change, .flow = flow, .at = *at, .detail = detail });
}

void report_gone(judge *j, breaking_change change, unsigned flow, const site *at,
		 const char *detail)
{
	remember(j, &(finding){ .change = change,
				.flow = flow,
				.gone = true,
				.at = *at,
				.detail = detail });
}

breaking_verdict judge_verdict(const judge *j)
{
	return j->worst;
}

/* ---- pairs ---- */

static pair *pair_of(judge *j, const site *at, const idl_decl *was, const idl_decl *now)
{
	const char *key = idl_arena_printf(j->arena, "%p:%p", item_of(was), item_of(now));
	pair *p = names_get(&j->pairs, key);
	if (p)
		return p;
	p = idl_arena_alloc(j->arena, sizeof(*p));
	*p = (pair){ .was = was, .now = now, .trail = trail_add(j, at->up, at->name) };
	names_put(&j->pairs, j->arena, key, p);
	names_put(&j->seen, j->arena, idl_arena_printf(j->arena, "%p", item_of(now)), p);
	j->pair_count++;
	return p;
}

void judge_pair(judge *j, const site *at, const idl_decl *was, const idl_decl *now, unsigned flow)
{
	if (j->pair_count == MOST_PAIRS) {
		report(j, CHANGE_UNCLEAR, flow, at, NULL);
		return;
	}
	pair *p = pair_of(j, at, was, now);
	if (!(flow & ~p->seen))
		return;
	p->seen |= flow;
	bool waits = p->todo != 0;
	p->todo |= flow;
	if (waits)
		return;
	p->next = NULL;
	if (j->queue)
		j->queue_end->next = p;
	else
		j->queue = p;
	j->queue_end = p;
}

void judge_run(judge *j)
{
	while (j->queue) {
		pair *p = j->queue;
		unsigned flow = p->todo;
		j->queue = p->next;
		p->todo = 0;
		judge_decls(j, p->trail, p->was, p->now, flow);
	}
}

/* ---- messages ---- */

/* "Notes.notes[].text"; of a long one the end. */
static const char *path_of(idl_arena *arena, const site *at)
{
	const char *path = at->name;
	size_t count = 1;
	for (const trail *t = at->up; t; t = t->up, count++) {
		if (count == LONGEST_TRAIL)
			return idl_arena_printf(arena, "...%s", path);
		path = idl_arena_printf(arena, "%s.%s", t->name, path);
	}
	return path;
}

static void tell(const judge *j, const finding *f, diag_list *diags)
{
	const breaking_rule *rule = &breaking_rules[f->change];
	breaking_verdict verdict = verdict_of(f->change, f->flow);
	bool reads = f->flow & FLOW_OUT && rule->out == verdict;
	diag_code code = verdict == BREAKING_BREAKS ? rule->error : rule->warning;
	diag *d = diag_add(diags, code, f->gone ? f->at.was : f->at.now, "%s '%s' %s%s%s; %s",
			   f->at.what, path_of(j->arena, &f->at), rule->says, f->detail ? ": " : "",
			   f->detail ? f->detail : "", reads ? rule->reads : rule->sends);
	if (f->gone && f->at.now.source)
		diag_note(d, f->at.now, "it is not here any more");
	else if (!f->gone && f->at.was.source)
		diag_note(d, f->at.was, "the earlier version is here");
	if (f->gone && f->change == CHANGE_REMOVED && verdict == BREAKING_BREAKS)
		diag_help(d, "deprecate it first, or name it in @was of what it became");
}

void judge_report(const judge *j, diag_list *diags)
{
	for (const finding *f = j->first; f; f = f->next)
		tell(j, f, diags);
}
