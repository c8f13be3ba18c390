/*
 * W4: the whole board to JSON and back, validated.
 */
#ifndef BENCH_JSON_H
#define BENCH_JSON_H

#include "state.h"

bool json_set_up(const char *folder);
void json_print(void);
void json_check_print(void);
void json_read(void);
void json_check_read(void);

#endif
