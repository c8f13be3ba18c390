/*
 * W1 to W3, tracked: set-ups, steps and checks for the table of peers/syncgen.c.
 */
#ifndef BENCH_EDIT_H
#define BENCH_EDIT_H

#include "state.h"

bool edit_set_up_small(const char *folder);
bool edit_set_up_large(const char *folder);
void edit_change_small(void);
void edit_change_large(void);
void edit_check_change_small(void);
void edit_check_change_large(void);

bool edit_set_up_small_list(const char *folder);
bool edit_set_up_large_list(const char *folder);
void edit_list_small(void);
void edit_list_large(void);
void edit_check_list_small(void);
void edit_check_list_large(void);

bool edit_set_up_gauges(const char *folder);
void edit_gauges(void);
void edit_check_gauges(void);

#endif
