/* Patches of clients: what they may write, see and carry away. */
#include <CUnit/CUnit.h>

#include <stdio.h>
#include <string.h>

#include <syncgen/alloc.h>
#include <syncgen/cell.h>

#include "apply_row.h"
#include "board.h"
#include "row.h"

int test_apply_rights(void);

/* The board with rights on some of its fields, and on a field of its cards. */
static sync_field rights_field[BOARD_FIELDS], rights_card_field[6];
static sync_type rights_type, rights_card, rights_list;

static void grant(unsigned index, uint64_t writers)
{
	rights_field[index].flags |= SYNC_FIELD_WRITE;
	rights_field[index].writers = writers;
}

static void make_rights(void)
{
	memcpy(rights_field, board_field, sizeof(rights_field));
	memcpy(rights_card_field, card_field, sizeof(rights_card_field));
	rights_type = board_type;
	rights_type.fields = rights_field;
	rights_card = card_type;
	rights_card.fields = rights_card_field;
	rights_list = card_list_type;
	rights_list.elem = &rights_card;
	grant(BOARD_TITLE, SYNC_SEE_PUBLIC);
	grant(BOARD_NOTE, SYNC_SEE_ROLE_0 << 1);
	grant(BOARD_WORDS, SYNC_SEE_PUBLIC);
	grant(BOARD_FREE, SYNC_SEE_PUBLIC);
	grant(BOARD_LEAD, SYNC_SEE_PUBLIC);
	grant(BOARD_SECRET, BOARD_ROLE);
	grant(BOARD_PEOPLE, SYNC_SEE_PUBLIC);
	grant(BOARD_SCORES, SYNC_SEE_PUBLIC);
	/* Cards as a whole are the server's; one of their fields is not. */
	rights_field[BOARD_CARDS].type = &rights_list;
	rights_card_field[CARD_DONE].flags |= SYNC_FIELD_WRITE;
	rights_card_field[CARD_DONE].writers = SYNC_SEE_PUBLIC;
	grant(BOARD_BIG, SYNC_SEE_PUBLIC);
	rights_field[BOARD_BIG].flags |= SYNC_FIELD_CONST;
	grant(BOARD_SAFE, SYNC_SEE_PUBLIC);
	rights_field[BOARD_SAFE].flags |= SYNC_FIELD_COMPUTED;
}

static void rights(void)
{
	static const struct apply_row rows[] = {
		{ "writable", "{}", REPLACE("/title", "\"t\""), "{\"title\":\"t\"}", 0, NULL,
		  NULL },
		{ "covered", "{}", REPLACE("/lead/age", "3") "," ADD("/lead/cards/-", CARD("x")),
		  "{\"lead\":{\"age\":3,\"cards\":[{\"id\":\"x\"}]}}", 0, NULL, NULL },
		{ "covered: in a list", "{}", ADD("/words/-", "\"w\""), "{\"words\":[\"w\"]}", 0,
		  NULL, NULL },
		{ "covered: in a map", "{}", ADD("/people/p", "{}") "," ADD("/people/p/age", "1"),
		  "{\"people\":{\"p\":{\"age\":1}}}", 0, NULL, NULL },
		{ "covered: in json", "{\"free\":{}}", ADD("/free/x", "1"), "{\"free\":{\"x\":1}}",
		  0, NULL, NULL },
		{ "not writable", "{}", REPLACE("/count", "3"), NULL, SYNC_READONLY, "/count",
		  "operation 0: only the server writes this" },
		{ "not in this role", "{}", ADD("/note", "\"n\""), NULL, SYNC_READONLY, "/note",
		  "operation 0: this takes a role that the client does not have" },
		{ "constant", "{}", REPLACE("/big", "\"3\""), NULL, SYNC_READONLY, "/big", NULL },
		{ "computed", "{}", REPLACE("/safe", "3"), NULL, SYNC_READONLY, "/safe", NULL },
		{ "hidden", "{}", REPLACE("/secret", "\"x\""), NULL, SYNC_NOT_FOUND, "/secret",
		  "operation 0: there is no such thing" },
		{ "hidden: like one that is not there", "{}", REPLACE("/sceret", "\"x\""), NULL,
		  SYNC_NOT_FOUND, "/sceret", "operation 0: there is no such thing" },
		{ "hidden: test", "{\"secret\":\"s\"}", TEST("/secret", "\"s\""), NULL,
		  SYNC_NOT_FOUND, NULL, NULL },
		{ "hidden: copy", "{\"secret\":\"s\"}", COPY("/secret", "/title"), NULL,
		  SYNC_NOT_FOUND, NULL, NULL },
		{ "hidden: move", "{\"secret\":\"s\"}", MOVE("/secret", "/title"), NULL,
		  SYNC_NOT_FOUND, NULL, NULL },
		{ "only part of it", CARDS(CARD("a")), REPLACE("/cards/0/done", "true"),
		  "{\"cards\":[{\"id\":\"a\",\"done\":true}]}", 0, NULL, NULL },
		{ "not the rest of it", CARDS(CARD("a")), REPLACE("/cards/0/text", "\"x\""), NULL,
		  SYNC_READONLY, NULL, NULL },
		{ "not a new one", "{}", ADD("/cards/0", CARD("a")), NULL, SYNC_READONLY, NULL,
		  NULL },
		{ "not its removal", CARDS(CARD("a")), REMOVE("/cards/0"), NULL, SYNC_READONLY,
		  NULL, NULL },
		{ "not its place", CARDS(CARD("a") "," CARD("b")), MOVE("/cards/0", "/cards/1"),
		  NULL, SYNC_READONLY, NULL, NULL },
		{ "given again whole, changed where allowed", CARDS(CARD("a") "," CARD("b")),
		  REPLACE("/cards", "[" CARD("a") ",{\"id\":\"b\",\"done\":true}]"),
		  "{\"cards\":[{\"id\":\"a\"},{\"id\":\"b\",\"done\":true}]}", 0, NULL, NULL },
		{ "given again whole, changed where not", CARDS(CARD("a") "," CARD("b")),
		  REPLACE("/cards", "[" CARD("a") ",{\"id\":\"b\",\"text\":\"x\"}]"), NULL,
		  SYNC_READONLY, NULL, NULL },
		{ "given again whole, one less", CARDS(CARD("a") "," CARD("b")),
		  REPLACE("/cards", "[" CARD("a") "]"), NULL, SYNC_READONLY, NULL, NULL },
		{ "move from what is not writable", "{\"note\":\"n\"}", MOVE("/note", "/title"),
		  NULL, SYNC_READONLY, NULL, NULL },
	};
	static const sync_apply_options client = { .flags = SYNC_APPLY_CLIENT,
						   .roles = SYNC_SEE_PUBLIC };
	RUN(&rights_type, rows, &client);
}

