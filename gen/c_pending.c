/* Until the C back end is there: linked only while nobody else defines these. */
#include "c.h"

#if defined(__GNUC__)
#define PENDING __attribute__((weak))
#else
#define PENDING
#endif

PENDING c_backend *c_backend_new(const plan *p, tmpl_set *templates, idl_arena *arena)
{
	(void)p;
	(void)templates;
	(void)arena;
	return NULL;
}

PENDING void c_backend_emit(c_backend *c, const plan_file *file, const char *schema, output *out)
{
	(void)c;
	(void)file;
	(void)schema;
	(void)out;
}
