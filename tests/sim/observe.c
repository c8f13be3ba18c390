/* What every frame must be like, whoever sends it. */
#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include <syncgen/value.h>

#include "world.h"

static cJSON *parse(const char *data, size_t length)
{
	sync_reader reader;
	cJSON *json = NULL;
	if (!sync_reader_init(&reader, data, length, NULL) || !sync_read_json(&reader, &json)) {
		sync_json_free(json);
		return NULL;
	}
	return json;
}

static const char *text_of(const cJSON *frame, const char *name)
{
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(frame, name);
	return cJSON_IsString(member) ? member->valuestring : "";
}

static uint64_t number_of(const cJSON *frame, const char *name)
{
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(frame, name);
	return cJSON_IsNumber(member) ? (uint64_t)member->valuedouble : 0;
}

static bool is_last_part(const cJSON *frame)
{
	return number_of(frame, "part") == number_of(frame, "of");
}

/* ---- what is hidden ---- */

static bool holds(const char *data, size_t length, const char *what)
{
	size_t size = strlen(what);
	for (size_t i = 0; i + size <= length; i++)
		if (data[i] == *what && memcmp(data + i, what, size) == 0)
			return true;
	return false;
}

/* All hidden names begin with "secret", all hidden values of the server's with "hidden". */
static void look_for_secrets(struct link *link, const char *t, const char *data, size_t length)
{
	struct world *world = link->world;
	const sync_type *type = world->model->state;
	uint64_t sees = world->peers[link->owner].sees;
	if (sees == SYNC_SEE_PUBLIC && strcmp(t, "welcome") != 0 &&
	    (holds(data, length, "\"secret") || holds(data, length, "hidden") ||
	     (strcmp(t, "patch") == 0 && holds(data, length, "/secret"))))
		blame(world, PROPERTY_HIDDEN, "c%u", link->owner);
	if (strcmp(t, "patch") != 0)
		return;
	for (uint32_t i = 0; i < type->count; i++) {
		char member[64], path[64];
		snprintf(member, sizeof member, "\"%s\":", type->fields[i].name);
		snprintf(path, sizeof path, "\"/%s/", type->fields[i].name);
		if (!(type->fields[i].readers & sees) &&
		    (holds(data, length, member) || holds(data, length, path)))
			blame(world, PROPERTY_HIDDEN, "c%u is told of %s", link->owner,
			      type->fields[i].name);
	}
}

/* ---- what the server says ---- */

/* What happened, for the tally. */
static void count_patch_kind(const struct link *link, const cJSON *frame)
{
	const cJSON *from = cJSON_GetObjectItemCaseSensitive(frame, "from");
	uint64_t part = number_of(frame, "part");
	uint64_t epoch = strtoull(text_of(frame, "epoch"), NULL, 16);
	if (part > 1)
		return;
	if (part)
		tally(TALLY_PARTS);
	if (!cJSON_IsNull(from)) {
		if (!link->said.resumed)
			tally(TALLY_RESUMED);
		if (number_of(frame, "rev") > number_of(frame, "from") + 1)
			tally(TALLY_CAUGHT_UP);
		return;
	}
	tally(TALLY_SNAPSHOT);
	bool had = link->said.resumed ? link->said.epoch == epoch
				      : link->said.had && link->said.had_epoch == epoch;
	if (had)
		tally(TALLY_OVERFLOW);
}

static bool count_nack(const char *code)
{
	static const struct {
		const char *code;
		enum tally tally;
	} codes[] = { { "invalid", TALLY_NACK_INVALID },
		      { "conflict", TALLY_NACK_CONFLICT },
		      { "readonly", TALLY_NACK_READONLY },
		      { "forbidden", TALLY_NACK_FORBIDDEN },
		      { "not_found", TALLY_NACK_NOT_FOUND },
		      { "stale", TALLY_NACK_STALE },
		      { "gone", TALLY_NACK_GONE } };
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		if (strcmp(codes[i].code, code) == 0) {
			tally(codes[i].tally);
			return true;
		}
	return false;
}

