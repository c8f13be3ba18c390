/*
 * A client without a socket, in virtual time, and what a server would say to it: what its tests
 * share.
 */
#ifndef TEST_CLIENT_RIG_H
#define TEST_CLIENT_RIG_H

#include <syncgen/client.h>

enum { RIG_START = 1000 };

#define RIG_KEY "shelf/1:NOTES"

/* What the callbacks of one replica were told. */
struct told {
	unsigned changes, wholes, events, refusals, answers;
	sync_status answer; /* the last one */
	char ops[512];
	uint64_t rev;
};

struct rig {
	uint64_t now;
	sync_client *client;
	sync_replica *replica;
	struct told told;
};

/* A client with one replica; model NULL: untyped. False: out of memory, close it all the same. */
bool rig_open(struct rig *rig, const sync_model *model);
/* The same with a queue, which may hold its name; `refused` counts. */
bool rig_open_kept(struct rig *rig, const sync_model *model, sync_queue *queue);
void rig_close(struct rig *rig);

/* The server says this: ' for ". */
void rig_hear(struct rig *rig, const char *text);
/* Everything the client has to say; the last frame, ' for ". */
const char *rig_said(struct rig *rig);
/* Until it dials, then lets it in. Answers how long it took; UINT64_MAX: it never will. */
uint64_t rig_let_in(struct rig *rig);
/* All up to `joined`; then the snapshot as well. */
void rig_greet(struct rig *rig);
void rig_load(struct rig *rig);

/* Each allocation fails in turn while such a client talks, and while it comes back to what it
 * `kept`: nothing is lost that is to be freed. */
void rig_fail_each(const sync_model *model, bool kept, void (*talk)(struct rig *rig));

bool rig_shows(const struct rig *rig, const char *wanted);
sync_replica_status rig_status(const struct rig *rig);

#define WELCOME                                                                                    \
	"{'t':'welcome','session':'s','client':'ann','secret':'x','heartbeat':20000,'models':{}}"
#define JOINED "{'t':'joined','doc':'shelf/1:NOTES','ok':true,'last':0}"
#define STATE  "{'title':'One','notes':['a','b'],'visits':1,'count':2,'draft':'','owner':''}"
#define PATCH(from, rev, ops)                                                                      \
	"{'t':'patch','doc':'shelf/1:NOTES','epoch':'e','from':" from ",'rev':" rev ",'ops':" ops  \
	"}"
#define SNAPSHOT PATCH("null", "4", "[{'op':'replace','path':'','value':" STATE "}]")

/* Done for an answer; its arg is the rig's `told`. */
void rig_answered(void *arg, sync_replica *replica, const sync_reply *reply);

#endif
