#include "ast.h"

const idl_kind_row idl_kind_info[IDL_KINDS] = {
#define X(kind, spelling, group, bits, argument, limit)                                            \
	[IDL_##kind] = { spelling, IDL_GROUP_##group, bits, IDL_ARGUMENT_##argument, limit },
	IDL_TYPES(X)
#undef X
};

const idl_attr *idl_attr_find(const idl_attr *attrs, idl_attr_id id)
{
	while (attrs && attrs->id != id)
		attrs = attrs->next;
	return attrs;
}

const char *idl_decl_kind_name(idl_decl_kind kind)
{
	static const char *const kinds[] = {
		[IDL_DECL_ENUM] = "enum",   [IDL_DECL_STRUCT] = "struct",
		[IDL_DECL_UNION] = "union", [IDL_DECL_MODEL] = "model",
		[IDL_DECL_ERROR] = "error", [IDL_DECL_CONST] = "const",
	};
	return kinds[kind];
}
