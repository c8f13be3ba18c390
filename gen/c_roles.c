#include "c_gen.h"

#include <inttypes.h>

const char *c_roles(c_file *f, plan_roles roles, bool local)
{
	if (local)
		return "SYNC_SEE_LOCAL";
	if (roles.all)
		return "SYNC_SEE_PUBLIC";
	/* SYNC_SEE_ROLE_0 is bit 2. */
	return view_format(f->pool, "UINT64_C(0x%" PRIx64 ")", roles.numbers << 2);
}
