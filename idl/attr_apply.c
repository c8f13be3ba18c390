/* From attributes into the members of their nodes. */
#include "attr.h"

/* Roles are bits, of the same meaning in all files of a run. */
static void count_role(check *c, idl_name *role)
{
	if (names_put(&c->roles, c->arena, role->text, role) || c->roles.used != IDL_MAX_ROLES + 1)
		return;
	diag_add(c->diags, DIAG_E0503, role->span, "more than %d roles", IDL_MAX_ROLES);
}

static idl_roles roles_of(check *c, const idl_attr *attr)
{
	idl_roles roles = { .given = true };
	idl_name *last = NULL;
	for (const idl_arg *arg = attr->args; arg; arg = arg->next) {
		idl_name *name = idl_arena_alloc(c->arena, sizeof *name);
		*name = (idl_name){ .text = arg->text.at, .span = arg->span };
		if (last)
			last->next = name;
		else
			roles.names = name;
		last = name;
		roles.count++;
		count_role(c, name);
	}
	return roles;
}

static idl_rate rate_of(const idl_attr *attr)
{
	return (idl_rate){ (uint32_t)attr->args->number, attr->args->per_ms };
}

void attr_apply_to_name(check *c, idl_evolution *evolution, const char **json, const idl_attr *attr)
{
	switch ((int)attr->id) {
	case IDL_ATTR_DEPRECATED:
		evolution->deprecated = true;
		evolution->deprecated_text = attr->args ? attr->args->text.at : "";
		break;
	case IDL_ATTR_WAS: {
		idl_name *was = idl_arena_alloc(c->arena, sizeof *was);
		*was = (idl_name){ .text = attr->args->text.at,
				   .span = attr->args->span,
				   .quoted = true };
		const idl_name **end = &evolution->was;
		while (*end)
			end = (const idl_name **)(uintptr_t) & (*end)->next;
		*end = was;
		break;
	}
	case IDL_ATTR_SINCE:
		evolution->since = (uint32_t)attr->args->number;
		break;
	case IDL_ATTR_JSON:
		if (attr->args->kind == IDL_ARG_STRING)
			*json = attr->args->text.at;
		break;
	default:
		break;
	}
}

void attr_apply_to_field(check *c, idl_field *field, const idl_attr *attr)
{
	switch ((int)attr->id) {
	case IDL_ATTR_WRITE:
		field->write = roles_of(c, attr);
		break;
	case IDL_ATTR_READ:
		field->read = roles_of(c, attr);
		break;
	case IDL_ATTR_LOCAL:
		field->local = true;
		break;
	case IDL_ATTR_COMPUTED:
		field->computed = true;
		break;
	case IDL_ATTR_CONST:
		field->constant = true;
		break;
	case IDL_ATTR_VOLATILE:
		field->is_volatile = true;
		break;
	case IDL_ATTR_INLINE:
		field->inlined = true;
		break;
	case IDL_ATTR_ATOMIC:
		field->atomic = true;
		break;
	case IDL_ATTR_CREATED:
		field->created = true;
		break;
	case IDL_ATTR_UPDATED:
		field->updated = true;
		break;
	case IDL_ATTR_RETAIN:
		field->retain_ms = attr->args->number;
		break;
	case IDL_ATTR_INDEX:
		field->index = true;
		break;
	case IDL_ATTR_KEY:
		field->key = true;
		break;
	case IDL_ATTR_MERGE:
		field->merge = attr_merge(attr);
		break;
	case IDL_ATTR_RATE:
		field->rate = rate_of(attr);
		break;
	default:
		attr_apply_to_name(c, &field->evolution, &field->json, attr);
		break;
	}
}

void attr_apply_to_call(check *c, idl_call *call, const idl_attr *attr)
{
	switch ((int)attr->id) {
	case IDL_ATTR_ROLE:
		call->role = roles_of(c, attr);
		break;
	case IDL_ATTR_RATE:
		call->rate = rate_of(attr);
		break;
	case IDL_ATTR_TIMEOUT:
		call->timeout_ms = attr->args->number;
		break;
	case IDL_ATTR_IDEMPOTENT:
		call->idempotent = true;
		break;
	case IDL_ATTR_SINGLE:
		call->single = true;
		break;
	default:
		attr_apply_to_name(c, &call->evolution, &call->json, attr);
		break;
	}
}

void attr_apply_to_model(idl_model *model, const idl_attr *attr)
{
	switch ((int)attr->id) {
	case IDL_ATTR_KEY:
		model->key = attr->args->text.at;
		break;
	case IDL_ATTR_TTL:
		model->ttl_ms = attr->args->number;
		break;
	case IDL_ATTR_PERSIST:
		model->persist = true;
		break;
	case IDL_ATTR_SESSION:
		model->session = true;
		break;
	case IDL_ATTR_TOPIC:
		model->topic = attr->args->text.at;
		break;
	case IDL_ATTR_RUNNING:
		model->running = attr->args->text.at;
		break;
	default:
		break;
	}
}
