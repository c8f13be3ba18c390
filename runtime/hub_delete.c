/* Documents that are deleted. */
#include "hub_core.h"

sync_status sync_hub_delete(sync_hub *hub, const char *key, sync_error *error)
{
	sync_doc *doc = sync_hub_doc(hub, key);
	if (!doc)
		return sync_error_set(error, SYNC_NOT_FOUND, "there is no document %s", key);
	sync_status status = sync_doc_delete(doc, error);
	if (status == SYNC_OK)
		sync_tasks_cancel(doc);
	return status;
}
