#include <CUnit/CUnit.h>

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "../../runtime/text_delta.h"
#include "../../runtime/text_shift.h"
#include "../../runtime/text_unit.h"
#include "fault.h"
#include "row.h"
#include "seed.h"

/* ---- help ---- */

static sync_str edited(sync_str text, const sync_buf *delta)
{
	sync_buf out = { 0 };
	sync_error error;
	sync_status status = sync_text_delta(text, delta->data, delta->len, &out, &error);
	CU_ASSERT_EQUAL(status, SYNC_OK);
	sync_str result = sync_str_new(out.len ? out.data : "", out.len);
	sync_buf_release(&out);
	return result;
}

static bool same(sync_str a, sync_str b)
{
	return sync_str_len(a) == sync_str_len(b) && memcmp(a, b, sync_str_len(a)) == 0;
}

static text_shift shift_of(const char *delta, size_t length)
{
	text_shift shift = { 0 };
	CU_ASSERT_EQUAL(sync_shift_read(&shift, delta, length), SYNC_OK);
	return shift;
}

static sync_buf transformed(const sync_buf *second, const sync_buf *first, bool before)
{
	sync_buf out = { 0 };
	text_shift a = shift_of(second->data, second->len), b = shift_of(first->data, first->len);
	text_shift now = { 0 };
	sync_shift_transform(&a, &b, before, &now);
	sync_shift_write(&now, &out);
	sync_shift_release(&a);
	sync_shift_release(&b);
	sync_shift_release(&now);
	return out;
}

/* ---- rows that the client in TypeScript has too ---- */

static char *text_of_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	CU_ASSERT_FATAL(file != NULL);
	char *text = calloc(1, 1 << 16);
	CU_ASSERT(text && fread(text, 1, (1 << 16) - 1, file) > 0);
	fclose(file);
	return text;
}

static sync_buf member(const cJSON *row, const char *name)
{
	char *text = cJSON_PrintUnformatted(cJSON_GetObjectItem(row, name));
	sync_buf out = { 0 };
	sync_buf_put(&out, text, strlen(text));
	cJSON_free(text);
	return out;
}

static bool gives(const cJSON *row, const char *name, bool before)
{
	sync_buf second = member(row, "second"), first = member(row, "first");
	sync_buf is = transformed(&second, &first, before), wanted = member(row, name);
	bool ok = is.len == wanted.len && memcmp(is.data, wanted.data, is.len) == 0;
	if (!ok)
		printf("  is %.*s\n", (int)is.len, is.data);
	sync_buf_release(&second);
	sync_buf_release(&first);
	sync_buf_release(&is);
	sync_buf_release(&wanted);
	return ok;
}

static void as_in_typescript(void)
{
	char *text = text_of_file(TEST_TOP "/tests/wire/texts.json");
	cJSON *rows = cJSON_Parse(text);
	CU_ASSERT_FATAL(cJSON_GetArraySize(rows) > 0);
	for (const cJSON *row = rows->child; row; row = row->next) {
		const char *name = cJSON_GetObjectItem(row, "name")->valuestring;
		ROW(name, gives(row, "front", true));
		ROW(name, gives(row, "behind", false));
	}
	cJSON_Delete(rows);
	free(text);
}

/* ---- any edits ---- */

static const char *const characters[] = {
	"a", "b", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\\", "\"", "\n"
};

static const char *any_character(seed *random)
{
	return characters[seed_below(random, sizeof characters / sizeof *characters)];
}

static sync_str any_text(seed *random)
{
	sync_buf out = { 0 };
	for (size_t n = (size_t)seed_below(random, 40); n; n--) {
		const char *character = any_character(random);
		sync_buf_put(&out, character, strlen(character));
	}
	sync_str text = sync_str_new(out.len ? out.data : "", out.len);
	sync_buf_release(&out);
	return text;
}

