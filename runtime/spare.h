/*
 * Small blocks that were given back, kept for the next who wants one: in front of malloc, since
 * values are mostly made of many of them. Each thread has its own, of bounded size, and gives them
 * back to malloc when it ends. For alloc.c.
 *
 * There are none under AddressSanitizer, and none once an allocator was set: fault injection and
 * leak checkers see every block.
 */
#ifndef SYNC_SPARE_H
#define SYNC_SPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__SANITIZE_ADDRESS__) || !defined(__GNUC__)
#define SPARE_NONE
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SPARE_NONE
#endif
#endif

/* Blocks of 16 n + 8 bytes: what malloc gives without waste where its own head has 8. */
enum { SPARE_STEP = 16, SPARE_CLASSES = 17, SPARE_MAX = SPARE_CLASSES * SPARE_STEP - 8 };

#ifdef SPARE_NONE
static inline void spare_stop(void)
{
}
static inline size_t spare_size(size_t size)
{
	return size;
}
static inline void *spare_take(size_t size)
{
	(void)size;
	return NULL;
}
static inline bool spare_keep(void *block, size_t size)
{
	(void)block;
	(void)size;
	return false;
}
static inline bool spare_begin(size_t size)
{
	(void)size;
	return false;
}
#else

typedef struct spare_block {
	struct spare_block *next;
} spare_block;

typedef struct spare_blocks {
	spare_block *first[SPARE_CLASSES];
	size_t room; /* bytes that may still be kept; 0 in the beginning and in the end */
} spare_blocks;

/* Within the library, so that a shared one reaches it without a call. */
extern _Thread_local spare_blocks spare_own __attribute__((tls_model("initial-exec")));
extern bool spare_off;

/* For good; this thread's blocks are freed. */
void spare_stop(void);
/* A block of that size was not kept: begins to keep blocks in this thread, if that was not done before. True: it
 * can be kept now. */
bool spare_begin(size_t size);

static inline size_t spare_class(size_t size)
{
	return (size + SPARE_STEP - 9) / SPARE_STEP;
}

/* What to ask the allocator for, so that the block can be kept later. */
static inline size_t spare_size(size_t size)
{
	return size > SPARE_MAX || spare_off ? size : spare_class(size) * SPARE_STEP + 8;
}

/* A block of that size, or NULL. */
static inline void *spare_take(size_t size)
{
	if (size > SPARE_MAX)
		return NULL;
	size_t class = spare_class(size);
	spare_block *block = spare_own.first[class];
	if (block) {
		spare_own.first[class] = block->next;
		spare_own.room += class * SPARE_STEP + 8;
	}
	return block;
}

/* Takes a block that was allocated with that size at least; false: there is no room for it. */
static inline bool spare_keep(void *block, size_t size)
{
	if (size > SPARE_MAX)
		return false;
	size_t class = spare_class(size);
	size = class * SPARE_STEP + 8;
	if (spare_own.room < size)
		return false;
	spare_block *kept = block;
	kept->next = spare_own.first[class];
	spare_own.first[class] = kept;
	spare_own.room -= size;
	return true;
}
#endif

#endif
