#include "c_gen.h"

#define JOIN(f, ...) view_join((f)->pool, __VA_ARGS__, NULL)

void c_render(c_file *f, const char *name, const view *v)
{
	tmpl_render(f->templates, JOIN(f, "c/", name, ".h"), v, &f->header);
	tmpl_render(f->templates, JOIN(f, "c/", name, ".c"), v, &f->body);
}
