#include "fault.h"

#include <stdlib.h>

#include <CUnit/CUnit.h>
#include <syncgen/alloc.h>

static long countdown, alive;
static bool active;

static bool fails(void)
{
	return --countdown == 0;
}

static void *fault_alloc(void *context, size_t size)
{
	(void)context;
	void *block = fails() ? NULL : malloc(size);
	alive += block != NULL;
	return block;
}

static void *fault_resize(void *context, void *block, size_t size)
{
	(void)context;
	void *moved = fails() ? NULL : realloc(block, size);
	alive += !block && moved;
	return moved;
}

static void fault_release(void *context, void *block)
{
	(void)context;
	alive -= block != NULL;
	free(block);
}

bool fault_next(long n)
{
	static const sync_allocator faulty = { fault_alloc, fault_resize, fault_release, NULL };
	bool again = !active || countdown <= 0;
	if (!active)
		alive = 0;
	active = true;
	countdown = n;
	sync_allocator_set(&faulty);
	return again;
}

long fault_alive(void)
{
	return alive;
}

void fault_end(void)
{
	active = false;
	sync_allocator_set(NULL);
}

long fault_each(void (*run)(void *arg), void *arg)
{
	long n = 1;
	for (; fault_next(n); n++) {
		run(arg);
		CU_ASSERT_EQUAL(fault_alive(), 0);
		if (fault_alive())
			break;
	}
	fault_end();
	return n;
}
