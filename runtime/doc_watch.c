/* Who watches a document, and the frames they share. */
#include "doc_core.h"

#include <syncgen/alloc.h>

sync_status sync_doc_watch(sync_doc *doc, sync_watch *watch)
{
	if (doc->watch_count == doc->watch_room) {
		size_t room = doc->watch_room ? doc->watch_room * 2 : 8;
		sync_watch **grown = sync_resize(doc->watches, room * sizeof *grown);
		if (!grown)
			return SYNC_NOMEM;
		doc->watches = grown;
		doc->watch_room = room;
	}
	watch->doc = doc;
	watch->index = doc->watch_count;
	doc->watches[doc->watch_count++] = watch;
	return SYNC_OK;
}

void sync_doc_unwatch(sync_watch *watch)
{
	sync_doc *doc = watch->doc;
	sync_watch *last = doc->watches[--doc->watch_count];
	doc->watches[watch->index] = last;
	last->index = watch->index;
	watch->doc = NULL;
	sync_doc_left(doc);
}

void sync_doc_changed(sync_doc *doc)
{
	for (size_t i = 0; i < doc->watch_count; i++)
		doc->watches[i]->changed(doc->watches[i]);
}

sync_packet *sync_doc_cached(sync_doc *doc, unsigned kind, uint64_t from, uint64_t to)
{
	for (size_t i = 0; i < SYNC_DOC_CACHE; i++) {
		const sync_cached *entry = &doc->cache[i];
		if (entry->packet && !entry->whole && entry->to == to && entry->from == from &&
		    entry->kind == kind)
			return entry->packet;
	}
	return NULL;
}

sync_packet *sync_doc_cached_whole(sync_doc *doc, unsigned kind, uint64_t *revision)
{
	for (size_t i = 0; i < SYNC_DOC_CACHE; i++) {
		const sync_cached *entry = &doc->cache[i];
		if (entry->packet && entry->whole && entry->kind == kind) {
			*revision = entry->to;
			return entry->packet;
		}
	}
	return NULL;
}

/* A snapshot takes the place of the one before it, so that there is never more than one of a kind.
 */
static sync_cached *place_for(sync_doc *doc, const sync_cached *entry)
{
	for (size_t i = 0; entry->whole && i < SYNC_DOC_CACHE; i++)
		if (doc->cache[i].packet && doc->cache[i].whole &&
		    doc->cache[i].kind == entry->kind)
			return &doc->cache[i];
	for (size_t i = 0; i < SYNC_DOC_CACHE; i++)
		if (!doc->cache[i].packet)
			return &doc->cache[i];
	return &doc->cache[doc->cache_next++ % SYNC_DOC_CACHE];
}

void sync_doc_cache_put(sync_doc *doc, sync_cached entry)
{
	sync_cached *place = place_for(doc, &entry);
	sync_packet_hold(entry.packet);
	sync_packet_drop(place->packet);
	*place = entry;
}

void sync_doc_cache_clear(sync_doc *doc)
{
	for (size_t i = 0; i < SYNC_DOC_CACHE; i++) {
		sync_packet_drop(doc->cache[i].packet);
		doc->cache[i].packet = NULL;
	}
}
