#include "options.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../idl/names.h"

/* ---- what there is ---- */

typedef enum {
	OPTION_OUT,
	OPTION_FOLDER,
	OPTION_EMIT,
	OPTION_TEMPLATES,
	OPTION_PREFIX,
	OPTION_DEPFILE,
	OPTION_STAMP,
	OPTION_LIST_OUTPUTS,
	OPTION_DUMP,
	OPTION_ERROR_FORMAT,
	OPTION_CHECK,
	OPTION_DIFF,
	OPTION_AGAINST,
	OPTION_STRICT,
	OPTION_HISTORY,
	OPTION_JSON,
	OPTION_ONCE,
	OPTION_HEADER,
	OPTION_TOKEN,
	OPTION_CA,
	OPTION_HELP,
	OPTION_VERSION
} option_id;

#define FOR(command) (1u << (command))
#define ALWAYS	     0xffffu
#define READING	     (FOR(COMMAND_GENERATE) | FOR(COMMAND_CHECK) | FOR(COMMAND_BREAKING))

typedef struct {
	option_id id;
	char letter; /* 0: none */
	const char *name;
	const char *value; /* what follows it, or NULL */
	unsigned commands; /* where it may stand */
	const char *help;
} option_row;

static const option_row rows[] = {
	{ OPTION_OUT, 'o', "out", "DIR", FOR(COMMAND_GENERATE),
	  "write outputs below DIR; it is made when missing" },
	{ OPTION_FOLDER, 'I', "include", "DIR", READING,
	  "look for imports in DIR too; may be repeated" },
	{ OPTION_EMIT, 0, "emit", "LIST", FOR(COMMAND_GENERATE),
	  "only these: c, schema, ts (default: all)" },
	{ OPTION_PREFIX, 0, "prefix", "NAME", READING,
	  "put NAME before C type names, as 'option c_prefix' does" },
	{ OPTION_TEMPLATES, 0, "templates", "DIR", FOR(COMMAND_GENERATE),
	  "templates here replace built-in ones of the same name" },
	{ OPTION_DEPFILE, 0, "depfile", "FILE", FOR(COMMAND_GENERATE),
	  "write what the outputs depend on, for make and ninja" },
	{ OPTION_STAMP, 0, "stamp", "FILE", FOR(COMMAND_GENERATE),
	  "touch FILE after each success" },
	{ OPTION_HISTORY, 0, "history", "DIR", FOR(COMMAND_GENERATE),
	  "earlier versions of the schema: what they can expect is compiled in" },
	{ OPTION_LIST_OUTPUTS, 0, "list-outputs", NULL, FOR(COMMAND_GENERATE),
	  "print what would be written, write nothing" },
	{ OPTION_DUMP, 0, "dump", "ast|plan|view", FOR(COMMAND_GENERATE),
	  "print how the files were understood, write nothing" },
	{ OPTION_ERROR_FORMAT, 0, "error-format", "text|json|sarif", READING,
	  "how to report what is wrong" },
	{ OPTION_CHECK, 0, "check", NULL, FOR(COMMAND_FMT),
	  "exit with 1 when a file is not formatted, change none" },
	{ OPTION_DIFF, 0, "diff", NULL, FOR(COMMAND_FMT), "print the difference, change no file" },
	{ OPTION_AGAINST, 0, "against", "OLD", FOR(COMMAND_BREAKING),
	  "the version that is deployed: a file, or the folder of an earlier tree" },
	{ OPTION_STRICT, 0, "strict", NULL, FOR(COMMAND_BREAKING), "warnings fail too" },
	{ OPTION_JSON, 0, "json", NULL, FOR(COMMAND_WATCH),
	  "one JSON object a line, as when the output is no terminal" },
	{ OPTION_ONCE, 0, "once", NULL, FOR(COMMAND_WATCH), "end when the document was printed" },
	{ OPTION_HEADER, 0, "header", "'NAME: VALUE'", FOR(COMMAND_WATCH),
	  "send a header when connecting; may be repeated" },
	{ OPTION_TOKEN, 0, "token", "TOKEN", FOR(COMMAND_WATCH), "say who is asking" },
	{ OPTION_CA, 0, "ca", "FILE", FOR(COMMAND_WATCH),
	  "wss: trust the certificates in FILE instead of the system's" },
	{ OPTION_HELP, 'h', "help", NULL, ALWAYS, "this text; after a command, the one about it" },
	{ OPTION_VERSION, 'V', "version", NULL, ALWAYS, "print the version" },
};
enum { ROW_COUNT = sizeof(rows) / sizeof(rows[0]) };

