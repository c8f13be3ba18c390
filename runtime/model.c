#include <syncgen/model.h>

#include <string.h>

static const struct feature {
	const char *spelling;
	bool enforced;
} features[SYNC_FEATURE_COUNT] = {
#define X(name, spelling, enforced) [SYNC_FEATURE_NUMBER_##name] = { spelling, enforced },
	SYNC_FEATURE_TABLE(X)
#undef X
};

const sync_call_info *sync_model_call(const sync_model *model, const char *name, size_t length)
{
	for (uint32_t i = 0; i < model->call_count; i++) {
		const sync_call_info *call = &model->calls[i];
		if (strlen(call->name) == length && memcmp(call->name, name, length) == 0)
			return call;
	}
	return NULL;
}

sync_verdict_code sync_model_verdict(const sync_model *model, const char *hash)
{
	if (!hash)
		return SYNC_VERDICT_UNKNOWN;
	if (strcmp(hash, model->hash) == 0)
		return SYNC_VERDICT_SAME;
	for (uint32_t i = 0; i < model->history_count; i++) {
		if (strcmp(hash, model->history[i].hash) == 0)
			return model->history[i].code;
	}
	return SYNC_VERDICT_UNKNOWN;
}

const char *sync_verdict_name(sync_verdict_code code)
{
	static const char *const names[SYNC_VERDICT_COUNT] = {
#define X(name, wire) [SYNC_VERDICT_##name] = wire,
		SYNC_VERDICT_TABLE(X)
#undef X
	};
	return (unsigned)code < SYNC_VERDICT_COUNT ? names[code] : names[SYNC_VERDICT_UNKNOWN];
}

/* The features asked for and not enforced, in words: "@read, @index". False: there is none. */
static bool name_missing(uint64_t asked, char *names, size_t size)
{
	size_t used = 0;
	names[0] = '\0';
	for (unsigned i = 0; i < 64; i++) {
		if (!(asked >> i & 1) || (i < SYNC_FEATURE_COUNT && features[i].enforced))
			continue;
		const char *name = i < SYNC_FEATURE_COUNT ? features[i].spelling
							  : "a feature of a newer compiler";
		size_t length = strlen(name);
		if (used + length + 3 > size)
			break;
		if (used) {
			memcpy(names + used, ", ", 2);
			used += 2;
		}
		memcpy(names + used, name, length + 1);
		used += length;
	}
	return used != 0;
}

sync_status sync_model_check(const sync_model *model, sync_error *error)
{
	char names[SYNC_MESSAGE_MAX / 2];
	if (model->abi != SYNC_RUNTIME_ABI)
		return sync_error_set(
			error, SYNC_SCHEMA,
			"the model was generated for layout %u of the runtime, this is %u",
			(unsigned)model->abi, (unsigned)SYNC_RUNTIME_ABI);
	if (name_missing(model->features, names, sizeof names))
		return sync_error_set(
			error, SYNC_UNSUPPORTED,
			"model %s asks for what this runtime does not enforce yet: %s", model->name,
			names);
	if (!model->key || !*model->key)
		return sync_error_set(error, SYNC_SCHEMA, "model %s has no key", model->name);
	return SYNC_OK;
}
