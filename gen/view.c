#include "view.h"

#include <stdarg.h>
#include <string.h>

enum { BLOCK = 128 * 1024, FIRST_ROOM = 8, RECENT = 512 };

typedef struct block {
	struct block *next;
	size_t size;
	char *data;
} block;

typedef struct known {
	const char *text;
	size_t length;
	uint32_t hash;
} known;

struct view_pool {
	idl_arena *arena;
	block *first, *at; /* blocks after `at` are free */
	size_t used;	   /* of `at` */
	known *names;	   /* by number */
	uint32_t name_count, name_room;
	uint32_t *slots; /* number + 1, by hash; a power of two */
	uint32_t slot_mask;
	struct {
		const char *text;
		uint32_t number;
	} recent[RECENT]; /* by the address of the text */
};

static block *new_block(view_pool *pool, size_t size)
{
	block *b = idl_arena_alloc(pool->arena, sizeof(*b));
	b->size = size;
	b->data = idl_arena_alloc(pool->arena, size);
	return b;
}

view_pool *view_pool_new(idl_arena *arena)
{
	view_pool *pool = idl_arena_alloc(arena, sizeof(*pool));
	pool->arena = arena;
	pool->first = pool->at = new_block(pool, BLOCK);
	pool->name_room = 256;
	pool->names = idl_arena_array(arena, pool->name_room, sizeof(known));
	pool->slot_mask = 2 * pool->name_room - 1;
	pool->slots = idl_arena_array(arena, 2 * pool->name_room, sizeof(uint32_t));
	return pool;
}

void view_pool_clear(view_pool *pool)
{
	pool->at = pool->first;
	pool->used = 0;
}

char *view_room(view_pool *pool, size_t size)
{
	size = (size + 15) & ~(size_t)15;
	if (pool->at->size - pool->used < size) {
		block *next = pool->at->next;
		if (!next || next->size < size) {
			next = new_block(pool, size > BLOCK ? size : BLOCK);
			next->next = pool->at->next;
			pool->at->next = next;
		}
		pool->at = next;
		pool->used = 0;
	}
	char *at = pool->at->data + pool->used;
	pool->used += size;
	return at;
}

/* ---- names ---- */

static uint32_t hash(const char *text, size_t length)
{
	uint32_t h = 2166136261u;
	for (size_t i = 0; i < length; i++)
		h = (h ^ (unsigned char)text[i]) * 16777619u;
	return h ^ h >> 15;
}

static void grow_names(view_pool *pool)
{
	uint32_t room = pool->name_room * 2, mask = 2 * room - 1;
	known *names = idl_arena_array(pool->arena, room, sizeof(known));
	uint32_t *slots = idl_arena_array(pool->arena, mask + 1, sizeof(uint32_t));
	memcpy(names, pool->names, pool->name_count * sizeof(known));
	for (uint32_t i = 0; i < pool->name_count; i++) {
		uint32_t slot = names[i].hash & mask;
		while (slots[slot])
			slot = (slot + 1) & mask;
		slots[slot] = i + 1;
	}
	pool->names = names;
	pool->name_room = room;
	pool->slots = slots;
	pool->slot_mask = mask;
}

uint32_t view_name(view_pool *pool, const char *name, size_t length)
{
	uint32_t h = hash(name, length), slot = h & pool->slot_mask;
	for (; pool->slots[slot]; slot = (slot + 1) & pool->slot_mask) {
		const known *k = &pool->names[pool->slots[slot] - 1];
		if (k->hash == h && k->length == length && memcmp(k->text, name, length) == 0)
			return pool->slots[slot] - 1;
	}
	if (pool->name_count == pool->name_room) {
		grow_names(pool);
		return view_name(pool, name, length);
	}
	pool->names[pool->name_count] =
		(known){ idl_arena_copy(pool->arena, name, length), length, h };
	pool->slots[slot] = ++pool->name_count;
	return pool->name_count - 1;
}

/* ---- views ---- */

view *view_new(view_pool *pool)
{
	view *v = (view *)(void *)view_room(pool, sizeof(*v));
	*v = (view){ .pool = pool };
	return v;
}

/* Names of bindings are literals: the same address is the same name. */
static uint32_t number_of(view_pool *pool, const char *name)
{
	uintptr_t address = (uintptr_t)name;
	size_t at = (address ^ address >> 7) % RECENT;
	if (pool->recent[at].text != name) {
		pool->recent[at].number = view_name(pool, name, strlen(name));
		pool->recent[at].text = name;
	}
	return pool->recent[at].number;
}

