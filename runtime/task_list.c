#include "task_core.h"

#include <syncgen/cell.h>
#include <syncgen/list.h>

/* The field with @running: the names of the tasks that run. */

static const sync_field *running_field(const sync_doc *doc)
{
	const sync_type *type = doc->model->state;
	for (uint32_t i = 0; doc->model->running && i < type->count; i++)
		if (strcmp(type->fields[i].name, doc->model->running) == 0)
			return &type->fields[i];
	return NULL;
}

/* Marks a task of that name as listed; false: there is none that is not. */
static bool claim_listed(const sync_doc *doc, const char *name)
{
	for (sync_task *task = doc->tasks.first; task; task = task->next) {
		if (task->state != SYNC_TASK_RUNNING || task->listed ||
		    strcmp(task->call.info->name, name) != 0)
			continue;
		return task->listed = true;
	}
	return false;
}

static sync_status write_list(sync_doc *doc, const sync_field *field)
{
	sync_list *list =
		sync_edit_field(doc->state, field, (unsigned)(field - doc->model->state->fields));
	const sync_type *elem = field->type->elem;
	sync_status status = list ? SYNC_OK : SYNC_NOMEM;
	for (sync_task *task = doc->tasks.first; task; task = task->next)
		task->listed = false;
	for (size_t i = list ? list->len : 0; i-- > 0 && status == SYNC_OK;)
		if (!claim_listed(doc, ((const sync_str *)list->items)[i]))
			status = sync_list_remove(list, elem, i, 1);
	for (sync_task *task = doc->tasks.first; task && status == SYNC_OK; task = task->next) {
		const char *name = task->call.info->name;
		if (task->state == SYNC_TASK_RUNNING && !task->listed)
			status = sync_list_insert_bytes(list, elem, list->len, name, strlen(name));
	}
	return status;
}

void sync_tasks_list(sync_doc *doc)
{
	const sync_field *field = running_field(doc);
	doc->tasks.relist = field != NULL;
	if (!field || sync_doc_begin(doc, NULL) != SYNC_OK)
		return;
	if (write_list(doc, field) != SYNC_OK) {
		sync_doc_abort(doc);
	} else if (sync_doc_commit(doc, NULL) == SYNC_OK) {
		doc->tasks.relist = false;
		doc->tasks.listed_epoch = doc->epoch;
	}
}
