#include "model_key.h"

/* ---- templates ---- */

/* A piece of a template: text, or a parameter. */
struct piece {
	const char *text;
	size_t length;
	const sync_field *param; /* NULL: text */
};

static const sync_field *find_param(const sync_model *model, const char *name, size_t length)
{
	int index = sync_keys_find(model->params->keys, name, length);
	return index < 0 ? NULL : &model->params->fields[index];
}

/* The next piece of a template. False: there is none, and *at is at its end or at what is wrong. */
static bool next_piece(const sync_model *model, const char **at, struct piece *piece)
{
	const char *begin = *at;
	piece->text = begin;
	piece->length = model->params ? strcspn(begin, "{}") : strlen(begin);
	piece->param = NULL;
	if (piece->length) {
		*at += piece->length;
		return true;
	}
	const char *close = *begin == '{' ? strchr(begin, '}') : NULL;
	if (!close)
		return false;
	piece->param = find_param(model, begin + 1, (size_t)(close - begin - 1));
	if (!piece->param)
		return false;
	*at = close + 1;
	return true;
}

static bool is_signed(const sync_type *type)
{
	switch ((sync_kind)type->kind) {
	case SYNC_KIND_INT8:
	case SYNC_KIND_INT16:
	case SYNC_KIND_INT32:
	case SYNC_KIND_SAFEINT:
	case SYNC_KIND_INT64:
		return true;
	default:
		return false;
	}
}

static bool is_unsigned(const sync_type *type)
{
	switch ((sync_kind)type->kind) {
	case SYNC_KIND_UINT8:
	case SYNC_KIND_UINT16:
	case SYNC_KIND_UINT32:
	case SYNC_KIND_SAFEUINT:
	case SYNC_KIND_UINT64:
		return true;
	default:
		return false;
	}
}

/* What encodeURIComponent() leaves as it is. */
static bool is_plain(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c && strchr("-_.!~*'()", c));
}

static bool can_hold(const sync_type *type, char c)
{
	bool digit = c >= '0' && c <= '9';
	if (is_unsigned(type))
		return digit;
	if (is_signed(type))
		return digit || c == '-';
	if (type->kind == SYNC_KIND_STRING && type->format == SYNC_FORMAT_UUID)
		return digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == '-';
	return is_plain(c) || c == '%';
}

static sync_status refuse(const sync_model *model, const char *why, sync_error *error)
{
	return sync_error_set(error, SYNC_SCHEMA, "the key '%s' of model %s %s", model->key,
			      model->name, why);
}

static bool has_controls(const char *text)
{
	while (*text && (unsigned char)*text >= 0x20)
		text++;
	return *text != '\0';
}

sync_status sync_model_key_check(const sync_model *model, sync_error *error)
{
	struct piece piece;
	const sync_field *before = NULL; /* the parameter in front of the piece */
	const char *at = model->key;
	uint32_t params = 0;
	if (strlen(model->key) > SYNC_KEY_MAX)
		return refuse(model, "is too long", error);
	if (has_controls(model->key))
		return refuse(model, "holds a control character", error);
	for (; next_piece(model, &at, &piece); before = piece.param) {
		if (before && (piece.param || can_hold(before->type, *piece.text)))
			return refuse(model, "cannot be read: a value may hold what follows it",
				      error);
		if (piece.param &&
		    (piece.param->has != SYNC_NO_OFFSET || piece.param->null != SYNC_NO_OFFSET))
			return refuse(model, "has a parameter that may be missing", error);
		params += piece.param != NULL;
	}
	if (*at || params != (model->params ? model->params->count : 0))
		return refuse(model, "does not name each parameter once", error);
	return SYNC_OK;
}

/* ---- templates that meet ---- */

/* A template as steps: a byte, or one or more bytes that a parameter can hold. */
struct stop {
	const sync_type *param; /* NULL: a byte */
	char byte;
};

static size_t spell_out(const sync_model *model, struct stop *stops)
{
	struct piece piece;
	const char *at = model->key;
	size_t count = 0;
	while (next_piece(model, &at, &piece)) {
		if (piece.param)
			stops[count++] = (struct stop){ piece.param->type, 0 };
		for (size_t i = 0; !piece.param && i < piece.length; i++)
			stops[count++] = (struct stop){ NULL, piece.text[i] };
	}
	return count;
}

static bool fit(const struct stop *a, const struct stop *b)
{
	if (a->param && b->param)
		return true; /* all have digits in common */
	if (a->param)
		return can_hold(a->param, b->byte);
	return b->param ? can_hold(b->param, a->byte) : a->byte == b->byte;
}

bool sync_model_keys_meet(const sync_model *a, const sync_model *b)
{
	struct stop x[SYNC_KEY_MAX], y[SYNC_KEY_MAX];
	/* reach[j]: some text ends inside or behind step i of one and step j of the other. */
	bool reach[SYNC_KEY_MAX + 1] = { true };
	size_t rows = spell_out(a, x), columns = spell_out(b, y);
	for (size_t i = 1; i <= rows; i++) {
		bool across = reach[0]; /* of the row above, one step back */
		reach[0] = false;
		for (size_t j = 1; j <= columns; j++) {
			bool from = across || (y[j - 1].param && reach[j]) ||
				    (x[i - 1].param && reach[j - 1]);
			across = reach[j];
			reach[j] = from && fit(&x[i - 1], &y[j - 1]);
		}
	}
	return reach[columns];
}

