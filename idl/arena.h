/*
 * All memory of one run: taken in pieces, given back at once.
 *
 * Running out of memory does not return: it jumps to where idl_arena_guard() was set, so nobody
 * between there and here needs a check. The guard is set once, in load.
 */
#ifndef IDL_ARENA_H
#define IDL_ARENA_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

typedef struct idl_arena idl_arena;

#if defined(__GNUC__)
#define IDL_PRINTF(text, args) __attribute__((format(printf, text, args)))
#else
#define IDL_PRINTF(text, args)
#endif

/* NULL when there is no memory. */
idl_arena *idl_arena_new(void);
void idl_arena_free(idl_arena *arena); /* NULL is fine */

/* Where to go when memory runs out; without it, the process ends with a message. */
void idl_arena_guard(idl_arena *arena, jmp_buf *guard);

/* Zeroed, aligned for anything; lives as long as the arena. */
void *idl_arena_alloc(idl_arena *arena, size_t size);

/* Zeroed array; a product that overflows counts as out of memory. */
void *idl_arena_array(idl_arena *arena, size_t count, size_t size);

/* Copies, ended by NUL. */
char *idl_arena_copy(idl_arena *arena, const char *text, size_t length);
char *idl_arena_printf(idl_arena *arena, const char *format, ...) IDL_PRINTF(2, 3);
char *idl_arena_vprintf(idl_arena *arena, const char *format, va_list args) IDL_PRINTF(2, 0);

#endif
