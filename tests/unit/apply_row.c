#include "apply_row.h"

#include <CUnit/CUnit.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <syncgen/alloc.h>
#include <syncgen/cell.h>

#include "board.h"
#include "row.h"

void *apply_parsed(const sync_type *type, const char *json)
{
	sync_error error;
	void *value = sync_box_new(type);
	if (!board_parse(type, value, json, &error))
		printf("FAILED %s: %s: %s\n", json, error.pointer, error.message);
	return value;
}

void apply_row_run(const sync_type *type, const struct apply_row *row,
		   const sync_apply_options *options)
{
	void *value = apply_parsed(type, row->before);
	char *was = board_json(type, value), *is;
	size_t length = strlen(row->ops);
	char *ops = malloc(length + 3);
	sync_error error = { 0 };
	bool good;
	snprintf(ops, length + 3, "[%s]", row->ops);
	sync_status status = sync_apply(type, value, ops, length + 2, options, &error);
	is = board_json(type, value);
	if (row->after) {
		void *after = apply_parsed(type, row->after);
		good = status == SYNC_OK && type->ops->equal(type, value, after);
		sync_box_free(type, after);
	} else {
		good = status == row->status && error.code == status && strcmp(was, is) == 0 &&
		       (!row->pointer || strcmp(error.pointer, row->pointer) == 0) &&
		       (!row->message || strcmp(error.message, row->message) == 0);
	}
	if (!ROW(row->name, good))
		printf("       %s '%s' %s\n       %s\n", sync_status_name(status), error.pointer,
		       error.message, is);
	free(ops);
	sync_free(was);
	sync_free(is);
	sync_box_free(type, value);
}
