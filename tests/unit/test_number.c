#include <CUnit/CUnit.h>

#include <float.h>
#include <math.h>
#include <string.h>

#include <syncgen/json.h>

#include "runtime/number.h"
#include "row.h"
#include "seed.h"

static double from_bits(uint64_t bits)
{
	double value;
	memcpy(&value, &bits, sizeof(value));
	return value;
}

static uint64_t to_bits(double value)
{
	uint64_t bits;
	memcpy(&bits, &value, sizeof(bits));
	return bits;
}

static float from_bits32(uint32_t bits)
{
	float value;
	memcpy(&value, &bits, sizeof(value));
	return value;
}

static uint32_t to_bits32(float value)
{
	uint32_t bits;
	memcpy(&bits, &value, sizeof(bits));
	return bits;
}

static bool parse(const char *text, size_t length, double *value)
{
	decimal number;
	return sync_number_scan(text, text + length, &number) == text + length &&
	       sync_number_f64(&number, value);
}

static bool parse32(const char *text, size_t length, float *value)
{
	decimal number;
	return sync_number_scan(text, text + length, &number) == text + length &&
	       sync_number_f32(&number, value);
}

static void grammar(void)
{
	static const struct {
		const char *text;
		int length; /* of the number at its beginning; 0: none */
	} rows[] = {
		{ "0", 1 },    { "-0", 2 },    { "12", 2 },   { "-12.50e+7", 9 },
		{ "1E5", 3 },  { "1e-05", 5 }, { "0.0", 3 },  { "01", 1 },
		{ "-", 0 },    { "+1", 0 },    { ".5", 0 },   { "1.", 0 },
		{ "1.e5", 0 }, { "1e", 0 },    { "1e+", 0 },  { "-a", 0 },
		{ "0x10", 1 }, { "1.5.5", 3 }, { "", 0 },     { "Infinity", 0 },
		{ "00", 1 },   { "-01", 2 },   { "0e0", 3 },  { "1 ", 1 },
		{ "NaN", 0 },  { "1-2", 1 },   { "0.e1", 0 }, { "1eE2", 0 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		decimal number;
		const char *text = rows[i].text;
		const char *behind = sync_number_scan(text, text + strlen(text), &number);
		ROW(text, behind == (rows[i].length ? text + rows[i].length : NULL));
	}
}

static void integers(void)
{
	static const struct {
		const char *text;
		integer_kind kind;
		uint64_t magnitude;
	} rows[] = {
		{ "0", INTEGER_FITS, 0 },
		{ "-0.000e5", INTEGER_FITS, 0 },
		{ "0e99999999999999999999", INTEGER_FITS, 0 },
		{ "1e99999999999999999999", INTEGER_TOO_LARGE, 0 },
		{ "1e-99999999999999999999", NOT_AN_INTEGER, 0 },
		{ "1.0", INTEGER_FITS, 1 },
		{ "1e2", INTEGER_FITS, 100 },
		{ "1.50e1", INTEGER_FITS, 15 },
		{ "1.5", NOT_AN_INTEGER, 0 },
		{ "100e-2", INTEGER_FITS, 1 },
		{ "100e-3", NOT_AN_INTEGER, 0 },
		{ "9007199254740993", INTEGER_FITS, 9007199254740993u },
		{ "9999999999999999999", INTEGER_FITS, 9999999999999999999u },
		{ "18446744073709551615", INTEGER_FITS, UINT64_MAX },
		{ "18446744073709551616", INTEGER_TOO_LARGE, 0 },
		{ "18446744073709551620", INTEGER_TOO_LARGE, 0 },
		{ "1844674407370955161.5e1", INTEGER_FITS, UINT64_MAX },
		{ "18446744073709551615.0000", INTEGER_FITS, UINT64_MAX },
		{ "18446744073709551615.0001", NOT_AN_INTEGER, 0 },
		{ "0.00000000000000000000000000012e29", INTEGER_FITS, 12 },
		{ "1200000000000000000000000000000e-29", INTEGER_FITS, 12 },
		{ "1230000000000000000000000000000e-29", NOT_AN_INTEGER, 0 },
		{ "123456789012345678901234567890", INTEGER_TOO_LARGE, 0 },
		{ "100000000000000000000", INTEGER_TOO_LARGE, 0 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		decimal number;
		uint64_t magnitude;
		const char *text = rows[i].text, *end = text + strlen(text);
		if (!ROW(text, sync_number_scan(text, end, &number) == end))
			continue;
		ROW(text, sync_number_integer(&number, &magnitude) == rows[i].kind);
		ROW(text, rows[i].kind != INTEGER_FITS || magnitude == rows[i].magnitude);
	}
}

static void put_integers(void)
{
	static const struct {
		int64_t value;
		const char *text;
	} rows[] = {
		{ 0, "0" },
		{ -1, "-1" },
		{ 9, "9" },
		{ 10, "10" },
		{ 99, "99" },
		{ 100, "100" },
		{ 99999999, "99999999" },
		{ 100000000, "100000000" },
		{ 10000000000000000, "10000000000000000" },
		{ INT64_MAX, "9223372036854775807" },
		{ INT64_MIN, "-9223372036854775808" },
	};
	sync_buf buf = { 0 };
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		sync_buf_clear(&buf);
		sync_put_i64(&buf, rows[i].value);
		ROW(rows[i].text, strcmp(sync_buf_cstr(&buf), rows[i].text) == 0);
	}
	sync_buf_clear(&buf);
	sync_put_u64(&buf, UINT64_MAX);
	sync_put_u64_quoted(&buf, UINT64_MAX);
	sync_put_i64_quoted(&buf, INT64_MIN);
	CU_ASSERT_STRING_EQUAL(sync_buf_cstr(&buf), "18446744073709551615\"18446744073709551615\""
						    "\"-9223372036854775808\"");
	/* Every number of digits, and around every power of ten. */
	uint64_t power = 1;
	for (int digits = 1; digits <= 20; digits++, power *= 10) {
		for (int around = -1; around <= 1; around++) {
			char expected[32];
			uint64_t value = power + (uint64_t)around;
			snprintf(expected, sizeof(expected), "%llu", (unsigned long long)value);
			sync_buf_clear(&buf);
			sync_put_u64(&buf, value);
			ROW(expected, strcmp(sync_buf_cstr(&buf), expected) == 0);
		}
	}
	sync_buf_release(&buf);
}

static void put_floats(void)
{
	static const struct {
		double value;
		const char *text;
	} rows[] = {
		{ 0.0, "0" },
		{ -0.0, "0" },
		{ 1, "1" },
		{ -1.5, "-1.5" },
		{ 0.1, "0.1" },
		{ 0.3 - 0.2, "0.09999999999999998" },
		{ 1e-6, "0.000001" },
		{ 1e-7, "1e-7" },
		{ 1.5e-7, "1.5e-7" },
		{ -123456.789, "-123456.789" },
		{ 9007199254740991, "9007199254740991" },
		{ 9007199254740992, "9007199254740992" },
		{ 123456789012345680000.0, "123456789012345680000" },
		{ 1e21, "1e+21" },
		{ 1e23, "1e+23" },
		{ 5e-324, "5e-324" },
		{ 2.2250738585072014e-308, "2.2250738585072014e-308" },
		{ DBL_MAX, "1.7976931348623157e+308" },
		{ 1.0 / 3, "0.3333333333333333" },
		{ 9.5367431640625e-7, "9.5367431640625e-7" },
		{ NAN, "null" },
		{ INFINITY, "null" },
		{ -INFINITY, "null" },
	};
	static const struct {
		float value;
		const char *text;
	} rows32[] = {
		{ 0.1f, "0.1" },
		{ -0.0f, "0" },
		{ 16777216.0f, "16777216" },
		{ 16777218.0f, "16777218" },
		{ 33554432.0f, "33554432" },
		{ FLT_MAX, "3.4028235e+38" },
		{ 1e-45f, "1e-45" },
		{ 1.17549435e-38f, "1.1754944e-38" },
		{ 1.0f / 3, "0.33333334" },
		{ NAN, "null" },
		{ -INFINITY, "null" },
	};
	sync_buf buf = { 0 };
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		sync_buf_clear(&buf);
		sync_put_f64(&buf, rows[i].value);
		ROW(rows[i].text, strcmp(sync_buf_cstr(&buf), rows[i].text) == 0);
	}
	for (size_t i = 0; i < sizeof(rows32) / sizeof(*rows32); i++) {
		sync_buf_clear(&buf);
		sync_put_f32(&buf, rows32[i].value);
		ROW(rows32[i].text, strcmp(sync_buf_cstr(&buf), rows32[i].text) == 0);
	}
	sync_buf_release(&buf);
}

