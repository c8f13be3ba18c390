/* What leads a viewer from one revision of a document to a later one. */
#include "doc_core.h"

sync_status sync_doc_delta(sync_doc *doc, uint64_t from, uint64_t sees, uint64_t *to,
			   const char **ops, size_t *length)
{
	(void)sees;
	*to = doc->durable;
	*ops = "";
	*length = 0;
	if (from == *to)
		return SYNC_OK;
	if (from > *to || !sync_history_range(&doc->history, from, *to, ops, length))
		return SYNC_STALE;
	return *length > SYNC_PATCH_FLOOR && *length > doc->state_bytes ? SYNC_TOO_BIG : SYNC_OK;
}

unsigned sync_doc_sight(sync_doc *doc, uint64_t sees)
{
	unsigned at = 0;
	while (at < doc->sight_count && doc->sights[at] != sees)
		at++;
	if (at == SYNC_DOC_SIGHTS)
		return 0;
	if (at == doc->sight_count)
		doc->sights[doc->sight_count++] = sees;
	return at + 1;
}
