/*
 * Values of every.sync as JSON.
 */
#ifndef TEST_EVERY_TEXT_H
#define TEST_EVERY_TEXT_H

#include <syncgen/syncgen.h>

/* To be freed; NULL: out of memory. */
char *every_text_of(const sync_type *type, const void *value);
/* Prints both when they differ. */
bool every_prints_as(const sync_type *type, const void *value, const char *expected);
sync_status every_read_as(const sync_type *type, void *value, const char *json, sync_error *error);

#endif
