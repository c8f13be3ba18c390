/* Keys of models: what is one, what it says, and which could be the same text. */
#include <CUnit/CUnit.h>

#include <stddef.h>
#include <string.h>

#include "../../runtime/model_key.h"
#include "lobby.h"
#include "row.h"

static const struct {
	const char *key;
	const sync_model *model;
	bool good;
} keys[] = {
	{ "DESK", &desk_model, true },
	{ "DESK/", &desk_model, false },
	{ "DES", &desk_model, false },
	{ "ROOM/7", &room_model, true },
	{ "ROOM/0", &room_model, true },
	{ "ROOM/4294967295", &room_model, true },
	{ "ROOM/4294967296", &room_model, false },
	{ "ROOM/", &room_model, false },
	{ "ROOM/07", &room_model, false },
	{ "ROOM/7 ", &room_model, false },
	{ "ROOM/7/8", &room_model, false },
	{ "ROOM/-1", &room_model, false },
	{ "ROOM/1e2", &room_model, false },
	{ "ROOM/%37", &room_model, false },
	{ "ROOM/{id}", &room_model, false },
	{ "room/7", &room_model, false },
	{ "", &room_model, false },
	{ "DRAWER-5", &drawer_model, true },
	{ "DRAWER--5", &drawer_model, false },
	{ "DRAWER-0", &drawer_model, false },
	{ "DRAWER-", &drawer_model, false },
	{ "HALL/open:a", &hall_model, true },
	{ "HALL/membersOnly:a", &hall_model, true },
	{ "HALL/members_only:a", &hall_model, false },
	{ "HALL/shut:a", &hall_model, false },
	{ "HALL/open:", &hall_model, false },
	{ "HALL/open:a%2Fb", &hall_model, true },
	{ "HALL/open:a%2fb", &hall_model, false },
	{ "HALL/open:a/b", &hall_model, false },
	{ "HALL/open:a b", &hall_model, false },
	{ "HALL/open:%C3%A4%20%00", &hall_model, true },
	{ "HALL/open:%C3", &hall_model, false },
	{ "HALL/open:%", &hall_model, false },
	{ "HALL/open:%4", &hall_model, false },
	{ "HALL/open:%4x", &hall_model, false },
	{ "HALL/open:-_.!~*'()", &hall_model, true },
	{ "HALL/open:%21", &hall_model, false },
	{ "HALL/open:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", &hall_model, false },
	{ "BRIEF/6ba7b810-9dad-11d1-80b4-00c04fd430c8", &brief_model, true },
	{ "BRIEF/6ba7b810-9dad-11d1-80b4-00c04fd430c", &brief_model, false },
	{ "BIG/9007199254740993/end", &big_model, true },
	{ "BIG/-9223372036854775808/end", &big_model, true },
	{ "BIG/9223372036854775808/end", &big_model, false },
	{ "BIG/9/en", &big_model, false },
	{ "BIG/9", &big_model, false },
};

static sync_status read_key(const sync_model *model, const char *key)
{
	_Alignas(max_align_t) char params[1024];
	if (!model->params)
		return sync_model_key_read(model, key, NULL);
	model->params->ops->init(model->params, params);
	sync_status status = sync_model_key_read(model, key, params);
	if (status == SYNC_OK) {
		sync_buf again = { 0 };
		ROW(key, sync_model_key_write(model, params, &again) == SYNC_OK);
		ROW(key, again.len == strlen(key) && memcmp(again.data, key, again.len) == 0);
		sync_buf_release(&again);
	}
	model->params->ops->release(model->params, params);
	return status;
}

static void which_are_keys(void)
{
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		ROW(keys[i].key, read_key(keys[i].model, keys[i].key) ==
					 (keys[i].good ? SYNC_OK : SYNC_NOT_FOUND));
}

static void what_they_say(void)
{
	HallKey hall;
	BigKey big;
	hall_key_init(&hall);
	CU_ASSERT(sync_model_key_read(&hall_model, "HALL/membersOnly:a%2F%00%E2%82%AC", &hall) ==
		  SYNC_OK);
	CU_ASSERT(hall.door == DOOR_MEMBERS_ONLY);
	CU_ASSERT(sync_str_len(hall.name) == 6 && memcmp(hall.name, "a/\0€", 6) == 0);
	hall_key_release(&hall);
	big_key_init(&big);
	CU_ASSERT(sync_model_key_read(&big_model, "BIG/9007199254740993/end", &big) == SYNC_OK);
	CU_ASSERT(big.key == 9007199254740993);
	big_key_release(&big);
}

