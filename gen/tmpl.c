/*
 * A template is compiled once, into a flat list of steps; blocks know where they end. Names are
 * numbers, and each step remembers where it found its name the last time: views of one kind bind
 * their names in the same order, so that is mostly where it is again.
 */
#include "tmpl.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_DEPTH = 16, MAX_FILE = 1 << 20 };

typedef enum step_kind {
	STEP_TEXT,
	STEP_NAME,
	STEP_LOOP,
	STEP_WHEN,
	STEP_ELSE,
	STEP_END
} step_kind;

typedef struct step {
	step_kind kind;
	bool negated; /* WHEN */
	unsigned line;
	const char *text; /* TEXT; else the name, for messages */
	size_t length;
	uint32_t name;
	size_t otherwise; /* WHEN: index behind the ELSE, or `end` */
	size_t end;	  /* LOOP, WHEN, ELSE: index of the END */
	size_t depth, at; /* where the name was the last time */
} step;

typedef struct tmpl {
	struct tmpl *next;
	const char *name;
	step *steps;
	size_t count, room;
} tmpl;

struct tmpl_set {
	idl_arena *arena;
	view_pool *pool;
	const char *folder;
	FILE *dump;
	tmpl *all;
	const char *error;
	uint32_t first, last; /* the names of the flags in loops */
};

tmpl_set *tmpl_set_new(idl_arena *arena, view_pool *pool, const char *folder)
{
	tmpl_set *set = idl_arena_alloc(arena, sizeof(*set));
	set->arena = arena;
	set->pool = pool;
	set->folder = folder;
	set->first = view_name(pool, "first", 5);
	set->last = view_name(pool, "last", 4);
	return set;
}

view_pool *tmpl_set_pool(const tmpl_set *set)
{
	return set->pool;
}

void tmpl_set_dump(tmpl_set *set, FILE *to)
{
	set->dump = to;
}

const char *tmpl_set_error(const tmpl_set *set)
{
	return set->error;
}

static void mistake(tmpl_set *set, const tmpl *t, unsigned line, const char *what, const char *name,
		    size_t length)
{
	if (!set->error)
		set->error = idl_arena_printf(set->arena, "%s.tmpl:%u: %s '%.*s'", t->name, line,
					      what, (int)(length < 80 ? length : 80), name);
}

/* ---- compiling ---- */

static step *add_step(tmpl_set *set, tmpl *t, step_kind kind, unsigned line, const char *text,
		      size_t length)
{
	if (t->count == t->room) {
		size_t room = t->room ? t->room * 2 : 64;
		step *steps = idl_arena_array(set->arena, room, sizeof(step));
		if (t->count)
			memcpy(steps, t->steps, t->count * sizeof(step));
		t->steps = steps;
		t->room = room;
	}
	step *s = &t->steps[t->count++];
	*s = (step){ .kind = kind, .line = line, .text = text, .length = length };
	return s;
}

static bool is_name(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		char c = text[i];
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9' && i) || c == '_'))
			return false;
	}
	return length > 0;
}

/* The blocks that are open where the compiler is. */
typedef struct open_blocks {
	size_t at[MAX_DEPTH];	 /* index of the LOOP or WHEN */
	size_t other[MAX_DEPTH]; /* index of its ELSE; 0: none */
	size_t depth;
} open_blocks;

static bool close_block(tmpl_set *set, tmpl *t, open_blocks *open, unsigned line, const char *name,
			size_t length)
{
	if (!open->depth)
		return mistake(set, t, line, "nothing is open for", name, length), false;
	step *begin = &t->steps[open->at[--open->depth]];
	if (begin->length != length || memcmp(begin->text, name, length) != 0)
		return mistake(set, t, line, "another block is open:", begin->text, begin->length),
		       false;
	size_t end = t->count;
	begin->end = end;
	begin->otherwise = end;
	if (open->other[open->depth]) {
		begin->otherwise = open->other[open->depth] + 1;
		t->steps[open->other[open->depth]].end = end;
	}
	add_step(set, t, STEP_END, line, name, length);
	return true;
}

/* One tag, without its braces. */
static bool compile_tag(tmpl_set *set, tmpl *t, open_blocks *open, unsigned line, const char *tag,
			size_t length)
{
	char mark = length ? tag[0] : '\0';
	if (mark == '!')
		return true;
	if (mark == ':' && length == 1) {
		if (!open->depth || t->steps[open->at[open->depth - 1]].kind != STEP_WHEN ||
		    open->other[open->depth - 1])
			return mistake(set, t, line, "no condition is open for", tag, length),
			       false;
		open->other[open->depth - 1] = t->count;
		add_step(set, t, STEP_ELSE, line, tag, length);
		return true;
	}
	bool marked = mark == '#' || mark == '?' || mark == '^' || mark == '/';
	const char *name = tag + marked;
	length -= marked;
	if (!is_name(name, length))
		return mistake(set, t, line, "not a tag:", tag, length + marked), false;
	if (mark == '/')
		return close_block(set, t, open, line, name, length);
	if (marked) {
		if (open->depth == MAX_DEPTH)
			return mistake(set, t, line, "too deep:", name, length), false;
		open->other[open->depth] = 0;
		open->at[open->depth++] = t->count;
	}
	step_kind kind = mark == '#' ? STEP_LOOP : marked ? STEP_WHEN : STEP_NAME;
	step *s = add_step(set, t, kind, line, name, length);
	s->negated = mark == '^';
	s->name = view_name(set->pool, name, length);
	return true;
}

