#include <CUnit/CUnit.h>

#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <syncgen/json.h>

#include "suite.h"
#include "tests/unit/row.h"

/* A line: the bits in hexadecimal, a comma, the text. */
static void check_line(const char *line, size_t length)
{
	char *text, row[80];
	uint64_t bits = strtoull(line, &text, 16), back;
	double value;
	sync_reader reader;
	sync_buf out = { 0 };
	snprintf(row, sizeof(row), "%.*s", (int)length, line);
	if (!ROW(row, *text == ','))
		return;
	text++;
	length -= (size_t)(text - line);
	memcpy(&value, &bits, sizeof(value));
	sync_put_f64(&out, value);
	ROW(row, out.len == length && memcmp(out.data, text, length) == 0);
	sync_buf_release(&out);
	sync_reader_init(&reader, text, length, NULL);
	ROW(row, sync_read_f64(&reader, &value, -DBL_MAX, DBL_MAX) && sync_read_end(&reader));
	memcpy(&back, &value, sizeof(back));
	/* -0 is written 0. */
	ROW(row, back == (bits == (uint64_t)1 << 63 ? 0 : bits));
}

static void shortest(void)
{
	static const char name[] = "numbers/es6_1000.txt";
	size_t length;
	unsigned lines = 0;
	if (!suite_present(name))
		return;
	char *file = suite_file(name, &length);
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	for (const char *at = file, *end; (end = strchr(at, '\n')); at = end + 1, lines++)
		check_line(at, (size_t)(end - at));
	free(file);
	suite_ran(name, lines);
}

int test_numbers(void)
{
	CU_pSuite suite = CU_add_suite("numbers", NULL, NULL);
	return suite && CU_add_test(suite, "shortest", shortest) ? 0 : -1;
}
