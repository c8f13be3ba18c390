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

static void input(buf *to, const char *before, const char *text, const char *after)
{
	buf_text(to, before);
	path(to, text);
	buf_text(to, after);
}

/* Every input, between two texts. */
static void inputs(const plan *p, const history_files *history, const char *before,
		   const char *after, buf *to)
{
	for (size_t i = 0; i < p->file_count; i++) {
		if (is_file(p->files[i]))
			input(to, before, p->files[i]->tree->path, after);
	}
	for (size_t i = 0; i < history->count; i++)
		input(to, before, history->paths[i], after);
}

void depfile_print(const plan *p, const history_files *history, const output *out,
		   const char *stamp, buf *to)
{
	if (stamp)
		path(to, stamp);
	for (size_t i = 0; i < output_count(out) && !stamp; i++) {
		if (i > 0)
			buf_text(to, " \\\n ");
		path(to, output_path(out, i));
	}
	buf_char(to, ':');
	inputs(p, history, " \\\n  ", "", to);
	buf_char(to, '\n');
	inputs(p, history, "\n", ":\n", to);
}