static void rights_of_roles(void)
{
	static const struct apply_row rows[] = {
		{ "seen and written", "{}", REPLACE("/secret", "\"x\"") "," ADD("/note", "\"n\""),
		  "{\"secret\":\"x\",\"note\":\"n\"}", 0, NULL, NULL },
		{ "constant all the same", "{}", REPLACE("/big", "\"3\""), NULL, SYNC_READONLY,
		  "/big", NULL },
	};
	static const sync_apply_options client = { .flags = SYNC_APPLY_CLIENT,
						   .roles = SYNC_SEE_PUBLIC | BOARD_ROLE |
							    SYNC_SEE_ROLE_0 << 1 };
	RUN(&rights_type, rows, &client);
}

/* A client gives the whole state back: what it does not see or may not set stays as it is. */
static void whole_state_from_a_client(void)
{
	static const sync_apply_options client = { .flags = SYNC_APPLY_CLIENT,
						   .roles = SYNC_SEE_PUBLIC };
	Board *board = apply_parsed(&rights_type, "{\"title\":\"a\",\"secret\":\"s\",\"safe\":4}");
	sync_writer writer;
	sync_buf ops = { 0 };
	sync_error error;
	sync_str_assign(&board->cache, "kept");
	sync_writer_init(&writer);
	writer.sees = SYNC_SEE_PUBLIC;
	rights_type.ops->write(&rights_type, &writer, board);
	char *title = strstr(sync_buf_cstr(&writer.out), "\"title\":\"a\"");
	CU_ASSERT_FATAL(title != NULL);
	title[9] = 'b';
	SYNC_BUF_LITERAL(&ops, "[{\"op\":\"replace\",\"path\":\"\",\"value\":");
	sync_buf_put(&ops, writer.out.data, writer.out.len);
	SYNC_BUF_LITERAL(&ops, "}]");
	CU_ASSERT_EQUAL(sync_apply(&rights_type, board, ops.data, ops.len, &client, &error),
			SYNC_OK);
	CU_ASSERT_STRING_EQUAL(board->title, "b");
	CU_ASSERT_STRING_EQUAL(board->secret, "s");
	CU_ASSERT_STRING_EQUAL(board->cache, "kept");
	CU_ASSERT_EQUAL(board->safe, 4);
	sync_buf_release(&writer.out);
	sync_buf_release(&ops);
	sync_box_free(&rights_type, board);
}

/* What is hidden does not come to light in a json value, and cannot be set in a new value either.
 */
static void hidden_fields_stay_hidden(void)
{
	static const sync_apply_options client = { .flags = SYNC_APPLY_CLIENT,
						   .roles = SYNC_SEE_PUBLIC };
	const char *copy = "[" COPY("", "/free/x") "]";
	const char *set = "[" ADD("/lead/cards/0", "{\"id\":\"a\",\"text\":\"x\"}") "]";
	Board *board = apply_parsed(&rights_type, "{\"secret\":\"hush\",\"free\":{}}");
	CU_ASSERT_EQUAL(sync_apply(&rights_type, board, copy, strlen(copy), &client, NULL),
			SYNC_OK);
	char *json = board_json(board_field[BOARD_FREE].type, &board->free);
	CU_ASSERT(strstr(json, "title") && !strstr(json, "hush"));
	sync_free(json);
	CU_ASSERT_EQUAL(sync_apply(&rights_type, board, set, strlen(set), &client, NULL), SYNC_OK);
	sync_box_free(&rights_type, board);
}

int test_apply_rights(void)
{
	CU_pSuite suite = CU_add_suite("apply rights property", NULL, NULL);
	board_setup();
	make_rights();
	return !suite || !CU_add_test(suite, "rights", rights) ||
	       !CU_add_test(suite, "rights_of_roles", rights_of_roles) ||
	       !CU_add_test(suite, "whole_state_from_a_client", whole_state_from_a_client) ||
	       !CU_add_test(suite, "hidden_fields_stay_hidden", hidden_fields_stay_hidden);
}
