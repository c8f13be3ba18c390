/* A unified diff, for `syncgen fmt --diff`. */
#include "fmt.h"

#include <stdlib.h>
#include <string.h>

enum {
	CONTEXT = 3,
	TABLE = 4 << 20 /* cells; beyond it the middle is shown as replaced whole */
};

typedef struct {
	const char *at;
	size_t length; /* with the line end */
} line;

typedef struct {
	line *lines;
	size_t count;
} lines;

static lines split(idl_text text, idl_arena *arena)
{
	lines all = { 0 };
	for (size_t i = 0; i < text.length; i++)
		all.count += text.at[i] == '\n';
	all.lines = idl_arena_array(arena, all.count + 1, sizeof *all.lines);
	all.count = 0;
	for (const char *at = text.at, *end = text.at + text.length; at < end;) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		stop = stop ? stop + 1 : end;
		all.lines[all.count++] = (line){ at, (size_t)(stop - at) };
		at = stop;
	}
	return all;
}

static bool equal(line a, line b)
{
	return a.length == b.length && memcmp(a.at, b.at, a.length) == 0;
}

/* ' ' both, '-' only before, '+' only after: the edits in order. */
typedef struct {
	char *edits;
	size_t count;
} script;

static void add(script *s, char edit, size_t times)
{
	memset(s->edits + s->count, edit, times);
	s->count += times;
}

/* The longest common subsequence of the middle, by the plain table. */
static void middle(const line *a, size_t n, const line *b, size_t m, idl_arena *arena, script *s)
{
	if (!n || !m || n > TABLE / m) {
		add(s, '-', n);
		add(s, '+', m);
		return;
	}
	unsigned *table = idl_arena_array(arena, (n + 1) * (m + 1), sizeof *table);
	for (size_t i = n; i-- > 0;)
		for (size_t j = m; j-- > 0;) {
			unsigned down = table[(i + 1) * (m + 1) + j],
				 right = table[i * (m + 1) + j + 1];
			table[i * (m + 1) + j] = equal(a[i], b[j])
							 ? table[(i + 1) * (m + 1) + j + 1] + 1
						 : down > right ? down
								: right;
		}
	size_t i = 0, j = 0;
	while (i < n || j < m) {
		if (i < n && j < m && equal(a[i], b[j])) {
			add(s, ' ', 1);
			i++;
			j++;
		} else if (i < n &&
			   (j == m || table[(i + 1) * (m + 1) + j] >= table[i * (m + 1) + j + 1])) {
			add(s, '-', 1);
			i++;
		} else {
			add(s, '+', 1);
			j++;
		}
	}
}

static script compare(const lines *a, const lines *b, idl_arena *arena)
{
	script s = { .edits = idl_arena_alloc(arena, a->count + b->count + 1) };
	size_t head = 0, tail = 0;
	size_t least = a->count < b->count ? a->count : b->count;
	while (head < least && equal(a->lines[head], b->lines[head]))
		head++;
	while (tail < least - head &&
	       equal(a->lines[a->count - 1 - tail], b->lines[b->count - 1 - tail]))
		tail++;
	add(&s, ' ', head);
	middle(a->lines + head, a->count - head - tail, b->lines + head, b->count - head - tail,
	       arena, &s);
	add(&s, ' ', tail);
	return s;
}

static void put(char edit, line l, FILE *out)
{
	fputc(edit, out);
	fwrite(l.at, 1, l.length, out);
	if (!l.length || l.at[l.length - 1] != '\n')
		fputs("\n\\ No newline at end of file\n", out);
}

/* Where the hunk that begins at `from` ends: before more than twice the context is unchanged. */
static size_t hunk_end(const script *s, size_t from)
{
	size_t last = from;
	for (size_t i = from; i < s->count && i - last <= 2 * CONTEXT; i++)
		if (s->edits[i] != ' ')
			last = i;
	return last + 1 + CONTEXT < s->count ? last + 1 + CONTEXT : s->count;
}

/* The edits up to `to`, and how many lines of each side stand in front of them. */
typedef struct {
	size_t from, to, i, j;
} hunk;

static void put_hunk(const script *s, hunk h, const lines *a, const lines *b, FILE *out)
{
	size_t before = 0, after = 0;
	for (size_t e = h.from; e < h.to; e++) {
		before += s->edits[e] != '+';
		after += s->edits[e] != '-';
	}
	fprintf(out, "@@ -%zu,%zu +%zu,%zu @@\n", before ? h.i + 1 : h.i, before,
		after ? h.j + 1 : h.j, after);
	for (size_t e = h.from; e < h.to; e++) {
		if (s->edits[e] == '+') {
			put('+', b->lines[h.j++], out);
		} else {
			put(s->edits[e], a->lines[h.i++], out);
			h.j += s->edits[e] == ' ';
		}
	}
}

void fmt_diff(const fmt_result *result, FILE *out)
{
	if (!result->changed)
		return;
	lines a = split(result->before, result->arena), b = split(result->after, result->arena);
	script s = compare(&a, &b, result->arena);
	fprintf(out, "--- %s\n+++ %s\n", result->path, result->path);
	size_t i = 0, j = 0;
	for (size_t e = 0; e < s.count;) {
		if (s.edits[e] == ' ') {
			i++;
			j++;
			e++;
			continue;
		}
		size_t lead = e < CONTEXT ? e : CONTEXT;
		while (lead && (i < lead || j < lead))
			lead--;
		size_t end = hunk_end(&s, e);
		put_hunk(&s, (hunk){ e - lead, end, i - lead, j - lead }, &a, &b, out);
		for (; e < end; e++) {
			i += s.edits[e] != '+';
			j += s.edits[e] != '-';
		}
	}
}
