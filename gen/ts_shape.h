/*
 * The shape of a model's state in TypeScript: which arrays are lists or sets, which objects are
 * maps, what is a counter, a text, bytes or a 64-bit number. The client of runtime/ts reads it
 * (Shape in runtime/ts/src/shape.ts says what it may be). What is left out is plain JSON.
 */
#ifndef GEN_TS_SHAPE_H
#define GEN_TS_SHAPE_H

#include "ts_backend.h"

/*
 * Binds in the view of a model: "shape"; "shapes", a list of { name, shape } of the structs and
 * unions it refers to; "calls", a list of { member, parts } for calls whose values are more than
 * plain JSON.
 */
void ts_shape_model(ts_backend *ts, view *v, const plan_model *m);

#endif
