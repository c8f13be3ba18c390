/*
 * Any JSON through the reader into the writer, without a tree between. For tests.
 */
#ifndef TEST_TRANSCODE_H
#define TEST_TRANSCODE_H

#include <syncgen/json.h>

/* Limits for documents larger than the defaults allow. */
extern const sync_limits transcode_limits;

/* Copies one value. Integers of 64 bits stay exact, other numbers become doubles. False: the
 * reader's error says why. Recursive; the reader's depth bounds it. */
bool transcode(sync_reader *reader, sync_buf *out);

/* Reads one value from each: are they the same? Members in the same order, numbers by value. */
bool transcode_same(sync_reader *a, sync_reader *b);

#endif
