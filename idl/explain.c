#include "explain.h"

#include <string.h>
#include <strings.h>

typedef struct {
	const char *summary, *text, *wrong, *right;
} row;

static const row rows[DIAG_CODES] = {
#define X(code, summary, text, wrong, right) [DIAG_##code] = { summary, text, wrong, right },
	IDL_CODES(X)
#undef X
};

const char *explain_summary(diag_code code)
{
	return rows[code].summary;
}

static void example(const char *title, const char *text, FILE *out)
{
	if (!*text)
		return;
	fprintf(out, "\n%s:\n", title);
	for (const char *line = text; *line;) {
		size_t length = strcspn(line, "\n");
		fprintf(out, "    %.*s\n", (int)length, line);
		line += length + (line[length] == '\n');
	}
}

/* Breaks at spaces so that no line is longer than 80 columns. */
static void paragraph(const char *text, FILE *out)
{
	size_t column = 0;
	while (*text) {
		size_t word = strcspn(text, " ");
		if (column && column + 1 + word > 80) {
			fputc('\n', out);
			column = 0;
		}
		fprintf(out, "%s%.*s", column ? " " : "", (int)word, text);
		column += word + (column > 0);
		text += word + (text[word] == ' ');
	}
	fputc('\n', out);
}

bool explain_print(const char *name, FILE *out)
{
	for (int code = 0; code < DIAG_CODES; code++) {
		if (strcasecmp(name, diag_code_name((diag_code)code)) != 0)
			continue;
		fprintf(out, "%s: %s\n\n", diag_code_name((diag_code)code), rows[code].summary);
		paragraph(rows[code].text, out);
		example("Wrong", rows[code].wrong, out);
		example("Right", rows[code].right, out);
		return true;
	}
	return false;
}

void explain_list(FILE *out)
{
	for (int code = 0; code < DIAG_CODES; code++)
		fprintf(out, "%s  %s\n", diag_code_name((diag_code)code), rows[code].summary);
}

void explain_markdown(FILE *out)
{
	fputs("| code | meaning |\n|---|---|\n", out);
	for (int code = 0; code < DIAG_CODES; code++)
		fprintf(out, "| %s | %s |\n", diag_code_name((diag_code)code), rows[code].summary);
}
