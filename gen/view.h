/*
 * What templates see: names bound to finished strings, flags and lists of further views.
 *
 *   view *v = view_new(pool);
 *   view_text(v, "name", s->name);
 *   view_text(v, "guard", view_join(pool, base, "_SYNC_H", NULL));
 *   view_flag(v, "closed", s->closed);
 *   view_list(v, "fields");
 *   for (…)
 *           view_text(view_add(v, "fields"), "name", …);
 *   tmpl_render(set, "c/struct.h", v, &out);
 *   view_pool_clear(pool);
 *
 * Strings are borrowed until the pool is cleared; view_join() and view_format() make them in it.
 * A pool also numbers names, once for all templates rendered with it. Running out of memory jumps
 * to the guard of the pool's arena.
 */
#ifndef GEN_VIEW_H
#define GEN_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "../idl/arena.h"

typedef struct view view;
typedef struct view_pool view_pool;

/* The pool lives in the arena and takes its memory from there, again and again the same. */
view_pool *view_pool_new(idl_arena *arena);

/* All views and strings made so far are gone; the numbers of names stay. */
void view_pool_clear(view_pool *pool);

view *view_new(view_pool *pool);

/* Binds a name, which is a literal; once per view. text NULL: "". */
void view_text(view *v, const char *name, const char *text);
void view_flag(view *v, const char *name, bool flag);
void view_number(view *v, const char *name, uint64_t number); /* a text of digits */

/* Binds an empty list. */
void view_list(view *v, const char *name);
/* Appends a new view to a list; makes the list when there is none. */
view *view_add(view *v, const char *name);

/* Strings in the pool. view_join: up to a NULL. */
const char *view_join(view_pool *pool, const char *first, ...);
const char *view_format(view_pool *pool, const char *format, ...) IDL_PRINTF(2, 3);
const char *view_digits(view_pool *pool, uint64_t number);
char *view_room(view_pool *pool, size_t size);

/* For --dump=view. */
void view_dump(const view *v, FILE *to);

/* ---- what tmpl needs ---------------------------------------------------------------------- */

typedef enum view_kind { VIEW_TEXT, VIEW_FLAG, VIEW_LIST } view_kind;

typedef struct view_value {
	view_kind kind;
	bool flag;
	const char *text;
	size_t length;
	view *first, *last; /* of a list */
} view_value;

struct view {
	view_pool *pool;
	view *next; /* in its list */
	uint32_t *names;
	view_value *values;
	size_t count, room;
};

/* The number of a name, given to it when it was not known. */
uint32_t view_name(view_pool *pool, const char *name, size_t length);

#endif
