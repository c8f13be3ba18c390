#include "c_json.h"

#include <syncgen/json.h>

#include <string.h>

#include "c_text.h"

static size_t escape(char *at, unsigned char byte)
{
	static const char letters[] = "btn\0fr";
	if (byte == '"' || byte == '\\') {
		at[0] = '\\';
		at[1] = (char)byte;
		return 2;
	}
	if (byte >= 8 && byte <= 13 && letters[byte - 8]) {
		at[0] = '\\';
		at[1] = letters[byte - 8];
		return 2;
	}
	if (byte < 0x20)
		return (size_t)sprintf(at, "\\u%04x", byte);
	at[0] = (char)byte;
	return 1;
}

const char *c_json_escaped(view_pool *pool, const char *name)
{
	char *text = view_room(pool, 6 * strlen(name) + 1), *at = text;
	for (; *name; name++)
		at += escape(at, (unsigned char)*name);
	*at = '\0';
	return text;
}

const char *c_json_segment(view_pool *pool, const char *name)
{
	char *pointer = view_room(pool, 2 * strlen(name) + 2), *at = pointer;
	*at++ = '/';
	for (; *name; name++) {
		if (*name == '~' || *name == '/') {
			*at++ = '~';
			*at++ = *name == '~' ? '0' : '1';
		} else {
			*at++ = *name;
		}
	}
	*at = '\0';
	return c_json_escaped(pool, pointer);
}

static char *put_text(char *at, const char *text)
{
	size_t length = strlen(text);
	memcpy(at, text, length + 1);
	return at + length;
}

/* Open addressing, at most half full. */
static uint32_t mask_for(size_t count)
{
	uint32_t slots = 2;
	while (slots < 2 * count)
		slots *= 2;
	return slots - 1;
}

void c_bind_slots(view *v, const char *const *names, size_t count, const char *slots_name,
		  const char *mask_name)
{
	uint32_t mask = mask_for(count);
	size_t size = ((size_t)mask + 1) * sizeof(uint16_t);
	uint16_t *slots = (uint16_t *)(void *)view_room(v->pool, size);
	memset(slots, 0, size);
	for (size_t i = 0; i < count; i++) {
		if (!names[i])
			continue;
		uint32_t slot = sync_key_hash(names[i], strlen(names[i])) & mask;
		while (slots[slot])
			slot = (slot + 1) & mask;
		slots[slot] = (uint16_t)(i + 1);
	}
	char *text = view_room(v->pool, 8 * ((size_t)mask + 1) + 8), *at = text;
	*at = '\0';
	for (uint32_t i = 0; i <= mask; i++) {
		if (i)
			at = put_text(at, i % 16 ? ", " : ",\n\t");
		at = put_text(at, slots[i] ? view_digits(v->pool, slots[i]) : "0");
	}
	view_text(v, slots_name, text);
	view_number(v, mask_name, mask);
}

/* The tables count in sixteen bits. */
static void refuse_too_much(view *v, const char *const *names, size_t count)
{
	view_list(v, "refusals");
	if (count >= UINT16_MAX)
		view_text(view_add(v, "refusals"), "refusal",
			  "C: more than 65,534 names in one type");
	for (size_t i = 0; i < count; i++) {
		if (names[i] && 6 * strlen(names[i]) + 3 > UINT16_MAX)
			view_text(view_add(v, "refusals"), "refusal",
				  "C: a name of more than 10,000 bytes");
	}
}

void c_bind_keys(view *v, const char *const *names, size_t count)
{
	refuse_too_much(v, names, count);
	view_list(v, "keys");
	for (size_t i = 0; i < count; i++) {
		view *key = view_add(v, "keys");
		/* No member of valid JSON begins with that byte. */
		const char *name = names[i] ? names[i] : "\001";
		const char *escaped = names[i] ? c_json_escaped(v->pool, name) : name;
		const char *literal =
			names[i] ? view_join(v->pool, "\"", escaped, "\":", NULL) : name;
		view_text(key, "literal", c_string(v->pool, literal, strlen(literal)));
		view_number(key, "literal_length", strlen(literal));
		view_text(key, "name", c_string(v->pool, name, strlen(name)));
		view_number(key, "name_length", strlen(name));
	}
	c_bind_slots(v, names, count, "slots", "mask");
	view_number(v, "count", count);
}