/* Also with an error, whatever a template is made of: it comes out of a program's own tables. */
static const struct {
	const char *key;
	const sync_model *of; /* whose parameters */
	bool good;
} templates[] = {
	{ "ROOM/{roomId}", &room_model, true },
	{ "{roomId}", &room_model, true },
	{ "{roomId}-", &room_model, true },
	{ "{roomId}0", &room_model, false },
	{ "ROOM/{roomId", &room_model, false },
	{ "ROOM/roomId}", &room_model, false },
	{ "ROOM/{nope}", &room_model, false },
	{ "ROOM", &room_model, false },
	{ "ROOM/{roomId}{roomId}", &room_model, false },
	{ "A\tB{roomId}", &room_model, false },
	{ "{drawer}", &drawer_model, false },
	{ "{number}-", &drawer_model, false },
	{ "{number}+", &drawer_model, true },
	{ "{door}{name}", &hall_model, false },
	{ "{door}/", &hall_model, false },
	{ "{door}/{name}", &hall_model, true },
	{ "{door}-{name}", &hall_model, false },
	{ "{door}/{name}.html", &hall_model, false },
	{ "{door}/{name}+html", &hall_model, true },
	{ "{id}g", &brief_model, true },
	{ "{id}-", &brief_model, false },
	{ "BRACES{}", &desk_model, true },
};

static void which_are_templates(void)
{
	for (size_t i = 0; i < sizeof templates / sizeof *templates; i++) {
		sync_model model = *templates[i].of;
		sync_error error = { .message = "" };
		model.key = templates[i].key;
		sync_status status = sync_model_key_check(&model, &error);
		ROW(model.key, status == (templates[i].good ? SYNC_OK : SYNC_SCHEMA));
		ROW(model.key, templates[i].good || strstr(error.message, model.name));
	}
	char text[SYNC_KEY_MAX + 2];
	memset(text, 'x', sizeof text);
	text[SYNC_KEY_MAX + 1] = '\0';
	sync_model model = desk_model;
	model.key = text;
	CU_ASSERT(sync_model_key_check(&model, NULL) == SYNC_SCHEMA);
	text[SYNC_KEY_MAX] = '\0';
	CU_ASSERT(sync_model_key_check(&model, NULL) == SYNC_OK);
	CU_ASSERT(sync_model_keys_meet(&model, &model));
}

static const struct {
	const char *name, *a, *b;
	const sync_model *of_a, *of_b; /* whose parameters */
	bool meet;
} meetings[] = {
	{ "the same text", "A", "A", &desk_model, &desk_model, true },
	{ "longer", "A", "AB", &desk_model, &desk_model, false },
	{ "a number and digits", "A/{roomId}", "A/12", &room_model, &desk_model, true },
	{ "a number and letters", "A/{roomId}", "A/list", &room_model, &desk_model, false },
	{ "a number and nothing", "A/{roomId}", "A/", &room_model, &desk_model, false },
	{ "two numbers", "A/{roomId}", "A/{number}", &room_model, &drawer_model, true },
	{ "one number inside", "A/{roomId}/x", "A/{number}", &room_model, &drawer_model, false },
	{ "braces that are none", "A/{roomId}", "A/{roomId}", &room_model, &desk_model, false },
	{ "a prefix that digits fill", "A{number}", "A5{roomId}", &drawer_model, &room_model,
	  true },
	{ "a text and letters", "A/{door}/{name}", "A/x/y", &hall_model, &desk_model, true },
	{ "a text without slashes", "A/{door}/{name}", "A/x", &hall_model, &desk_model, false },
	{ "a uuid and a word", "I/{id}", "I/list", &brief_model, &desk_model, false },
};

static void which_meet(void)
{
	for (size_t i = 0; i < sizeof meetings / sizeof *meetings; i++) {
		sync_model a = *meetings[i].of_a, b = *meetings[i].of_b;
		a.key = meetings[i].a;
		b.key = meetings[i].b;
		ROW(meetings[i].name, sync_model_keys_meet(&a, &b) == meetings[i].meet);
		ROW(meetings[i].name, sync_model_keys_meet(&b, &a) == meetings[i].meet);
	}
}

static void too_long_or_empty(void)
{
	HallKey hall;
	sync_buf key = { 0 };
	hall_key_init(&hall);
	CU_ASSERT(sync_model_key_write(&hall_model, &hall, &key) == SYNC_INVALID);
	sync_buf_clear(&key);
	char *name = sync_str_alloc(100);
	memset(name, ' ', 100);
	hall.name = name;
	CU_ASSERT(sync_model_key_write(&hall_model, &hall, &key) == SYNC_TOO_BIG);
	sync_buf_release(&key);
	hall_key_release(&hall);
}

int test_key(void);
int test_key(void)
{
	CU_pSuite suite = CU_add_suite("key", NULL, NULL);
	return !suite || !CU_add_test(suite, "which are keys", which_are_keys) ||
	       !CU_add_test(suite, "what they say", what_they_say) ||
	       !CU_add_test(suite, "which are templates", which_are_templates) ||
	       !CU_add_test(suite, "which meet", which_meet) ||
	       !CU_add_test(suite, "too long, or empty", too_long_or_empty);
}