/* ---- reading ---- */

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Percent-decoding. False: half an escape. */
static bool decode(const char *text, size_t length, char *to, size_t *size)
{
	*size = 0;
	for (size_t i = 0; i < length; i++) {
		char c = text[i];
		if (c == '%') {
			int high = length - i > 2 ? hex_value(text[i + 1]) : -1;
			int low = length - i > 2 ? hex_value(text[i + 2]) : -1;
			if (high < 0 || low < 0)
				return false;
			c = (char)(high * 16 + low);
			i += 2;
		}
		to[(*size)++] = c;
	}
	return true;
}

/* A value as a member of a JSON object, a comma in front. */
static bool put_member(const sync_field *param, const char *text, size_t length, sync_buf *json)
{
	char bytes[SYNC_KEY_MAX];
	size_t size;
	bool quoted = param->type->kind == SYNC_KIND_INT64 ||
		      param->type->kind == SYNC_KIND_UINT64 ||
		      (!is_signed(param->type) && !is_unsigned(param->type));
	if (!length || !decode(text, length, bytes, &size))
		return false;
	sync_buf_byte(json, ',');
	sync_put_string(json, param->name, param->name_length);
	sync_buf_byte(json, ':');
	if (quoted)
		sync_put_string(json, bytes, size);
	else
		sync_buf_put(json, bytes, size);
	return true;
}

/* Takes a key apart, as far as its template goes. */
static bool take_apart(const sync_model *model, const char *key, sync_buf *json)
{
	struct piece piece;
	const char *at = model->key;
	while (next_piece(model, &at, &piece)) {
		size_t length = piece.length;
		if (!piece.param) {
			if (strncmp(key, piece.text, length) != 0)
				return false;
		} else {
			length = 0;
			while (key[length] && can_hold(piece.param->type, key[length]))
				length++;
			if (!put_member(piece.param, key, length, json))
				return false;
		}
		key += length;
	}
	return !*key;
}

/* Only what is written again in the same way is a key: ROOM/07 is not another one of ROOM/7. */
static sync_status read_back(const sync_model *model, const char *key, const sync_buf *json,
			     void *params)
{
	sync_reader reader;
	sync_buf again = { 0 };
	if (!sync_reader_init(&reader, json->data, json->len, NULL) ||
	    !model->params->ops->read(model->params, &reader, params) || !sync_read_end(&reader))
		return reader.error.code == SYNC_NOMEM ? SYNC_NOMEM : SYNC_NOT_FOUND;
	sync_status status = sync_model_key_write(model, params, &again);
	if (status == SYNC_OK &&
	    (again.len != strlen(key) || memcmp(again.data, key, again.len) != 0))
		status = SYNC_NOT_FOUND;
	sync_buf_release(&again);
	return status == SYNC_OK || status == SYNC_NOMEM ? status : SYNC_NOT_FOUND;
}

sync_status sync_model_key_read(const sync_model *model, const char *key, void *params)
{
	sync_buf json = { 0 };
	if (!model->params)
		return strcmp(model->key, key) == 0 ? SYNC_OK : SYNC_NOT_FOUND;
	if (strlen(key) > SYNC_KEY_MAX)
		return SYNC_NOT_FOUND;
	sync_status status = take_apart(model, key, &json) ? SYNC_OK : SYNC_NOT_FOUND;
	if (status == SYNC_OK) {
		sync_put_object_end(&json, 0);
		status = json.status;
	}
	if (status == SYNC_OK)
		status = read_back(model, key, &json, params);
	sync_buf_release(&json);
	return status;
}

/* ---- writing ---- */

void sync_model_key_encode(const char *bytes, size_t length, sync_buf *out)
{
	static const char digits[] = "0123456789ABCDEF";
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)bytes[i];
		if (is_plain(bytes[i])) {
			sync_buf_byte(out, bytes[i]);
			continue;
		}
		sync_buf_byte(out, '%');
		sync_buf_byte(out, digits[c >> 4]);
		sync_buf_byte(out, digits[c & 15]);
	}
}

static sync_status put_value(const sync_field *param, const void *params, sync_buf *out)
{
	char scratch[SYNC_KEY_MAX];
	const char *bytes;
	size_t length;
	sync_writer writer;
	sync_reader reader;
	sync_writer_init(&writer);
	param->type->ops->write(param->type, &writer, sync_field_cell(param, params));
	sync_status status = writer.out.status;
	if (status == SYNC_OK && *writer.out.data != '"') {
		sync_buf_put(out, writer.out.data, writer.out.len);
	} else if (status == SYNC_OK) {
		if (!sync_reader_init(&reader, writer.out.data, writer.out.len, NULL) ||
		    !sync_read_slice(&reader, &bytes, &length, scratch, sizeof scratch))
			status = SYNC_TOO_BIG;
		else if (!length)
			status = SYNC_INVALID;
		else
			sync_model_key_encode(bytes, length, out);
	}
	sync_buf_release(&writer.out);
	return status == SYNC_OK ? out->status : status;
}

sync_status sync_model_key_write(const sync_model *model, const void *params, sync_buf *out)
{
	struct piece piece;
	const char *at = model->key;
	size_t start = out->len;
	sync_status status = SYNC_OK;
	while (status == SYNC_OK && next_piece(model, &at, &piece)) {
		if (piece.param)
			status = put_value(piece.param, params, out);
		else
			sync_buf_put(out, piece.text, piece.length);
	}
	if (status == SYNC_OK)
		status = out->status;
	return status == SYNC_OK && out->len - start > SYNC_KEY_MAX ? SYNC_TOO_BIG : status;
}
