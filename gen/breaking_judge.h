/*
 * Two versions of a schema, compared.
 *
 *   judge *j = judge_new(arena);
 *   judge_trees(j, &was, &now);            …or judge_models(j, decl, decl)
 *   if (judge_verdict(j) == BREAKING_BREAKS) …
 *   judge_report(j, diags);
 *
 * The JSON name is the identity, so names of types do not count; what is compared is what is on a
 * wire. A struct is judged in each direction it is used in, once per direction, so recursion ends.
 *
 * Both trees come from loads without errors. All memory is the arena's. A judge is used for one
 * comparison.
 */
#ifndef GEN_BREAKING_JUDGE_H
#define GEN_BREAKING_JUDGE_H

#include "../idl/idl.h"
#include "breaking_rule.h"

typedef struct judge judge;

judge *judge_new(idl_arena *arena);

/*
 * The models of all files, by package and name, else by name, else by @was. Models of the roots
 * that are gone are reported, those of imports not. Types of the roots that no model reaches are
 * compared by name in both directions, since whoever imports them may use them either way.
 */
void judge_trees(judge *j, const idl_result *was, const idl_result *now);

/* Two versions of one model. */
void judge_models(judge *j, const idl_decl *was, const idl_decl *now);

/* The worst so far. */
breaking_verdict judge_verdict(const judge *j);

/* One diagnostic per change: an error when it breaks, else a warning. Its place is in the later
 * version; for what was removed, in the earlier one. */
void judge_report(const judge *j, diag_list *diags);

#endif