/* Where rounding is hard: exactly or nearly in the middle between two neighbours. */
static void nearest(void)
{
	static const struct {
		const char *text;
		uint64_t bits;
	} rows[] = {
		{ "0", 0 },
		{ "-0", 0x8000000000000000 },
		{ "-0.0e400", 0x8000000000000000 },
		{ "9007199254740993", 0x4340000000000000 },
		{ "9007199254740993.0", 0x4340000000000000 },
		{ "9007199254740993.00000000000000000000000000001", 0x4340000000000001 },
		{ "9007199254740995", 0x4340000000000002 },
		{ "4503599627370497.5", 0x4330000000000002 },
		{ "4503599627370496.5", 0x4330000000000000 },
		{ "4503599627370496.49999999999999999999999999999", 0x4330000000000000 },
		{ "1.00000000000000011102230246251565404236316680908203125", 0x3ff0000000000000 },
		{ "1.00000000000000011102230246251565404236316680908203124", 0x3ff0000000000000 },
		{ "1.00000000000000011102230246251565404236316680908203126", 0x3ff0000000000001 },
		{ "2.2250738585072011e-308", 0x000fffffffffffff },
		{ "2.2250738585072012e-308", 0x0010000000000000 },
		{ "4.9e-324", 1 },
		{ "2.4703282292062327e-324", 0 },
		{ "2.4703282292062328e-324", 1 },
		{ "1e-400", 0 },
		{ "1e-99999999999999999999", 0 },
		{ "1.7976931348623158e308", 0x7fefffffffffffff },
		{ "1.797693134862315807e308", 0x7fefffffffffffff },
		{ "8.5e-324", 2 },
		{ "7.4109846876186981626485318930233205854758970392148714663837852375101326090"
		  "531312779794975454245398856969484704316857659638998506553390969459816219401"
		  "61728171894510697854671067917687257517734731555330779540854980960845750095"
		  "8e-324",
		  1 },
		{ "1e22", 0x4480f0cf064dd592 },
		{ "1e23", 0x44b52d02c7e14af6 },
		{ "123456789012345678901234567890e-10", 0x43e56a95319d63e1 },
	};
	static const char *const beyond[] = { "1e309", "1.797693134862315808e308", "-1e400",
					      "1e99999999999999999999" };
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		double value = 1;
		const char *text = rows[i].text;
		ROW(text, parse(text, strlen(text), &value));
		ROW(text, to_bits(value) == rows[i].bits);
	}
	for (size_t i = 0; i < sizeof(beyond) / sizeof(*beyond); i++) {
		double value;
		ROW(beyond[i], !parse(beyond[i], strlen(beyond[i]), &value));
	}
}

