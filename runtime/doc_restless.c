/* What time brings about: which documents have to be looked at, and which nobody needs any more. */
#include "doc_core.h"

static void link_first(sync_doc **first, sync_doc *doc)
{
	doc->restless_prev = NULL;
	doc->restless_next = *first;
	if (*first)
		(*first)->restless_prev = doc;
	*first = doc;
}

void sync_doc_rouse(sync_doc *doc)
{
	sync_restless *list = doc->restless;
	if (!list)
		return;
	doc->now = list->now;
	if (doc->roused)
		return;
	sync_doc_rest(doc);
	doc->roused = true;
	link_first(&list->first, doc);
}

void sync_doc_doze(sync_doc *doc)
{
	sync_doc_rest(doc);
	doc->dozing = true;
	link_first(&doc->restless->dozing, doc);
}

void sync_doc_rest(sync_doc *doc)
{
	if (!doc->roused && !doc->dozing)
		return;
	sync_doc **first = doc->roused ? &doc->restless->first : &doc->restless->dozing;
	doc->roused = doc->dozing = false;
	if (doc->restless_prev)
		doc->restless_prev->restless_next = doc->restless_next;
	else
		*first = doc->restless_next;
	if (doc->restless_next)
		doc->restless_next->restless_prev = doc->restless_prev;
}

bool sync_doc_in_use(const sync_doc *doc)
{
	return doc->holds || doc->watch_count || doc->tasks.first || doc->changing ||
	       doc->inflight || doc->voided || doc->mode != SYNC_DOC_OPEN;
}

bool sync_doc_settled(const sync_doc *doc)
{
	return doc->mode == SYNC_DOC_OPEN && !doc->tasks.first && !doc->tasks.relist;
}

void sync_doc_left(sync_doc *doc)
{
	if (!doc->closable || doc->holds || doc->watch_count)
		return;
	sync_doc_rouse(doc);
	doc->idle_since = doc->now;
}

void sync_doc_hold(sync_doc *doc)
{
	doc->holds++;
}

void sync_doc_drop(sync_doc *doc)
{
	doc->holds--;
	sync_doc_left(doc);
}
