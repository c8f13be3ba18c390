/*
 * Writing the operations that turn one value into another: what diff.c and json_diff.c share.
 *
 * `path` is where the walk is, as it stands in JSON text. A walk over a container takes a mark
 * first and settles it at the end: then it may turn out that replacing the whole is shorter.
 */
#ifndef SYNC_DIFFER_H
#define SYNC_DIFFER_H

#include <syncgen/value.h>

struct differ {
	sync_writer writer;
	sync_buf path;
	size_t count;  /* of operations written */
	bool too_long; /* a path was longer than a patch may have: settle replaces what is above */
};

struct differ_mark {
	size_t length, count;
};

/* Writes `{"op":OP,"path":PATH`, the comma before it, and no more. */
void sync_differ_begin(struct differ *d, const char *op, size_t op_length);
#define SYNC_DIFFER_BEGIN(d, op) sync_differ_begin((d), "" op, sizeof(op) - 1)

/* Writes `,"value":`; then the value and differ_end. */
static inline void sync_differ_value(struct differ *d)
{
	SYNC_BUF_LITERAL(&d->writer.out, ",\"value\":");
}

static inline void sync_differ_end(struct differ *d)
{
	sync_buf_byte(&d->writer.out, '}');
	d->count++;
}

/* The path without what was put on it since. */
static inline void sync_differ_up(struct differ *d, size_t path_length)
{
	d->path.len = path_length;
}

void sync_differ_index(struct differ *d, size_t index);

static inline struct differ_mark sync_differ_mark(const struct differ *d)
{
	struct differ_mark mark = { d->writer.out.len, d->count };
	return mark;
}

static inline void sync_differ_back(struct differ *d, struct differ_mark mark)
{
	if (d->writer.out.status == SYNC_OK)
		d->writer.out.len = mark.length;
	d->count = mark.count;
}

/* Replaces what was written since the mark by one operation that puts `value`, printed by `write`,
 * here, if that is shorter. `least`: bytes that `value` takes at the very least. */
void sync_differ_settle(struct differ *d, struct differ_mark mark, size_t least,
			void (*write)(const void *type, sync_writer *writer, const void *value),
			const void *type, const void *value);

/* The differences of two json values. */
void sync_differ_json(struct differ *d, const struct cJSON *before, const struct cJSON *after);

#endif
