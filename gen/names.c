#include "names.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Behind a stem in the table: no name has it. */
#define STEM_MARK "\001"

struct names {
	idl_arena *arena;
	names_reserved *reserved;
	names **outer;
	size_t outer_count;
	const char **slots; /* by hash; a power of two. A stem is there with a mark at its end */
	const char *const *verbs;
	size_t verb_count, longest_verb;
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

static int compare_verbs(const void *key, const void *verb)
{
	return strcmp(key, *(const char *const *)verb);
}

static bool has_stem(const names *scope, const char *stem, size_t length)
{
	char room[128], *text = room;
	if (length + sizeof(STEM_MARK) > sizeof(room))
		text = idl_arena_alloc(scope->arena, length + sizeof(STEM_MARK));
	memcpy(text, stem, length);
	memcpy(text + length, STEM_MARK, sizeof(STEM_MARK));
	return *slot_of(scope, text, hash(text)) != NULL;
}

/* Is it a stem that was given away, and a verb? */
static bool in_family(const names *scope, const char *name)
{
	if (!scope->verb_count)
		return false;
	size_t length = strlen(name);
	for (size_t at = length; at-- > 1 && length - at - 1 <= scope->longest_verb;) {
		if (name[at] != '_' || !bsearch(name + at + 1, scope->verbs, scope->verb_count,
						sizeof(*scope->verbs), compare_verbs))
			continue;
		if (has_stem(scope, name, at))
			return true;
	}
	return false;
}

/* Here or in a scope around. */
static bool given(const names *scope, const char *name)
{
	size_t hashed = hash(name);
	bool found = *slot_of(scope, name, hashed) != NULL;
	for (size_t i = 0; i < scope->outer_count && !found; i++)
		found = *slot_of(scope->outer[i], name, hashed) != NULL;
	return found;
}

bool names_free(const names *scope, const char *name)
{
	if (given(scope, name) || (scope->reserved && scope->reserved(name)))
		return false;
	bool family = in_family(scope, name);
	for (size_t i = 0; i < scope->outer_count && !family; i++)
		family = in_family(scope->outer[i], name);
	return !family;
}

/* A name that is not there. */
static const char *insert(names *scope, const char *name)
{
	if (scope->count >= scope->slot_count / 2)
		grow(scope);
	scope->count++;
	const char **slot = slot_of(scope, name, hash(name));
	return *slot = idl_arena_copy(scope->arena, name, strlen(name));
}

static const char *claim(names *scope, const char *name)
{
	return names_free(scope, name) ? insert(scope, name) : NULL;
}

bool names_claim(names *scope, const char *name)
{
	return claim(scope, name) != NULL;
}

void names_set_verbs(names *scope, const char *const *verbs)
{
	scope->verbs = verbs;
	for (scope->verb_count = 0; verbs[scope->verb_count]; scope->verb_count++) {
		size_t length = strlen(verbs[scope->verb_count]);
		if (length > scope->longest_verb)
			scope->longest_verb = length;
	}
}

/* Other families do not matter: no verb is the end of another. */
bool names_claim_stem(names *scope, const char *stem)
{
	if (scope->reserved && scope->reserved(stem))
		return false;
	size_t length = strlen(stem);
	char *name = idl_arena_alloc(scope->arena, length + 1 + scope->longest_verb + 1);
	memcpy(name, stem, length);
	name[length] = '_';
	for (size_t i = 0; i < scope->verb_count; i++) {
		strcpy(name + length + 1, scope->verbs[i]);
		if (given(scope, name) || (!i && scope->reserved && scope->reserved(name)))
			return false;
	}
	memcpy(name + length, STEM_MARK, sizeof(STEM_MARK));
	if (given(scope, name))
		return false;
	insert(scope, name);
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
	const char *const parts[] = { stem, "_", verb, *noun ? "_" : "", noun, tail };
	enum { PARTS = sizeof(parts) / sizeof(*parts) };
	size_t lengths[PARTS], total = 0;
	for (size_t i = 0; i < PARTS; i++)
		total += lengths[i] = strlen(parts[i]);
	char room[256], *name = room, *at;
	if (total >= sizeof(room))
		name = idl_arena_alloc(scope->arena, total + 1);
	at = name;
	for (size_t i = 0; i < PARTS; i++) {
		memcpy(at, parts[i], lengths[i]);
		at += lengths[i];
	}
	*at = '\0';
	const char *claimed = claim(scope, name);
	return claimed ? claimed : names_take(scope, idl_arena_copy(scope->arena, name, total));
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
		if (name[i] == '_' &&
		    (i + 1 == length || !is_digit(name[i + 1]) || !at || !is_digit(out[at - 1]))) {
			begin = true;
			continue;
		}
		out[at++] = begin ? to_upper(name[i]) : name[i];
		begin = false;
	}
	return out;
}
