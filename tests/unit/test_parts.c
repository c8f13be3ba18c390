/* Patches over the limit of a frame: the parts, one behind the other, do what the whole would. */
#include <CUnit/CUnit.h>

#include <cjson/cJSON.h>
#include <string.h>

#include <syncgen/value.h>

#include "../../runtime/session_native.h"
#include "fault.h"
#include "row.h"

#define HEAD                                                                                       \
	"{\"t\":\"patch\",\"doc\":\"D\",\"epoch\":\"0123456789abcdef\",\"from\":null,\"rev\":7,"   \
	"\"ops\":["

enum { LEAST = 240, MOST = 1200 };

#define S40 "0123456789012345678901234567890123456789"

static const struct {
	const char *name, *before, *ops;
	size_t longest; /* text that cannot be divided */
} rows[] = {
	{ "an object", "null",
	  "{'op':'replace','path':'','value':{'a':'" S40 S40 "','b':['" S40 "','" S40 "','" S40
	  "'],'c':{'d':{'e':'" S40 "','f':'" S40 "','g':[1,2,3,[4,'" S40 S40 "']]}},'h':1}}",
	  0 },
	{ "lists in lists", "null",
	  "{'op':'replace','path':'','value':[['" S40 S40 "','" S40 "'],['" S40 "','" S40 S40
	  "'],[[['" S40 "'],['" S40 "']]],[]]}",
	  0 },
	{ "keys that need escapes", "null",
	  "{'op':'replace','path':'','value':{'a/b~c':['" S40 S40 "','" S40 S40
	  "'],'\\\"\\\\\\u0001':{'':['" S40 S40 "','" S40 S40 "']},'/':{'~':['" S40 S40
	  "','" S40 S40 "']}}}",
	  0 },
	{ "several operations", "{'l':['x','y'],'m':{}}",
	  "{'op':'remove','path':'/l/0'},{'op':'add','path':'/l/1','value':['" S40 S40 "','" S40 S40
	  "']},{'op':'move','from':'/l/0','path':'/l/1'},{'op':'add','path':'/m/"
	  "k','value':{'v':['" S40 S40 "','" S40 S40
	  "'],'n':null}},{'op':'replace','path':'/l/0','value':'" S40 "'}",
	  0 },
	{ "a text that is too long", "null",
	  "{'op':'replace','path':'','value':{'a':1,'b':'" S40 S40 S40 S40 S40 S40 S40 S40
	  "','c':2}}",
	  330 },
	{ "at the end, wherever that is", "['x']",
	  "{'op':'add','path':'/-','value':['" S40 S40 "','" S40 S40 "','" S40 S40 "']}", 260 },
};

static void spell(const char *from, char *to)
{
	while ((*to++ = *from == '\'' ? '"' : *from))
		from++;
}

static sync_packet *packet_of(const char *ops)
{
	sync_packet *packet = sync_packet_new();
	if (!packet)
		return NULL;
	SYNC_BUF_LITERAL(&packet->bytes, HEAD);
	sync_buf_put(&packet->bytes, ops, strlen(ops));
	sync_buf_byte(&packet->bytes, ']');
	return sync_packet_seal(packet);
}

/* The state after all parts; each is looked at. */
static cJSON *apply_parts(const char *name, cJSON *state, const sync_packet *part, size_t most)
{
	int number = 0, of = 0;
	for (; part; part = part->next) {
		const char *data = sync_packet_data(part);
		size_t length = sync_packet_length(part);
		ROW(name, length <= most);
		cJSON *frame = cJSON_ParseWithLength(data, length);
		if (!ROW(name, frame != NULL))
			return state;
		of = cJSON_GetObjectItem(frame, "of")->valueint;
		ROW(name, cJSON_GetObjectItem(frame, "part")->valueint == ++number);
		char *ops = cJSON_PrintUnformatted(cJSON_GetObjectItem(frame, "ops"));
		sync_error error = { .message = "" };
		if (!ROW(name, sync_json_patch(&state, ops, strlen(ops), &error) == SYNC_OK))
			printf("  %s in %s\n", error.message, ops);
		cJSON_free(ops);
		cJSON_Delete(frame);
	}
	ROW(name, number == of);
	return state;
}

static cJSON *read_json(const char *text)
{
	cJSON *value = NULL;
	sync_reader reader;
	sync_reader_init(&reader, text, strlen(text), NULL);
	CU_ASSERT_TRUE(sync_read_json(&reader, &value));
	return value;
}

static void parts_do_what_the_whole_would(void)
{
	static char ops[8192], before[256], list[8200];
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		spell(rows[i].ops, ops);
		spell(rows[i].before, before);
		snprintf(list, sizeof list, "[%s]", ops);
		cJSON *expected = read_json(before);
		ROW(rows[i].name, sync_json_patch(&expected, list, strlen(list), NULL) == SYNC_OK);
		for (size_t limit = LEAST; limit < MOST; limit++) {
			sync_packet *parts = native_split(packet_of(ops), sizeof HEAD - 1, limit);
			size_t most = rows[i].longest + LEAST > limit && rows[i].longest
					      ? rows[i].longest + LEAST
					      : limit;
			cJSON *state = apply_parts(rows[i].name, read_json(before), parts, most);
			ROW(rows[i].name, sync_json_equal(state, expected));
			sync_json_free(state);
			sync_packet_drop(parts);
		}
		sync_json_free(expected);
	}
}

static void out_of_memory(void)
{
	static char ops[8192];
	spell(rows[2].ops, ops);
	for (long n = 1; fault_next(n); n++) {
		sync_packet *packet = packet_of(ops);
		if (packet)
			sync_packet_drop(native_split(packet, sizeof HEAD - 1, LEAST));
	}
	CU_ASSERT_EQUAL(fault_alive(), 0);
	fault_end();
}

int test_parts(void)
{
	CU_pSuite suite = CU_add_suite("parts", NULL, NULL);
	return !suite ||
	       !CU_add_test(suite, "parts do what the whole would",
			    parts_do_what_the_whole_would) ||
	       !CU_add_test(suite, "out of memory", out_of_memory);
}
