/*
 * Templates: what outputs look like. A template holds layout; what it shows was decided before.
 *
 *   {{name}}                      the text bound to the name
 *   {{#list}} … {{/list}}         once per view in the list; inside, its names come before outer
 * ones
 *   {{?name}} … {{/name}}         when the flag is set, the text is not empty or the list is not
 *   {{?name}} … {{:}} … {{/name}} … and otherwise
 *   {{^name}} … {{/name}}         otherwise
 *   {{! … }}                      a remark
 *
 * Inside a loop, `first` and `last` are flags. A line that holds one tag other than {{name}} and
 * nothing else but space disappears as a whole. Of three braces in a row the first is text. Nothing
 * else: no expressions, no includes. A name that is not bound, or bound to another kind than the
 * tag wants, is a mistake with template and line.
 *
 * Templates are embedded when the compiler is built. A folder given to tmpl_set_new() is looked
 * into first, file by file.
 */
#ifndef GEN_TMPL_H
#define GEN_TMPL_H

#include "buf.h"
#include "view.h"

typedef struct tmpl_set tmpl_set;

/* Lives in the arena. `folder` of --templates, or NULL; borrowed. */
tmpl_set *tmpl_set_new(idl_arena *arena, view_pool *pool, const char *folder);
view_pool *tmpl_set_pool(const tmpl_set *set);

/* From now on each view is printed there before it is rendered: --dump=view. */
void tmpl_set_dump(tmpl_set *set, FILE *to);

/* Appends the template "c/struct.h" (the file templates/c/struct.h.tmpl) filled in with `v`. */
void tmpl_render(tmpl_set *set, const char *name, const view *v, buf *out);

/* The first mistake of all that was rendered: "c/struct.h.tmpl:12: unknown name 'nmae'"; or NULL.
 * To be checked once, before outputs are written. */
const char *tmpl_set_error(const tmpl_set *set);

/* A template in memory, for tests. As tmpl_render(), `name` only shows in errors. */
void tmpl_render_text(tmpl_set *set, const char *name, const char *text, const view *v, buf *out);

/* The embedded ones: made from templates/ by embed.sh. The last has no name. */
typedef struct tmpl_source {
	const char *name;	 /* "c/struct.h" */
	const char *const *text; /* pieces, up to a NULL */
} tmpl_source;
extern const tmpl_source tmpl_sources[];

#endif
