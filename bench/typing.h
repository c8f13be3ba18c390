/*
 * W12: what somebody typed, key by key: into his own copy of a text, to the server, and from there
 * to a reader.
 */
#ifndef BENCH_TYPING_H
#define BENCH_TYPING_H

#include "worker.h"

bool typing_set_up_chat(const char *folder);
bool typing_set_up_program(const char *folder);
void typing_chat(void);
void typing_program(void);
void typing_check_chat(void);
void typing_check_program(void);

#endif
