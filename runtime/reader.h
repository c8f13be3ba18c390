/*
 * What the files of the reader share. See <syncgen/json.h> for the reader itself.
 */
#ifndef SYNC_READER_H
#define SYNC_READER_H

#include <syncgen/json.h>

/* A string of the text: what stands between its quotes, checked, escapes as they are. */
typedef struct text_span {
	const char *begin, *end;
	size_t length, points; /* without escapes: bytes and code points */
} text_span;

static inline bool span_has_escapes(const text_span *span)
{
	return span->length != (size_t)(span->end - span->begin);
}

static inline void reader_space(sync_reader *reader)
{
	while (reader->at < reader->end && (*reader->at == ' ' || *reader->at == '\n' ||
					    *reader->at == '\r' || *reader->at == '\t'))
		reader->at++;
}

/* After white space, the next byte; 0 at the end. */
static inline char reader_next(sync_reader *reader)
{
	reader_space(reader);
	return reader->at < reader->end ? *reader->at : '\0';
}

/* Fails: says that `what` was expected, and what is there. */
bool sync_reader_expected(sync_reader *reader, const char *what);

/* Takes one from elements_left. */
static inline bool reader_count(sync_reader *reader)
{
	if (!reader->elements_left)
		return sync_read_fail(reader, SYNC_TOO_BIG, "too many values");
	reader->elements_left--;
	return true;
}

/* sync_read_element() without a call where the comma is next, as we write it. */
static inline int reader_element(sync_reader *reader, bool *first)
{
	if (*first || reader->at == reader->end || *reader->at != ',' || !reader->elements_left)
		return sync_read_element(reader, first);
	reader->elements_left--;
	reader->at++;
	return 1;
}

/* A level deeper, the bracket being next. */
static inline bool reader_enter(sync_reader *reader)
{
	if (!reader->depth_left)
		return sync_read_fail(reader, SYNC_TOO_BIG, "nested too deep");
	reader->depth_left--;
	reader->at++;
	return true;
}

static inline void reader_leave(sync_reader *reader)
{
	reader->depth_left++;
	reader->at++;
}

/* Reads a string, the quote being next. */
bool sync_reader_span(sync_reader *reader, text_span *span);

/* Writes span->length bytes. */
void sync_span_copy(char *to, const text_span *span);

/* ',' was consumed (or `first`), and a member's name and ':' follow. 0: '}' was consumed, -1 error.
 */
int sync_reader_key(sync_reader *reader, bool first, text_span *key);

#endif
