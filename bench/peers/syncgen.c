/*
 * Ours: the works by name. What each does is in edit.c (tracked changes), diff.c (plain values),
 * json.c, action.c, typing.c, durable.c and fan.c.
 */
#include "../action.h"
#include "../diff.h"
#include "../durable.h"
#include "../edit.h"
#include "../fan.h"
#include "../json.h"
#include "../typing.h"

const bench_work bench_works[] = {
	{ "W1", edit_set_up_small, edit_change_small, edit_check_change_small },
	{ "W1L", edit_set_up_large, edit_change_large, edit_check_change_large },
	{ "W2", edit_set_up_small_list, edit_list_small, edit_check_list_small },
	{ "W2L", edit_set_up_large_list, edit_list_large, edit_check_list_large },
	{ "W2D", diff_set_up_small, diff_list_small, diff_check_list_small },
	{ "W2DL", diff_set_up_large, diff_list_large, diff_check_list_large },
	{ "W3", edit_set_up_gauges, edit_gauges, edit_check_gauges },
	{ "W4P", json_set_up, json_print, json_check_print },
	{ "W4R", json_set_up, json_read, json_check_read },
	{ "W5", action_set_up, action_dispatch, action_check },
	{ "W7U", fan_set_up, fan_out, fan_check },
	{ "W6", diff_set_up_change, diff_change, diff_check_change },
	{ "W12", typing_set_up_chat, typing_chat, typing_check_chat },
	{ "W12S", typing_set_up_program, typing_program, typing_check_program },
	{ "W13", durable_set_up_one, durable_act_one, durable_check_one },
	{ "W13C", durable_set_up_many, durable_act_many, durable_check_many },
	{ NULL, NULL, NULL, NULL },
};
