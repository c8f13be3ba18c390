/*
 * Structs and unions that hold each other.
 *
 * A member is an edge: HARD when the other is always there in place, SOFT when it may be absent or
 * null, LOOSE when a list, map or table stands between. A circle of hard edges is an infinite
 * type. A soft edge on a circle of hard and soft ones is held by pointer ("boxed"). A circle of
 * any edges makes a type recursive.
 *
 * Circles are strongly connected components (Tarjan 1972), without recursion: a schema may be
 * deeper than the stack.
 */
#include "check.h"

typedef enum { HARD, SOFT, LOOSE, NO_EDGE } edge;

typedef struct {
	idl_decl *decl;
	idl_field *at; /* the next edge to look at, while it is on the path */
	size_t index;  /* 1-based order of visit; 0: not visited */
	size_t low;
	size_t component; /* 0: still open */
	bool looped;	  /* an edge to itself, or a component with others */
	bool on_walk;
} node;

typedef struct {
	check *c;
	node *nodes;
	size_t count;
	edge widest; /* edges up to this count */
	node **path, **open;
	size_t path_length, open_length;
	size_t visits, components;
} graph;

static idl_fields *members_of(idl_decl *decl)
{
	return decl->kind == IDL_DECL_UNION ? &decl->as.tagged.tags : &decl->as.structure.fields;
}

/* What a field holds, through containers; and how. */
static edge edge_of(const idl_field *field, node **to)
{
	const idl_type *type = field->type;
	edge e = field->optional || type->nullable ? SOFT : HARD;
	bool in_place = field->inlined;
	while (type->element) {
		if (type->kind != IDL_LIST || !in_place)
			e = LOOSE;
		in_place = false;
		type = type->element;
	}
	if (type->kind != IDL_STRUCT && type->kind != IDL_UNION)
		return NO_EDGE;
	*to = type->decl->mark;
	return *to ? e : NO_EDGE;
}

static void enter(graph *g, node *n)
{
	n->index = n->low = ++g->visits;
	n->at = members_of(n->decl)->first;
	g->path[g->path_length++] = n;
	g->open[g->open_length++] = n;
}

static void leave(graph *g, node *n)
{
	g->path_length--;
	if (g->path_length && g->path[g->path_length - 1]->low > n->low)
		g->path[g->path_length - 1]->low = n->low;
	if (n->low != n->index)
		return;
	size_t component = ++g->components;
	bool several = g->open[g->open_length - 1] != n;
	node *member;
	do {
		member = g->open[--g->open_length];
		member->component = component;
		member->looped |= several;
	} while (member != n);
}

static void step(graph *g, node *n)
{
	idl_field *field = n->at;
	node *to = NULL;
	n->at = field->next;
	edge e = edge_of(field, &to);
	if (e > g->widest)
		return;
	if (to == n)
		n->looped = true;
	if (!to->index)
		enter(g, to);
	else if (!to->component && n->low > to->index)
		n->low = to->index;
}

static void find_components(graph *g, edge widest)
{
	g->widest = widest;
	g->visits = g->components = 0;
	for (size_t i = 0; i < g->count; i++)
		g->nodes[i] = (node){ .decl = g->nodes[i].decl };
	for (size_t i = 0; i < g->count; i++) {
		if (g->nodes[i].index)
			continue;
		enter(g, &g->nodes[i]);
		while (g->path_length) {
			node *n = g->path[g->path_length - 1];
			if (n->at)
				step(g, n);
			else
				leave(g, n);
		}
	}
}

/* The first hard edge that stays in the component. */
static idl_field *stay(node *from, node **to)
{
	for (idl_field *field = members_of(from->decl)->first; field; field = field->next)
		if (edge_of(field, to) == HARD && (*to)->component == from->component)
			return field;
	return NULL;
}

static void report_circle(graph *g, node *start)
{
	node *n = start, *to = NULL;
	while (!n->on_walk) {
		n->on_walk = true;
		if (!stay(n, &to))
			return;
		n = to;
	}
	/* n is on the circle; begin at what stands first in the file, so that it is stable. */
	node *first = n;
	for (node *m = n; stay(m, &to) && to != n; m = to)
		if (to < first)
			first = to;
	idl_field *field = stay(first, &to);
	diag *d = diag_add(g->c->diags, DIAG_E0306, field->span, "%s '%s' would have infinite size",
			   idl_decl_kind_name(first->decl->kind), first->decl->name);
	for (node *m = to; m != first; m = to) {
		const idl_field *next = stay(m, &to);
		diag_note(d, next->span, "'%s' holds '%s'", m->decl->name, to->decl->name);
	}
	if (first->decl->kind == IDL_DECL_STRUCT)
		diag_help(d, "let it be absent: '%s?:'", field->name);
}

static void report_circles(graph *g)
{
	bool *said = idl_arena_alloc(g->c->arena, g->count + 2);
	for (size_t i = 0; i < g->count; i++) {
		node *n = &g->nodes[i];
		if (!n->looped || said[n->component])
			continue;
		said[n->component] = true;
		report_circle(g, n);
	}
}

static void box(graph *g)
{
	for (size_t i = 0; i < g->count; i++) {
		node *from = &g->nodes[i], *to = NULL;
		for (idl_field *f = members_of(from->decl)->first; f; f = f->next)
			if (edge_of(f, &to) == SOFT && to->component == from->component &&
			    from->looped)
				f->boxed = !f->type->element;
	}
}

static void flag_recursive(graph *g)
{
	for (size_t i = 0; i < g->count; i++) {
		idl_decl *decl = g->nodes[i].decl;
		if (decl->kind == IDL_DECL_UNION)
			decl->as.tagged.recursive = g->nodes[i].looped;
		else
			decl->as.structure.recursive = g->nodes[i].looped;
	}
}

static bool has_members(const idl_decl *decl)
{
	return decl->kind == IDL_DECL_STRUCT || decl->kind == IDL_DECL_UNION;
}

void check_sizes(check *c, idl_file *files)
{
	graph g = { .c = c };
	for (idl_file *file = files; file; file = file->next)
		for (idl_decl *decl = file->decls; decl; decl = decl->next)
			g.count += has_members(decl);
	g.nodes = idl_arena_array(c->arena, g.count + 1, sizeof *g.nodes);
	g.path = idl_arena_array(c->arena, g.count + 1, sizeof *g.path);
	g.open = idl_arena_array(c->arena, g.count + 1, sizeof *g.open);
	size_t i = 0;
	for (idl_file *file = files; file; file = file->next)
		for (idl_decl *decl = file->decls; decl; decl = decl->next)
			if (has_members(decl)) {
				g.nodes[i].decl = decl;
				decl->mark = &g.nodes[i++];
			}
	find_components(&g, HARD);
	report_circles(&g);
	find_components(&g, SOFT);
	box(&g);
	find_components(&g, LOOSE);
	flag_recursive(&g);
	for (i = 0; i < g.count; i++)
		g.nodes[i].decl->mark = NULL;
}
