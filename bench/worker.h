/*
 * A C competitor of run.mjs: a table of works and the loop that times them. It speaks the lines of
 * worker.mjs on standard input and output.
 *
 *   const bench_work bench_works[] = { { "W1", set_up, step, check }, { 0 } };
 *
 * Linked with worker.c, which has main(). Each work is set up when it is first asked for.
 */
#ifndef BENCH_WORKER_H
#define BENCH_WORKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct bench_work {
	const char *name;
	bool (*set_up)(const char *folder); /* false: it cannot be measured; says why on stderr */
	void (*step)(void);		    /* one unit of work */
	void (*check)(void);		    /* does it once and prints a line of JSON: see below */
} bench_work;

extern const bench_work bench_works[]; /* ends with a row of zeros */

/* What step made, added up and printed at the end, so that no work can be left out. */
extern uint64_t bench_kept;
/* How many things a step does, where that is not one: the time is told for each. Set by the
 * step. */
extern uint64_t bench_units;

/* The whole file, NUL behind it; stops the program when it cannot be read. For the life of the
 * program. */
char *bench_load(const char *folder, const char *name, size_t *length);

/* Answers of check: the work judged itself, or hands over patches for run.mjs to judge. */
void bench_answer(bool ok, size_t bytes);
void bench_answer_patches(const char *const *patches, size_t count);

#endif
