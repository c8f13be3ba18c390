/*
 * W2 and W6 on plain values: the difference of two boards that nothing tracks.
 */
#ifndef BENCH_DIFF_H
#define BENCH_DIFF_H

#include "state.h"

bool diff_set_up_small(const char *folder);
bool diff_set_up_large(const char *folder);
void diff_list_small(void);
void diff_list_large(void);
void diff_check_list_small(void);
void diff_check_list_large(void);

bool diff_set_up_change(const char *folder);
void diff_change(void);
void diff_check_change(void);

#endif
