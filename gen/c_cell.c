#include "c_cell.h"

#include <string.h>

#include "c_text.h"

#define JOIN(f, ...) view_join((f)->pool, __VA_ARGS__, NULL)

c_place c_field_place(c_file *f, const plan_field *field, const char *holder)
{
	const c_field_names *called =
		&f->names->structs[field->holder->number].fields[field->position];
	const char *member = JOIN(f, holder, "->", called->name);
	if (field->boxed)
		return (c_place){ JOIN(f, "*", member), member };
	/* Its description begins at the length. */
	if (called->length)
		return (c_place){ member, JOIN(f, "&", holder, "->", called->length) };
	return (c_place){ member, JOIN(f, "&", member) };
}

const char *c_at(c_file *f, const char *address)
{
	return address[0] == '&' ? address + 1 : JOIN(f, "*", address);
}

bool c_owns(const plan_type *type)
{
	if (type->inlined)
		return false;
	switch (idl_kind_info[type->kind].group) {
	case IDL_GROUP_BOOL:
	case IDL_GROUP_INT:
	case IDL_GROUP_UINT:
	case IDL_GROUP_FLOAT:
	case IDL_GROUP_TIME:
	case IDL_GROUP_COUNTER:
		return false;
	case IDL_GROUP_ENUM:
		return type->enumeration->open;
	default:
		return true;
	}
}

static const char *stem_of(const c_file *f, const plan_type *type)
{
	if (type->kind == IDL_STRUCT)
		return f->names->structs[type->structure->number].stem;
	if (type->kind == IDL_UNION)
		return f->names->unions[type->tagged->number].stem;
	if (type->kind == IDL_ENUM)
		return f->names->enums[type->enumeration->number].stem;
	return NULL;
}

/* A call of the type's own operation, by description. */
static const char *by_ops(c_file *f, const plan_type *type, const char *op, const char *arguments)
{
	return JOIN(f, "sync_ops_", c_kind_of(type)->ops, ".", op, "(", c_type(f, type), ", ",
		    arguments, ")");
}

static bool is_composite(const plan_type *type)
{
	return type->kind == IDL_STRUCT || type->kind == IDL_UNION;
}

static bool is_open(const plan_type *type)
{
	return type->kind == IDL_ENUM && type->enumeration->open;
}

/* json cells are pointers to const for the program, and plain ones for the runtime. */
static const char *plain(c_file *f, const plan_type *type, const char *address)
{
	return type->kind == IDL_JSON ? JOIN(f, "(void *)", address) : address;
}

const char *c_put(c_file *f, const plan_type *type, c_place at)
{
	if (is_composite(type))
		return JOIN(f, stem_of(f, type), "_write(w, ", at.address, ")");
	if (is_open(type) || c_is_container(type))
		return by_ops(f, type, "write", JOIN(f, "w, ", at.address));
	if (type->kind == IDL_ENUM)
		return JOIN(f, stem_of(f, type), "_write(w, ", at.value, ")");
	if (type->inlined)
		return JOIN(f, "sync_put_string(b, ", at.value, ", ", c_at(f, at.address), ")");
	if (type->kind == IDL_TEXT)
		return JOIN(f, "sync_put_str(b, sync_text_str(", at.address, "))");
	if (type->kind == IDL_BYTES)
		return JOIN(f, "sync_put_base64(b, ", at.value, ".data, ", at.value, ".len)");
	return JOIN(f, "sync_put_", c_kind_of(type)->put, "(b, ", at.value, ")");
}

const char *c_release(c_file *f, const plan_type *type, c_place at)
{
	if (!c_owns(type))
		return NULL;
	if (is_composite(type))
		return JOIN(f, stem_of(f, type), "_release(", at.address, ")");
	if (type->kind == IDL_BYTES)
		return JOIN(f, "sync_bytes_free(", at.address, ")");
	if (idl_kind_info[type->kind].group == IDL_GROUP_STRING)
		return JOIN(f, "sync_str_free(", at.value, ")");
	if (is_open(type))
		return JOIN(f, "sync_str_free(", at.value, ".unknown)");
	return by_ops(f, type, "release", plain(f, type, at.address));
}

