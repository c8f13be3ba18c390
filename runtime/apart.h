/*
 * The rare part of a function as one of its own, which the compiler is not to put back: the common part then
 * saves no registers for it.
 */
#ifndef SYNC_APART_H
#define SYNC_APART_H

#ifdef __GNUC__
#define SYNC_APART __attribute__((noinline))
#else
#define SYNC_APART
#endif

#endif