static view_value *bind(view *v, const char *name, view_kind kind)
{
	if (v->count == v->room) {
		size_t room = v->room ? v->room * 2 : FIRST_ROOM;
		uint32_t *names = (uint32_t *)(void *)view_room(v->pool, room * sizeof(*names));
		view_value *values =
			(view_value *)(void *)view_room(v->pool, room * sizeof(*values));
		if (v->count) {
			memcpy(names, v->names, v->count * sizeof(*names));
			memcpy(values, v->values, v->count * sizeof(*values));
		}
		v->names = names;
		v->values = values;
		v->room = room;
	}
	v->names[v->count] = number_of(v->pool, name);
	view_value *value = &v->values[v->count++];
	*value = (view_value){ .kind = kind };
	return value;
}

void view_text(view *v, const char *name, const char *text)
{
	view_value *value = bind(v, name, VIEW_TEXT);
	value->text = text ? text : "";
	value->length = strlen(value->text);
}

void view_flag(view *v, const char *name, bool flag)
{
	bind(v, name, VIEW_FLAG)->flag = flag;
}

void view_number(view *v, const char *name, uint64_t number)
{
	view_text(v, name, view_digits(v->pool, number));
}

void view_list(view *v, const char *name)
{
	bind(v, name, VIEW_LIST);
}

view *view_add(view *v, const char *name)
{
	uint32_t number = number_of(v->pool, name);
	view_value *list = NULL;
	for (size_t i = v->count; i-- && !list;) {
		if (v->names[i] == number)
			list = &v->values[i];
	}
	if (!list)
		list = bind(v, name, VIEW_LIST);
	view *added = view_new(v->pool);
	if (list->last)
		list->last->next = added;
	else
		list->first = added;
	list->last = added;
	return added;
}

/* ---- strings ---- */

const char *view_join(view_pool *pool, const char *first, ...)
{
	const char *parts[32];
	size_t lengths[32], count = 0, total = 0;
	va_list args;
	va_start(args, first);
	for (const char *part = first; part && count < 32; part = va_arg(args, const char *)) {
		parts[count] = part;
		total += lengths[count++] = strlen(part);
	}
	va_end(args);
	char *text = view_room(pool, total + 1), *at = text;
	for (size_t i = 0; i < count; i++) {
		memcpy(at, parts[i], lengths[i]);
		at += lengths[i];
	}
	*at = '\0';
	return text;
}

const char *view_digits(view_pool *pool, uint64_t number)
{
	char *end = view_room(pool, 24) + 23, *at = end;
	*at = '\0';
	do
		*--at = (char)('0' + number % 10);
	while (number /= 10);
	return at;
}

const char *view_format(view_pool *pool, const char *format, ...)
{
	va_list args, again;
	va_start(args, format);
	va_copy(again, args);
	int length = vsnprintf(NULL, 0, format, args);
	size_t size = length < 0 ? 1 : (size_t)length + 1;
	char *text = view_room(pool, size);
	text[0] = '\0';
	vsnprintf(text, size, format, again);
	va_end(again);
	va_end(args);
	return text;
}

/* ---- dump ---- */

static void dump_text(const char *text, FILE *to)
{
	putc('"', to);
	for (; *text; text++) {
		if (*text == '\n')
			fputs("\\n", to);
		else if (*text == '\t')
			fputs("\\t", to);
		else {
			if (*text == '"' || *text == '\\')
				putc('\\', to);
			putc(*text, to);
		}
	}
	putc('"', to);
}

/* Lists nest as deep as templates do. */
static void dump(const view *v, int depth, FILE *to)
{
	for (size_t i = 0; i < v->count; i++) {
		const view_value *value = &v->values[i];
		fprintf(to, "%*s%s", depth * 2, "", v->pool->names[v->names[i]].text);
		switch (value->kind) {
		case VIEW_TEXT:
			fputs(" = ", to);
			dump_text(value->text, to);
			putc('\n', to);
			break;
		case VIEW_FLAG:
			fprintf(to, " = %s\n", value->flag ? "yes" : "no");
			break;
		case VIEW_LIST:
			fputs(value->first ? "\n" : " = none\n", to);
			for (const view *item = value->first; item; item = item->next) {
				fprintf(to, "%*s-\n", depth * 2 + 2, "");
				dump(item, depth + 2, to);
			}
			break;
		}
	}
}

void view_dump(const view *v, FILE *to)
{
	dump(v, 1, to);
}
