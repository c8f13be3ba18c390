/* Rows to text. */
#include "fmt_layout.h"

#include <string.h>

/* Remarks at the end of a line stand no further left than this, so that they read as a column. */
enum { COMMENT_COLUMN = 36, COMMENT_STEP = 4 };

void fmt_put(fmt_buffer *buffer, const char *bytes, size_t length)
{
	if (buffer->length + length + 1 > buffer->room) {
		size_t room = (buffer->length + length + 1) * 2;
		char *larger = idl_arena_alloc(buffer->arena, room);
		if (buffer->length)
			memcpy(larger, buffer->at, buffer->length);
		buffer->at = larger;
		buffer->room = room;
	}
	if (length)
		memcpy(buffer->at + buffer->length, bytes, length);
	buffer->length += length;
	buffer->at[buffer->length] = '\0';
}

void fmt_puts(fmt_buffer *buffer, const char *text)
{
	fmt_put(buffer, text, strlen(text));
}

void fmt_fill(fmt_buffer *buffer, char c, size_t count)
{
	while (count--)
		fmt_put(buffer, &c, 1);
}

/* Columns, one for each code point. */
static size_t width(const char *text)
{
	size_t columns = 0;
	for (; text && *text; text++)
		columns += ((unsigned char)*text & 0xC0) != 0x80;
	return columns;
}

/* What a run of rows has in common. */
typedef struct {
	size_t name;	  /* of fields */
	size_t type;	  /* of fields with attributes */
	size_t word;	  /* of calls */
	size_t value;	  /* of enum values with attributes */
	size_t statement; /* of rows with a remark, all of it */
} columns;

static size_t max(size_t a, size_t b)
{
	return a > b ? a : b;
}

static size_t padding(size_t column, size_t used)
{
	return column > used ? column - used : 0;
}

static void put_field(const fmt_row *row, const columns *c, fmt_buffer *out)
{
	fmt_puts(out, row->cells[0]);
	fmt_fill(out, ' ', padding(c->name, width(row->cells[0])) + 1);
	fmt_puts(out, row->cells[1]);
	if (!row->cells[2])
		return;
	fmt_fill(out, ' ', padding(c->type, width(row->cells[1])) + 1);
	fmt_puts(out, row->cells[2]);
}

static void put_pair(const fmt_row *row, size_t column, fmt_buffer *out)
{
	fmt_puts(out, row->cells[0]);
	if (!row->cells[1])
		return;
	fmt_fill(out, ' ', padding(column, width(row->cells[0])) + 1);
	fmt_puts(out, row->cells[1]);
}

static void put_statement(const fmt_row *row, const columns *c, fmt_buffer *out)
{
	fmt_fill(out, ' ', row->indent);
	switch (row->kind) {
	case FMT_FIELD:
		put_field(row, c, out);
		break;
	case FMT_CALL:
		put_pair(row, c->word, out);
		break;
	case FMT_VALUE:
		put_pair(row, c->value, out);
		break;
	case FMT_BLANK:
	case FMT_COMMENT:
	case FMT_OTHER:
		fmt_puts(out, row->cells[0]);
		break;
	}
	fmt_puts(out, row->end);
}

static void measure(const fmt_row *row, columns *c)
{
	if (row->kind == FMT_FIELD) {
		c->name = max(c->name, width(row->cells[0]));
		if (row->cells[2])
			c->type = max(c->type, width(row->cells[1]));
	} else if (row->kind == FMT_CALL) {
		c->word = max(c->word, width(row->cells[0]));
	} else if (row->kind == FMT_VALUE && row->cells[1]) {
		c->value = max(c->value, width(row->cells[0]));
	}
}

/* The last line of what a row prints. */
static size_t statement_width(const fmt_row *row, const columns *c, fmt_buffer *scratch)
{
	scratch->length = 0;
	put_statement(row, c, scratch);
	const char *line = strrchr(scratch->at, '\n');
	return width(line ? line + 1 : scratch->at);
}

/* Rows up to a blank one, or to where the depth changes. */
static const fmt_row *end_of_run(const fmt_row *row)
{
	size_t indent = row->indent;
	while (row && row->kind != FMT_BLANK && row->indent == indent)
		row = row->next;
	return row;
}

static void put_run(const fmt_row *first, const fmt_row *end, fmt_buffer *out)
{
	columns c = { 0 };
	fmt_buffer scratch = { .arena = out->arena };
	for (const fmt_row *row = first; row != end; row = row->next)
		measure(row, &c);
	for (const fmt_row *row = first; row != end; row = row->next)
		if (row->comment)
			c.statement = max(c.statement, statement_width(row, &c, &scratch));
	size_t column = max(COMMENT_COLUMN,
			    (c.statement + 2 + COMMENT_STEP - 1) / COMMENT_STEP * COMMENT_STEP);
	for (const fmt_row *row = first; row != end; row = row->next) {
		put_statement(row, &c, out);
		if (row->comment) {
			size_t used = statement_width(row, &c, &scratch);
			fmt_fill(out, ' ', padding(column, used));
			fmt_puts(out, row->comment);
		}
		fmt_puts(out, "\n");
	}
}

void fmt_rows(const fmt_row *rows, fmt_buffer *out)
{
	while (rows) {
		if (rows->kind == FMT_BLANK) {
			fmt_puts(out, "\n");
			rows = rows->next;
			continue;
		}
		const fmt_row *end = end_of_run(rows);
		put_run(rows, end, out);
		rows = end;
	}
}