/* Of a text: parts that end between characters. */
static sync_buf any_delta(seed *random, const char *at)
{
	sync_buf out = { 0 };
	sync_buf_byte(&out, '[');
	while (seed_below(random, 5)) {
		const char *to = at;
		if (out.len > 1)
			sync_buf_byte(&out, ',');
		if (!seed_below(random, 3)) {
			const char *character = any_character(random);
			sync_put_string(&out, character, strlen(character));
			continue;
		}
		for (size_t n = (size_t)seed_below(random, 8); n && *to; n--)
			to = sync_text_go(to, to + strlen(to), (unsigned char)*to < 0xf0 ? 1 : 2);
		if (to > at && seed_below(random, 2))
			sync_buf_byte(&out, '-');
		sync_put_u64(&out, sync_text_units(at, (size_t)(to - at)));
		at = to;
	}
	sync_buf_byte(&out, ']');
	return out;
}

/* Whichever comes first, both end at one text. */
static bool meets(sync_str text, const sync_buf *a, const sync_buf *b)
{
	sync_buf b_now = transformed(b, a, true), a_now = transformed(a, b, false);
	sync_str after_a = edited(text, a), after_b = edited(text, b);
	sync_str one = edited(after_a, &b_now), other = edited(after_b, &a_now);
	bool ok = same(one, other);
	sync_buf_release(&b_now);
	sync_buf_release(&a_now);
	sync_str_free(after_a);
	sync_str_free(after_b);
	sync_str_free(one);
	sync_str_free(other);
	return ok;
}

/* Does a shift lead from one text to the other, as far as it can be seen: is what it keeps in both?
 */
static bool leads(const text_shift *shift, const char *from, const char *to)
{
	const char *from_end = from + strlen(from), *to_end = to + strlen(to);
	for (size_t i = 0; i < shift->count && from && to; i++) {
		const text_part *part = &shift->parts[i];
		const char *was = from, *is = to;
		if (part->verb != TEXT_PUT)
			from = sync_text_go(from, from_end, part->units);
		if (part->verb != TEXT_DROP)
			to = sync_text_go(to, to_end, part->units);
		if (!from || !to || (part->verb == TEXT_KEEP && memcmp(was, is, (size_t)(to - is))))
			return false;
	}
	return strcmp(from, to) == 0;
}

static bool composes(seed *random, sync_str text, const sync_buf *a)
{
	text_shift first = shift_of(a->data, a->len), both = { 0 }, back = { 0 };
	sync_str middle = edited(text, a);
	sync_buf b = any_delta(random, middle);
	text_shift second = shift_of(b.data, b.len);
	sync_str end = edited(middle, &b);
	sync_shift_compose(&first, &second, &both);
	sync_shift_invert(&both, &back);
	bool ok = leads(&both, text, end) && leads(&back, end, text);
	sync_shift_release(&first);
	sync_shift_release(&second);
	sync_shift_release(&both);
	sync_shift_release(&back);
	sync_buf_release(&b);
	sync_str_free(middle);
	sync_str_free(end);
	return ok;
}

static void any_edits(void)
{
	seed random = seed_start("text shift");
	for (long n = seed_rounds(20000); n; n--) {
		seed now = random;
		sync_str text = any_text(&random);
		sync_buf a = any_delta(&random, text), b = any_delta(&random, text);
		bool ok = meets(text, &a, &b) && composes(&random, text, &a);
		sync_buf_release(&a);
		sync_buf_release(&b);
		sync_str_free(text);
		if (ok)
			continue;
		printf("SEED=%llu\n", (unsigned long long)now.state);
		CU_FAIL("edits that do not meet");
		break;
	}
}

/* ---- units ---- */

static void units_are_counted(void)
{
	seed random = seed_start("text units");
	for (long n = seed_rounds(2000); n; n--) {
		sync_str text = any_text(&random);
		const char *end = text + sync_str_len(text);
		size_t units = 0;
		for (const char *at = text; at < end; units++) {
			ROW(text, sync_text_units(text, (size_t)(at - text)) == units);
			ROW(text, sync_text_go(text, end, units) == at);
			unsigned char first = (unsigned char)*at;
			at += first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
			if (first >= 0xf0)
				ROW(text, sync_text_go(text, end, ++units) == NULL);
		}
		ROW(text, sync_text_go(text, end, units) == end);
		ROW(text, sync_text_go(text, end, units + 1) == NULL);
		sync_str_free(text);
	}
}

