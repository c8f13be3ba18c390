#include "arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PIECE = 64 * 1024 };

typedef struct piece {
	struct piece *next;
	max_align_t data[];
} piece;

struct idl_arena {
	piece *pieces;
	char *at;
	size_t left;
	jmp_buf *guard;
};

idl_arena *idl_arena_new(void)
{
	return calloc(1, sizeof(idl_arena));
}

void idl_arena_free(idl_arena *arena)
{
	if (!arena)
		return;
	for (piece *p = arena->pieces; p;) {
		piece *next = p->next;
		free(p);
		p = next;
	}
	free(arena);
}

void idl_arena_guard(idl_arena *arena, jmp_buf *guard)
{
	arena->guard = guard;
}

static _Noreturn void out_of_memory(idl_arena *arena)
{
	if (arena->guard)
		longjmp(*arena->guard, 1);
	fputs("syncgen: out of memory\n", stderr);
	exit(3);
}

static piece *add_piece(idl_arena *arena, size_t size)
{
	piece *p = size > SIZE_MAX - sizeof(piece) ? NULL : calloc(1, sizeof(piece) + size);
	if (!p)
		out_of_memory(arena);
	p->next = arena->pieces;
	arena->pieces = p;
	return p;
}

void *idl_arena_alloc(idl_arena *arena, size_t size)
{
	size_t align = sizeof(max_align_t) / 2;
	if (size > PIECE / 4)
		return add_piece(arena, size)->data;
	size = (size + align - 1) / align * align;
	if (size > arena->left) {
		arena->at = (char *)add_piece(arena, PIECE)->data;
		arena->left = PIECE;
	}
	void *block = arena->at;
	arena->at += size;
	arena->left -= size;
	return block;
}

void *idl_arena_array(idl_arena *arena, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / size)
		out_of_memory(arena);
	return idl_arena_alloc(arena, count * size);
}

char *idl_arena_copy(idl_arena *arena, const char *text, size_t length)
{
	char *copy = idl_arena_alloc(arena, length + 1);
	if (length)
		memcpy(copy, text, length);
	return copy;
}

char *idl_arena_vprintf(idl_arena *arena, const char *format, va_list args)
{
	va_list again;
	va_copy(again, args);
	int length = vsnprintf(NULL, 0, format, args);
	char *text = idl_arena_alloc(arena, length < 0 ? 1 : (size_t)length + 1);
	if (length > 0)
		vsnprintf(text, (size_t)length + 1, format, again);
	va_end(again);
	return text;
}

char *idl_arena_printf(idl_arena *arena, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	char *text = idl_arena_vprintf(arena, format, args);
	va_end(args);
	return text;
}
