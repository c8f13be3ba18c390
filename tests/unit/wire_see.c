/* What the application sees. */
#include "wire_play.h"

bool same(const cJSON *is, const cJSON *wanted)
{
	if (cJSON_Compare(is, wanted, true))
		return true;
	char *text = cJSON_PrintUnformatted(is);
	printf("  is       %s\n", text ? text : "nothing");
	free(text);
	return false;
}

static bool members_same(const cJSON *is, const cJSON *wanted)
{
	const cJSON *one;
	bool good = true;
	cJSON_ArrayForEach(one, wanted) good = good && same(member(is, one->string), one);
	return good;
}

static bool is_status(const sync_replica *replica, const cJSON *wanted)
{
	static const char *const names[] = { "idle", "syncing", "error" };
	sync_replica_status status;
	sync_replica_status_get(replica, &status);
	cJSON *is = cJSON_CreateObject();
	cJSON_AddBoolToObject(is, "connected", status.connected);
	cJSON_AddBoolToObject(is, "loaded", status.loaded);
	cJSON_AddStringToObject(is, "syncing", names[status.syncing]);
	cJSON_AddNumberToObject(is, "pending", (double)status.pending);
	cJSON_AddNumberToObject(is, "quarantined", (double)status.quarantined);
	cJSON_AddStringToObject(is, "error", sync_status_name(status.error.code));
	bool good = members_same(is, wanted);
	cJSON_Delete(is);
	return good;
}

static int by_code(const void *a, const void *b)
{
	const sync_refusal *const *one = a, *const *other = b;
	return strcmp(sync_status_name((*one)->error.code), sync_status_name((*other)->error.code));
}

/* A code alone, or with the place and what stands there. */
static cJSON *refusal_like(const sync_refusal *refusal, const cJSON *wanted)
{
	const char *code = sync_status_name(refusal->error.code);
	if (!cJSON_IsObject(wanted))
		return cJSON_CreateString(code);
	cJSON *is = cJSON_CreateObject();
	cJSON_AddStringToObject(is, "code", code);
	cJSON_AddStringToObject(is, "path", refusal->error.pointer);
	if (refusal->current)
		cJSON_AddItemToObject(is, "current", cJSON_Parse(refusal->current));
	return is;
}

static bool is_quarantine(const sync_replica *replica, const cJSON *wanted)
{
	const sync_refusal *refused[8];
	size_t count = 0;
	while (count < 8 && (refused[count] = sync_replica_refusal(replica, count)))
		count++;
	qsort(refused, count, sizeof *refused, by_code);
	cJSON *is = cJSON_CreateArray();
	for (size_t i = 0; i < count; i++)
		cJSON_AddItemToArray(is,
				     refusal_like(refused[i], cJSON_GetArrayItem(wanted, (int)i)));
	bool good = same(is, wanted);
	cJSON_Delete(is);
	return good;
}

static bool values_same(const cJSON *object, const cJSON *wanted)
{
	const cJSON *one;
	int i = 0;
	bool good = cJSON_GetArraySize(object) == cJSON_GetArraySize(wanted);
	cJSON_ArrayForEach(one, object) good = good && same(one, cJSON_GetArrayItem(wanted, i++));
	return good;
}

bool see(struct actor *actor, const cJSON *step)
{
	struct doc *doc = doc_of(actor, step);
	if (!doc)
		return false;
	cJSON *state = state_of(doc->replica);
	sync_replica_status status;
	sync_replica_status_get(doc->replica, &status);
	bool untyped = !sync_replica_state(doc->replica);
	/* An untyped document has no state before it is loaded. */
	bool good = (untyped && !status.loaded) || members_same(state, member(step, "state"));
	cJSON_Delete(state);
	good = good && is_status(doc->replica, member(step, "status"));
	if (member(step, "quarantine"))
		good = good && is_quarantine(doc->replica, member(step, "quarantine"));
	if (member(step, "here"))
		good = good && values_same(doc->here, member(step, "here"));
	if (member(step, "events")) {
		good = good && same(doc->events, member(step, "events"));
		cJSON_Delete(doc->events);
		doc->events = cJSON_CreateArray();
	}
	return good;
}