static const struct {
	const char *name, *before, *after;
	unsigned at, gone, came;
} stretches[] = {
	{ "put", "abc", "abXc", 2, 0, 1 },
	{ "gone", "abc", "ac", 1, 1, 0 },
	{ "replaced", "abc", "aXYc", 1, 1, 2 },
	{ "a letter twice", "aa", "aaa", 2, 0, 1 },
	{ "from nothing", "", "abc", 0, 0, 3 },
	{ "to nothing", "abc", "", 0, 3, 0 },
	{ "the first byte is the same", "\xc3\xa9", "\xc3\xa8", 0, 1, 1 },
	{ "the last byte is the same", "\xc3\xa9", "\xc4\xa9", 0, 1, 1 },
	{ "half a pair is the same", "x\xf0\x9f\x98\x80", "x\xf0\x9f\x98\x81", 1, 2, 2 },
	{ "a pair more", "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80\xf0\x9f\x98\x80", 2, 0, 2 },
};

static void stretches_end_between_characters(void)
{
	for (size_t i = 0; i < sizeof stretches / sizeof *stretches; i++) {
		const char *before = stretches[i].before, *after = stretches[i].after;
		sync_text_stretch is;
		if (!ROW(stretches[i].name,
			 sync_text_compare(before, strlen(before), after, strlen(after), &is)))
			continue;
		ROW(stretches[i].name, is.at == stretches[i].at);
		ROW(stretches[i].name, is.gone == stretches[i].gone);
		ROW(stretches[i].name, is.came == stretches[i].came);
	}
	sync_text_stretch none;
	CU_ASSERT_FALSE(sync_text_compare("abc", 3, "abc", 3, &none));
}

/* ---- bad ones ---- */

static void what_is_no_delta(void)
{
	static const char *const rows[] = {
		"5", "[true]", "[1.5]", "[99999999999]", "[[1]]", "{}"
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		text_shift shift = { 0 };
		ROW(rows[i], sync_shift_read(&shift, rows[i], strlen(rows[i])) == SYNC_INVALID);
		sync_shift_release(&shift);
	}
}

static void without_memory(void)
{
	static const char a[] = "[1,\"x\",1,\"y\",1,\"z\",1,\"x\",1,\"y\",1,\"z\"]";
	static const char b[] = "[2,\"x\",1,-1,1,\"z\",1,\"x\",1,\"y\",1,\"z\"]";
	for (long n = 1; fault_next(n); n++) {
		text_shift first = { 0 }, second = { 0 }, out = { 0 };
		sync_status status = sync_shift_read(&first, a, sizeof a - 1);
		if (status == SYNC_OK)
			status = sync_shift_read(&second, b, sizeof b - 1);
		sync_shift_transform(&first, &second, true, &out);
		CU_ASSERT(status == SYNC_OK || status == SYNC_NOMEM);
		CU_ASSERT(out.status == SYNC_OK || out.status == SYNC_NOMEM);
		sync_shift_release(&first);
		sync_shift_release(&second);
		sync_shift_release(&out);
		CU_ASSERT_EQUAL(fault_alive(), 0);
	}
	fault_end();
}

int test_text_shift(void)
{
	CU_pSuite suite = CU_add_suite("text_shift", NULL, NULL);
	return !suite || !CU_add_test(suite, "as in TypeScript", as_in_typescript) ||
	       !CU_add_test(suite, "any edits", any_edits) ||
	       !CU_add_test(suite, "units", units_are_counted) ||
	       !CU_add_test(suite, "stretches", stretches_end_between_characters) ||
	       !CU_add_test(suite, "what is no delta", what_is_no_delta) ||
	       !CU_add_test(suite, "without memory", without_memory);
}