typedef struct {
	const char *name;
	command command;
	const char *usage;
	const char *help;
} command_row;

static const command_row commands[] = {
	{ NULL, COMMAND_GENERATE, "syncgen [OPTION]... FILE... -o DIR",
	  "Compiles .sync files to C, JSON Schema and TypeScript. '-' reads standard input." },
	{ "check", COMMAND_CHECK, "syncgen check [OPTION]... FILE...",
	  "Reports what is wrong with files." },
	{ "fmt", COMMAND_FMT, "syncgen fmt [--check|--diff] FILE...",
	  "Formats files in place; '-' formats standard input to standard output." },
	{ "explain", COMMAND_EXPLAIN, "syncgen explain [CODE]...",
	  "Explains diagnostics, such as E0201; without a code, lists all." },
	{ "breaking", COMMAND_BREAKING, "syncgen breaking FILE... --against OLD",
	  "Tells which changes since OLD, a file or folder, break clients." },
	{ "watch", COMMAND_WATCH, "syncgen watch [OPTION]... URL KEY",
	  "Prints a live document of the server at URL (ws:// or wss://), then each change." },
	{ "help", COMMAND_HELP, "syncgen help [COMMAND]", "Shows how a command is used." },
	{ "version", COMMAND_VERSION, "syncgen version", "Prints the version." },
};
enum { COMMAND_COUNT = sizeof(commands) / sizeof(commands[0]) };

static const command_row *command_named(const char *name)
{
	for (size_t i = 1; i < COMMAND_COUNT; i++) {
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	}
	return NULL;
}

static const command_row *row_of(command c)
{
	const command_row *row = commands;
	while (row->command != c)
		row++;
	return row;
}

/* ---- errors ---- */

static bool fail(options *o, const char *format, const char *what, const char *best)
{
	/* Arguments can be long; the end of the message matters more than their end. */
	char shown[80];
	snprintf(shown, sizeof(shown), "%s", what);
	int length = snprintf(o->error, sizeof(o->error), format, shown);
	if (best && length > 0 && (size_t)length < sizeof(o->error))
		snprintf(o->error + length, sizeof(o->error) - (size_t)length,
			 "; did you mean '%s'?", best);
	return false;
}

static bool unknown_option(options *o, const char *name, size_t length)
{
	char wanted[64], best[64];
	snprintf(wanted, sizeof(wanted), "%.*s", (int)(length < 60 ? length : 60), name);
	nearest n;
	nearest_init(&n, wanted);
	for (size_t i = 0; i < ROW_COUNT; i++) {
		if (rows[i].commands & FOR(o->command))
			nearest_offer(&n, rows[i].name);
	}
	if (n.best)
		snprintf(best, sizeof(best), "--%s", n.best);
	return fail(o, "unknown option '--%s'", wanted, n.best ? best : NULL);
}

/* ---- values ---- */

typedef struct {
	const char *name;
	unsigned value;
} choice;

