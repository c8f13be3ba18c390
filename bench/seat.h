/*
 * A place in a room of Colyseus, asked for over HTTP before the WebSocket is opened.
 */
#ifndef BENCH_SEAT_H
#define BENCH_SEAT_H

#include <stddef.h>

/* Writes the path of the WebSocket to `path`. Waits for the answer; load_fail() when there is no
 * seat. */
void seat_take(int port, const char *room, char *path, size_t size);

#endif
