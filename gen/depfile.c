#include "depfile.h"

/* As gcc -M does: blanks and # by a backslash, $ doubled. */
static void path(buf *to, const char *text)
{
	for (; *text; text++) {
		if (*text == ' ' || *text == '\t' || *text == '#')
			buf_char(to, '\\');
		if (*text == '$')
			buf_char(to, '$');
		buf_char(to, *text);
	}
}

static bool is_file(const plan_file *file)
{
	const char *name = file->tree->path;
	return name[0] != '<' && !(name[0] == '-' && name[1] == '\0');
}

void depfile_print(const plan *p, const output *out, const char *stamp, buf *to)
{
	if (stamp)
		path(to, stamp);
	for (size_t i = 0; i < output_count(out) && !stamp; i++) {
		if (i > 0)
			buf_text(to, " \\\n ");
		path(to, output_path(out, i));
	}
	buf_char(to, ':');
	for (size_t i = 0; i < p->file_count; i++) {
		if (!is_file(p->files[i]))
			continue;
		buf_text(to, " \\\n  ");
		path(to, p->files[i]->tree->path);
	}
	buf_char(to, '\n');
	for (size_t i = 0; i < p->file_count; i++) {
		if (!is_file(p->files[i]))
			continue;
		buf_char(to, '\n');
		path(to, p->files[i]->tree->path);
		buf_text(to, ":\n");
	}
}
