#include "buf.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool reserve(buf *b, size_t more)
{
	if (b->failed)
		return false;
	if (more < b->room - b->length)
		return true;
	size_t room = b->room ? b->room : 256;
	while (room - b->length <= more) {
		if (room > SIZE_MAX / 2) {
			b->failed = true;
			return false;
		}
		room *= 2;
	}
	char *at = realloc(b->at, room);
	if (!at) {
		b->failed = true;
		return false;
	}
	b->at = at;
	b->room = room;
	return true;
}

void buf_add(buf *b, const char *bytes, size_t length)
{
	if (!reserve(b, length))
		return;
	if (length)
		memcpy(b->at + b->length, bytes, length);
	b->length += length;
	b->at[b->length] = '\0';
}

void buf_text(buf *b, const char *text)
{
	buf_add(b, text, strlen(text));
}

void buf_char(buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_printf(buf *b, const char *format, ...)
{
	va_list args, again;
	va_start(args, format);
	va_copy(again, args);
	int length = vsnprintf(NULL, 0, format, args);
	if (length < 0)
		b->failed = true;
	else if (reserve(b, (size_t)length)) {
		vsnprintf(b->at + b->length, (size_t)length + 1, format, again);
		b->length += (size_t)length;
	}
	va_end(again);
	va_end(args);
}

void buf_clear(buf *b)
{
	b->length = 0;
	b->failed = false;
	if (b->at)
		b->at[0] = '\0';
}

void buf_release(buf *b)
{
	free(b->at);
	*b = (buf){ 0 };
}