static void nearest32(void)
{
	static const struct {
		const char *text;
		uint32_t bits;
	} rows[] = {
		{ "0.1", 0x3dcccccd },
		{ "16777217", 0x4b800000 },
		{ "16777217.0000000000000001", 0x4b800001 },
		{ "16777219", 0x4b800002 },
		{ "1e-45", 1 },
		{ "7.006492321624085e-46", 0 },
		{ "7.006492321624086e-46", 1 },
		{ "3.4028235677973365e38", 0x7f7fffff },
		{ "-1e-60", 0x80000000 },
		/* through a double it would round twice, to 0x3f800000 */
		{ "1.00000005960464477540", 0x3f800001 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		float value = 1;
		const char *text = rows[i].text;
		ROW(text, parse32(text, strlen(text), &value));
		ROW(text, to_bits32(value) == rows[i].bits);
	}
	float value;
	CU_ASSERT(!parse32("3.4028235677973367e38", 21, &value));
	CU_ASSERT(!parse32("1e39", 4, &value));
}

/* Both sides of and exactly at the middle between a random double and the next, in all its digits.
 */
static void middles(void)
{
	volatile long double one = 1, tiny = 0x1p-60L;
	if (LDBL_MANT_DIG < 64 || one + tiny <= one) {
		puts("skipped: number middles: long double is a double here, as in valgrind");
		return;
	}
	seed random = seed_start("number middles");
	long failed = 0;
	for (long i = seed_rounds(2000); i > 0; i--) {
		/* Both neighbours' sum halved is exact in a long double of 64 bits or more. */
		uint64_t bits = seed_next(&random) & 0x7fffffffffffffff;
		if (bits % 4 == 0)
			bits >>= 12;
		if (bits >= 0x7fe0000000000000)
			continue;
		double low = from_bits(bits), high = from_bits(bits + 1), read;
		long double middle = ((long double)low + (long double)high) / 2;
		static char text[1300];
		int length = snprintf(text, sizeof(text) - 1, "%.1100Le", middle);
		/* even wins */
		failed += !parse(text, (size_t)length, &read) || to_bits(read) != bits + (bits & 1);
		char *exponent = strchr(text, 'e');
		if (!exponent)
			continue;
		exponent[-1] = '1';
		failed += !parse(text, (size_t)length, &read) || to_bits(read) != bits + 1;
	}
	CU_ASSERT_EQUAL(failed, 0);
}

/* Random digits in random places, against the C library in the C locale. */
static void agrees_with_strtod(void)
{
	seed random = seed_start("number texts");
	for (long i = seed_rounds(200000); i > 0; i--) {
		char text[80];
		int digits = 1 + (int)seed_below(&random, i % 8 ? 20 : 60), length = 0;
		int point = (int)seed_below(&random, 25);
		text[length++] = (char)('1' + seed_below(&random, 9));
		for (int d = 1; d < digits; d++) {
			if (d == point)
				text[length++] = '.';
			text[length++] = (char)('0' + seed_below(&random, 10));
		}
		length += snprintf(text + length, 10, "e%d", (int)seed_below(&random, 700) - 360);
		double expected = strtod(text, NULL), value = INFINITY;
		if (!parse(text, (size_t)length, &value))
			value = INFINITY;
		if (to_bits(value) != to_bits(expected) && !ROW(text, false))
			break;
		float expected32 = strtof(text, NULL), value32 = INFINITY;
		if (!parse32(text, (size_t)length, &value32))
			value32 = INFINITY;
		if (to_bits32(value32) != to_bits32(expected32) && !ROW(text, false))
			break;
	}
	CU_PASS("all");
}

static int count_digits(const char *text)
{
	int digits = 0, zeros = 0;
	for (; *text && *text != 'e'; text++) {
		if (*text >= '1' && *text <= '9') {
			digits += zeros + 1;
			zeros = 0;
		} else if (*text == '0' && digits) {
			zeros++;
		}
	}
	return digits;
}

/* The text reads back as the same double, and with a digit less none does. */
static void shortest_round_trip(void)
{
	seed random = seed_start("number round trip");
	for (long i = seed_rounds(200000); i > 0; i--) {
		uint64_t bits = seed_next(&random);
		if (i % 16 == 0)
			bits &= ~(((uint64_t)1 << 52) - 1); /* powers of two are uneven */
		if (i % 16 == 1)
			bits &= ((uint64_t)1 << 63) | (((uint64_t)1 << 52) - 1); /* subnormal */
		double value = from_bits(bits), back = 0;
		char text[NUMBER_TEXT_MAX + 1], fewer[40];
		if (!isfinite(value) || value == 0)
			continue;
		size_t length = sync_number_put_f64(text, value);
		text[length] = '\0';
		if ((!parse(text, length, &back) || to_bits(back) != bits) && !ROW(text, false))
			break;
		int digits = count_digits(text);
		if (i % 8 || digits < 2)
			continue;
		snprintf(fewer, sizeof(fewer), "%.*e", digits - 2, value);
		if (to_bits(strtod(fewer, NULL)) == bits && !ROW(text, false))
			break;
	}
	CU_PASS("all");
}

/* Every 4,099th of all floats, from a place that the seed chooses. */
static void shortest_round_trip_32(void)
{
	seed random = seed_start("float round trip");
	uint64_t step = getenv("VALGRIND") ? 409901 : 4099;
	for (uint64_t bits = seed_below(&random, step); bits <= UINT32_MAX; bits += step) {
		float value = from_bits32((uint32_t)bits), back = 0;
		char text[NUMBER_TEXT_MAX + 1], fewer[40];
		if (!isfinite(value) || fpclassify(value) == FP_ZERO)
			continue;
		size_t length = sync_number_put_f32(text, value);
		text[length] = '\0';
		if ((!parse32(text, length, &back) || to_bits32(back) != bits) && !ROW(text, false))
			break;
		int digits = count_digits(text);
		if (bits % 8 || digits < 2)
			continue;
		snprintf(fewer, sizeof(fewer), "%.*e", digits - 2, (double)value);
		if (to_bits32(strtof(fewer, NULL)) == bits && !ROW(text, false))
			break;
	}
	CU_PASS("all");
}

int test_number(void)
{
	CU_pSuite suite = CU_add_suite("number", NULL, NULL);
	if (!suite || !CU_add_test(suite, "grammar", grammar) ||
	    !CU_add_test(suite, "integers", integers) ||
	    !CU_add_test(suite, "put integers", put_integers) ||
	    !CU_add_test(suite, "put floats", put_floats) ||
	    !CU_add_test(suite, "nearest", nearest) ||
	    !CU_add_test(suite, "nearest float", nearest32) ||
	    !CU_add_test(suite, "middles", middles) ||
	    !CU_add_test(suite, "agrees with strtod", agrees_with_strtod) ||
	    !CU_add_test(suite, "shortest round trip", shortest_round_trip) ||
	    !CU_add_test(suite, "shortest float round trip", shortest_round_trip_32))
		return -1;
	return 0;
}
