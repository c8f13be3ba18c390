/*
 * Frames of a conversation (tests/wire/README.md): variables, and comparing.
 */
#ifndef TEST_WIRE_WORDS_H
#define TEST_WIRE_WORDS_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

enum { WORDS = 64 };

struct words {
	struct {
		char name[64];
		cJSON *value;
	} variable[WORDS];
	size_t count;
};

const cJSON *words_member(const cJSON *of, const char *name);
/* "$name" or "#name" is this from now on; `value` is taken over. */
void words_bind(struct words *words, const char *name, cJSON *value);
/* A copy with every variable spelled out; members that are anything are left out. */
cJSON *words_spell(struct words *words, const cJSON *from);
/* Binds what is not bound yet. */
bool words_match(struct words *words, const cJSON *is, const cJSON *wanted);
void words_release(struct words *words);

#endif