static bool choose(options *o, const char *what, const choice *choices, const char *name,
		   size_t length, unsigned *value)
{
	char wanted[64];
	snprintf(wanted, sizeof(wanted), "%.*s", (int)(length < 60 ? length : 60), name);
	nearest n;
	nearest_init(&n, wanted);
	for (; choices->name; choices++) {
		if (strcmp(choices->name, wanted) == 0) {
			*value = choices->value;
			return true;
		}
		nearest_offer(&n, choices->name);
	}
	char format[64];
	snprintf(format, sizeof(format), "%s knows no '%%s'", what);
	return fail(o, format, wanted, n.best);
}

static bool parse_emit(options *o, const char *list)
{
	static const choice targets[] = { { "c", EMIT_C },
					  { "schema", EMIT_SCHEMA },
					  { "ts", EMIT_TS },
					  { "json", EMIT_SCHEMA },
					  { "jsonschema", EMIT_SCHEMA },
					  { "json-schema", EMIT_SCHEMA },
					  { "typescript", EMIT_TS },
					  { "all", EMIT_ALL },
					  { NULL, 0 } };
	o->emit = 0;
	for (;;) {
		size_t length = strcspn(list, ",");
		unsigned bit = 0;
		if (!choose(o, "--emit", targets, list, length, &bit))
			return false;
		o->emit |= bit;
		if (!list[length])
			return true;
		list += length + 1;
	}
}

static bool parse_dump(options *o, const char *value)
{
	static const choice kinds[] = {
		{ "ast", DUMP_AST }, { "plan", DUMP_PLAN }, { "view", DUMP_VIEW }, { NULL, 0 }
	};
	unsigned kind = 0;
	bool known = choose(o, "--dump", kinds, value, strlen(value), &kind);
	o->dump = (dump_kind)kind;
	return known;
}

static bool parse_format(options *o, const char *value)
{
	static const choice formats[] = { { "text", FORMAT_TEXT },
					  { "json", FORMAT_JSON },
					  { "sarif", FORMAT_SARIF },
					  { NULL, 0 } };
	unsigned format = 0;
	bool known = choose(o, "--error-format", formats, value, strlen(value), &format);
	o->format = (error_format)format;
	return known;
}