static void count_said(const struct link *link, const char *t, const cJSON *frame)
{
	const char *re = text_of(frame, "re");
	bool known = true;
	if (strcmp(t, "patch") == 0)
		count_patch_kind(link, frame);
	else if (strcmp(t, "nack") == 0)
		known = count_nack(text_of(frame, "code"));
	else if (strcmp(t, "error") == 0 && strcmp(re, "push") == 0)
		tally(TALLY_PUSH_REFUSED);
	else if (strcmp(t, "error") == 0 && strcmp(re, "join") == 0)
		tally(TALLY_NEW_HISTORY);
	else if (strcmp(t, "bye") == 0)
		tally(TALLY_BYE);
	else if (strcmp(t, "gone") == 0)
		tally(TALLY_GONE);
	if (!known)
		blame(link->world, PROPERTY_UNASKED, "a nack with %s", text_of(frame, "code"));
}

/* As long as the server stands still, what a connection lacks is one patch, or the one that waited
 * for the store and another one. */
static void count_patch(struct link *link)
{
	if (link->said.turn != link->world->turn)
		link->said.patches = 0;
	link->said.turn = link->world->turn;
	if (++link->said.patches > 2)
		blame(link->world, PROPERTY_SLOW, "c%u gets patch after patch", link->owner);
}

static void check_numbers(struct link *link, const struct oracle_moment *moment, uint64_t revision)
{
	uint64_t number = moment->numbers[link->owner];
	/* Who hears of his secret when the connection is cut already comes again as somebody else.
	 */
	if (link->peer && moment->secrets[link->owner] == link->said.secret &&
	    number != link->said.told)
		blame(link->world, PROPERTY_TOGETHER,
		      "c%u is told of %llu at revision %llu, which holds %llu", link->owner,
		      (unsigned long long)link->said.told, (unsigned long long)revision,
		      (unsigned long long)number);
}

static void said_patch(struct link *link, const cJSON *frame)
{
	struct world *world = link->world;
	const cJSON *from = cJSON_GetObjectItemCaseSensitive(frame, "from");
	uint64_t epoch = strtoull(text_of(frame, "epoch"), NULL, 16);
	uint64_t revision = number_of(frame, "rev"), done = number_of(frame, "done");
	const struct oracle_moment *moment = oracle_at(world->oracle, epoch, revision);
	if (!moment || !moment->durable)
		blame(world, PROPERTY_DURABLE, "c%u is told of revision %llu", link->owner,
		      (unsigned long long)revision);
	if (link->said.resumed && cJSON_IsNumber(from) &&
	    (epoch != link->said.epoch || number_of(frame, "from") != link->said.revision))
		blame(world, PROPERTY_ORDER, "c%u stands at %llu and gets a patch from %llu",
		      link->owner, (unsigned long long)link->said.revision,
		      (unsigned long long)number_of(frame, "from"));
	if (link->said.resumed && epoch == link->said.epoch && revision < link->said.revision)
		blame(world, PROPERTY_ORDER, "c%u goes back", link->owner);
	if (!is_last_part(frame))
		return;
	count_patch(link);
	link->said.resumed = true;
	link->said.epoch = epoch;
	link->said.revision = revision;
	if (done > link->said.told)
		link->said.told = done;
	if (moment)
		check_numbers(link, moment, revision);
}

/* Nacks stand right in front of the patch that covers them. */
static void follow_nack(struct link *link, const char *t, const cJSON *frame)
{
	uint64_t nacked = link->said.nacked;
	bool nack = strcmp(t, "nack") == 0;
	bool covered = strcmp(t, "patch") == 0 && number_of(frame, "done") >= nacked;
	link->said.nacked = nack ? number_of(frame, "n") : 0;
	if (nacked && !covered && (!nack || number_of(frame, "n") <= nacked))
		blame(link->world, PROPERTY_ORDER, "c%u: %s behind the nack of %llu", link->owner,
		      t, (unsigned long long)nacked);
}

