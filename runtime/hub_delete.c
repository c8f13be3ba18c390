/* Documents that are deleted. */
#include "hub_core.h"

sync_status sync_hub_delete(sync_hub *hub, const char *key, sync_error *error)
{
	return sync_hub_delete_of(hub, key, NULL, error);
}

sync_status sync_hub_delete_of(sync_hub *hub, const char *key, const sync_identity *who,
			       sync_error *error)
{
	sync_doc *doc = sync_hub_doc_of(hub, key, who);
	if (!doc)
		return sync_error_set(error, SYNC_NOT_FOUND, "there is no document %s", key);
	sync_status status = sync_doc_delete(doc, error);
	if (status == SYNC_OK)
		sync_tasks_cancel(doc);
	return status;
}
