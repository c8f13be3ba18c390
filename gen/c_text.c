#include "c_text.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One byte; returns how many characters it took, at most four. */
static size_t escape(char *out, unsigned char byte, char before)
{
	static const char letters[] = "\aa\bb\tt\nn\vv\ff\rr\"\"\\\\";
	for (size_t i = 0; letters[i]; i += 2) {
		if ((unsigned char)letters[i] == byte) {
			out[0] = '\\';
			out[1] = letters[i + 1];
			return 2;
		}
	}
	if (byte == '?' && before == '?') {
		memcpy(out, "\\?", 2);
		return 2;
	}
	if (byte < 0x20 || byte == 0x7f) {
		out[0] = '\\';
		out[1] = '0';
		out[2] = (char)('0' + (byte >> 3 & 7));
		out[3] = (char)('0' + (byte & 7));
		if (byte == 0x7f)
			out[1] = '1';
		return 4;
	}
	out[0] = (char)byte;
	return 1;
}

char *c_string_to(char *at, const char *bytes, size_t length)
{
	*at++ = '"';
	for (size_t i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)bytes[i];
		bool plain =
			byte >= 0x20 && byte != '"' && byte != '\\' && byte != '?' && byte != 0x7f;
		if (plain)
			*at++ = (char)byte;
		else
			at += escape(at, byte, i ? bytes[i - 1] : '\0');
	}
	*at++ = '"';
	return at;
}

const char *c_string(view_pool *pool, const char *bytes, size_t length)
{
	char *text = view_room(pool, 4 * length + 3);
	*c_string_to(text, bytes, length) = '\0';
	return text;
}

/* ---- comments ---- */

/* A byte of a comment: neither its end, nor a beginning inside it, nor a trigraph may form. */
static char *put(char *at, char c, char before)
{
	bool breaks = (c == '/' && before == '*') || (c == '*' && before == '/') ||
		      (c == '?' && before == '?');
	if (breaks)
		*at++ = ' ';
	*at++ = (unsigned char)c < 0x20 || c == 0x7f ? ' ' : c;
	return at;
}

const char *c_comment_text(view_pool *pool, const char *text)
{
	size_t length = strlen(text);
	char *out = view_room(pool, 2 * length + 1), *at = out;
	for (size_t i = 0; i < length; i++)
		at = put(at, text[i], at > out ? at[-1] : '\0');
	/* Whatever follows must not make an end of it. */
	if (at > out && (at[-1] == '*' || at[-1] == '/'))
		*at++ = ' ';
	*at = '\0';
	return out;
}

static size_t lines_of(const char *text)
{
	size_t lines = 1;
	for (; *text; text++)
		lines += *text == '\n';
	return lines;
}

static const char *one_line(view_pool *pool, const char *begin, size_t length)
{
	char *line = view_room(pool, length + 1);
	memcpy(line, begin, length);
	while (length && (line[length - 1] == ' ' || line[length - 1] == '\r'))
		length--;
	line[length] = '\0';
	return c_comment_text(pool, line);
}

const char *c_comment(view_pool *pool, const char *indent, const char *doc, const char *deprecated)
{
	if (!doc && !deprecated)
		return "";
	if (deprecated) {
		deprecated =
			view_join(pool, "Deprecated", *deprecated ? ": " : ".", deprecated, NULL);
		doc = doc ? view_join(pool, doc, "\n", deprecated, NULL) : deprecated;
	}
	size_t lines = lines_of(doc);
	if (lines == 1) {
		const char *line = one_line(pool, doc, strlen(doc));
		return view_join(pool, indent, "/** ", line, " */\n", NULL);
	}
	const char **parts = (const char **)(void *)view_room(pool, lines * sizeof(*parts));
	size_t total = 2 * strlen(indent) + 16;
	for (size_t i = 0; i < lines; i++) {
		size_t length = strcspn(doc, "\n");
		parts[i] = one_line(pool, doc, length);
		total += strlen(indent) + strlen(parts[i]) + 8;
		doc += length + (doc[length] == '\n');
	}
	char *text = view_room(pool, total), *at = text;
	at += sprintf(at, "%s/**\n", indent);
	for (size_t i = 0; i < lines; i++)
		at += sprintf(at, "%s *%s%s\n", indent, *parts[i] ? " " : "", parts[i]);
	sprintf(at, "%s */\n", indent);
	return text;
}

/* ---- numbers ---- */

const char *c_int(view_pool *pool, int64_t value)
{
	if (value == INT64_MIN)
		return "(-INT64_C(9223372036854775807) - 1)";
	bool wide = value > INT32_MAX || value < -(int64_t)INT32_MAX;
	const char *digits = view_digits(pool, value < 0 ? (uint64_t)-value : (uint64_t)value);
	return view_join(pool, wide ? "INT64_C(" : "", value < 0 ? "-" : "", digits,
			 wide ? ")" : "", NULL);
}

const char *c_uint(view_pool *pool, uint64_t value)
{
	const char *digits = view_digits(pool, value);
	if (value <= UINT32_MAX)
		return view_join(pool, digits, "u", NULL);
	return view_join(pool, "UINT64_C(", digits, ")", NULL);
}

/* What %g leaves out for a whole number. */
static const char *pointed(view_pool *pool, const char *digits, const char *suffix)
{
	bool whole = !strpbrk(digits, ".en");
	return view_join(pool, digits, whole ? ".0" : "", suffix, NULL);
}

const char *c_double(view_pool *pool, double value)
{
	if (value >= DBL_MAX)
		return "DBL_MAX";
	if (value <= -DBL_MAX)
		return "-DBL_MAX";
	return c_real(pool, value);
}

const char *c_real(view_pool *pool, double value)
{
	char digits[40];
	for (int precision = 6; precision <= 17; precision++) {
		snprintf(digits, sizeof(digits), "%.*g", precision, value);
		if (!(strtod(digits, NULL) < value) && !(strtod(digits, NULL) > value))
			break;
	}
	return pointed(pool, digits, "");
}

const char *c_float(view_pool *pool, float value)
{
	if (value >= FLT_MAX)
		return "FLT_MAX";
	if (value <= -FLT_MAX)
		return "-FLT_MAX";
	char digits[40];
	for (int precision = 6; precision <= 9; precision++) {
		snprintf(digits, sizeof(digits), "%.*g", precision, (double)value);
		if (!(strtof(digits, NULL) < value) && !(strtof(digits, NULL) > value))
			break;
	}
	return pointed(pool, digits, "f");
}