/* What 'option c_prefix' takes: the beginning of a name of C. */
static bool parse_prefix(options *o, const char *value)
{
	static const char name[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";
	if (value[strspn(value, name)] || (value[0] >= '0' && value[0] <= '9'))
		return fail(o, "--prefix is the beginning of a C name, not '%s'", value, NULL);
	o->prefix = value;
	return true;
}

static bool parse_templates(options *o, const char *value)
{
	struct stat about;
	if (stat(value, &about) != 0 || !S_ISDIR(about.st_mode))
		return fail(o, "--templates: '%s' is no folder", value, NULL);
	o->templates = value;
	return true;
}

static bool apply(options *o, const option_row *row, const char *value)
{
	switch (row->id) {
	case OPTION_OUT:
		o->out = value;
		return true;
	case OPTION_FOLDER:
		o->folders[o->folder_count++] = value;
		return true;
	case OPTION_EMIT:
		return parse_emit(o, value);
	case OPTION_TEMPLATES:
		return parse_templates(o, value);
	case OPTION_PREFIX:
		return parse_prefix(o, value);
	case OPTION_DEPFILE:
		o->depfile = value;
		return true;
	case OPTION_STAMP:
		o->stamp = value;
		return true;
	case OPTION_LIST_OUTPUTS:
		o->list_outputs = true;
		return true;
	case OPTION_DUMP:
		return parse_dump(o, value);
	case OPTION_ERROR_FORMAT:
		return parse_format(o, value);
	case OPTION_CHECK:
		o->fmt_check = true;
		return true;
	case OPTION_DIFF:
		o->fmt_diff = true;
		return true;
	case OPTION_AGAINST:
		o->against = value;
		return true;
	case OPTION_STRICT:
		o->strict = true;
		return true;
	case OPTION_HISTORY:
		o->history = value;
		return true;
	case OPTION_JSON:
		o->json = true;
		return true;
	case OPTION_ONCE:
		o->once = true;
		return true;
	case OPTION_HEADER:
		o->headers[o->header_count++] = value;
		return true;
	case OPTION_TOKEN:
		o->token = value;
		return true;
	case OPTION_CA:
		o->ca = value;
		return true;
	case OPTION_HELP:
		o->help_about = o->command;
		o->command = COMMAND_HELP;
		return true;
	case OPTION_VERSION:
		o->command = COMMAND_VERSION;
		return true;
	}
	return false;
}

/* ---- reading argv ---- */

typedef struct {
	char **argv;
	int argc, at;
} cursor;

/* The value of an option: `given` (after "=", or glued to the letter), or the next argument. */
static bool take_value(options *o, cursor *c, const option_row *row, const char *given)
{
	if (given && given[0] == '\0')
		return fail(o, "option '--%s' has an empty value", row->name, NULL);
	if (!given && c->at + 1 >= c->argc)
		return fail(o, "option '--%s' needs a value", row->name, NULL);
	return apply(o, row, given ? given : c->argv[++c->at]);
}

static bool take_long(options *o, cursor *c, const char *name)
{
	size_t length = strcspn(name, "=");
	const char *given = name[length] ? name + length + 1 : NULL;
	for (size_t i = 0; i < ROW_COUNT; i++) {
		const option_row *row = &rows[i];
		if (strlen(row->name) != length || memcmp(row->name, name, length) != 0)
			continue;
		if (!(row->commands & FOR(o->command)))
			return fail(o, "option '--%s' does not belong to this command", row->name,
				    NULL);
		if (row->value)
			return take_value(o, c, row, given);
		if (given)
			return fail(o, "option '--%s' takes no value", row->name, NULL);
		return apply(o, row, NULL);
	}
	return unknown_option(o, name, length);
}

static bool take_short(options *o, cursor *c, const char *letter)
{
	for (size_t i = 0; i < ROW_COUNT; i++) {
		const option_row *row = &rows[i];
		if (!row->letter || row->letter != *letter)
			continue;
		if (!(row->commands & FOR(o->command)))
			return fail(o, "option '-%s' does not belong to this command", letter,
				    NULL);
		if (row->value)
			return take_value(o, c, row, letter[1] ? letter + 1 : NULL);
		if (letter[1])
			break;
		return apply(o, row, NULL);
	}
	return fail(o, "unknown option '-%s'", letter, NULL);
}

static bool take_all(options *o, cursor *c)
{
	bool only_inputs = false;
	for (; c->at < c->argc; c->at++) {
		const char *argument = c->argv[c->at];
		bool ok = true;
		if (only_inputs || argument[0] != '-' || argument[1] == '\0')
			o->inputs[o->input_count++] = argument;
		else if (strcmp(argument, "--") == 0)
			only_inputs = true;
		else if (argument[1] == '-')
			ok = take_long(o, c, argument + 2);
		else
			ok = take_short(o, c, argument + 1);
		if (!ok)
			return false;
		if (o->command == COMMAND_VERSION || o->command == COMMAND_HELP)
			return true;
	}
	return true;
}

/* A word that is no command and no file either: perhaps a misspelt command. */
static bool misspelt_command(options *o, const char *word)
{
	if (strpbrk(word, "./-"))
		return false;
	nearest n;
	nearest_init(&n, word);
	for (size_t i = 1; i < COMMAND_COUNT; i++)
		nearest_offer(&n, commands[i].name);
	FILE *file = n.best ? fopen(word, "r") : NULL;
	if (file)
		fclose(file);
	if (!n.best || file)
		return false;
	fail(o, "unknown command '%s'", word, n.best);
	return true;
}

/* No path, and no file either. */
static bool is_word(const char *input)
{
	FILE *file = strpbrk(input, "./-") ? NULL : fopen(input, "r");
	if (file)
		fclose(file);
	return !file && !strpbrk(input, "./-");
}

static bool check_inputs(options *o)
{
	bool reads = o->command == COMMAND_GENERATE || o->command == COMMAND_CHECK ||
		     o->command == COMMAND_FMT || o->command == COMMAND_BREAKING;
	if (reads && o->input_count == 0)
		return fail(o, "no input file%s", "", NULL);
	bool prints = o->list_outputs || o->dump != DUMP_NOTHING;
	if (o->command == COMMAND_GENERATE && !o->out && is_word(o->inputs[0]))
		return fail(o, "unknown command '%s'", o->inputs[0], NULL);
	if (o->command == COMMAND_GENERATE && !o->out && !prints)
		return fail(o, "no folder for the outputs: say '-o %s'", "DIR", NULL);
	if (o->command == COMMAND_BREAKING && !o->against)
		return fail(o, "nothing to compare with: say '--against %s'", "OLD", NULL);
	if (o->command == COMMAND_WATCH && o->input_count != 2)
		return fail(o, "say which document to watch: 'syncgen watch %s KEY'", "URL", NULL);
	return true;
}

static bool parse_help(options *o, int argc, char **argv)
{
	if (argc < 3)
		return true;
	const command_row *about = command_named(argv[2]);
	if (!about)
		return misspelt_command(o, argv[2])
			       ? false
			       : fail(o, "unknown command '%s'", argv[2], NULL);
	o->help_about = about->command;
	return true;
}

bool options_parse(options *o, int argc, char **argv)
{
	*o = (options){ .emit = EMIT_ALL };
	size_t room = argc > 0 ? (size_t)argc : 1;
	o->inputs = calloc(room, sizeof(*o->inputs));
	o->folders = calloc(room, sizeof(*o->folders));
	o->headers = calloc(room + 1, sizeof(*o->headers));
	if (!o->inputs || !o->folders || !o->headers) {
		o->out_of_memory = true;
		return fail(o, "out of memory%s", "", NULL);
	}
	cursor c = { .argv = argv, .argc = argc, .at = 1 };
	const command_row *named = argc > 1 ? command_named(argv[1]) : NULL;
	if (named) {
		o->command = named->command;
		c.at++;
	} else if (argc > 1 && misspelt_command(o, argv[1])) {
		return false;
	}
	if (o->command == COMMAND_HELP)
		return parse_help(o, argc, argv);
	return take_all(o, &c) && check_inputs(o);
}

void options_release(options *o)
{
	free(o->inputs);
	free(o->folders);
	free(o->headers);
}

/* ---- help ---- */

static void print_options(command about, FILE *to)
{
	fputs("\nOptions:\n", to);
	for (size_t i = 0; i < ROW_COUNT; i++) {
		const option_row *row = &rows[i];
		if (!(row->commands & FOR(about)))
			continue;
		char left[48];
		snprintf(left, sizeof(left), "%c%c%s--%s%s%s", row->letter ? '-' : ' ',
			 row->letter ? row->letter : ' ', row->letter ? ", " : "  ", row->name,
			 row->value ? " " : "", row->value ? row->value : "");
		fprintf(to, "  %-34s %s\n", left, row->help);
	}
}

void options_hint(command about, FILE *to)
{
	const char *name = row_of(about)->name;
	fprintf(to, "Try 'syncgen %s%s--help'.\n", name ? name : "", name ? " " : "");
}

void options_help(command about, FILE *to)
{
	const command_row *row = row_of(about);
	fprintf(to, "Usage: %s\n\n%s\n", row->usage, row->help);
	print_options(about, to);
	if (about != COMMAND_GENERATE)
		return;
	fputs("\nCommands:\n", to);
	for (size_t i = 1; i < COMMAND_COUNT; i++)
		fprintf(to, "  %-38s %s\n", commands[i].usage, commands[i].help);
	fputs("\nExit status: 0 fine, 1 errors in the schema, 2 wrong usage, 3 input or output "
	      "failed.\n"
	      "Diagnostics are coloured on a terminal, unless NO_COLOR is set.\n",
	      to);
}
