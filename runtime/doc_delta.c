/* What leads a viewer from one revision of a document to a later one. */
#include "broken.h"
#include "doc_core.h"

bool sync_doc_leads_from(const sync_doc *doc, uint64_t revision)
{
	return (!sync_doc_masked(doc) && revision >= doc->history.base) ||
	       revision >= sync_trail_floor(doc->trail);
}

static bool is_long(const sync_doc *doc, size_t length)
{
	return length > SYNC_PATCH_FLOOR && length > doc->state_bytes;
}

/* Commit by commit, as everybody sees them: cheap, and what most need. Longer than the trail's. */
static bool by_history(const sync_doc *doc, uint64_t from, bool edits, sync_delta *delta)
{
	return !sync_doc_masked(doc) && (edits || from >= doc->edited) &&
	       sync_history_range(&doc->history, from, delta->to, &delta->ops, &delta->length) &&
	       !is_long(doc, delta->length);
}

sync_status sync_doc_delta(sync_doc *doc, uint64_t from, uint64_t sees, bool edits,
			   sync_delta *delta)
{
	*delta = (sync_delta){ .to = doc->durable, .ops = "" };
	if (SYNC_BROKEN(QUEUE) && from < delta->to && from >= doc->history.base)
		delta->to = from + 1;
	if (from == delta->to || (from < delta->to && by_history(doc, from, edits, delta)))
		return SYNC_OK;
	if (from > delta->to)
		return SYNC_STALE;
	sync_buf_clear(&doc->delta);
	sync_status status = sync_trail_ops(doc->trail, doc->track, from, sees, edits, &doc->delta);
	if (status != SYNC_OK)
		return status;
	delta->ops = doc->delta.data + 1;
	delta->length = doc->delta.len - 2;
	if (delta->length)
		delta->to = doc->revision;
	return is_long(doc, delta->length) ? SYNC_TOO_BIG : SYNC_OK;
}

sync_status sync_doc_plain(sync_doc *doc, const char **ops, size_t *length)
{
	const sync_buf *plain = &doc->ops;
	sync_status status = SYNC_OK;
	if (doc->ops.len > 2 && doc->edited == doc->revision) {
		sync_buf_clear(&doc->delta);
		status = sync_trail_ops(doc->trail, doc->track, doc->revision - 1, SYNC_SEE_STORED,
					false, &doc->delta);
		plain = &doc->delta;
	}
	*ops = plain->data;
	*length = plain->len;
	return status;
}

unsigned sync_doc_sight(sync_doc *doc, uint64_t sees)
{
	unsigned at = 0;
	if (!sync_doc_masked(doc))
		return 1;
	while (at < doc->sight_count && doc->sights[at] != sees)
		at++;
	if (at == SYNC_DOC_SIGHTS)
		return 0;
	if (at == doc->sight_count)
		doc->sights[doc->sight_count++] = sees;
	return at + 1;
}
