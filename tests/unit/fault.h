/*
 * The allocator fails on purpose, and counts what is alive.
 *
 *	for (long n = 1; fault_next(n); n++)      until a whole run needs fewer than n allocations
 *		…the code under test, which reports errors and gives back everything…
 *	fault_end();
 */
#ifndef TEST_FAULT_H
#define TEST_FAULT_H

#include <stdbool.h>

/* Begins a run whose n-th allocation fails, n from 1. False: the run before did not get to its own,
 * so there is nothing more to fail. */
bool fault_next(long n);

/* Blocks allocated and not given back since the first fault_next. */
long fault_alive(void);

/* Back to malloc. */
void fault_end(void);

/* All of that: `run` with each of its allocations failing in turn. Asserts that nothing is alive
 * after any of them. Answers how many runs it took. */
long fault_each(void (*run)(void *arg), void *arg);

#endif
