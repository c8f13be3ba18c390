#include "operation.h"

enum { MEMBER_OP, MEMBER_PATH, MEMBER_FROM, MEMBER_VALUE, MEMBER_BY, MEMBER_DELTA };

static const sync_key member_keys[] = {
	{ "\"op\":", "op", 5, 2 },     { "\"path\":", "path", 7, 4 },
	{ "\"from\":", "from", 7, 4 }, { "\"value\":", "value", 8, 5 },
	{ "\"by\":", "by", 5, 2 },     { "\"delta\":", "delta", 8, 5 }
};
static const uint16_t member_slots[] = {
	0, 6, 0, 0, 5, 3, 2, 0, 0, 0, 1, 4, 0, 0, 0, 0
}; /* by sync_key_hash */
static const uint64_t member_required[] = { 1u << MEMBER_OP | 1u << MEMBER_PATH };
static const sync_keys members = { member_keys, member_slots, 15, 6, member_required, false };

static const char *const verbs[] = {
	[OP_ADD] = "add",   [OP_REMOVE] = "remove", [OP_REPLACE] = "replace", [OP_MOVE] = "move",
	[OP_COPY] = "copy", [OP_TEST] = "test",	    [OP_INC] = "inc",	      [OP_TEXT] = "text"
};

bool sync_operation_start(struct operation_reader *ops, const char *text, size_t length,
			  const sync_limits *limits, bool lenient, size_t max)
{
	ops->first = true;
	ops->lenient = lenient;
	ops->extended = false;
	ops->count = 0;
	ops->max = max;
	return sync_reader_init(&ops->json, text, length, limits) && sync_read_array(&ops->json);
}

static bool read_verb(struct operation_reader *ops, enum operation_verb *verb)
{
	const char *name;
	size_t length;
	if (!sync_read_slice(&ops->json, &name, &length, ops->scratch, sizeof(ops->scratch)))
		return false;
	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++)
		if (strlen(verbs[i]) == length && memcmp(verbs[i], name, length) == 0) {
			*verb = (enum operation_verb)i;
			if (i >= OP_INC && !ops->extended)
				break;
			return true;
		}
	return sync_read_fail(&ops->json, SYNC_INVALID, "there is no operation '%.*s'",
			      length < 40 ? (int)length : 40, name);
}

/* ---- paths ---- */

static bool put_step(struct operation_reader *ops, char *to, size_t *length, const char *bytes,
		     size_t count)
{
	if (*length + 1 + 2 * count > POINTER_BYTES)
		return sync_read_fail(&ops->json, SYNC_TOO_BIG, "a path is too long");
	to[(*length)++] = '/';
	for (size_t i = 0; i < count; i++) {
		bool escaped = bytes[i] == '~' || bytes[i] == '/';
		if (escaped)
			to[(*length)++] = '~';
		to[(*length)++] = !escaped ? bytes[i] : bytes[i] == '~' ? '0' : '1';
	}
	return true;
}

/* A path before anybody made a pointer of it, as Immer has it: ["notes", 3, "text"]. */
static bool read_steps(struct operation_reader *ops, char *to, size_t *length)
{
	const char *bytes;
	size_t count;
	bool first = true;
	int more = sync_read_array(&ops->json) ? 0 : -1;
	*length = 0;
	while (more >= 0 && (more = sync_read_element(&ops->json, &first)) > 0) {
		bool good;
		if (sync_read_peek(&ops->json) == '"')
			good = sync_read_slice(&ops->json, &bytes, &count, ops->scratch,
					       sizeof(ops->scratch));
		else /* a number stands as it would in a pointer, or the pointer leads nowhere */
			good = sync_read_skip(&ops->json, &bytes, &count);
		if (!good || !put_step(ops, to, length, bytes, count))
			return false;
	}
	return more == 0;
}

/* Copied at once: what a slice points at lives until the reader's next call. */
static bool read_text(struct operation_reader *ops, char *to, size_t *length, bool *steps)
{
	const char *bytes;
	*steps = ops->lenient && sync_read_peek(&ops->json) == '[';
	if (*steps)
		return read_steps(ops, to, length);
	if (!sync_read_slice(&ops->json, &bytes, length, ops->scratch, sizeof(ops->scratch)))
		return false;
	memcpy(to, bytes, *length);
	return true;
}

/* ---- operations ---- */

