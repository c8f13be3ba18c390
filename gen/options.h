/*
 * The command line, understood but not acted upon.
 *
 *   options o;
 *   if (!options_parse(&o, argc, argv)) …usage error: o.error holds a line for the user…
 *   …
 *   options_release(&o);
 *
 * Strings point into argv.
 */
#ifndef GEN_OPTIONS_H
#define GEN_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

typedef enum {
	COMMAND_GENERATE, /* no command named */
	COMMAND_CHECK,
	COMMAND_FMT,
	COMMAND_EXPLAIN,
	COMMAND_BREAKING,
	COMMAND_WATCH,
	COMMAND_HELP,
	COMMAND_VERSION
} command;

enum { EMIT_C = 1u << 0, EMIT_SCHEMA = 1u << 1, EMIT_TS = 1u << 2, EMIT_ALL = 7u };

typedef enum { DUMP_NOTHING, DUMP_AST, DUMP_PLAN, DUMP_VIEW } dump_kind;

typedef enum { FORMAT_TEXT, FORMAT_JSON, FORMAT_SARIF } error_format;

typedef struct {
	command command;
	const char **inputs; /* what is not an option: files, codes, an address */
	size_t input_count;
	const char **folders; /* -I */
	size_t folder_count;
	const char *out;       /* -o; NULL: not given */
	unsigned emit;	       /* EMIT_ bits; EMIT_ALL when not given */
	const char *templates; /* or NULL */
	const char *prefix;    /* or NULL */
	const char *depfile;   /* or NULL */
	const char *stamp;     /* or NULL */
	const char *against;   /* or NULL */
	const char *history;   /* or NULL */
	const char **headers;  /* --header, NULL-terminated */
	size_t header_count;
	const char *token; /* or NULL */
	const char *ca;	   /* or NULL */
	bool json, once;
	bool strict;
	bool list_outputs;
	bool fmt_check, fmt_diff;
	dump_kind dump;
	error_format format;
	command help_about; /* of COMMAND_HELP: COMMAND_GENERATE for the overview */
	char error[256];
	bool out_of_memory; /* that is the error, and nobody's usage */
} options;

bool options_parse(options *o, int argc, char **argv);
void options_release(options *o);

/* What the program is, or how one command is used. */
void options_help(command about, FILE *to);
/* Where that can be read. */
void options_hint(command about, FILE *to);

#endif
