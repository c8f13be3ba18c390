/*
 * What a change of a schema means for those who still use an earlier version: one table.
 *
 * A change is judged by the direction in which values flow. OUT: from the server to clients (state,
 * results, errors, events, presence). IN: from clients to the server (parameters, presence, the key
 * of a model, and state that clients may write, which so flows both ways). "Unless deprecated
 * before", "unless the enum was open" and the like are not here: where they hold, the change is
 * reported for the other direction only, or not at all.
 */
#ifndef GEN_BREAKING_RULE_H
#define GEN_BREAKING_RULE_H

#include "../idl/diag.h"

typedef enum { BREAKING_FINE, BREAKING_WARNS, BREAKING_BREAKS } breaking_verdict;

/* Bits. LIVE: inside the state of a document, where @write has a meaning. */
enum { FLOW_OUT = 1u << 0, FLOW_IN = 1u << 1, FLOW_LIVE = 1u << 2 };

/*
 * X(CHANGE, out, in, error, warning, what happened,
 *   why it matters to readers, why it matters to senders)
 *
 * A change that never gives an error or a warning has its other code in that place.
 */
#define BREAKING_RULES(X)                                                                          \
	X(REMOVED, BREAKS, WARNS, E0801, W0801, "is gone", "earlier clients read it",              \
	  "what earlier clients send in it is ignored")                                            \
	X(RENAMED, BREAKS, BREAKS, E0802, E0802, "was renamed without @was",                       \
	  "earlier clients know the old name", "earlier clients know the old name")                \
	X(ADDED, WARNS, BREAKS, E0803, W0803, "is new and has no default",                         \
	  "earlier servers do not send it", "earlier clients do not send it")                      \
	X(REQUIRED, FINE, BREAKS, E0804, E0804, "has to be sent now", "",                          \
	  "earlier clients may not")                                                               \
	X(ABSENT, BREAKS, FINE, E0805, E0805, "may be missing now", "earlier clients rely on it",  \
	  "")                                                                                      \
	X(TIGHTENED, FINE, BREAKS, E0806, E0806, "takes less", "",                                 \
	  "earlier clients may send more")                                                         \
	X(LOOSENED, WARNS, FINE, W0807, W0807, "takes more", "earlier clients may refuse it", "")  \
	X(VALUE_ADDED, BREAKS, FINE, E0808, E0808, "is new", "earlier clients do not know it", "") \
	X(VALUE_REMOVED, FINE, BREAKS, E0809, E0809, "is gone", "", "earlier clients may send it") \
	X(TYPE, BREAKS, BREAKS, E0810, E0810, "has another type",                                  \
	  "earlier clients expect the old one", "earlier clients send the old one")                \
	X(KEY, BREAKS, BREAKS, E0811, E0811, "has another @key",                                   \
	  "earlier clients know the old one", "earlier clients know the old one")                  \
	X(RESULT, BREAKS, BREAKS, E0812, E0812, "gives back something else",                       \
	  "earlier clients expect the old result", "earlier clients expect the old result")        \
	X(ERRORS, BREAKS, BREAKS, E0813, E0813, "throws other errors",                             \
	  "earlier clients know the old ones", "earlier clients know the old ones")                \
	X(CALL_KIND, BREAKS, BREAKS, E0814, E0814, "is another kind of call",                      \
	  "earlier clients know the old one", "earlier clients use the old one")                   \
	X(MODEL_KEY, BREAKS, BREAKS, E0815, E0815, "has another key",                              \
	  "earlier clients ask for the old one", "earlier clients ask for the old one")            \
	X(WITHDRAWN, BREAKS, BREAKS, E0816, E0816, "is gone", "earlier clients use it",            \
	  "earlier clients use it")                                                                \
	X(CLOSED_ADDED, BREAKS, FINE, E0817, E0817, "is new in a @closed struct",                  \
	  "earlier clients refuse it", "")                                                         \
	X(CLOSED_REMOVED, FINE, BREAKS, E0817, E0817, "is gone from a @closed struct", "",         \
	  "what earlier clients send in it is refused")                                            \
	X(COMES_BACK, BREAKS, BREAKS, E0818, E0818, "has a name that was reserved",                \
	  "somebody may know it by its old meaning", "somebody may send its old meaning")          \
	X(UNCLEAR, BREAKS, BREAKS, E0819, E0819, "cannot be compared",                             \
	  "the types refer to each other in too many ways",                                        \
	  "the types refer to each other in too many ways")                                        \
	X(RIGHTS, WARNS, WARNS, W0820, W0820, "is open to fewer", "some earlier clients lose it",  \
	  "some earlier clients are refused")                                                      \
	X(RELEASED, WARNS, WARNS, W0821, W0821, "is reserved no more",                             \
	  "the name may come back with another meaning",                                           \
	  "the name may come back with another meaning")

typedef enum {
#define X(change, out, in, error, warning, says, reads, sends) CHANGE_##change,
	BREAKING_RULES(X)
#undef X
		CHANGES
} breaking_change;

typedef struct {
	breaking_verdict out, in;
	diag_code error, warning;
	const char *says, *reads, *sends;
} breaking_rule;

extern const breaking_rule breaking_rules[CHANGES];

#endif
