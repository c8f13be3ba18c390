#include "spare.h"

#ifndef SPARE_NONE
#include <stdlib.h>
#include <threads.h>

/* So much a thread keeps: some thousand values. */
enum { KEPT_MAX = 512 * 1024 };

_Thread_local spare_blocks spare_own;
bool spare_off;

/* Has this thread begun, or ended? */
static _Thread_local bool begun;

static tss_t at_end;
static bool has_end;
static once_flag once = ONCE_FLAG_INIT;

static void free_all(void)
{
	for (size_t class = 0; class < SPARE_CLASSES; class ++) {
		while (spare_own.first[class]) {
			spare_block *block = spare_own.first[class];
			spare_own.first[class] = block->next;
			free(block);
		}
	}
	spare_own.room = 0;
}

static void thread_ends(void *own)
{
	(void)own;
	free_all();
}

static void make_end(void)
{
	has_end = tss_create(&at_end, thread_ends) == thrd_success;
}

bool spare_begin(size_t size)
{
	if (size > SPARE_MAX || begun || spare_off)
		return false;
	begun = true;
	call_once(&once, make_end);
	/* Where nobody would free them, none are kept. */
	if (!has_end || tss_set(at_end, &spare_own) != thrd_success)
		return false;
	spare_own.room = KEPT_MAX;
	return true;
}

void spare_stop(void)
{
	spare_off = begun = true;
	free_all();
}

/* The first thread has no other end. The library may be unloaded, too. */
__attribute__((destructor)) static void program_ends(void)
{
	free_all();
	if (has_end)
		tss_delete(at_end);
}
#endif
