#include "scope.h"

#include "source.h"

#include <string.h>

/* Imports that answer to the same qualifier. */
typedef struct reach reach;
struct reach {
	reach *next;
	idl_import *import;
};

/* A name of an import of the same package. */
typedef struct {
	idl_decl *decl;
	idl_import *import;
} neighbour;

struct scope {
	names own;	  /* idl_decl */
	names lost;	  /* idl_name */
	names neighbours; /* neighbour */
	names qualifiers; /* reach */
	bool blind;	  /* an import could not be read: what is unknown may stand there */
};

static scope *of(const idl_file *file)
{
	return file->scope;
}

void scope_new(check *c, idl_file *file, idl_name *lost)
{
	scope *s = idl_arena_alloc(c->arena, sizeof *s);
	for (idl_name *name = lost; name; name = name->next)
		names_put(&s->lost, c->arena, name->text, name);
	file->scope = s;
}

idl_kind scope_builtin(const char *name)
{
	for (int kind = IDL_BOOL; kind < IDL_KINDS; kind++)
		if (kind != IDL_ENUM && kind != IDL_STRUCT && kind != IDL_UNION &&
		    kind != IDL_LIST && strcmp(idl_kind_info[kind].spelling, name) == 0)
			return (idl_kind)kind;
	return IDL_KIND_BAD;
}

void scope_fill(check *c, idl_file *file)
{
	for (idl_decl *decl = file->decls; decl; decl = decl->next) {
		if (scope_builtin(decl->name) || strcmp(decl->name, "null") == 0) {
			diag_add(c->diags, DIAG_E0206, decl->span, "'%s' is a type of the language",
				 decl->name);
			continue;
		}
		if (strcmp(decl->name, "__proto__") == 0) {
			diag_add(c->diags, DIAG_E0206, decl->span, "'__proto__' cannot be a name");
			continue;
		}
		const idl_decl *first = names_put(&of(file)->own, c->arena, decl->name, decl);
		if (!first)
			continue;
		diag *d = diag_add(c->diags, DIAG_E0202, decl->span, "'%s' is declared twice",
				   decl->name);
		diag_note(d, first->span, "first declared here");
	}
}

static void add_qualifier(check *c, scope *s, const char *name, idl_import *import)
{
	reach *r = idl_arena_alloc(c->arena, sizeof *r);
	r->import = import;
	reach *first = names_put(&s->qualifiers, c->arena, name, r);
	if (!first)
		return;
	for (; first; first = first->next) {
		if (first->import == import)
			return;
		if (!first->next) {
			first->next = r;
			return;
		}
	}
}

static const char *base_name(check *c, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;
	return idl_arena_copy(c->arena, base, strcspn(base, "."));
}

static void link_import(check *c, idl_file *file, idl_import *import)
{
	scope *s = of(file);
	const reach *taken = import->alias ? names_get(&s->qualifiers, import->alias) : NULL;
	if (taken && taken->import->alias) {
		diag *d = diag_add(c->diags, DIAG_E0604, import->span,
				   "two imports are called '%s'", import->alias);
		diag_note(d, taken->import->span, "the first is here");
	}
	s->blind |= !import->file || import->file->incomplete;
	if (import->alias) {
		add_qualifier(c, s, import->alias, import);
		return;
	}
	if (import->file && *import->file->package) {
		const char *package = import->file->package;
		const char *dot = strrchr(package, '.');
		add_qualifier(c, s, package, import);
		add_qualifier(c, s, dot ? dot + 1 : package, import);
	}
	add_qualifier(c, s, base_name(c, import->path), import);
	if (!import->file || strcmp(import->file->package, file->package) != 0)
		return;
	for (idl_decl *decl = import->file->decls; decl; decl = decl->next) {
		neighbour *n = idl_arena_alloc(c->arena, sizeof *n);
		*n = (neighbour){ decl, import };
		names_put(&s->neighbours, c->arena, decl->name, n);
	}
}

void scope_link(check *c, idl_file *file)
{
	for (idl_import *import = file->imports; import; import = import->next)
		link_import(c, file, import);
}

