/*
 * Internal to breaking_*.c: a comparison while it runs.
 *
 * breaking_judge.c keeps what was found and the worklist of pairs of declarations,
 * breaking_member.c finds out which member was which; breaking_type.c compares types,
 * breaking_field.c fields, breaking_decl.c structs, enums and unions, breaking_model.c models and
 * calls.
 */
#ifndef GEN_BREAKING_COMPARE_H
#define GEN_BREAKING_COMPARE_H

#include "breaking_judge.h"

#include "../idl/arena.h"
#include "../idl/names.h"

/* How one got somewhere, for messages: "Notes", "notes[]", "text". */
typedef struct trail {
	const struct trail *up; /* or NULL */
	const char *name;
} trail;

/* What is being compared, and what to call it. */
typedef struct {
	const trail *up;  /* of its holder */
	const char *what; /* "field" */
	const char *name;
	idl_span was, now;
} site;

typedef struct pair pair;
typedef struct finding finding;

struct judge {
	idl_arena *arena;
	finding *first, *last;
	names findings; /* by change and places */
	pair *queue, *queue_end;
	names pairs; /* by both declarations */
	names seen;  /* declarations of the later version that were compared */
	size_t pair_count;
	breaking_verdict worst;
};

/* ---- breaking_judge.c ---- */

/*
 * Remembers a change at a place of the later version, or with `report_gone` at one of the earlier
 * version, where `now` is the holder that has it no more. The same change at the same places is
 * one, judged in the directions of both. detail: what it was and became; or NULL.
 */
void report(judge *j, breaking_change change, unsigned flow, const site *at, const char *detail);
void report_gone(judge *j, breaking_change change, unsigned flow, const site *at,
		 const char *detail);

/* Compares two declarations of one kind when it is their turn. */
void judge_pair(judge *j, const site *at, const idl_decl *was, const idl_decl *now, unsigned flow);

/* Takes turns until nothing is left. */
void judge_run(judge *j);

const trail *trail_add(judge *j, const trail *up, const char *name);

/* "low became high" */
const char *became(judge *j, const char *was, const char *now);

/* ---- breaking_member.c ---- */

/* A field, tag, value, call or declaration, in one of two lists of its kind. */
typedef struct member member;
struct member {
	const char *json, *name;
	const idl_evolution *evolution;
	idl_span span;
	const void *node;
	const idl_type *type; /* of fields; else NULL */
	member *twin;	      /* what it is in the other version; or NULL */
	bool renamed;	      /* the twin has another JSON name, and nothing says so */
};

typedef struct {
	member *list;
	size_t count;
} members;

members members_of_fields(judge *j, const idl_fields *fields); /* without @local ones */
members members_of_values(judge *j, const idl_enum *enumeration);
members members_of_calls(judge *j, const idl_model *model);
members members_of_throws(judge *j, const idl_call *call);

/* Fills the twins of both. reserved: by the later version; such a name was removed on purpose. */
void members_match(judge *j, members *was, members *now, const idl_name *reserved);

bool member_reserved(const member *m, const idl_name *reserved);

/* ---- breaking_type.c ---- */

/* at->was and at->now are replaced by the places of the types. */
void judge_type(judge *j, const site *at, const idl_type *was, const idl_type *now, unsigned flow);

/* How a constraint moved. */
typedef struct {
	bool tighter, looser;
} shift;

void report_moved(judge *j, shift c, unsigned flow, const site *at, const char *detail);

/* ---- breaking_field.c ---- */

/* What has fields: a struct, the state of a model, the parameters of a call. */
typedef struct {
	const idl_fields *fields;
	const idl_name *reserved; /* or NULL */
	bool closed;
	idl_span span;
} holder;

/* `what` they are called: "field". */
void judge_fields(judge *j, const trail *up, const char *what, const holder *was, const holder *now,
		  unsigned flow);

/* Names that the earlier version reserved. `later`: the members of the later version. */
void judge_reserved(judge *j, const site *at, const holder *was, const holder *now,
		    const members *later, unsigned flow);

/* Everybody, or a role, was among the first and is not among the second. */
bool roles_lost(const idl_roles *was, const idl_roles *now);

/* ---- breaking_decl.c ---- */

/* The declarations of a pair. */
void judge_decls(judge *j, const trail *up, const idl_decl *was, const idl_decl *now,
		 unsigned flow);

#endif
