#include "wire_words.h"

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_REV = 10 };

const cJSON *words_member(const cJSON *of, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(of, name);
}

static cJSON *variable(struct words *words, const char *name)
{
	for (size_t i = 0; i < words->count; i++)
		if (strcmp(words->variable[i].name, name) == 0)
			return words->variable[i].value;
	return NULL;
}

void words_bind(struct words *words, const char *name, cJSON *value)
{
	CU_ASSERT_FATAL(words->count < WORDS);
	size_t i = words->count++;
	snprintf(words->variable[i].name, sizeof words->variable[i].name, "%s", name);
	words->variable[i].value = value;
}

/* "#name+2": the name alone, and the 2. */
static double split(const char *text, char *name, size_t size)
{
	size_t length = strcspn(text, "+");
	snprintf(name, size, "%.*s", (int)length, text);
	return text[length] ? atof(text + length) : 0;
}

/* What `text` stands for; a new value. `own`: made up when there is none yet. NULL: it is not
 * bound. */
static cJSON *meaning(struct words *words, const char *text, bool own)
{
	char name[64];
	double more = split(text, name, sizeof name);
	cJSON *value = variable(words, name);
	if (!value && own) {
		value = *name == '#' ? cJSON_CreateNumber(FIRST_REV) : cJSON_CreateString(name + 1);
		words_bind(words, name, value);
	}
	if (!value)
		return NULL;
	return cJSON_IsNumber(value) ? cJSON_CreateNumber(value->valuedouble + more)
				     : cJSON_Duplicate(value, true);
}

static bool is_variable(const cJSON *value)
{
	return cJSON_IsString(value) && (*value->valuestring == '$' || *value->valuestring == '#');
}

static bool is_anything(const cJSON *value)
{
	return cJSON_IsString(value) && strcmp(value->valuestring, "*") == 0;
}

/* A revision that has no number yet is not below the one that it comes behind. */
static void count_on(struct words *words, const cJSON *frame)
{
	const cJSON *rev = words_member(frame, "rev"), *from = words_member(frame, "from");
	if (is_variable(rev) && is_variable(from) && !variable(words, rev->valuestring) &&
	    !strchr(rev->valuestring, '+'))
		words_bind(words, rev->valuestring, meaning(words, from->valuestring, true));
}

cJSON *words_spell(struct words *words, const cJSON *from)
{
	if (is_variable(from))
		return meaning(words, from->valuestring, true);
	if (!cJSON_IsArray(from) && !cJSON_IsObject(from))
		return cJSON_Duplicate(from, true);
	count_on(words, from);
	cJSON *to = cJSON_IsArray(from) ? cJSON_CreateArray() : cJSON_CreateObject();
	const cJSON *one;
	cJSON_ArrayForEach(one, from)
	{
		if (is_anything(one))
			continue;
		if (cJSON_IsArray(from))
			cJSON_AddItemToArray(to, words_spell(words, one));
		else
			cJSON_AddItemToObject(to, one->string, words_spell(words, one));
	}
	return to;
}

static bool members_match(struct words *words, const cJSON *is, const cJSON *wanted)
{
	const cJSON *one;
	cJSON_ArrayForEach(one, wanted)
	{
		if (!words_match(words, words_member(is, one->string), one))
			return false;
	}
	cJSON_ArrayForEach(one, is)
	{
		if (!words_member(wanted, one->string))
			return false;
	}
	return true;
}

bool words_match(struct words *words, const cJSON *is, const cJSON *wanted)
{
	if (is_anything(wanted))
		return true;
	if (!is)
		return false;
	if (is_variable(wanted)) {
		cJSON *value = meaning(words, wanted->valuestring, false);
		if (!value) {
			words_bind(words, wanted->valuestring, cJSON_Duplicate(is, true));
			return true;
		}
		bool same = cJSON_Compare(is, value, true);
		cJSON_Delete(value);
		return same;
	}
	if (cJSON_IsObject(wanted))
		return cJSON_IsObject(is) && members_match(words, is, wanted);
	if (!cJSON_IsArray(wanted))
		return cJSON_Compare(is, wanted, true);
	bool same = cJSON_GetArraySize(is) == cJSON_GetArraySize(wanted);
	for (int i = 0; same && i < cJSON_GetArraySize(wanted); i++)
		same = words_match(words, cJSON_GetArrayItem(is, i), cJSON_GetArrayItem(wanted, i));
	return same;
}

void words_release(struct words *words)
{
	while (words->count)
		cJSON_Delete(words->variable[--words->count].value);
}
