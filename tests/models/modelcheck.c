/*
 * Puts documents through a generated type and says what came of each.
 *
 * Compiled once per schema with -DROOTS='ROOT("Config", config_type) …' and the schema's header in
 * HEADER. One line of input is `Type TAB JSON`; one line of output is a JSON object:
 *
 *   {"ok":true,"out":<printed back>,"patch":[…]}      patch: from the last good document of the type
 *   {"ok":false,"code":"invalid","pointer":"/a/0","message":"…"}
 *
 * What must hold of every good document is checked here: the copy is equal, it validates, and the
 * patch from the one before, applied to it, gives this one. A broken promise is an "error" member.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include HEADER

typedef struct root {
	const char *name;
	const sync_type *type;
	void *last; /* the last good document, or NULL */
} root;

#define ROOT(name, type) { name, &type, NULL },
static root roots[] = { ROOTS };
#undef ROOT
enum { ROOT_COUNT = sizeof roots / sizeof roots[0] };

static root *root_find(const char *name)
{
	for (size_t i = 0; i < ROOT_COUNT; i++)
		if (strcmp(roots[i].name, name) == 0)
			return &roots[i];
	return NULL;
}

static void value_free(const sync_type *type, void *value)
{
	if (!value)
		return;
	type->ops->release(type, value);
	free(value);
}

static void *value_new(const sync_type *type)
{
	void *value = calloc(1, type->size);
	if (value)
		type->ops->init(type, value);
	return value;
}

/* A copy in memory of its own; NULL: out of memory. */
static void *value_copy(const sync_type *type, const void *from)
{
	void *value = calloc(1, type->size);
	if (value && type->ops->copy(type, value, from) != SYNC_OK) {
		free(value);
		return NULL;
	}
	return value;
}

/* What must hold between the last document and this one; NULL when it does. Appends the patch. */
static const char *promises(const sync_type *type, const void *last, const void *value,
			    sync_buf *ops)
{
	const char *broken = NULL;
	sync_error error = { SYNC_OK, "", "" };
	void *copy = value_copy(type, value);
	void *patched = value_copy(type, last ? last : value);
	if (!copy || !patched)
		broken = "no memory";
	else if (!type->ops->equal(type, copy, value))
		broken = "the copy differs";
	else if (!type->ops->validate(type, value, &error))
		broken = "read but not valid";
	else if (sync_diff(type, patched, value, ops) != SYNC_OK)
		broken = "no diff";
	else if (sync_apply(type, patched, ops->data, ops->len, NULL, &error) != SYNC_OK)
		broken = "the diff does not apply";
	else if (!type->ops->equal(type, patched, value))
		broken = "the diff leads elsewhere";
	value_free(type, copy);
	value_free(type, patched);
	return broken;
}

static void answer(root *r, const char *json, size_t length, sync_buf *out)
{
	sync_limits limits = sync_limits_default;
	limits.bytes = (size_t)64 << 20;
	void *value = value_new(r->type);
	sync_reader reader;
	if (!value)
		return;
	if (!sync_reader_init(&reader, json, length, &limits) ||
	    !r->type->ops->read(r->type, &reader, value) || !sync_read_end(&reader)) {
		SYNC_BUF_LITERAL(out, "{\"ok\":false,\"code\":\"");
		const char *code = sync_status_name(reader.error.code);
		sync_buf_put(out, code, strlen(code));
		SYNC_BUF_LITERAL(out, "\",\"pointer\":");
		sync_put_string(out, reader.error.pointer, strlen(reader.error.pointer));
		SYNC_BUF_LITERAL(out, ",\"message\":");
		sync_put_string(out, reader.error.message, strlen(reader.error.message));
		SYNC_BUF_LITERAL(out, "}\n");
		value_free(r->type, value);
		return;
	}
	sync_writer writer;
	sync_writer_init(&writer);
	r->type->ops->write(r->type, &writer, value);
	sync_buf ops;
	sync_buf_init(&ops);
	const char *broken = promises(r->type, r->last, value, &ops);
	SYNC_BUF_LITERAL(out, "{\"ok\":true,\"out\":");
	sync_buf_put(out, writer.out.data, writer.out.len);
	SYNC_BUF_LITERAL(out, ",\"patch\":");
	sync_buf_put(out, ops.data, ops.len);
	if (broken) {
		SYNC_BUF_LITERAL(out, ",\"error\":");
		sync_put_string(out, broken, strlen(broken));
	}
	SYNC_BUF_LITERAL(out, "}\n");
	sync_buf_release(&ops);
	sync_buf_release(&writer.out);
	value_free(r->type, r->last);
	r->last = value;
}

int main(void)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t length;
	sync_buf out;
	sync_buf_init(&out);
	while ((length = getline(&line, &cap, stdin)) > 0) {
		char *tab = strchr(line, '\t');
		if (line[length - 1] == '\n')
			line[--length] = 0;
		if (!tab)
			return 2;
		*tab = 0;
		root *r = root_find(line);
		if (!r)
			return 2;
		sync_buf_clear(&out);
		answer(r, tab + 1, (size_t)(line + length - (tab + 1)), &out);
		fwrite(out.data, 1, out.len, stdout);
		fflush(stdout);
	}
	for (size_t i = 0; i < ROOT_COUNT; i++)
		value_free(roots[i].type, roots[i].last);
	sync_buf_release(&out);
	free(line);
	return 0;
}
