#include "bin_ref.h"

#include <string.h>

static const char *skip_space(const char *at, const char *end)
{
	while (at < end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r'))
		at++;
	return at;
}

/* Past `what` and white space; NULL: something else stands there. */
static const char *past(const char *at, const char *end, const char *what)
{
	size_t length = strlen(what);
	if (!at || (size_t)(end - at) < length || memcmp(at, what, length) != 0)
		return NULL;
	return skip_space(at + length, end);
}

bool bin_ref_read(bin_ref *to, const char *at, const char *end)
{
	const char *open = past(past(past(at, end, "{"), end, "\"$bin\""), end, ":");
	const char *ref = open && open < end && *open == '"' ? open + 1 : NULL;
	const char *quote = ref ? memchr(ref, '"', (size_t)(end - ref)) : NULL;
	const char *close = past(quote ? skip_space(quote + 1, end) : NULL, end, "}");
	if (!close)
		return false;
	*to = (bin_ref){ ref, (size_t)(quote - ref), close };
	return true;
}

bool bin_ref_is(const bin_ref *one, const char *ref)
{
	return strlen(ref) == one->length && memcmp(ref, one->ref, one->length) == 0;
}
