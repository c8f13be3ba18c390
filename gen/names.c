#include "names.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct names {
	idl_arena *arena;
	names_reserved *reserved;
	names **outer;
	size_t outer_count;
	const char **slots; /* by hash; a power of two */
	size_t count, slot_count;
};

names *names_new(idl_arena *arena, names_reserved *reserved, names *const *outer,
                 size_t outer_count)
{
	names *scope = idl_arena_alloc(arena, sizeof(*scope));
	scope->arena = arena;
	scope->reserved = reserved;
	scope->slot_count = 16;
	scope->slots = idl_arena_array(arena, scope->slot_count, sizeof(*scope->slots));
	scope->outer_count = outer_count;
	if (outer_count) {
		scope->outer = idl_arena_array(arena, outer_count, sizeof(*scope->outer));
		memcpy(scope->outer, outer, outer_count * sizeof(*outer));
	}
	return scope;
}

void names_reserve(names *scope, names_reserved *reserved)
{
	scope->reserved = reserved;
}

static size_t hash(const char *text)
{
	uint32_t h = 2166136261u;
	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * 16777619u;
	return h ^ h >> 15;
}

/* The slot of a name, or the empty one where it would go. */
static const char **slot_of(const names *scope, const char *name, size_t hashed)
{
	size_t slot = hashed & (scope->slot_count - 1);
	while (scope->slots[slot] && strcmp(scope->slots[slot], name) != 0)
		slot = (slot + 1) & (scope->slot_count - 1);
	return &scope->slots[slot];
}

static void grow(names *scope)
{
	const char **old = scope->slots;
	size_t count = scope->slot_count;
	scope->slot_count *= 4;
	scope->slots = idl_arena_array(scope->arena, scope->slot_count, sizeof(*scope->slots));
	for (size_t i = 0; i < count; i++) {
		if (old[i])
			*slot_of(scope, old[i], hash(old[i])) = old[i];
	}
}

/* The slot for a name that is free, else NULL. */
static const char **free_slot(const names *scope, const char *name)
{
	size_t hashed = hash(name);
	const char **slot = slot_of(scope, name, hashed);
	if (*slot || (scope->reserved && scope->reserved(name)))
		return NULL;
	for (size_t i = 0; i < scope->outer_count; i++) {
		if (*slot_of(scope->outer[i], name, hashed))
			return NULL;
	}
	return slot;
}

bool names_free(const names *scope, const char *name)
{
	return free_slot(scope, name) != NULL;
}

static const char *claim(names *scope, const char *name)
{
	if (scope->count >= scope->slot_count / 2)
		grow(scope);
	const char **slot = free_slot(scope, name);
	if (!slot)
		return NULL;
	scope->count++;
	return *slot = idl_arena_copy(scope->arena, name, strlen(name));
}

bool names_claim(names *scope, const char *name)
{
	return claim(scope, name) != NULL;
}

bool names_claim_all(names *scope, const char *stem, const char *const *verbs)
{
	size_t length = strlen(stem), longest = 0, count;
	for (count = 0; verbs[count]; count++) {
		size_t of_verb = strlen(verbs[count]);
		longest = of_verb > longest ? of_verb : longest;
	}
	char *name = idl_arena_alloc(scope->arena, length + 1 + longest + 1);
	memcpy(name, stem, length);
	name[length] = '_';
	for (size_t i = 0; i < count; i++) {
		strcpy(name + length + 1, verbs[i]);
		if (!free_slot(scope, name))
			return false;
	}
	for (size_t i = 0; i < count; i++) {
		strcpy(name + length + 1, verbs[i]);
		claim(scope, name);
	}
	return true;
}

const char *names_variant(idl_arena *arena, const char *wanted, unsigned n)
{
	size_t length = strlen(wanted);
	if (n == 0)
		return wanted;
	/* Two underscores in a row belong to C++. */
	if (length && wanted[length - 1] == '_')
		return idl_arena_printf(arena, "%s%u", wanted, n + 1);
	if (n == 1)
		return idl_arena_printf(arena, "%s_", wanted);
	return idl_arena_printf(arena, "%s_%u", wanted, n);
}

const char *names_take(names *scope, const char *wanted)
{
	for (unsigned n = 0;; n++) {
		const char *name = claim(scope, names_variant(scope->arena, wanted, n));
		if (name)
			return name;
	}
}

const char *names_take_joined(names *scope, const char *stem, const char *verb, const char *noun,
                              const char *tail)
{
	char room[256];
	int length = snprintf(room, sizeof(room), "%s_%s%s%s%s", stem, verb, *noun ? "_" : "", noun, tail);
	if (length >= 0 && (size_t)length < sizeof(room)) {
		const char *name = claim(scope, room);
		if (name)
			return name;
	}
	return names_take(scope, idl_arena_printf(scope->arena, "%s_%s%s%s%s", stem, verb,
	                                          *noun ? "_" : "", noun, tail));
}

/* ---- spelling ---- */

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static char to_lower(char c)
{
	return is_upper(c) ? (char)(c - 'A' + 'a') : c;
}

static char to_upper(char c)
{
	return is_lower(c) ? (char)(c - 'a' + 'A') : c;
}

/* Does a word begin at name[i]? */
static bool begins_word(const char *name, size_t i)
{
	if (!i || !is_upper(name[i]) || name[i - 1] == '_')
		return false;
	return is_lower(name[i - 1]) || is_digit(name[i - 1]) || is_lower(name[i + 1]);
}

const char *names_snake(idl_arena *arena, const char *name)
{
	size_t length = strlen(name), at = 0;
	char *out = idl_arena_alloc(arena, 2 * length + 1);
	for (size_t i = 0; i < length; i++) {
		if (begins_word(name, i))
			out[at++] = '_';
		out[at++] = to_lower(name[i]);
	}
	return out;
}

const char *names_upper(idl_arena *arena, const char *name)
{
	size_t length = strlen(name), at = 0;
	char *out = idl_arena_alloc(arena, 2 * length + 1);
	for (size_t i = 0; i < length; i++) {
		if (begins_word(name, i))
			out[at++] = '_';
		out[at++] = to_upper(name[i]);
	}
	return out;
}

const char *names_pascal(idl_arena *arena, const char *name)
{
	size_t length = strlen(name), at = 0;
	char *out = idl_arena_alloc(arena, length + 1);
	bool begin = true;
	for (size_t i = 0; i < length; i++) {
		if (name[i] == '_' && (i + 1 == length || !is_digit(name[i + 1]) || !at ||
		                       !is_digit(out[at - 1]))) {
			begin = true;
			continue;
		}
		out[at++] = begin ? to_upper(name[i]) : name[i];
		begin = false;
	}
	return out;
}