static bool parse_pointer(struct operation_reader *ops, struct pointer *pointer, const char *text,
			  size_t length, const char *which)
{
	sync_status status = sync_pointer_parse(pointer, text, length, ops->lenient);
	if (status == SYNC_OK)
		return true;
	if (status == SYNC_TOO_BIG)
		return sync_read_fail(&ops->json, status, "'%s' has too many segments", which);
	/* Not PARSE: the text is JSON, and the reader would add a byte's position. */
	return sync_read_fail(&ops->json, SYNC_INVALID, "'%s' is not a JSON Pointer", which);
}

static bool read_members(struct operation_reader *ops, struct operation *op, uint64_t *seen)
{
	int member = -1;
	bool ok = true;
	if (!sync_read_object(&ops->json))
		return false;
	while (ok && (member = sync_read_member(&ops->json, &members, member + 1, seen)) >= 0) {
		switch (member) {
		case MEMBER_OP:
			ok = read_verb(ops, &op->verb);
			break;
		case MEMBER_PATH:
			ok = read_text(ops, ops->path, &ops->path_length, &ops->path_steps);
			break;
		case MEMBER_FROM:
			ok = read_text(ops, ops->from, &ops->from_length, &ops->from_steps);
			break;
		case MEMBER_BY:
		case MEMBER_DELTA:
			if ((member == MEMBER_BY) == (op->verb == OP_INC) || !op->by)
				ok = sync_read_skip(&ops->json, &op->by, &op->by_length);
			else
				ok = sync_read_skip(&ops->json, NULL, NULL);
			break;
		default:
			ok = sync_read_skip(&ops->json, &op->value, &op->value_length);
		}
	}
	return ok && member == SYNC_MEMBER_END;
}

static bool complete(struct operation_reader *ops, struct operation *op, uint64_t seen)
{
	bool wants_from = op->verb == OP_MOVE || op->verb == OP_COPY;
	bool wants_value = op->verb == OP_ADD || op->verb == OP_REPLACE || op->verb == OP_TEST;
	if (wants_from && !(seen >> MEMBER_FROM & 1))
		return sync_read_fail(&ops->json, SYNC_INVALID, "the member 'from' is missing");
	if (op->verb >= OP_INC && !op->by)
		return sync_read_fail(&ops->json, SYNC_INVALID, "the member '%s' is missing",
				      op->verb == OP_INC ? "by" : "delta");
	if (wants_value && !op->value && !(ops->lenient && op->verb != OP_TEST))
		return sync_read_fail(&ops->json, SYNC_INVALID, "the member 'value' is missing");
	if (!parse_pointer(ops, &op->path, ops->path, ops->path_length, "path"))
		return false;
	op->path.certain = ops->path_steps;
	op->from.count = 0;
	if (wants_from && !parse_pointer(ops, &op->from, ops->from, ops->from_length, "from"))
		return false;
	op->from.certain = wants_from && ops->from_steps;
	return true;
}

static bool read_operation(struct operation_reader *ops, struct operation *op)
{
	uint64_t seen[1] = { 0 };
	op->value = op->by = NULL;
	op->value_length = 0;
	if (ops->count > ops->max)
		return sync_read_fail(&ops->json, SYNC_TOO_BIG, "more than %zu operations",
				      ops->max);
	return read_members(ops, op, seen) && complete(ops, op, seen[0]);
}

int sync_operation_next(struct operation_reader *ops, struct operation *op)
{
	int more = sync_read_element(&ops->json, &ops->first);
	if (more == 0)
		return sync_read_end(&ops->json) ? 0 : -1;
	if (more < 0)
		return -1;
	ops->count++;
	if (read_operation(ops, op))
		return 1;
	/* The reader's pointer goes into the patch; the caller's is into the document. */
	ops->json.error.pointer[0] = 0;
	sync_operation_blame(&ops->json.error, ops->count - 1);
	return -1;
}

void sync_operation_blame(sync_error *error, size_t number)
{
	sync_error old = *error;
	sync_error_set(error, old.code, "operation %zu: %s", number, old.message);
	memcpy(error->pointer, old.pointer, sizeof(error->pointer));
}

sync_status sync_operation_refuse(sync_error *error, sync_status status, const struct pointer *path,
				  size_t number)
{
	if (error->code == SYNC_OK)
		sync_error_set(error, status, "%s", sync_status_text(status));
	for (size_t i = path->count; i-- > 0;)
		sync_error_in(error, path->segments[i].bytes, path->segments[i].length);
	sync_operation_blame(error, number);
	return error->code;
}
