/*
 * A world: one server, a few clients, the connections between them, and everything that can go
 * wrong: connections cut at any point and in either direction, frames that wait, pushes sent twice,
 * a store that delays, fails and forgets, servers and clients that start again with and without
 * what they had. All in virtual time, by a seed.
 */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include <syncgen/list.h>
#include <syncgen/session.h>

#include "../unit/seed.h"
#include "change.h"
#include "errand.h"
#include "oracle.h"
#include "present.h"
#include "property.h"
#include "tally.h"

enum { PEERS_MAX = 5, CHANGES_MAX = 40, LINKS_MAX = 16, TEXT_MAX = 64 };

/* ---- clients ---- */

struct world;
struct link;
struct peer;

/* What a kind of client does; link.c calls it. */
struct peer_kind {
	void (*start)(struct peer *peer);
	void (*stop)(struct peer *peer);
	/* Would it open a connection now? */
	bool (*dials)(struct peer *peer);
	void (*opened)(struct peer *peer);
	void (*closed)(struct peer *peer, unsigned code);
	void (*hear)(struct peer *peer, const char *data, size_t length);
	/* The next frame to be sent, or NULL. Borrowed until the next call. */
	const char *(*speak)(struct peer *peer, size_t *length);
	/* Something of its own: a change, a timer. */
	void (*step)(struct peer *peer);
	/* Its process ends and another one starts, with or without what it had stored. */
	void (*restart)(struct peer *peer, bool stored);
	bool (*settled)(const struct peer *peer);
	/* The hash of what it shows of what the server lets it see. */
	uint64_t (*shown)(struct peer *peer);
	void (*check)(struct peer *peer); /* in the end */
};

struct peer {
	struct world *world;
	const struct peer_kind *kind;
	void *self; /* of the kind */
	unsigned number;
	unsigned life; /* of its process: a name of its own when what it had stored is lost */
	uint64_t sees;
	const char *role; /* its token: "" or a role of the model */
	char id[16];
	uint64_t not_before; /* the server asked it to stay away so long */
	struct link *link;   /* NULL: not connected */
	struct change changes[CHANGES_MAX];
	size_t made;
	struct errand errands[ERRANDS_MAX];
	size_t errand_count;
	uint64_t here; /* hash of what it says of itself; 0: nothing */
	struct other others[OTHERS_MAX];
	size_t other_count;
};

/* One that knows next to nothing, and does wrong things; the client of the runtime. */
extern const struct peer_kind plain_kind, native_kind;

/* ---- connections: link.c ---- */

struct message {
	char *data;
	size_t length;
};

struct link {
	struct world *world;
	struct peer *peer;     /* NULL: its end is closed */
	unsigned owner, life;  /* whose it was; of the server, when it was opened */
	unsigned close_code;   /* of the server */
	sync_session *session; /* NULL: the server's end is closed */
	struct message up[TEXT_MAX], down[TEXT_MAX];
	size_t up_count, down_count, window;
	uint64_t taken;		 /* the last number of a push that the server took; 0: none */
	bool mute_up, mute_down; /* what is said is lost, and nobody knows */
	uint64_t slow_until;
	/* What the server has said: observe.c */
	struct {
		bool resumed;
		char session[WHO_SIZE];
		uint64_t secret; /* hash of what the client was given */
		uint64_t epoch, revision, told;
		uint64_t nacked; /* a nack is to be followed by its patch; 0: none was */
		uint64_t turn;	 /* of the server, when the last patch was taken */
		unsigned patches;
		uint64_t had_epoch, had; /* what the client said that it has; 0: nothing */
	} said;
	/* What the client has heard and said. */
	struct {
		bool joined, resumed;
		uint64_t flying; /* the last number of the push that is under way; 0: none is */
	} heard;
};

bool link_open(struct peer *peer);
void link_step(struct link *link);
void link_cut(struct link *link);     /* both ends know */
void link_abandon(struct link *link); /* the client's end closes; what it sent may still arrive */
void link_lose_server(
	struct link *link); /* the server's end closes; what it sent may still arrive */
/* One thing each; false: there is nothing of the kind to be done. */
bool link_speak(struct link *link);
bool link_deliver_up(struct link *link);
bool link_pull(struct link *link);
bool link_deliver_down(struct link *link);
/* The server's clock may end what nobody speaks on, and what it has left. */
void link_tick(struct link *link);
void links_release(struct world *world);

/* ---- what frames must be like: observe.c ---- */

void observe_taken(struct link *link, const char *data, size_t length);	 /* by the server */
void observe_said(struct link *link, const char *data, size_t length);	 /* by the server */
void observe_heard(struct link *link, const char *data, size_t length);	 /* by the client */
void observe_spoken(struct link *link, const char *data, size_t length); /* by the client */

/* ---- the server: server.c ---- */

void server_start(struct world *world);
void server_stop(struct world *world);
void server_step(struct world *world);
/* A frame was taken. If that began a task, this is the worst moment to end. */
void server_took(struct world *world);
/* After anything that may have changed it. */
void server_noted(struct world *world);
sync_status server_authenticate(void *arg, const sync_credentials *shown, sync_grant *grant);

/* ---- all of it ---- */

struct world {
	seed random;
	uint64_t number, now;
	const sync_model *model;
	struct oracle *oracle;
	sync_hub *hub; /* NULL: the server is down */
	sync_doc *doc;
	uint64_t turn; /* so often the server may have changed */
	struct peer peers[PEERS_MAX];
	size_t peer_count;
	struct link links[LINKS_MAX];
	unsigned window, heartbeat;
	size_t max_frame; /* of patches; 0: large */
	size_t remembers; /* of the document: see doc_core.h */
	bool forgets, fails, failing, delaying, calm;
	unsigned forgotten; /* times the store lost everything */
	unsigned deleted;   /* times the document was */
	unsigned served;
	unsigned served_lives; /* of the server */
	uint64_t down_until;
	bool begun;	       /* a task has, and nobody was told */
	uint64_t drains_until; /* it goes away, but not later; 0: it does not */
	enum property wrong;
	char detail[200];
	bool tracing;
	size_t mutations;
};

/* How often a token is in a list of them. */
unsigned times(const sync_list *log, const char *token);
/* A number below `bound`. */
uint64_t chance(struct world *world, uint64_t bound);
/* A property does not hold. The first one counts. */
void blame(struct world *world, enum property property, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void trace(struct world *world, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Plays one; says what failed. */
enum property world_play(uint64_t number, bool tracing, size_t *mutations, char detail[200]);

#endif
