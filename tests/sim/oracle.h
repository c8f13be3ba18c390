/*
 * What really happened: a store in front of the store in memory, which sees each revision before
 * anybody else can. It knows what every revision looks like to every kind of viewer, which of them
 * are durable, and the last mutation of each client that is part of them.
 */
#ifndef SIM_ORACLE_H
#define SIM_ORACLE_H

#include <syncgen/store.h>

#include "../../runtime/doc_core.h"

struct cJSON;
struct world;

enum { ORACLE_CLIENTS = 6, ORACLE_SIGHTS = 4 };

/* A state as JSON, and a number that equal states share whatever the order of members. */
struct oracle_view {
	sync_buf text;
	uint64_t hash; /* 0: not computed yet */
};

struct oracle_moment {
	uint64_t epoch, revision;
	bool durable;
	bool lost;			  /* it failed to become durable: it never was */
	uint64_t numbers[ORACLE_CLIENTS]; /* of who has the secret with the hash `secrets[…]` */
	uint64_t secrets[ORACLE_CLIENTS];
	struct oracle_view views[ORACLE_SIGHTS];
};

/* `sights`: SYNC_SEE_ bits of the viewers there are. NULL: out of memory. */
struct oracle *oracle_new(struct world *world, const uint64_t *sights, size_t count);
void oracle_free(struct oracle *oracle);

sync_store *oracle_store(struct oracle *oracle);  /* what a hub is given */
sync_store *oracle_memory(struct oracle *oracle); /* behind it: what can be made to fail */

/* The document as a server loaded it, or went back to. */
void oracle_note(struct oracle *oracle, const sync_doc *doc);
/* The document is about to be deleted; false: it was not. */
void oracle_bury(struct oracle *oracle, bool deleted);
/* Was it deleted, and the store does not have that yet? */
bool oracle_is_burying(const struct oracle *oracle);
/* The disk forgets everything. */
void oracle_forget(struct oracle *oracle);

/* Is anything on its way to the disk? */
bool oracle_waits(const struct oracle *oracle);

/* NULL: there is no such revision. */
struct oracle_moment *oracle_at(const struct oracle *oracle, uint64_t epoch, uint64_t revision);
const struct oracle_moment *oracle_newest(const struct oracle *oracle);
/* The hash of what such a viewer sees then. */
uint64_t oracle_hash(const struct oracle *oracle, struct oracle_moment *moment, uint64_t sees);
const sync_buf *oracle_text(const struct oracle *oracle, const struct oracle_moment *moment,
			    uint64_t sees);

uint64_t hash_bytes(const void *data, size_t length);
uint64_t hash_json(const struct cJSON *json);
/* 0: it is no JSON. */
uint64_t hash_text(const char *text, size_t length);

#endif
