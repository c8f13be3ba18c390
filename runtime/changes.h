/*
 * Writing the operations of a patch: what changes.c and its containers share.
 */
#ifndef SYNC_CHANGES_H
#define SYNC_CHANGES_H

#include "changes_text.h"
#include "track.h"

/* A container on the way to the present node, and where its operations begin. */
struct emit_open {
	const sync_type *type;
	const void *cell;
	size_t start;
	size_t path; /* length of its path */
};

struct emit {
	sync_track *track;
	sync_writer writer;
	sync_buf *path; /* of the present node */
	bool exact;	/* what the log keeps of nodes is as committed */
	struct sync_text_source *texts;
	bool intent;	    /* as an author means it */
	const void *atomic; /* the last value sent as a whole because of @atomic */
	size_t open_count;
	struct emit_open open[SYNC_PLACE_STEPS];
	sync_place place;
};

/* The changes of a list, set, inline list or map, whose first entry in the log is number `first`,
 * at the present path; of an entry whose value was set. */
void sync_emit_container(struct emit *emit, const sync_step *step, size_t first);
void sync_emit_entry_value(struct emit *emit, const sync_change *change);

/* sync_track_ops() where leaves of one struct are replaced and nothing else is pending (but something is). False:
 * nothing was written, it goes the general way. */
bool sync_emit_leaves(const sync_track *track, uint64_t sees, bool intent, sync_buf *out);

/* A text that there was and is, as an edit. False: nothing was written, it is to be sent as a
 * whole. */
bool sync_emit_text(struct emit *emit, const sync_change *change);

/* `add`, with a value that the reader takes, for what may or may not be there: it is removed next.
 * At the present path with `segment` behind it. `key`: of a row, else NULL. */
void sync_emit_placeholder(struct emit *emit, const sync_type *type, bool null, const char *segment,
			   size_t length, sync_str key);

/* Bytes that the JSON of a container takes at least. */
static inline size_t emit_least_bytes(const sync_type *type, size_t length)
{
	bool map = type->kind == SYNC_KIND_MAP || type->kind == SYNC_KIND_TABLE;
	bool scalar = type->elem->kind < SYNC_KIND_STRING;
	return 2 + length * (map ? 5 : scalar ? 2 : 3);
}

/* ---- one operation ------------------------------------------------------------------------ */

#define EMIT(emit, op) SYNC_BUF_LITERAL(&(emit)->writer.out, "{\"op\":\"" op "\",\"path\":\"")

static inline void emit_path(struct emit *emit, size_t length)
{
	sync_buf_put(&emit->writer.out, emit->path->data, length);
}

static inline void emit_value_follows(struct emit *emit)
{
	SYNC_BUF_LITERAL(&emit->writer.out, "\",\"value\":");
}

static inline void emit_end(struct emit *emit)
{
	SYNC_BUF_LITERAL(&emit->writer.out, "},");
}

static inline void emit_value(struct emit *emit, const sync_type *type, const void *cell)
{
	emit_value_follows(emit);
	type->ops->write(type, &emit->writer, cell);
	emit_end(emit);
}

static inline void emit_removed(struct emit *emit)
{
	SYNC_BUF_LITERAL(&emit->writer.out, "\"},");
}

static inline void emit_index(struct emit *emit, size_t index)
{
	emit_path(emit, emit->path->len);
	sync_buf_byte(&emit->writer.out, '/');
	sync_put_u64(&emit->writer.out, index);
}

static inline void emit_replace(struct emit *emit, size_t path, const sync_type *type,
				const void *cell)
{
	EMIT(emit, "replace");
	emit_path(emit, path);
	emit_value(emit, type, cell);
}

#endif
