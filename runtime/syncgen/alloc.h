/*
 * The process-wide allocator of the runtime and of generated code. malloc by default.
 *
 * Set it once, before anything else of the library is used; a second allocator while values are
 * alive is the caller's mistake. Every function of the library survives a NULL from it.
 */
#ifndef SYNCGEN_ALLOC_H
#define SYNCGEN_ALLOC_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sync_allocator {
	void *(*alloc)(void *context, size_t size);
	void *(*resize)(void *context, void *block, size_t size); /* block may be NULL */
	void (*release)(void *context, void *block);		  /* block may be NULL */
	void *context;
} sync_allocator;

/* NULL: back to malloc, of which every block is asked for and given back one by one from then
 * on. */
void sync_allocator_set(const sync_allocator *allocator);

void *sync_alloc(size_t size);		      /* uninitialised; NULL when out of memory */
void *sync_calloc(size_t count, size_t size); /* zeroed; NULL also when count*size overflows */
void *sync_resize(void *block, size_t size);  /* on NULL the old block is untouched */
char *sync_alloc_text(const char *text);      /* a copy; NULL when out of memory */
void sync_free(void *block);		      /* NULL is fine */
/* The same for a block that was asked for with that size or more: small ones are kept for the next
 * sync_alloc of this thread, unless an allocator was set. */
void sync_free_sized(void *block, size_t size);

#ifdef __cplusplus
}
#endif
#endif