static bool blank(const char *from, const char *to)
{
	for (; from < to; from++) {
		if (*from != ' ' && *from != '\t')
			return false;
	}
	return true;
}

/* A tag from `tag` to `after` that has its line to itself: the line's begin, and its end behind the
 * line feed. */
static bool stands_alone(const char *text, const char *end, const char *tag, const char **after)
{
	const char *begin = tag;
	while (begin > text && begin[-1] != '\n')
		begin--;
	const char *stop = *after;
	while (stop < end && *stop != '\n')
		stop++;
	if (!blank(begin, tag) || !blank(*after, stop))
		return false;
	*after = stop < end ? stop + 1 : stop;
	return true;
}

static unsigned count_lines(const char *from, const char *to)
{
	unsigned lines = 0;
	for (; from < to; from++)
		lines += *from == '\n';
	return lines;
}

static bool compile(tmpl_set *set, tmpl *t, const char *text, size_t length)
{
	const char *at = text, *end = text + length, *counted = text;
	unsigned line = 1;
	open_blocks open = { .depth = 0 };
	while (at < end) {
		const char *tag = strstr(at, "{{");
		if (tag && tag[2] == '{')
			tag++;
		const char *close = tag ? strstr(tag, "}}") : NULL;
		const char *text_end = tag ? tag : end;
		line += count_lines(counted, text_end);
		counted = text_end;
		if (tag && !close)
			return mistake(set, t, line, "never closed:", tag, strcspn(tag, "\n")),
			       false;
		const char *after = tag ? close + 2 : end;
		if (tag && strchr("#?^/:!", tag[2]) && stands_alone(text, end, tag, &after)) {
			while (text_end > at && (text_end[-1] == ' ' || text_end[-1] == '\t'))
				text_end--;
		}
		if (text_end > at)
			add_step(set, t, STEP_TEXT, line, at, (size_t)(text_end - at));
		if (tag && !compile_tag(set, t, &open, line, tag + 2, (size_t)(close - tag - 2)))
			return false;
		at = after;
	}
	if (open.depth) {
		const step *s = &t->steps[open.at[open.depth - 1]];
		return mistake(set, t, s->line, "never closed:", s->text, s->length), false;
	}
	return true;
}

/* ---- rendering ---- */

typedef struct scope {
	const view *views[MAX_DEPTH + 1];  /* innermost last */
	const view *firsts[MAX_DEPTH + 1]; /* of the lists they are in */
	size_t depth;			   /* of the innermost */
} scope;

static const view_value *look_up(const scope *in, step *s)
{
	const view *v = s->depth <= in->depth ? in->views[s->depth] : NULL;
	if (v && s->depth == in->depth && s->at < v->count && v->names[s->at] == s->name)
		return &v->values[s->at];
	for (size_t depth = in->depth + 1; depth--;) {
		v = in->views[depth];
		/* An outer name is where it was; first see that no inner one hides it. */
		if (depth == s->depth && s->at < v->count && v->names[s->at] == s->name)
			return &v->values[s->at];
		for (size_t i = 0; i < v->count; i++) {
			if (v->names[i] == s->name) {
				s->depth = depth;
				s->at = i;
				return &v->values[i];
			}
		}
	}
	return NULL;
}

static bool holds(const view_value *value)
{
	switch (value->kind) {
	case VIEW_TEXT:
		return value->length > 0;
	case VIEW_FLAG:
		return value->flag;
	case VIEW_LIST:
		return value->first != NULL;
	}
	return false;
}

/* Most pieces are a few bytes and fit. */
static inline void append(buf *out, const char *bytes, size_t length)
{
	if (length >= out->room - out->length || out->failed) {
		buf_add(out, bytes, length);
		return;
	}
	memcpy(out->at + out->length, bytes, length);
	out->length += length;
	out->at[out->length] = '\0';
}

static bool run(tmpl_set *set, tmpl *t, size_t from, size_t to, scope *in, buf *out);

static bool run_loop(tmpl_set *set, tmpl *t, size_t at, const view_value *list, scope *in, buf *out)
{
	in->firsts[++in->depth] = list->first;
	for (const view *item = list->first; item; item = item->next) {
		in->views[in->depth] = item;
		if (!run(set, t, at + 1, t->steps[at].end, in, out))
			return false;
	}
	in->depth--;
	return true;
}

