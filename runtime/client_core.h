/*
 * Inside of a client. client.c: its life, and that of replicas; client_link.c: when to dial and
 * when a connection is dead; client_say.c: what it says; client_hear.c: what it hears;
 * client_replica.c: a document's way from joined to live.
 *
 * Invariants
 *   1. Nothing is queued: what is to be said follows from what stands here, and is written when it
 * is asked for. So nobody can make it grow by not reading, or by asking often.
 *   2. A replica's (epoch, rev) and its state change together, or not at all.
 *   3. Between a join and its `joined` patches of the document are of before, and dropped.
 *   4. Replicas are freed by client_sweep() alone, never while a frame is being read.
 */
#ifndef SYNCGEN_CLIENT_CORE_H
#define SYNCGEN_CLIENT_CORE_H

#include <syncgen/client.h>
#include <syncgen/track.h>

#include "client_wire.h"
#include "packet.h"
#include "random.h"

enum {
	CLIENT_HEARTBEAT_MS = 20000,
	CLIENT_HEARTBEAT_LEAST = 20,
	CLIENT_HEARTBEAT_MOST = 3600 * 1000,
	CLIENT_DEAD_HALVES = 5, /* half heartbeats without a sign of life */
	CLIENT_FIRST_MS = 500,	/* the most that is waited before the first try */
	CLIENT_MOST_MS = 30000,
	CLIENT_STEADY_MS = 5000, /* up for so long: waiting begins anew */
	CLIENT_OPENING_MS = 15000,
	CLIENT_BYE_MOST = 3600 * 1000, /* no server sends anybody away for longer */
	CLIENT_REPAIRS = 3	       /* joins anew in a row, before the connection is given up */
};

/* Of our side. */
enum { CLIENT_CLOSE_NORMAL = 1000, CLIENT_CLOSE_SILENT = 4408, CLIENT_CLOSE_GARBAGE = 4400 };

typedef enum replica_state {
	REPLICA_OUT,	/* not asked for on this connection */
	REPLICA_ASKED,	/* until `joined` */
	REPLICA_JOINED, /* until the first patch */
	REPLICA_LIVE,
	REPLICA_REFUSED /* `error` says why */
} replica_state;

struct sync_replica {
	sync_client *client;
	sync_replica *next;
	char *key;
	size_t key_length;
	sync_replica_options options;
	replica_state state;
	bool closing; /* to be left and freed */
	bool loaded;
	unsigned repairs;
	sync_error error;
	char epoch[CLIENT_NAME_SIZE]; /* "": join from nothing */
	uint64_t rev;
	void *value;	    /* typed: of options.model->state; else NULL */
	sync_track *track;  /* of value */
	struct cJSON *json; /* untyped */
	/* A patch that comes in parts: its operations so far, in brackets; of `of` parts `part`
	 * came. */
	sync_buf parts;
	uint64_t part, of, parts_rev;
};

typedef enum link_state {
	LINK_STOPPED,
	LINK_OFFLINE,
	LINK_WAITING,  /* until `at`, then it dials */
	LINK_DIALLING, /* until `at` at most */
	LINK_OPEN
} link_state;

struct sync_client {
	sync_client_options options;
	char *token, *meta;
	char id[CLIENT_NAME_SIZE], secret[CLIENT_NAME_SIZE];
	sync_random random;
	sync_replica *replicas;
	uint64_t now; /* as last told */

	link_state link;
	uint64_t at;
	bool hang_up; /* the transport has a connection it is to give up */
	unsigned hang_up_code, close_code;
	unsigned tries;
	uint64_t opened, heard, ping_at, not_before, bye_at; /* 0: not */
	uint64_t heartbeat;
	bool greeted, welcomed;
	bool ping_owed, pong_owed;
	uint64_t ping_id;
	char pong_id[CLIENT_NAME_SIZE]; /* raw JSON of the ping to be answered; "": it had none */
	sync_packet *current;		/* the frame given last */
	bool failed; /* `error` stands: hello was refused, or the end was final */
	sync_error error;
};

/* client.c */
sync_replica *client_find(const sync_client *client, const char *key);
void client_sweep(sync_client *client);
void client_changed(sync_client *client);

/* client_link.c: the connection is of no use any more; another is tried. */
void client_give_up(sync_client *client, unsigned code, sync_status status, const char *why);
void client_bye(sync_client *client, uint64_t after);
void client_set_heartbeat(sync_client *client, uint64_t ms);

/* client_hear.c */
void client_hear(sync_client *client, const char *data, size_t length);

/* client_replica.c */
bool replica_init(sync_replica *replica);
void replica_release(sync_replica *replica);
void replica_reset(sync_replica *replica); /* the connection is gone */
void replica_refuse(sync_replica *replica, const sync_error *error, bool forget);
void replica_joined(sync_replica *replica);
/* What the server says of its revision, without sending it: more than we have is a loss. */
void replica_compare(sync_replica *replica, uint64_t rev);
/* False: it is no patch; *error says why. */
bool replica_patch(sync_replica *replica, const client_object *frame, sync_error *error);
void replica_status(sync_replica *replica);

#endif
