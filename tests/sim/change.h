/*
 * One mutation of a client: of any model, repeatable from its own seed, and told apart from all
 * others by its token, which it leaves in the list `log`.
 */
#ifndef SIM_CHANGE_H
#define SIM_CHANGE_H

#include <syncgen/model.h>

#include "../unit/seed.h"

enum change_kind {
	CHANGE_LOG,    /* the token alone */
	CHANGE_ADD,    /* an item with the token as its id */
	CHANGE_REMOVE, /* an item */
	CHANGE_TAG,    /* gives an item its own id as its tag: who hits another one is found out */
	CHANGE_MOVE,   /* an item */
	CHANGE_HIT,    /* adds one to the counter */
	CHANGE_WRITE,  /* the token into the text, between others */
	CHANGE_SECRET, /* what only some may */
	CHANGE_FIXED,  /* what nobody may but the server: of plain clients alone, others do not say
			  it */
	CHANGE_KEY,    /* an element whose key may be there already: then it is refused */
	CHANGE_PASS,   /* writes the token and what it saw into what is checked */
	CHANGE_ANY,    /* anything else of the model that clients may write */
	CHANGE_POKE,   /* an action that leaves the token */
	CHANGE_RULE,   /* the same, which only some may */
	CHANGE_FAIL,   /* an action that fails behind its changes */
	CHANGE_KINDS
};

enum ending {
	ENDING_WAITING,
	ENDING_DONE,
	ENDING_REFUSED,
	ENDING_UNKNOWN /* the client that made it is gone, or was forgotten */
};

struct change {
	enum change_kind kind;
	char token[24];
	uint64_t dice;
	enum ending ending;
	bool buried; /* it was in a document that was deleted */
	/* Of plain clients: */
	uint64_t number; /* 0: not pushed under a number that counts */
	bool refused, stale;
	/* Of others: */
	uint64_t handle;
};

/* Is it one of the fields that all models have, for what is told apart? */
bool field_is_ours(const sync_field *field);
/* The field of that name in a struct, or NULL. */
const sync_field *field_of(const sync_type *type, const char *name, unsigned *index);
const void *cell_of(const sync_type *type, const void *state, const char *name);

/* The name of the action that it is. */
static inline const char *change_action(const struct change *change)
{
	return change->kind == CHANGE_POKE ? "poke" : change->kind == CHANGE_RULE ? "rule" : "fail";
}

static inline bool change_is_action(const struct change *change)
{
	return change->kind >= CHANGE_POKE;
}

/* Does it to a state, as somebody who sees that; but for HIT, WRITE, SECRET and KEY, which each
 * client says in its own way. */
sync_status change_apply(const struct change *change, const sync_type *type, void *state,
			 uint64_t sees);

/* What PASS writes over `seen`: "TOKEN<" and the token in there. */
void change_baton(const struct change *change, const char *seen, char *out, size_t size);

/* Where WRITE writes: a position between tokens, in UTF-16 units. */
size_t change_position(const struct change *change, const char *text);

#endif
