/* A patch as a row of a table: what is before, the operations, what is after. */
#ifndef TESTS_APPLY_ROW_H
#define TESTS_APPLY_ROW_H

#include <stddef.h>

#include <syncgen/patch.h>

#define ADD(path, value)     "{\"op\":\"add\",\"path\":\"" path "\",\"value\":" value "}"
#define REPLACE(path, value) "{\"op\":\"replace\",\"path\":\"" path "\",\"value\":" value "}"
#define REMOVE(path)	     "{\"op\":\"remove\",\"path\":\"" path "\"}"
#define TEST(path, value)    "{\"op\":\"test\",\"path\":\"" path "\",\"value\":" value "}"
#define MOVE(from, path)     "{\"op\":\"move\",\"from\":\"" from "\",\"path\":\"" path "\"}"
#define COPY(from, path)     "{\"op\":\"copy\",\"from\":\"" from "\",\"path\":\"" path "\"}"

#define CARD(id)   "{\"id\":\"" id "\"}"
#define CARDS(ids) "{\"cards\":[" ids "]}"
#define ROWS	   "/a~1b~0c\\\"d"

/* One patch; on success `after` as JSON of a board, on failure code, pointer and message. */
struct apply_row {
	const char *name, *before, *ops, *after;
	sync_status status;
	const char *pointer, *message;
};

/* What a JSON text says, as a value that is the caller's. */
void *apply_parsed(const sync_type *type, const char *json);
void apply_row_run(const sync_type *type, const struct apply_row *row,
		   const sync_apply_options *options);

#define RUN(type, rows, options)                                                                   \
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)                                  \
	apply_row_run(type, &rows[i], options)

#endif
