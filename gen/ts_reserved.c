/* Names that mean something in TypeScript where a type or a function could stand. */
#include <stdlib.h>
#include <string.h>

#include "ts_backend.h"

/* Sorted: keywords of ECMAScript in a module, words of TypeScript's types, and globals that outputs
 * use or that a declaration of the same name would hide. */
static const char *const reserved[] = {
	"Array",      "ArrayBuffer", "BigInt",
	"Boolean",    "Date",	     "Error",
	"Function",   "JSON",	     "Map",
	"Math",	      "Number",	     "Object",
	"Omit",	      "Partial",     "Pick",
	"Promise",    "Readonly",    "ReadonlyArray",
	"Record",     "Set",	     "String",
	"Symbol",     "Uint8Array",  "abstract",
	"any",	      "arguments",   "as",
	"asserts",    "async",	     "await",
	"bigint",     "boolean",     "break",
	"case",	      "catch",	     "class",
	"const",      "continue",    "debugger",
	"declare",    "default",     "delete",
	"do",	      "else",	     "encodeURIComponent",
	"enum",	      "eval",	     "export",
	"exports",    "extends",     "false",
	"finally",    "for",	     "from",
	"function",   "get",	     "global",
	"globalThis", "if",	     "implements",
	"import",     "in",	     "infer",
	"instanceof", "interface",   "intrinsic",
	"is",	      "keyof",	     "let",
	"module",     "namespace",   "never",
	"new",	      "null",	     "number",
	"object",     "of",	     "out",
	"override",   "package",     "private",
	"protected",  "public",	     "readonly",
	"require",    "return",	     "satisfies",
	"set",	      "static",	     "string",
	"super",      "switch",	     "symbol",
	"this",	      "throw",	     "true",
	"try",	      "type",	     "typeof",
	"undefined",  "unique",	     "unknown",
	"using",      "var",	     "void",
	"while",      "with",	     "yield",
};

static int compare(const void *name, const void *row)
{
	return strcmp(name, *(const char *const *)row);
}

bool ts_reserved(const char *name)
{
	size_t count = sizeof(reserved) / sizeof(reserved[0]);
	return bsearch(name, reserved, count, sizeof(reserved[0]), compare) != NULL;
}
