/* Diff, apply and assign on random values: of what the compiler made of every.sync. */
#include <CUnit/CUnit.h>

#include "every.h"
#include "property.h"

int test_property_generated(void);

static void of_all(void)
{
	property_of(&all_type);
}

static void of_containers(void)
{
	property_of(&containers_type);
}

static void of_optionals(void)
{
	property_of(&optionals_type);
}

static void of_a_recursive_type(void)
{
	property_of(&tree_type);
}

int test_property_generated(void)
{
	CU_pSuite suite = CU_add_suite("property_generated", NULL, NULL);
	return !suite || !CU_add_test(suite, "of_all", of_all) ||
	       !CU_add_test(suite, "of_containers", of_containers) ||
	       !CU_add_test(suite, "of_optionals", of_optionals) ||
	       !CU_add_test(suite, "of_a_recursive_type", of_a_recursive_type);
}
