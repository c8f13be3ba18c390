#include "every_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *every_text_of(const sync_type *type, const void *value)
{
	sync_buf out = { 0 };
	sync_to_json(type, value, &out);
	const char *text = sync_buf_cstr(&out);
	char *copy = text ? malloc(out.len + 1) : NULL;
	if (copy)
		memcpy(copy, text, out.len + 1);
	sync_buf_release(&out);
	return copy;
}

bool every_prints_as(const sync_type *type, const void *value, const char *expected)
{
	char *text = every_text_of(type, value);
	bool same = text && strcmp(text, expected) == 0;
	if (!same)
		printf("got      %s\nexpected %s\n", text ? text : "nothing", expected);
	free(text);
	return same;
}

sync_status every_read_as(const sync_type *type, void *value, const char *json, sync_error *error)
{
	return sync_from_json(type, value, json, strlen(json), error);
}
