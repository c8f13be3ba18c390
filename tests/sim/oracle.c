#include "oracle.h"

#include <cjson/cJSON.h>
#include <string.h>

#include <syncgen/alloc.h>
#include <syncgen/value.h>

#include "merged.h"
#include "world.h"

/* A commit that the store has not answered for. */
typedef struct promise {
	struct promise *next;
	struct oracle *oracle;
	size_t moment;
	bool whole; /* no commit: the state as it is */
	void (*done)(void *arg, sync_status status);
	void *arg;
} promise;

struct oracle {
	sync_store store; /* first: it is one */
	sync_store *memory;
	struct world *world;
	uint64_t sights[ORACLE_SIGHTS];
	size_t sight_count;
	struct oracle_moment *moments;
	size_t count, room;
	struct promise *promises;
	cJSON *stored; /* the state that the commits lead to, by nobody's hands but JSON Patch's */
	bool astray;   /* one of them never was: `stored` is to be looked at anew */
	bool submitting;
	bool burying;	     /* it was deleted, and the store does not have that yet */
	uint64_t dead_epoch; /* of a history that was lost; 0: none */
};

/* ---- hashes ---- */

static uint64_t mix(uint64_t z)
{
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

uint64_t hash_bytes(const void *data, size_t length)
{
	const unsigned char *bytes = data;
	uint64_t hash = 0xcbf29ce484222325u;
	for (size_t i = 0; i < length; i++)
		hash = (hash ^ bytes[i]) * 0x100000001b3u;
	return mix(hash);
}

uint64_t hash_json(const cJSON *json)
{
	uint64_t hash = 7;
	const cJSON *item;
	if (!json || cJSON_IsNull(json))
		return 1;
	if (cJSON_IsBool(json))
		return cJSON_IsTrue(json) ? 2 : 3;
	if (cJSON_IsString(json))
		return hash_bytes(json->valuestring, strlen(json->valuestring));
	if (cJSON_IsNumber(json)) {
		double value = json->valuedouble == 0 ? 0 : json->valuedouble;
		return mix(hash_bytes(&value, sizeof value) + 5);
	}
	if (cJSON_IsArray(json)) {
		cJSON_ArrayForEach(item, json) hash = mix(hash * 31 + hash_json(item));
		return hash;
	}
	cJSON_ArrayForEach(item, json) hash +=
		mix(hash_bytes(item->string, strlen(item->string)) * 31 + hash_json(item));
	return mix(hash + 11);
}

uint64_t hash_text(const char *text, size_t length)
{
	sync_reader reader;
	cJSON *json = NULL;
	uint64_t hash = 0;
	static const sync_limits limits = { SIZE_MAX / 4, 256, SIZE_MAX / 4 };
	if (sync_reader_init(&reader, text, length, &limits) && sync_read_json(&reader, &json))
		hash = hash_json(json);
	sync_json_free(json);
	return hash;
}

/* ---- moments ---- */

static struct oracle_moment *add(struct oracle *oracle, uint64_t epoch, uint64_t revision)
{
	if (oracle->count == oracle->room) {
		size_t room = oracle->room ? oracle->room * 2 : 64;
		oracle->moments = sync_resize(oracle->moments, room * sizeof *oracle->moments);
		oracle->room = room;
	}
	struct oracle_moment *moment = &oracle->moments[oracle->count++];
	memset(moment, 0, sizeof *moment);
	moment->epoch = epoch;
	moment->revision = revision;
	for (size_t i = oracle->count - 1; i-- > 0 && !oracle->burying;) {
		if (oracle->moments[i].lost)
			continue;
		memcpy(moment->numbers, oracle->moments[i].numbers, sizeof moment->numbers);
		memcpy(moment->secrets, oracle->moments[i].secrets, sizeof moment->secrets);
		break;
	}
	return moment;
}

static void look(struct oracle *oracle, struct oracle_moment *moment, const sync_doc *doc)
{
	for (size_t i = 0; i < oracle->sight_count; i++)
		sync_doc_write_seen(doc, oracle->sights[i], &moment->views[i].text);
}

static cJSON *stored_state(const sync_doc *doc)
{
	sync_buf text = { 0 };
	sync_reader reader;
	cJSON *json = NULL;
	sync_doc_write(doc, &text);
	if (sync_reader_init(&reader, text.data, text.len, NULL))
		sync_read_json(&reader, &json);
	sync_buf_release(&text);
	return json;
}

struct oracle_moment *oracle_at(const struct oracle *oracle, uint64_t epoch, uint64_t revision)
{
	for (size_t i = oracle->count; i-- > 0;) {
		struct oracle_moment *moment = &oracle->moments[i];
		if (!moment->lost && moment->epoch == epoch && moment->revision == revision)
			return moment;
	}
	return NULL;
}

const struct oracle_moment *oracle_newest(const struct oracle *oracle)
{
	size_t i = oracle->count;
	while (i-- > 0)
		if (!oracle->moments[i].lost)
			return &oracle->moments[i];
	return NULL;
}

/* A server that starts may go on from before what was not written: then that never was. */
static void go_back(struct oracle *oracle, const struct oracle_moment *to)
{
	for (size_t i = oracle->count; i-- > 0 && &oracle->moments[i] != to;) {
		oracle->astray |= !oracle->moments[i].lost;
		oracle->moments[i].lost = true;
	}
}

void oracle_note(struct oracle *oracle, const sync_doc *doc)
{
	const struct oracle_moment *at = oracle_at(oracle, doc->epoch, doc->revision);
	if (at && sync_doc_readable(doc))
		go_back(oracle, at);
	const struct oracle_moment *newest = oracle_newest(oracle);
	bool known = newest && newest->epoch == doc->epoch && newest->revision == doc->revision;
	if (!sync_doc_readable(doc) || (known && !oracle->astray))
		return;
	if (!known) {
		struct oracle_moment *moment = add(oracle, doc->epoch, doc->revision);
		moment->durable = true;
		look(oracle, moment, doc);
	}
	oracle->astray = false;
	sync_json_free(oracle->stored);
	oracle->stored = stored_state(doc);
}

void oracle_bury(struct oracle *oracle, bool deleted)
{
	const struct oracle_moment *newest = oracle_newest(oracle);
	oracle->burying = deleted;
	oracle->dead_epoch = deleted && newest ? newest->epoch : 0;
}

bool oracle_is_burying(const struct oracle *oracle)
{
	return oracle->burying;
}

void oracle_forget(struct oracle *oracle)
{
	sync_store_memory_forget(oracle->memory);
	if (oracle->count)
		oracle->dead_epoch = oracle_newest(oracle)->epoch;
	for (size_t i = oracle->count; i-- > 0;)
		memset(oracle->moments[i].numbers, 0, sizeof oracle->moments[i].numbers);
}

bool oracle_waits(const struct oracle *oracle)
{
	return oracle->promises != NULL;
}

static size_t sight_of(const struct oracle *oracle, uint64_t sees)
{
	size_t i = 0;
	while (oracle->sights[i] != sees)
		i++;
	return i;
}

uint64_t oracle_hash(const struct oracle *oracle, struct oracle_moment *moment, uint64_t sees)
{
	struct oracle_view *view = &moment->views[sight_of(oracle, sees)];
	if (!view->hash)
		view->hash = hash_text(view->text.data, view->text.len);
	return view->hash;
}

const sync_buf *oracle_text(const struct oracle *oracle, const struct oracle_moment *moment,
			    uint64_t sees)
{
	return &moment->views[sight_of(oracle, sees)].text;
}

/* ---- being a store ---- */

/* "c2.1 SECRET": whose number it is. Names that the server makes up look otherwise. */
static void count(struct oracle_moment *moment, const sync_store_answer *answer)
{
	const char *name = answer->client, *secret = name ? strchr(name, ' ') : NULL;
	if (!secret || name[0] != 'c' || name[1] < '0' || name[1] >= '0' + ORACLE_CLIENTS ||
	    name[2] != '.')
		return;
	moment->numbers[name[1] - '0'] = answer->number;
	moment->secrets[name[1] - '0'] = hash_bytes(secret + 1, strlen(secret + 1));
}

static void kept(void *arg, sync_status status)
{
	struct promise *kept = arg;
	struct oracle *oracle = kept->oracle;
	for (promise **at = &oracle->promises; *at; at = &(*at)->next) {
		if (*at != kept)
			continue;
		*at = kept->next;
		break;
	}
	struct oracle_moment *moment = &oracle->moments[kept->moment];
	if (status == SYNC_OK && kept->whole)
		oracle->burying = false;
	if (status == SYNC_OK)
		moment->durable = true;
	else if (!moment->durable)
		moment->lost = oracle->astray = true;
	/* The document thought that it had it, and goes back. */
	if (status != SYNC_OK)
		tally(TALLY_STORE_FAILED);
	if (status != SYNC_OK && kept->done && !oracle->submitting && !moment->durable) {
		tally(TALLY_WENT_BACK);
		oracle->dead_epoch = moment->epoch;
	}
	oracle->world->turn++;
	if (kept->done)
		kept->done(kept->arg, status);
	sync_free(kept);
}

/* What is about to be a revision. */
static void judge(struct oracle *oracle, const sync_store_commit *commit)
{
	struct world *world = oracle->world;
	const sync_doc *doc = commit->doc;
	const sync_type *type = doc->model->state;
	const struct oracle_moment *newest = oracle_newest(oracle);
	sync_error error;
	if (!type->ops->validate(type, doc->state, &error))
		blame(world, PROPERTY_VALID, "revision %llu: %s %s",
		      (unsigned long long)commit->revision, error.pointer, error.message);
	if (newest && commit->epoch == newest->epoch && commit->revision != newest->revision + 1)
		blame(world, PROPERTY_CONTIGUOUS, "%llu behind %llu",
		      (unsigned long long)commit->revision, (unsigned long long)newest->revision);
	if (commit->epoch == oracle->dead_epoch)
		blame(world, PROPERTY_EPOCH, "a commit of a history that was lost");
	bool merges = doc->model->features & SYNC_FEATURE(MERGE) && commit->answer.client &&
		      !commit->answer.refused && !oracle->astray;
	cJSON *before = merges ? cJSON_Duplicate(oracle->stored, true) : NULL;
	if (sync_json_patch_extended(&oracle->stored, commit->ops, commit->ops_length, &error) !=
	    SYNC_OK)
		blame(world, PROPERTY_VALID, "revision %llu does not apply: %s",
		      (unsigned long long)commit->revision, error.message);
	cJSON *state = stored_state(doc);
	if (before)
		merged_judge(world, type, before, state);
	cJSON_Delete(before);
	if (hash_json(state) != hash_json(oracle->stored))
		blame(world, PROPERTY_VALID, "revision %llu: its operations lead elsewhere: %.*s",
		      (unsigned long long)commit->revision, (int)commit->ops_length, commit->ops);
	sync_json_free(state);
}

static sync_status submit(sync_store *store, const sync_store_commit *commit,
			  void (*done)(void *arg, sync_status status), void *arg)
{
	struct oracle *oracle = (struct oracle *)(void *)store;
	struct promise *made = sync_calloc(1, sizeof *made);
	struct oracle_moment *moment = NULL;
	if (!commit->ops) {
		oracle_note(oracle, commit->doc);
	} else {
		judge(oracle, commit);
		moment = add(oracle, commit->epoch, commit->revision);
		look(oracle, moment, commit->doc);
		count(moment, &commit->answer);
	}
	*made = (promise){ oracle->promises, oracle, oracle->count - 1, !commit->ops, done, arg };
	oracle->promises = made;
	oracle->submitting = true;
	sync_status status = oracle->memory->submit(oracle->memory, commit, kept, made);
	oracle->submitting = false;
	if (status == SYNC_OK) {
		if (oracle->promises == made)
			tally(TALLY_STORE_DELAYED);
		return status;
	}
	tally(TALLY_STORE_FAILED);
	oracle->promises = made->next;
	sync_free(made);
	if (moment)
		oracle->moments[oracle->count - 1].lost = oracle->astray = true;
	return status;
}

static sync_status load(sync_store *store, const char *key, const sync_store_loader *loader)
{
	struct oracle *oracle = (struct oracle *)(void *)store;
	return oracle->memory->load(oracle->memory, key, loader);
}

static void detach(sync_store *store, const char *key, void *arg)
{
	struct oracle *oracle = (struct oracle *)(void *)store;
	(void)key;
	for (struct promise *at = oracle->promises; at; at = at->next)
		if (at->arg == arg)
			at->done = NULL;
	oracle->dead_epoch = 0; /* it ended before it could do anything wrong */
	oracle->burying = false;
}

sync_store *oracle_store(struct oracle *oracle)
{
	return &oracle->store;
}

sync_store *oracle_memory(struct oracle *oracle)
{
	return oracle->memory;
}

struct oracle *oracle_new(struct world *world, const uint64_t *sights, size_t sight_count)
{
	struct oracle *made = sync_calloc(1, sizeof *made);
	if (!made)
		return NULL;
	made->store = (sync_store){ .submit = submit, .load = load, .detach = detach };
	made->memory = sync_store_memory_new();
	made->world = world;
	memcpy(made->sights, sights, sight_count * sizeof *sights);
	made->sight_count = sight_count;
	return made;
}

void oracle_free(struct oracle *oracle)
{
	sync_store_free(oracle->memory);
	for (size_t i = 0; i < oracle->count; i++)
		for (size_t k = 0; k < oracle->sight_count; k++)
			sync_buf_release(&oracle->moments[i].views[k].text);
	sync_free(oracle->moments);
	sync_json_free(oracle->stored);
	sync_free(oracle);
}
