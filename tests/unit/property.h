/*
 * What must hold for any two values of a type: the operations of diff turn one into the other, here
 * and in any JSON Patch library, and are never longer than the whole; assign does the same in
 * place, and what it then sends makes the same of a replica. Assertions of CUnit.
 */
#ifndef TEST_PROPERTY_H
#define TEST_PROPERTY_H

#include <syncgen/type.h>

/* For as many random pairs as SEEDS in the environment says, or 200. */
void property_of(const sync_type *type);

/* For one pair; `number` is printed when something does not hold. */
void property_diff(const sync_type *type, uint64_t number, const void *before, const void *after);

#endif
