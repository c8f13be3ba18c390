/* Diff, apply and assign on random values: of a model with a field of every kind. */
#include <CUnit/CUnit.h>

#include <string.h>

#include <syncgen/cell.h>

#include "board.h"
#include "property.h"

int test_property_diff(void);

static void of_the_board(void)
{
	property_of(&board_type);
}

/* A key too long for a pointer: what holds it is replaced. */
static void key_longer_than_a_pointer(void)
{
	Board *a = sync_box_new(&board_type), *b = sync_box_new(&board_type);
	static char key[5000];
	memset(key, 'k', sizeof(key));
	sync_map_edit(&a->people, &person_type, key, sizeof(key));
	Person *person = sync_map_edit(&b->people, &person_type, key, sizeof(key));
	CU_ASSERT_FATAL(person != NULL);
	person->age = 3;
	property_diff(&board_type, 0, a, b);
	sync_box_free(&board_type, a);
	sync_box_free(&board_type, b);
}

int test_property_diff(void)
{
	CU_pSuite suite = CU_add_suite("property_diff", NULL, NULL);
	board_setup();
	return !suite || !CU_add_test(suite, "of_the_board", of_the_board) ||
	       !CU_add_test(suite, "key_longer_than_a_pointer", key_longer_than_a_pointer);
}
