#include "check.h"

#include "scope.h"

static void each_in(check *c, const idl_fields *fields, place where, idl_decl *decl,
		    check_field_fn *each)
{
	for (idl_field *field = fields->first; field; field = field->next)
		each(c, field, where, decl);
}

static void each_param(check *c, const idl_calls *calls, idl_decl *decl, check_field_fn *each)
{
	for (idl_call *call = calls->first; call; call = call->next)
		each_in(c, &call->params, PLACE_PARAM, decl, each);
}

void check_each_field(check *c, idl_decl *decl, check_field_fn *each)
{
	idl_model *model = &decl->as.model;
	switch (decl->kind) {
	case IDL_DECL_STRUCT:
		each_in(c, &decl->as.structure.fields, PLACE_STRUCT_FIELD, decl, each);
		break;
	case IDL_DECL_ERROR:
		each_in(c, &decl->as.structure.fields, PLACE_ERROR_FIELD, decl, each);
		break;
	case IDL_DECL_UNION:
		each_in(c, &decl->as.tagged.tags, PLACE_TAG, decl, each);
		break;
	case IDL_DECL_MODEL:
		each_in(c, &model->params, PLACE_MODEL_PARAM, decl, each);
		each_in(c, &model->fields, PLACE_MODEL_FIELD, decl, each);
		each_in(c, &model->presence, PLACE_PRESENCE_FIELD, decl, each);
		each_param(c, &model->actions, decl, each);
		each_param(c, &model->tasks, decl, each);
		each_param(c, &model->events, decl, each);
		break;
	case IDL_DECL_ENUM:
	case IDL_DECL_CONST:
		break;
	}
}

void check_each_call(check *c, idl_decl *decl, check_call_fn *each)
{
	if (decl->kind != IDL_DECL_MODEL)
		return;
	for (idl_call *call = decl->as.model.actions.first; call; call = call->next)
		each(c, call, PLACE_ACTION, decl);
	for (idl_call *call = decl->as.model.tasks.first; call; call = call->next)
		each(c, call, PLACE_TASK, decl);
	for (idl_call *call = decl->as.model.events.first; call; call = call->next)
		each(c, call, PLACE_EVENT, decl);
}

static void each_decl(check *c, idl_file *files, void (*pass)(check *c, idl_decl *decl))
{
	for (idl_file *file = files; file; file = file->next) {
		c->file = file;
		for (idl_decl *decl = file->decls; decl; decl = decl->next)
			pass(c, decl);
	}
}

void check_files(check *c, idl_file *files, idl_file **roots, size_t root_count)
{
	for (idl_file *file = files; file; file = file->next)
		scope_fill(c, file);
	for (idl_file *file = files; file; file = file->next)
		scope_link(c, file);
	each_decl(c, files, check_attributes);
	each_decl(c, files, check_types);
	each_decl(c, files, check_names);
	each_decl(c, files, check_values);
	each_decl(c, files, check_rules);
	check_sizes(c, files);
	check_keys(c, files);
	check_outputs(c, roots, root_count);
	if (diag_errors(c->diags))
		return; /* what looks unused may stand in a line that could not be read */
	for (idl_file *file = files; file; file = file->next)
		scope_finish(c, file);
}