/* `first` and `last` speak of the innermost loop; a view that binds the name itself comes first. */
static bool condition(tmpl_set *set, const tmpl *t, step *s, const scope *in, bool *result)
{
	const view_value *value = look_up(in, s);
	if (value) {
		*result = holds(value) != s->negated;
		return true;
	}
	const view *item = in->views[in->depth];
	if (in->depth && s->name == set->last)
		*result = (item->next == NULL) != s->negated;
	else if (in->depth && s->name == set->first)
		*result = (item == in->firsts[in->depth]) != s->negated;
	else
		return mistake(set, t, s->line, "unknown name", s->text, s->length), false;
	return true;
}

/* Nesting is bounded when the template is compiled. */
static bool run(tmpl_set *set, tmpl *t, size_t from, size_t to, scope *in, buf *out)
{
	for (size_t i = from; i < to; i++) {
		step *s = &t->steps[i];
		const view_value *value = NULL;
		bool yes = false;
		switch (s->kind) {
		case STEP_TEXT:
			append(out, s->text, s->length);
			break;
		case STEP_NAME:
			value = look_up(in, s);
			if (!value || value->kind != VIEW_TEXT)
				return mistake(set, t, s->line,
					       value ? "not a text:" : "unknown name", s->text,
					       s->length),
				       false;
			append(out, value->text, value->length);
			break;
		case STEP_LOOP:
			value = look_up(in, s);
			if (!value || value->kind != VIEW_LIST)
				return mistake(set, t, s->line,
					       value ? "not a list:" : "unknown name", s->text,
					       s->length),
				       false;
			if (!run_loop(set, t, i, value, in, out))
				return false;
			i = s->end;
			break;
		case STEP_WHEN:
			if (!condition(set, t, s, in, &yes))
				return false;
			if (!yes)
				i = s->otherwise - (s->otherwise != s->end);
			break;
		case STEP_ELSE:
			i = s->end;
			break;
		case STEP_END:
			break;
		}
	}
	return true;
}

/* ---- finding ---- */

static const char *read_all(tmpl_set *set, FILE *file, size_t *length)
{
	char *text = idl_arena_alloc(set->arena, MAX_FILE + 1);
	*length = fread(text, 1, MAX_FILE + 1, file);
	if (*length > MAX_FILE || ferror(file) || memchr(text, '\0', *length))
		return NULL;
	text[*length] = '\0';
	return text;
}

/* NULL without an error: the folder has no such file. */
static const char *from_folder(tmpl_set *set, const tmpl *t, size_t *length)
{
	if (!set->folder)
		return NULL;
	const char *path = idl_arena_printf(set->arena, "%s/%s.tmpl", set->folder, t->name);
	FILE *file = fopen(path, "rb");
	if (!file)
		return NULL;
	const char *text = read_all(set, file, length);
	fclose(file);
	if (!text)
		mistake(set, t, 1, "cannot be read:", path, strlen(path));
	return text;
}

static const char *from_embedded(tmpl_set *set, const tmpl *t, size_t *length)
{
	for (const tmpl_source *s = tmpl_sources; s->name; s++) {
		if (strcmp(s->name, t->name) != 0)
			continue;
		*length = 0;
		for (const char *const *piece = s->text; *piece; piece++)
			*length += strlen(*piece);
		char *text = idl_arena_alloc(set->arena, *length + 1), *at = text;
		for (const char *const *piece = s->text; *piece; piece++) {
			size_t size = strlen(*piece);
			memcpy(at, *piece, size);
			at += size;
		}
		*at = '\0';
		return text;
	}
	mistake(set, t, 1, "there is no template", t->name, strlen(t->name));
	return NULL;
}

static tmpl *new_template(tmpl_set *set, const char *name)
{
	tmpl *t = idl_arena_alloc(set->arena, sizeof(*t));
	t->name = idl_arena_copy(set->arena, name, strlen(name));
	return t;
}

static tmpl *find(tmpl_set *set, const char *name)
{
	for (tmpl *t = set->all; t; t = t->next) {
		if (strcmp(t->name, name) == 0)
			return t;
	}
	tmpl *t = new_template(set, name);
	size_t length = 0;
	const char *text = from_folder(set, t, &length);
	if (!text && !set->error)
		text = from_embedded(set, t, &length);
	if (!text || !compile(set, t, text, length))
		return NULL;
	t->next = set->all;
	set->all = t;
	return t;
}

static void render(tmpl_set *set, tmpl *t, const view *v, buf *out)
{
	scope in = { .views = { v }, .depth = 0 };
	if (set->dump) {
		fprintf(set->dump, "%s\n", t->name);
		view_dump(v, set->dump);
	}
	run(set, t, 0, t->count, &in, out);
}

void tmpl_render(tmpl_set *set, const char *name, const view *v, buf *out)
{
	tmpl *t = set->error ? NULL : find(set, name);
	if (t)
		render(set, t, v, out);
}

void tmpl_render_text(tmpl_set *set, const char *name, const char *text, const view *v, buf *out)
{
	tmpl *t = new_template(set, name);
	if (!set->error && compile(set, t, text, strlen(text)))
		render(set, t, v, out);
}
