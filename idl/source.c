#include "source.h"

#include "diag.h"
#include "utf8.h"

#include <string.h>

size_t idl_utf8_length(const char *at, const char *end)
{
	return (unsigned char)*at < 0x80 ? 1 : utf8_sequence(at, end);
}

uint32_t idl_utf8_decode(const char *at)
{
	const unsigned char *c = (const unsigned char *)at;
	if (c[0] < 0x80)
		return c[0];
	if (c[0] < 0xE0)
		return (c[0] & 0x1Fu) << 6 | (c[1] & 0x3Fu);
	if (c[0] < 0xF0)
		return (c[0] & 0x0Fu) << 12 | (c[1] & 0x3Fu) << 6 | (c[2] & 0x3Fu);
	return (c[0] & 0x07u) << 18 | (c[1] & 0x3Fu) << 12 | (c[2] & 0x3Fu) << 6 | (c[3] & 0x3Fu);
}

size_t idl_utf8_count(idl_text text)
{
	size_t count = 0;
	for (size_t i = 0; i < text.length; i++)
		count += ((unsigned char)text.at[i] & 0xC0) != 0x80;
	return count;
}

static void index_lines(idl_source *source, idl_arena *arena)
{
	size_t count = 1;
	const char *end = source->text + source->length;
	for (const char *c = source->text; (c = memchr(c, '\n', (size_t)(end - c))); c++)
		count++;
	source->lines = idl_arena_array(arena, count, sizeof *source->lines);
	source->line_count = 1;
	for (const char *c = source->text; (c = memchr(c, '\n', (size_t)(end - c))); c++)
		source->lines[source->line_count++] = (size_t)(c - source->text) + 1;
}

static bool is_utf16(const idl_source *source)
{
	return source->length >= 2 && (memcmp(source->text, "\xFF\xFE", 2) == 0 ||
				       memcmp(source->text, "\xFE\xFF", 2) == 0);
}

bool idl_source_init(idl_source *source, idl_arena *arena, diag_list *diags)
{
	index_lines(source, arena);
	if (is_utf16(source)) {
		idl_span span = { source, 0, 0 };
		diag *d = diag_add(diags, DIAG_E0003, span, "this file is UTF-16");
		diag_help(d, "save it as UTF-8");
		return false;
	}
	const char *end = source->text + source->length;
	for (const char *c = source->text; c < end;) {
		size_t step = idl_utf8_length(c, end);
		size_t at = (size_t)(c - source->text);
		idl_span span = { source, at, at + 1 };
		if (*c == '\0') {
			diag_add(diags, DIAG_E0003, span,
				 "this is not a text file: it has a NUL byte");
			return false;
		}
		if (!step) {
			diag_add(diags, DIAG_E0003, span, "not valid UTF-8: byte 0x%02X",
				 (unsigned)(unsigned char)*c);
			return false;
		}
		c += step;
	}
	return true;
}

idl_position idl_source_position(const idl_source *source, size_t offset)
{
	size_t low = 0, high = source->line_count;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (source->lines[middle] <= offset)
			low = middle;
		else
			high = middle;
	}
	idl_text before = { source->text + source->lines[low], offset - source->lines[low] };
	return (idl_position){ low + 1, idl_utf8_count(before) + 1 };
}

idl_text idl_source_line(const idl_source *source, size_t line)
{
	size_t begin = source->lines[line - 1];
	size_t end = line < source->line_count ? source->lines[line] - 1 : source->length;
	if (end > begin && source->text[end - 1] == '\r')
		end--;
	return (idl_text){ source->text + begin, end - begin };
}