const char *c_equal(c_file *f, const plan_type *type, c_place a, c_place b)
{
	if (is_composite(type))
		return JOIN(f, stem_of(f, type), "_equal(", a.address, ", ", b.address, ")");
	if (type->inlined && !c_is_container(type))
		return JOIN(f, c_at(f, a.address), " == ", c_at(f, b.address), " && memcmp(",
			    a.value, ", ", b.value, ", ", c_at(f, a.address), ") == 0");
	if (c_is_container(type) || is_open(type) || type->kind == IDL_JSON ||
	    type->kind == IDL_TEXT)
		return by_ops(f, type, "equal", JOIN(f, a.address, ", ", b.address));
	if (type->kind == IDL_BYTES)
		return JOIN(f, "sync_bytes_equal(", a.address, ", ", b.address, ")");
	if (idl_kind_info[type->kind].group == IDL_GROUP_STRING)
		return JOIN(f, "sync_str_equal(", a.value, ", ", b.value, ")");
	return JOIN(f, a.value, " == ", b.value);
}

const char *c_copy(c_file *f, const plan_type *type, c_place to, c_place from)
{
	return JOIN(f, "sync_copy_cell(", c_type(f, type), ", ", plain(f, type, to.address), ", ",
		    from.address, ")");
}

static const char *lengths(c_file *f, const plan_type *type)
{
	return JOIN(f, view_digits(f->pool, type->min), ", ", view_digits(f->pool, type->max));
}

const char *c_read(c_file *f, const plan_type *type, c_place at, bool direct, const char **after)
{
	const char *low = NULL, *high = NULL, *read = c_kind_of(type)->read;
	idl_group group = idl_kind_info[type->kind].group;
	*after = "";
	if (is_composite(type))
		return JOIN(f, stem_of(f, type), "_read(r, ", at.address, ")");
	if (type->kind == IDL_ENUM && !is_open(type))
		return JOIN(f, stem_of(f, type), "_read(r, ", at.address, ")");
	if (type->kind == IDL_BOOL)
		return JOIN(f, "sync_read_bool(r, ", at.address, ")");
	if (type->inlined || type->elem)
		return by_ops(f, type, "read", JOIN(f, "r, ", at.address));
	if (type->kind == IDL_UUID)
		return JOIN(f, "sync_read_uuid(r, ", at.address, ")");
	if ((type->kind == IDL_STRING || type->kind == IDL_BYTES) && type->max <= UINT32_MAX)
		return JOIN(f, "sync_read_", read, "(r, ", at.address, ", ", lengths(f, type), ")");
	if (read && c_range(f, type, &low, &high))
		return JOIN(f, "sync_read_", read, "(r, ", at.address, ", ", low, ", ", high, ")");
	if ((group == IDL_GROUP_INT || group == IDL_GROUP_UINT) && !direct) {
		bool sign = group == IDL_GROUP_INT;
		c_range(f, type, &low, &high);
		*after = JOIN(f, at.value, " = (", c_kind_of(type)->cell, ")", sign ? "i" : "u");
		return JOIN(f, sign ? "sync_read_i64(r, &i, " : "sync_read_u64(r, &u, ", low, ", ",
			    high, ")");
	}
	return by_ops(f, type, "read", JOIN(f, "r, ", plain(f, type, at.address)));
}

const char *c_out_of_range(c_file *f, const plan_type *type, const char *value)
{
	const char *low, *high;
	if (type->kind == IDL_ENUM && !type->enumeration->open)
		return view_format(f->pool, "(uint32_t)%s >= %zuu", value,
				   type->enumeration->count);
	if (!c_range_ends(f, type, &low, &high))
		return NULL;
	/* NaN is outside as well. */
	if (idl_kind_info[type->kind].group == IDL_GROUP_FLOAT)
		return JOIN(f, "!(", value, " >= ", low, " && ", value, " <= ", high, ")");
	if (!low)
		return JOIN(f, value, " > ", high);
	if (!high)
		return JOIN(f, value, " < ", low);
	return JOIN(f, value, " < ", low, " || ", value, " > ", high);
}

const char *c_fails(c_file *f, const plan_type *type, c_place at)
{
	if (type->kind == IDL_BOOL)
		return NULL;
	if (is_composite(type))
		return JOIN(f, "!", stem_of(f, type), "_validate(", at.address, ", error)");
	const char *validate =
		JOIN(f, "!", by_ops(f, type, "validate", JOIN(f, at.address, ", error")));
	const char *outside = NULL;
	switch (idl_kind_info[type->kind].group) {
	case IDL_GROUP_ENUM:
		if (is_open(type))
			return validate;
		/* fall through */
	case IDL_GROUP_INT:
	case IDL_GROUP_UINT:
	case IDL_GROUP_FLOAT:
	case IDL_GROUP_TIME:
	case IDL_GROUP_COUNTER:
		outside = c_out_of_range(f, type, at.value);
		return outside ? JOIN(f, "(", outside, ") && ", validate) : NULL;
	default:
		return validate;
	}
}
