/* Diagnostics for programs: plain JSON, and SARIF 2.1.0. */
#include "diag.h"
#include "explain.h"
#include "source.h"

#include <string.h>

/* RFC 8259 section 7. What is not UTF-8 (a path may be anything) becomes U+FFFD. */
static void string(FILE *out, const char *text)
{
	fputc('"', out);
	for (const char *end = text + strlen(text); text < end;) {
		size_t length = idl_utf8_length(text, end);
		unsigned char c = (unsigned char)*text;
		if (!length)
			fputs("\\ufffd", out);
		else if (c == '"' || c == '\\')
			fprintf(out, "\\%c", c);
		else if (c < 0x20)
			fprintf(out, "\\u%04x", c);
		else
			fwrite(text, 1, length, out);
		text += length ? length : 1;
	}
	fputc('"', out);
}

static void member(FILE *out, const char *name, const char *value)
{
	fprintf(out, "\"%s\":", name);
	string(out, value);
}

static void place(FILE *out, const char *path, idl_span span)
{
	member(out, "file", span.source ? span.source->path : path ? path : "");
	if (!span.source)
		return;
	idl_position from = idl_source_position(span.source, span.begin);
	idl_position to = idl_source_position(span.source, span.end);
	fprintf(out, ",\"line\":%zu,\"column\":%zu,\"endLine\":%zu,\"endColumn\":%zu", from.line,
		from.column, to.line, to.column);
}

static void one(const diag *d, FILE *out)
{
	fputc('{', out);
	place(out, d->path, d->span);
	fprintf(out, ",\"severity\":\"%s\",\"code\":\"%s\",", d->warning ? "warning" : "error",
		diag_code_name(d->code));
	member(out, "message", d->message);
	if (d->help) {
		fputc(',', out);
		member(out, "help", d->help);
	}
	if (d->notes) {
		fputs(",\"notes\":[", out);
		for (const diag_related *note = d->notes; note; note = note->next) {
			fputs(note == d->notes ? "{" : ",{", out);
			place(out, NULL, note->span);
			fputc(',', out);
			member(out, "message", note->message);
			fputc('}', out);
		}
		fputc(']', out);
	}
	fputc('}', out);
}

void diag_render_json(const diag_list *list, FILE *out)
{
	size_t left = diag_shown(list);
	fputc('[', out);
	for (const diag *d = diag_first(list); d && left; d = d->next, left--) {
		fputs(d == diag_first(list) ? "\n" : ",\n", out);
		one(d, out);
	}
	fputs(diag_first(list) ? "\n]\n" : "]\n", out);
}

/* A path as a URI reference, RFC 3986 section 4.2. */
static void uri(FILE *out, const char *path)
{
	static const char plain[] = "-._~/!$&'()*+,;=@";
	fputc('"', out);
	for (; *path; path++) {
		unsigned char c = (unsigned char)*path;
		bool letter =
			(c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
		if (letter || strchr(plain, c))
			fputc(c, out);
		else
			fprintf(out, "%%%02X", c);
	}
	fputc('"', out);
}

static void physical(FILE *out, const char *path, idl_span span)
{
	fputs("\"physicalLocation\":{\"artifactLocation\":{\"uri\":", out);
	uri(out, span.source ? span.source->path : path ? path : "");
	fputc('}', out);
	if (span.source) {
		idl_position from = idl_source_position(span.source, span.begin);
		idl_position to = idl_source_position(span.source, span.end);
		fprintf(out,
			",\"region\":{\"startLine\":%zu,\"startColumn\":%zu,\"endLine\":%zu,"
			"\"endColumn\":%zu}",
			from.line, from.column, to.line, to.column);
	}
	fputc('}', out);
}

static void message(FILE *out, const char *text, const char *help)
{
	fputs("\"message\":{\"text\":", out);
	if (help) {
		char both[1024];
		snprintf(both, sizeof both, "%s (%s)", text, help);
		string(out, both);
	} else {
		string(out, text);
	}
	fputc('}', out);
}

static void result(const diag *d, FILE *out)
{
	fprintf(out, "{\"ruleId\":\"%s\",\"level\":\"%s\",", diag_code_name(d->code),
		d->warning ? "warning" : "error");
	message(out, d->message, d->help);
	fputs(",\"locations\":[{", out);
	physical(out, d->path, d->span);
	fputs("}]", out);
	if (d->notes) {
		fputs(",\"relatedLocations\":[", out);
		for (const diag_related *note = d->notes; note; note = note->next) {
			fputs(note == d->notes ? "{" : ",{", out);
			physical(out, NULL, note->span);
			fputc(',', out);
			message(out, note->message, NULL);
			fputc('}', out);
		}
		fputc(']', out);
	}
	fputc('}', out);
}

static void rules(const diag_list *list, FILE *out)
{
	bool seen[DIAG_CODES] = { false };
	const char *comma = "";
	size_t left = diag_shown(list);
	for (const diag *d = diag_first(list); d && left; d = d->next, left--)
		seen[d->code] = true;
	for (int code = 0; code < DIAG_CODES; code++) {
		if (!seen[code])
			continue;
		fprintf(out, "%s\n{\"id\":\"%s\",\"shortDescription\":{\"text\":", comma,
			diag_code_name((diag_code)code));
		string(out, explain_summary((diag_code)code));
		fputs("}}", out);
		comma = ",";
	}
}

void diag_render_sarif(const diag_list *list, FILE *out)
{
	fputs("{\"$schema\":\"https://json.schemastore.org/"
	      "sarif-2.1.0.json\",\"version\":\"2.1.0\","
	      "\n\"runs\":[{\"columnKind\":\"unicodeCodePoints\",\n"
	      "\"tool\":{\"driver\":{\"name\":\"syncgen\",\"rules\":[",
	      out);
	rules(list, out);
	fputs("]}},\n\"results\":[", out);
	size_t left = diag_shown(list);
	for (const diag *d = diag_first(list); d && left; d = d->next, left--) {
		fputs(d == diag_first(list) ? "\n" : ",\n", out);
		result(d, out);
	}
	fputs("]}]}\n", out);
}
