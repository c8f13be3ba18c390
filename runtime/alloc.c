#include <syncgen/alloc.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "apart.h"
#include "spare.h"

static void *default_alloc(void *context, size_t size)
{
	(void)context;
	return malloc(size);
}

static void *default_resize(void *context, void *block, size_t size)
{
	(void)context;
	return realloc(block, size);
}

static void default_release(void *context, void *block)
{
	(void)context;
	free(block);
}

static sync_allocator current = { default_alloc, default_resize, default_release, NULL };

void sync_allocator_set(const sync_allocator *allocator)
{
	static const sync_allocator standard = { default_alloc, default_resize, default_release,
						 NULL };
	/* Whoever sets one wants to see every block, also later when it is taken back. */
	spare_stop();
	current = allocator ? *allocator : standard;
}

/* Never asks for 0 bytes: whether that gives NULL is up to the allocator. */
SYNC_APART static void *ask(size_t size)
{
	return current.alloc(current.context, size ? spare_size(size) : 1);
}

void *sync_alloc(size_t size)
{
	void *block = spare_take(size);
	return block ? block : ask(size);
}

void *sync_calloc(size_t count, size_t size)
{
	if (size && count > SIZE_MAX / size)
		return NULL;
	void *block = sync_alloc(count * size);
	if (block)
		memset(block, 0, count * size);
	return block;
}

void *sync_resize(void *block, size_t size)
{
	return current.resize(current.context, block, size ? spare_size(size) : 1);
}

char *sync_alloc_text(const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = sync_alloc(size);
	return copy ? memcpy(copy, text, size) : NULL;
}

void sync_free(void *block)
{
	if (block)
		current.release(current.context, block);
}

SYNC_APART static void give_back(void *block, size_t size)
{
	if (!spare_begin(size) || !spare_keep(block, size))
		current.release(current.context, block);
}

void sync_free_sized(void *block, size_t size)
{
	if (block && !spare_keep(block, size))
		give_back(block, size);
}
