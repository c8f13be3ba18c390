#include "notebook_server.h"

sync_status notebook_nested;

static sync_status on_rename(sync_call *call, NotebookDoc *doc, const NotebookRenameArgs *args)
{
	(void)call;
	return notebook_set_title(doc, args->title);
}

static sync_status on_visit(sync_call *call, NotebookDoc *doc, const NotebookVisitArgs *args,
			    uint32_t *reply)
{
	(void)call;
	(void)args;
	*reply = notebook_get(doc)->visits + 1;
	return notebook_set_visits(doc, *reply);
}

static sync_status on_boom(sync_call *call, NotebookDoc *doc, const NotebookBoomArgs *args)
{
	NotebookSaved saved;
	(void)args;
	notebook_set_title(doc, "boom");
	notebook_push_notes(doc, "boom");
	notebook_saved_init(&saved);
	notebook_emit_saved(sync_call_doc(call), &saved);
	return SYNC_INTERNAL;
}

static sync_status on_fill(sync_call *call, NotebookDoc *doc, const NotebookFillArgs *args)
{
	if (args->to > NOTEBOOK_MOST) {
		Crowded crowded;
		crowded_init(&crowded);
		crowded.limit = NOTEBOOK_MOST;
		return crowded_throw(call, &crowded);
	}
	if (!args->to)
		return sync_call_fail(call, SYNC_NOT_FOUND, "nothing to fill with: %u",
				      (unsigned)args->to);
	while (notebook_get(doc)->notes.len < args->to) {
		sync_status status = notebook_push_notes(doc, "line");
		if (status != SYNC_OK)
			return status;
	}
	return SYNC_OK;
}

static sync_status rename_again(void *state, void *arg)
{
	(void)arg;
	return notebook_set_title(state, "nested");
}

static sync_status on_nested(sync_call *call, NotebookDoc *doc, const NotebookNestedArgs *args)
{
	(void)doc;
	(void)args;
	notebook_nested = sync_update(sync_call_doc(call), rename_again, NULL, NULL);
	return SYNC_OK;
}

static sync_status on_add(sync_task *task, NotebookDoc *doc, const NotebookAddArgs *args)
{
	NotebookSaved saved;
	sync_status status = notebook_push_notes(doc, args->note);
	if (status != SYNC_OK)
		return status;
	notebook_saved_init(&saved);
	saved.lines = (uint32_t)notebook_get(doc)->notes.len;
	return notebook_emit_saved(sync_call_doc(sync_task_call(task)), &saved);
}

static sync_status compute(void *context, NotebookDoc *doc)
{
	(void)context;
	return notebook_set_count(doc, (uint32_t)notebook_get(doc)->notes.len);
}

const notebook_handlers notebook_server = {
	.rename = on_rename,
	.visit = on_visit,
	.boom = on_boom,
	.fill = on_fill,
	.nested = on_nested,
	.add = on_add,
	.compute = compute,
};
