/* Who is here, as the application and the sessions see it. */
#include "broken.h"
#include "doc_core.h"

static sync_here shown(const sync_present *present)
{
	return (sync_here){ present->who, present->user, present->here ? present->state : NULL };
}

void sync_doc_each_here(const sync_doc *doc, void (*visit)(void *arg, const sync_here *here),
			void *arg)
{
	for (size_t i = 0; i < doc->presence.count; i++) {
		const sync_present *present = doc->presence.turns[i].present;
		if (!present || !present->here)
			continue;
		sync_here here = shown(present);
		visit(arg, &here);
	}
}

void sync_doc_on_here(sync_doc *doc, void (*heard)(void *arg, sync_doc *doc, const sync_here *here),
		      void *arg)
{
	doc->heard = heard;
	doc->heard_arg = arg;
}

sync_status sync_doc_here(sync_doc *doc, const struct sync_saying *says, sync_present **present,
			  sync_error *error)
{
	const sync_type *type = doc->model->presence;
	if (!type)
		return sync_error_set(error, SYNC_UNSUPPORTED, "%s has no presence",
				      doc->model->name);
	if (!says->json && (!*present || SYNC_BROKEN(LINGER)))
		return SYNC_OK;
	sync_here here = { 0 };
	if (says->json) {
		sync_status status = sync_presence_set(&doc->presence, type, says, present, error);
		if (status != SYNC_OK)
			return status;
		here = shown(*present);
	} else {
		here = (sync_here){ says->who, says->user, NULL };
		sync_presence_leave(&doc->presence, type, *present);
		*present = NULL;
	}
	if (doc->heard)
		doc->heard(doc->heard_arg, doc, &here);
	sync_doc_changed(doc);
	return SYNC_OK;
}
