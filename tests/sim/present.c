#include "present.h"

#include <string.h>

#include "world.h"

void present_step(struct peer *peer, sync_replica *replica)
{
	struct world *world = peer->world;
	char text[64];
	sync_error error;
	if (world->calm || chance(world, 60))
		return;
	bool nothing = chance(world, 5) == 0;
	int length = snprintf(text, sizeof text, "{\"name\":\"c%u\",\"at\":%u}", peer->number,
			      (unsigned)chance(world, 100));
	peer->here = nothing ? 0 : hash_text(text, (size_t)length);
	if (sync_replica_here(replica, nothing ? NULL : text, (size_t)length, &error) != SYNC_OK)
		blame(world, PROPERTY_UNASKED, "c%u: %s", peer->number, error.message);
}

static struct other *find(struct peer *peer, const char *who)
{
	for (size_t i = 0; i < peer->other_count; i++)
		if (strcmp(peer->others[i].who, who) == 0)
			return &peer->others[i];
	return NULL;
}

void present_hear(void *arg, sync_replica *replica, const char *who, const char *state,
		  const void *value)
{
	struct peer *peer = arg;
	struct other *other = find(peer, who);
	(void)replica;
	tally(state ? TALLY_HERE : TALLY_LEFT);
	if (!state != !value)
		blame(peer->world, PROPERTY_PRESENT, "c%u: half of %s", peer->number, who);
	if (!state && !other) {
		blame(peer->world, PROPERTY_PRESENT, "c%u: %s leaves, who was not there",
		      peer->number, who);
	} else if (!state) {
		*other = peer->others[--peer->other_count];
	} else if (other || peer->other_count < OTHERS_MAX) {
		other = other ? other : &peer->others[peer->other_count++];
		snprintf(other->who, sizeof other->who, "%s", who);
		other->hash = hash_text(state, strlen(state));
	} else {
		blame(peer->world, PROPERTY_PRESENT, "c%u sees a crowd", peer->number);
	}
}

void present_drop(struct peer *peer)
{
	peer->here = 0;
	peer->other_count = 0;
}

static void check_one(struct peer *peer)
{
	struct world *world = peer->world;
	size_t expected = 0;
	for (size_t i = 0; i < world->peer_count; i++) {
		struct peer *other = &world->peers[i];
		if (other == peer || !other->here)
			continue;
		expected++;
		const struct other *seen = find(peer, other->link->said.session);
		if (!seen || seen->hash != other->here)
			blame(world, PROPERTY_PRESENT, "c%u does not see c%u", peer->number,
			      other->number);
	}
	if (peer->other_count != expected)
		blame(world, PROPERTY_PRESENT, "c%u sees %zu for %zu", peer->number,
		      peer->other_count, expected);
}

void present_check(struct world *world)
{
	for (size_t i = 0; i < world->peer_count; i++)
		if (world->peers[i].kind == &native_kind)
			check_one(&world->peers[i]);
}
