/*
 * The TypeScript back end: a file of the plan becomes STEM.ts.
 *
 *   ts_backend *ts = ts_backend_new(plan, templates, arena);
 *   for (…each file, in the order of the plan…)
 *           ts_backend_emit(ts, file, out);
 *
 * Interfaces spell what is on the wire after int64 and bytes were read into bigint and Uint8Array.
 * What is emitted needs TypeScript 4.9 and ES2020, compiles under --strict, and imports nothing but
 * the outputs of imported files. As with the other back ends only memory and templates can fail,
 * and both are remembered by others.
 */
#ifndef GEN_TS_H
#define GEN_TS_H

#include "output.h"
#include "plan.h"
#include "tmpl.h"

typedef struct ts_backend ts_backend;

/* Lives in the arena, borrows the rest. */
ts_backend *ts_backend_new(const plan *p, tmpl_set *templates, idl_arena *arena);

void ts_backend_emit(ts_backend *ts, const plan_file *file, output *out);

#endif