void scope_finish(check *c, idl_file *file)
{
	for (idl_import *import = file->imports; import; import = import->next)
		if (import->file && !import->used)
			diag_add(c->diags, DIAG_W0701, import->span, "nothing of '%s' is used",
				 import->path);
}

/* people.User: `dot` is the last one. */
static scope_answer find_qualified(idl_file *file, const char *name, const char *dot)
{
	char qualifier[256];
	size_t length = (size_t)(dot - name);
	if (length >= sizeof qualifier)
		return (scope_answer){ 0 };
	memcpy(qualifier, name, length);
	qualifier[length] = '\0';
	scope *s = of(file);
	scope_answer answer = { 0 };
	if (*file->package && strcmp(qualifier, file->package) == 0)
		answer.decl = names_get(&s->own, dot + 1);
	const reach *first = names_get(&s->qualifiers, qualifier);
	for (const reach *r = first; r; r = r->next) {
		r->import->used = true;
		if (!r->import->file) {
			answer.silent = true;
			continue;
		}
		idl_decl *found = names_get(&of(r->import->file)->own, dot + 1);
		if (answer.decl && found && found != answer.decl)
			answer.other = found;
		answer.decl = answer.decl ? answer.decl : found;
		answer.silent |= r->import->file->incomplete ||
				 names_get(&of(r->import->file)->lost, dot + 1);
	}
	answer.silent |= !first && s->blind;
	return answer;
}

scope_answer scope_find(idl_file *file, const char *name)
{
	const char *dot = strrchr(name, '.');
	if (dot)
		return find_qualified(file, name, dot);
	scope *s = of(file);
	idl_decl *own = names_get(&s->own, name);
	if (own)
		return (scope_answer){ .decl = own };
	neighbour *n = names_get(&s->neighbours, name);
	if (n) {
		n->import->used = true;
		return (scope_answer){ .decl = n->decl };
	}
	return (scope_answer){ .silent =
				       s->blind || file->incomplete || names_get(&s->lost, name) };
}

/* ---- suggestions ---- */

typedef struct {
	nearest n;
	unsigned kinds;
	const char *found; /* as it has to be written */
} search;

static void offer(search *s, check *c, const idl_decl *decl, const char *qualifier)
{
	if (!(s->kinds & 1u << decl->kind))
		return;
	const char *before = s->n.best;
	nearest_offer(&s->n, decl->name);
	if (s->n.best == before)
		return;
	s->found = *qualifier ? idl_arena_printf(c->arena, "%s.%s", qualifier, decl->name)
			      : decl->name;
}

static const char *qualifier_of(check *c, const idl_file *file, const idl_import *import)
{
	if (import->alias)
		return import->alias;
	const char *package = import->file->package;
	if (strcmp(package, file->package) == 0)
		return "";
	const char *dot = strrchr(package, '.');
	return dot ? dot + 1 : *package ? package : base_name(c, import->path);
}

const char *scope_suggest(check *c, idl_file *file, const char *name, unsigned kinds, bool builtin)
{
	/* Long lists of mistakes are not all shown; searching for all of them would be quadratic.
	 */
	if (diag_errors(c->diags) > 20)
		return NULL;
	const char *dot = strrchr(name, '.');
	search s = { .kinds = kinds };
	nearest_init(&s.n, dot ? dot + 1 : name);
	for (int kind = IDL_BOOL; builtin && kind < IDL_KINDS; kind++) {
		const char *before = s.n.best;
		if (scope_builtin(idl_kind_info[kind].spelling))
			nearest_offer(&s.n, idl_kind_info[kind].spelling);
		if (s.n.best != before)
			s.found = s.n.best;
	}
	for (idl_decl *decl = file->decls; decl; decl = decl->next)
		offer(&s, c, decl, "");
	for (idl_import *import = file->imports; import; import = import->next)
		for (idl_decl *decl = import->file ? import->file->decls : NULL; decl;
		     decl = decl->next)
			offer(&s, c, decl, qualifier_of(c, file, import));
	return s.found;
}
