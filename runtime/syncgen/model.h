/*
 * The table a generated model hands to the runtime: its state type, its calls, its rights, its
 * hash. Constant data; generated code fills it, nobody else does.
 */
#ifndef SYNCGEN_MODEL_H
#define SYNCGEN_MODEL_H

#include <syncgen/type.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sync_call sync_call;	  /* a running action, for its handler: call.h */
typedef struct sync_task sync_task;	  /* a running task, for its handler: task.h */
typedef struct sync_session sync_session; /* a peer: session.h */

/*
 * X(NAME, spelling, enforced): what a model may ask of the runtime beyond plain state. `enforced`
 * is 1 once this runtime does it; a server refuses a model that asks for more.
 */
#define SYNC_FEATURE_TABLE(X)                                                                      \
	X(WRITE, "@write", 1)                                                                      \
	X(WRITE_ROLE, "@write(role)", 1)                                                           \
	X(READ, "@read", 1)                                                                        \
	X(LOCAL, "@local", 1)                                                                      \
	X(COMPUTED, "@computed", 1)                                                                \
	X(CONST, "@const", 1)                                                                      \
	X(VOLATILE, "@volatile", 1)                                                                \
	X(INLINE, "@inline", 1)                                                                    \
	X(ATOMIC, "@atomic", 1)                                                                    \
	X(CREATED, "@created", 0)                                                                  \
	X(UPDATED, "@updated", 0)                                                                  \
	X(RETAIN, "@retain", 0)                                                                    \
	X(INDEX, "@index", 0)                                                                      \
	X(MERGE, "@merge", 1)                                                                      \
	X(RATE, "@rate of a field", 0)                                                             \
	X(ROLE, "@role", 1)                                                                        \
	X(IDEMPOTENT, "@idempotent", 1)                                                            \
	X(CALL_RATE, "@rate of a call", 1)                                                         \
	X(TIMEOUT, "@timeout", 1)                                                                  \
	X(SINGLE, "@single", 1)                                                                    \
	X(KEY_PARAMS, "a key with parameters", 1)                                                  \
	X(TTL, "@ttl", 1)                                                                          \
	X(PERSIST, "@persist", 0)                                                                  \
	X(TOPIC, "@topic", 0)                                                                      \
	X(RUNNING, "@running", 1)                                                                  \
	X(SESSION, "@session", 1)                                                                  \
	X(PRESENCE, "presence", 1)                                                                 \
	X(PROGRESS, "progress", 1)                                                                 \
	X(THROWS, "throws", 1)

enum sync_feature_number {
#define X(name, spelling, enforced) SYNC_FEATURE_NUMBER_##name,
	SYNC_FEATURE_TABLE(X)
#undef X
		SYNC_FEATURE_COUNT
};
#define SYNC_FEATURE(name) ((uint64_t)1 << SYNC_FEATURE_NUMBER_##name)

/* The result of a call: where its cell lies in the result's storage. A result that may be null has
 * a flag beside it, as a field has. */
typedef struct sync_result {
	const sync_type *type;
	uint32_t size;	 /* of the storage */
	uint32_t offset; /* of the cell */
	uint32_t null;	 /* of `bool null_value`, or SYNC_NO_OFFSET */
} sync_result;

/* `error Full { … }`: its name on the wire and its arguments. */
typedef struct sync_thrown {
	const char *name;
	const sync_type *type;
} sync_thrown;

enum sync_call_flag {
	SYNC_CALL_TASK = 1u << 0,
	SYNC_CALL_IDEMPOTENT = 1u << 1,
	SYNC_CALL_SINGLE = 1u << 2
};

typedef struct sync_call_info {
	const char *name;		  /* on the wire */
	uint32_t flags;			  /* sync_call_flag */
	const sync_type *params;	  /* a struct, maybe without fields */
	const sync_result *result;	  /* NULL: nothing */
	const sync_type *progress;	  /* tasks; NULL: none */
	const sync_thrown *const *throws; /* NULL-terminated, or NULL */
	uint64_t roles;			  /* SYNC_SEE_ bits of who may call it */
	uint32_t rate_count;		  /* 0: no limit */
	uint64_t rate_ms, timeout_ms;
	/* Calls the handler out of the application's table with typed arguments; UNSUPPORTED when
	 * the table has none. `run` is a sync_call * or, for tasks, a sync_task *. */
	sync_status (*dispatch)(void *run, const void *handlers, void *state, const void *args,
				void *result);
} sync_call_info;

typedef struct sync_event_info {
	const char *name;
	const sync_type *params;
} sync_event_info;

enum sync_model_flag { SYNC_MODEL_SESSION = 1u << 0, SYNC_MODEL_PERSIST = 1u << 1 };

/*
 * What a peer with a certain schema hash can expect of a model. X(NAME, wire name): the same
 * schema; another one that goes on working; one that does not; one the build knows nothing of.
 */
#define SYNC_VERDICT_TABLE(X)                                                                      \
	X(SAME, "same")                                                                            \
	X(COMPATIBLE, "compatible")                                                                \
	X(INCOMPATIBLE, "incompatible")                                                            \
	X(UNKNOWN, "unknown")

typedef enum sync_verdict_code {
#define X(name, wire) SYNC_VERDICT_##name,
	SYNC_VERDICT_TABLE(X)
#undef X
		SYNC_VERDICT_COUNT
} sync_verdict_code;

/* One earlier version of a model and how it was judged when the model was compiled. */
typedef struct sync_verdict {
	const char *hash; /* 64 hex digits */
	sync_verdict_code code;
} sync_verdict;

#define SYNC_RUNTIME_ABI 1 /* layout of these tables and of generated structs */

typedef struct sync_model {
	uint32_t abi;	   /* SYNC_RUNTIME_ABI of the headers it was compiled with */
	uint32_t flags;	   /* sync_model_flag */
	const char *name;  /* as in the .sync file */
	const char *key;   /* the template */
	const char *hash;  /* 64 hex digits: SHA-256 over RFC 8785 JSON of the definition */
	uint64_t features; /* SYNC_FEATURE bits it needs */
	const sync_type *state;
	const sync_type *params;     /* of the key; NULL: none */
	const sync_call_info *calls; /* actions first, then tasks */
	uint32_t call_count;
	const sync_event_info *events;
	uint32_t event_count;
	const sync_type *presence;   /* NULL: none */
	const char *const *roles;    /* role number r is roles[r]; its bit SYNC_SEE_ROLE_0 << r */
	uint32_t role_count;	     /* at most 60 */
	uint64_t ttl_ms;	     /* 0: none */
	const char *topic, *running; /* or NULL */
	/* Recomputes @computed fields before a commit through the handlers' table; NULL: there are
	 * none. */
	sync_status (*compute)(const void *handlers, void *context, void *state);
	const char *json_schema;     /* of the whole file; NULL when not embedded */
	const sync_verdict *history; /* of `syncgen --history`, by hash; NULL: none was given */
	uint32_t history_count;
} sync_model;

/* The call of that name, or NULL. */
const sync_call_info *sync_model_call(const sync_model *model, const char *name, size_t length);

/* What somebody whose schema has that hash can expect. SAME for the model's own hash; UNKNOWN for
 * what the build was not told of, for NULL and for what is no hash. */
sync_verdict_code sync_model_verdict(const sync_model *model, const char *hash);

/* Its name on the wire: "compatible". */
const char *sync_verdict_name(sync_verdict_code code);

/* OK, or UNSUPPORTED / SCHEMA with a message that names what this runtime does not do. */
sync_status sync_model_check(const sync_model *model, sync_error *error);

#ifdef __cplusplus
}
#endif
#endif
