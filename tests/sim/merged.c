#include "merged.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "world.h"

/* A value is not taken away, and only grows, or shrinks. */
static void judge_order(struct world *world, const sync_field *field, const cJSON *was,
			const cJSON *is)
{
	if (!cJSON_IsNumber(was))
		return;
	bool max = field->merge == SYNC_MERGE_MAX;
	bool holds = cJSON_IsNumber(is) && (max ? is->valuedouble >= was->valuedouble
						: is->valuedouble <= was->valuedouble);
	if (!holds)
		blame(world, PROPERTY_MERGED, "%s became %s than %g", field->name,
		      max ? "less" : "more", was->valuedouble);
}

/* "NEW<OLD": its author saw OLD, and that is what was there. */
static void judge_baton(struct world *world, const cJSON *was, const cJSON *is)
{
	const char *old = cJSON_IsString(was) ? was->valuestring : "";
	const char *new = cJSON_IsString(is) ? is->valuestring : "";
	const char *seen = strchr(new, '<');
	size_t length = strcspn(old, "<");
	if (strcmp(old, new) == 0)
		return;
	if (!seen || strlen(seen + 1) != length || strncmp(seen + 1, old, length) != 0)
		blame(world, PROPERTY_MERGED, "%s was written over %s", new, old);
}

void merged_judge(struct world *world, const sync_type *type, const cJSON *before,
		  const cJSON *after)
{
	for (uint32_t i = 0; i < type->count; i++) {
		const sync_field *field = &type->fields[i];
		const cJSON *was = cJSON_GetObjectItemCaseSensitive(before, field->name);
		const cJSON *is = cJSON_GetObjectItemCaseSensitive(after, field->name);
		if (field->merge == SYNC_MERGE_MAX || field->merge == SYNC_MERGE_MIN)
			judge_order(world, field, was, is);
		if (strcmp(field->name, "baton") == 0)
			judge_baton(world, was, is);
	}
}
