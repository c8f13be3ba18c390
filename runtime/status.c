#include <syncgen/status.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name, *text;
} table[] = {
#define X(name, wire, text) [SYNC_##name] = { wire, text },
	SYNC_STATUS_TABLE(X)
#undef X
};

const char *sync_status_name(sync_status status)
{
	if ((size_t)status >= sizeof(table) / sizeof(*table))
		status = SYNC_INTERNAL;
	return table[status].name;
}

const char *sync_status_text(sync_status status)
{
	if ((size_t)status >= sizeof(table) / sizeof(*table))
		status = SYNC_INTERNAL;
	return table[status].text;
}

/* A message cut in the middle of a UTF-8 sequence loses the whole sequence. */
static void trim_message(char *message)
{
	size_t end = SYNC_MESSAGE_MAX - 1;
	while (end > 0 && ((unsigned char)message[end - 1] & 0xc0) == 0x80)
		end--;
	if (end > 0 && (unsigned char)message[end - 1] >= 0xc0)
		end--;
	message[end] = '\0';
}

void sync_error_set_v(sync_error *error, sync_status code, const char *format, va_list arguments)
{
	error->code = code;
	error->pointer[0] = error->message[0] = '\0';
	if (code == SYNC_OK)
		return; /* nothing to say, and often */
	int length = vsnprintf(error->message, sizeof(error->message), format, arguments);
	if (length < 0)
		error->message[0] = '\0';
	else if ((size_t)length >= sizeof(error->message))
		trim_message(error->message);
}

sync_status sync_error_set(sync_error *error, sync_status code, const char *format, ...)
{
	if (!error)
		return code;
	va_list arguments;
	va_start(arguments, format);
	sync_error_set_v(error, code, format, arguments);
	va_end(arguments);
	return code;
}

static const char ellipsis[] = "\xe2\x80\xa6";
enum { ELLIPSIS = sizeof(ellipsis) - 1 };

/* What a byte of a segment becomes. U+0000 would end the C string: U+FFFD stands for it. */
static const char *escaped(const char *byte, size_t *length)
{
	*length = 2;
	if (*byte == '~')
		return "~0";
	if (*byte == '/')
		return "~1";
	*length = *byte ? 1 : 3;
	return *byte ? byte : "\xef\xbf\xbd";
}

void sync_error_in(sync_error *error, const char *segment, size_t length)
{
	if (!error || strncmp(error->pointer, ellipsis, ELLIPSIS) == 0)
		return;
	size_t had = strlen(error->pointer), needed = 1;
	/* Room for the ellipsis is kept free always. */
	size_t room = SYNC_POINTER_MAX - 1 - ELLIPSIS - had, one;
	for (size_t i = 0; i < length && needed <= room; i++) {
		escaped(segment + i, &one);
		needed += one;
	}
	if (needed > room) {
		memmove(error->pointer + ELLIPSIS, error->pointer, had + 1);
		memcpy(error->pointer, ellipsis, ELLIPSIS);
		return;
	}
	memmove(error->pointer + needed, error->pointer, had + 1);
	char *to = error->pointer;
	*to++ = '/';
	for (size_t i = 0; i < length; i++) {
		const char *from = escaped(segment + i, &one);
		memcpy(to, from, one);
		to += one;
	}
}

void sync_error_in_index(sync_error *error, size_t index)
{
	char digits[24];
	int length = snprintf(digits, sizeof(digits), "%zu", index);
	sync_error_in(error, digits, length > 0 ? (size_t)length : 0);
}
