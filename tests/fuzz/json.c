/*
 * Any bytes to the reader: what skips must read, what reads must print, what prints must read again
 * as the same, and print the same. The first byte chooses the limits, so that those are met too.
 */
#include <stdint.h>
#include <stdlib.h>

/* The targets are linked to the library alone. */
#include "tests/conformance/transcode.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check_error(const sync_reader *reader)
{
	const sync_error *error = &reader->error;
	require(error->code != SYNC_OK && error->message[0]);
	require(sync_utf8_check(error->message, strlen(error->message), NULL));
	require(sync_utf8_check(error->pointer, strlen(error->pointer), NULL));
}

static bool skips(const char *text, size_t size, const sync_limits *limits)
{
	sync_reader reader;
	bool skipped = sync_reader_init(&reader, text, size, limits) &&
		       sync_read_skip(&reader, NULL, NULL) && sync_read_end(&reader);
	if (!skipped)
		check_error(&reader);
	return skipped;
}

/* Every kind of value at the beginning, whatever is there. */
static void read_as_each(const char *text, size_t size)
{
	sync_reader reader;
	sync_str string = NULL;
	sync_bytes bytes = { 0 };
	bool truth;
	int64_t i64;
	uint64_t u64;
	double f64;
	float f32;
#define READ(call)                                                                                 \
	do {                                                                                       \
		sync_reader_init(&reader, text, size, NULL);                                       \
		if (!(call))                                                                       \
			check_error(&reader);                                                      \
	} while (0)
	READ(sync_read_string(&reader, &string, 1, 100));
	READ(sync_read_bytes(&reader, &bytes, 1, 100));
	READ(sync_read_bool(&reader, &truth));
	READ(sync_read_i64(&reader, &i64, INT64_MIN, INT64_MAX));
	READ(sync_read_u64(&reader, &u64, 0, UINT64_MAX));
	READ(sync_read_i64_quoted(&reader, &i64, INT64_MIN, INT64_MAX));
	READ(sync_read_u64_quoted(&reader, &u64, 0, UINT64_MAX));
	READ(sync_read_f64(&reader, &f64, -1e300, 1e300));
	READ(sync_read_f32(&reader, &f32, -1e30, 1e30));
#undef READ
	for (int format = SYNC_FORMAT_NONE; string && format <= SYNC_FORMAT_SLUG; format++)
		(void)sync_format_check((sync_format)format, string, sync_str_len(string));
	sync_str_free(string);
	sync_bytes_free(&bytes);
}

static void round_trip(const char *text, size_t size, const sync_limits *limits)
{
	sync_reader reader, printed;
	sync_buf first = { 0 }, second = { 0 };
	sync_reader_init(&reader, text, size, limits);
	if (transcode(&reader, &first) && sync_read_end(&reader)) {
		sync_reader_init(&reader, text, size, limits);
		sync_reader_init(&printed, first.data, first.len, &transcode_limits);
		require(transcode_same(&reader, &printed) && sync_read_end(&printed));
		sync_reader_init(&printed, first.data, first.len, &transcode_limits);
		require(transcode(&printed, &second) && second.len == first.len &&
			memcmp(first.data, second.data, first.len) == 0);
	} else {
		/* Only a number out of range is skipped but not read. */
		check_error(&reader);
		require(reader.error.code == SYNC_INVALID);
	}
	sync_buf_release(&first);
	sync_buf_release(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size)
		return 0;
	sync_limits limits = { 1u << 20, data[0] & 15, 1 + (data[0] >> 4) * 64u };
	const char *text = (const char *)data + 1;
	size--;
	read_as_each(text, size);
	if (skips(text, size, &limits))
		round_trip(text, size, &limits);
	return 0;
}