void observe_said(struct link *link, const char *data, size_t length)
{
	cJSON *frame = parse(data, length);
	const char *t = text_of(frame, "t");
	if (!frame)
		blame(link->world, PROPERTY_UNASKED, "a frame that is no JSON");
	look_for_secrets(link, t, data, length);
	count_said(link, t, frame);
	if (strcmp(t, "error") == 0 || strcmp(t, "gone") == 0 || strcmp(t, "joined") == 0)
		link->taken = 0;
	follow_nack(link, t, frame);
	if (strcmp(t, "welcome") == 0) {
		const char *secret = text_of(frame, "secret");
		link->said.secret = hash_bytes(secret, strlen(secret));
		snprintf(link->said.session, sizeof link->said.session, "%s",
			 text_of(frame, "session"));
	} else if (strcmp(t, "joined") == 0) {
		link->said.resumed = false;
		link->said.told = number_of(frame, "last");
	} else if (strcmp(t, "gone") == 0 && oracle_is_burying(link->world->oracle)) {
		blame(link->world, PROPERTY_DURABLE, "c%u is told of a deletion", link->owner);
	} else if (strcmp(t, "patch") == 0) {
		said_patch(link, frame);
	} else if (strcmp(t, "task") == 0) {
		const cJSON *error = cJSON_GetObjectItemCaseSensitive(frame, "error");
		errand_told(link->world, text_of(frame, "id"), text_of(frame, "state"),
			    strcmp(text_of(error, "name"), "interrupted") == 0);
	}
	sync_json_free(frame);
}

/* ---- what the server hears ---- */

/* Nothing is taken of what is refused as a whole, or of what is of another epoch or join. */
void observe_taken(struct link *link, const char *data, size_t length)
{
	cJSON *frame = parse(data, length);
	const cJSON *m = cJSON_GetObjectItemCaseSensitive(frame, "m");
	const char *epoch = text_of(frame, "epoch");
	if (strcmp(text_of(frame, "t"), "push") == 0 && link->said.resumed &&
	    strtoull(epoch, NULL, 16) == link->said.epoch)
		link->taken = number_of(cJSON_GetArrayItem(m, cJSON_GetArraySize(m) - 1), "n");
	sync_json_free(frame);
}

/* ---- what the client hears and says ---- */

void observe_heard(struct link *link, const char *data, size_t length)
{
	cJSON *frame = parse(data, length);
	const char *t = text_of(frame, "t");
	if (strcmp(t, "joined") == 0) {
		link->heard.joined = true;
	} else if (strcmp(t, "patch") == 0 && link->heard.joined && is_last_part(frame)) {
		link->heard.resumed = true;
		if (number_of(frame, "done") >= link->heard.flying)
			link->heard.flying = 0;
	} else if (strcmp(t, "error") == 0 || strcmp(t, "gone") == 0) {
		link->heard.flying = 0;
	} else if (strcmp(t, "bye") == 0) {
		link->peer->not_before = link->world->now + number_of(frame, "after");
	}
	sync_json_free(frame);
}

static void spoken_push(struct link *link, const cJSON *frame)
{
	struct world *world = link->world;
	const cJSON *m = cJSON_GetObjectItemCaseSensitive(frame, "m");
	uint64_t last = number_of(cJSON_GetArrayItem(m, cJSON_GetArraySize(m) - 1), "n");
	if (!link->heard.resumed)
		blame(world, PROPERTY_RESUME, "c%u pushes", link->owner);
	if (link->heard.flying && link->peer->kind != &plain_kind)
		blame(world, PROPERTY_ONE_PUSH, "c%u pushes %llu while %llu is under way",
		      link->owner, (unsigned long long)last,
		      (unsigned long long)link->heard.flying);
	link->heard.flying = last;
}

/* Where it wants to go on. */
static void spoken_point(struct link *link, const char *t, const cJSON *frame)
{
	const cJSON *point = frame;
	if (strcmp(t, "hello") == 0)
		point = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(frame, "docs"), 0);
	else if (strcmp(t, "join") != 0)
		return;
	link->said.had = number_of(point, "rev");
	link->said.had_epoch = strtoull(text_of(point, "epoch"), NULL, 16);
}

void observe_spoken(struct link *link, const char *data, size_t length)
{
	cJSON *frame = parse(data, length);
	const char *t = text_of(frame, "t");
	/* A plain client may join again while the server answers an earlier join. */
	bool again = strcmp(t, "join") == 0 && link->peer->kind != &plain_kind;
	if (again || strcmp(t, "hello") == 0) {
		link->heard.joined = link->heard.resumed = false;
		link->heard.flying = 0;
	}
	spoken_point(link, t, frame);
	if (strcmp(t, "push") == 0)
		spoken_push(link, frame);
	if (strcmp(t, "task") == 0)
		errand_asked(link->world,
			     text_of(cJSON_GetObjectItemCaseSensitive(frame, "args"), "token"),
			     link->life);
	sync_json_free(frame);
}
