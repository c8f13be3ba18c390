/*
 * cJSON, from the distribution: print and parse (W4), the parse alone of an action (W5), and a bare
 * move of list elements as a limit for W2.
 */
#include "../worker.h"

#include <cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static cJSON *board;
static char *board_text, *action_text;
static size_t board_length, action_length;

static bool set_up_board(const char *folder)
{
	if (!board_text)
		board_text = bench_load(folder, "board.json", &board_length);
	if (!board)
		board = cJSON_ParseWithLength(board_text, board_length);
	return board != NULL;
}

static void print_board(void)
{
	char *text = cJSON_PrintUnformatted(board);
	bench_kept += text != NULL;
	cJSON_free(text);
}

static void check_print(void)
{
	char *text = cJSON_PrintUnformatted(board);
	bench_answer(text && strcmp(text, board_text) == 0, text ? strlen(text) : 0);
	cJSON_free(text);
}

static void parse_board(void)
{
	cJSON *value = cJSON_ParseWithLength(board_text, board_length);
	bench_kept += value != NULL;
	cJSON_Delete(value);
}

static void check_parse(void)
{
	cJSON *value = cJSON_ParseWithLength(board_text, board_length);
	bench_answer(cJSON_Compare(value, board, 1), board_length);
	cJSON_Delete(value);
}

static bool set_up_action(const char *folder)
{
	action_text = bench_load(folder, "action.json", &action_length);
	return true;
}

static void parse_action(void)
{
	cJSON *value = cJSON_ParseWithLength(action_text, action_length);
	bench_kept += value != NULL;
	cJSON_Delete(value);
}

static void check_action(void)
{
	cJSON *value = cJSON_ParseWithLength(action_text, action_length);
	const cJSON *data = cJSON_GetObjectItem(value, "data");
	bench_answer(cJSON_IsNumber(cJSON_GetObjectItem(data, "at")), action_length);
	cJSON_Delete(value);
}

/* The least that three edits of a list of pointers must do: W2 without anything but moving. */
static void **slots;

static bool set_up_slots(size_t count)
{
	free(slots);
	slots = calloc(count + 1, sizeof *slots);
	return slots != NULL;
}

static void move_slots(size_t count)
{
	memmove(slots + 1, slots, count * sizeof *slots);
	memmove(slots + count / 2, slots + count / 2 + 1, (count - count / 2) * sizeof *slots);
	memmove(slots + 11, slots + 10, (count / 2 - 10) * sizeof *slots);
	bench_kept += slots[count / 2] != NULL;
}

static bool set_up_small(const char *folder)
{
	return folder && set_up_slots(1000);
}
static void step_small(void)
{
	move_slots(1000);
}
static bool set_up_large(const char *folder)
{
	return folder && set_up_slots(100000);
}
static void step_large(void)
{
	move_slots(100000);
}
static void check_slots(void)
{
	bench_answer(true, 0);
}

const bench_work bench_works[] = {
	{ "W4P", set_up_board, print_board, check_print },
	{ "W4R", set_up_board, parse_board, check_parse },
	{ "W5P", set_up_action, parse_action, check_action },
	{ "W2M", set_up_small, step_small, check_slots },
	{ "W2ML", set_up_large, step_large, check_slots },
	{ NULL, NULL, NULL, NULL },
};
