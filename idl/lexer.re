/* The tokens of the language; re2c makes lexer.c of it. */
#include "lexer.h"

#include <string.h>

void lexer_init(lexer *lex, const char *text)
{
	/* A byte order mark says nothing in UTF-8. */
	lex->text = (const unsigned char *)text;
	lex->at = lex->text + (strncmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0);
	lex->line_start = true;
}

static lex_token made(lexer *lex, int code, const unsigned char *begin, const unsigned char *end)
{
	lex_token token = {
		.code = code,
		.begin = (size_t)(begin - lex->text),
		.end = (size_t)(end - lex->text),
		.first_on_line = lex->line_start,
	};
	bool block = code == LEX_COMMENT && begin[1] == '*';
	if (!block)
		lex->line_start = false;
	lex->at = end;
	return token;
}

/* clang-format off */
lex_token lexer_next(lexer *lex)
{
	const unsigned char *YYCURSOR = lex->at, *YYMARKER = NULL, *begin;
	for (;;) {
		begin = YYCURSOR;
/*!re2c
	re2c:define:YYCTYPE = "unsigned char";
	re2c:yyfill:enable = 0;

	name     = [A-Za-z_][A-Za-z0-9_]*;
	digits   = [0-9]+;
	int      = "-"? digits | "-"? "0" [xX] [0-9A-Fa-f]+;
	exponent = [eE] [+-]? digits;
	float    = "-"? digits ("." digits exponent? | exponent);
	tail     = [\x80-\xBF];
	high     = [\xC2-\xDF] tail | [\xE0-\xEF] tail{2} | [\xF0-\xF4] tail{3};
	curly    = "\xE2\x80" [\x9C\x9D];
	char     = [^"\\\n\r\x00];

	"\x00"               { return made(lex, LEX_END, begin, begin); }
	"\n"                 { lex->line_start = true; continue; }
	[ \t\r]+             { continue; }
	"////" [^\n\x00]*    { return made(lex, LEX_COMMENT, begin, YYCURSOR); }
	"///" [^\n\x00]*     { return made(lex, LEX_DOC, begin, YYCURSOR); }
	"//" [^\n\x00]*      { return made(lex, LEX_COMMENT, begin, YYCURSOR); }
	"/*" ([^*\x00] | "*"+ [^*/\x00])* "*"+ "/"  { return made(lex, LEX_COMMENT, begin, YYCURSOR); }
	"/*" ([^*\x00] | "*"+ [^*/\x00])* "*"*      { return made(lex, LEX_BAD_COMMENT, begin, YYCURSOR); }

	"package"   { return made(lex, TOK_PACKAGE, begin, YYCURSOR); }
	"import"    { return made(lex, TOK_IMPORT, begin, YYCURSOR); }
	"as"        { return made(lex, TOK_AS, begin, YYCURSOR); }
	"option"    { return made(lex, TOK_OPTION, begin, YYCURSOR); }
	"const"     { return made(lex, TOK_CONST, begin, YYCURSOR); }
	"open"      { return made(lex, TOK_OPEN, begin, YYCURSOR); }
	"enum"      { return made(lex, TOK_ENUM, begin, YYCURSOR); }
	"struct"    { return made(lex, TOK_STRUCT, begin, YYCURSOR); }
	"union"     { return made(lex, TOK_UNION, begin, YYCURSOR); }
	"model"     { return made(lex, TOK_MODEL, begin, YYCURSOR); }
	"error"     { return made(lex, TOK_ERROR, begin, YYCURSOR); }
	"action"    { return made(lex, TOK_ACTION, begin, YYCURSOR); }
	"task"      { return made(lex, TOK_TASK, begin, YYCURSOR); }
	"event"     { return made(lex, TOK_EVENT, begin, YYCURSOR); }
	"presence"  { return made(lex, TOK_PRESENCE, begin, YYCURSOR); }
	"reserved"  { return made(lex, TOK_RESERVED, begin, YYCURSOR); }
	"throws"    { return made(lex, TOK_THROWS, begin, YYCURSOR); }
	"progress"  { return made(lex, TOK_PROGRESS, begin, YYCURSOR); }
	"true"      { return made(lex, TOK_TRUE, begin, YYCURSOR); }
	"false"     { return made(lex, TOK_FALSE, begin, YYCURSOR); }
	"null"      { return made(lex, TOK_NULL, begin, YYCURSOR); }
	name        { return made(lex, TOK_ID, begin, YYCURSOR); }

	int                  { return made(lex, TOK_INT, begin, YYCURSOR); }
	float                { return made(lex, TOK_FLOAT, begin, YYCURSOR); }
	digits [A-Za-z]+     { return made(lex, TOK_DURATION, begin, YYCURSOR); }
	digits "/" [A-Za-z]+ { return made(lex, TOK_RATE, begin, YYCURSOR); }
	(int | float) [A-Za-z_][A-Za-z0-9_]*  { return made(lex, LEX_BAD_NUMBER, begin, YYCURSOR); }

	["] (char | "\\" [^\n\r\x00])* ["]    { return made(lex, TOK_STRING, begin, YYCURSOR); }
	["] (char | "\\" [^\n\r\x00])* "\\"?  { return made(lex, LEX_BAD_STRING, begin, YYCURSOR); }
	['] [^'\n\r\x00]* [']                 { return made(lex, LEX_BAD_QUOTES, begin, YYCURSOR); }

	curly ([^\xE2\n\r\x00] | "\xE2" [^\x80\n\r\x00] | "\xE2\x80" [^\x9C\x9D\n\r\x00])* curly
	                                      { return made(lex, LEX_BAD_QUOTES, begin, YYCURSOR); }

	";"    { return made(lex, TOK_SEMI, begin, YYCURSOR); }
	","    { return made(lex, TOK_COMMA, begin, YYCURSOR); }
	":"    { return made(lex, TOK_COLON, begin, YYCURSOR); }
	"?"    { return made(lex, TOK_QUESTION, begin, YYCURSOR); }
	"="    { return made(lex, TOK_EQ, begin, YYCURSOR); }
	"|"    { return made(lex, TOK_PIPE, begin, YYCURSOR); }
	"@"    { return made(lex, TOK_AT, begin, YYCURSOR); }
	"."    { return made(lex, TOK_DOT, begin, YYCURSOR); }
	".."   { return made(lex, TOK_DOTDOT, begin, YYCURSOR); }
	"->"   { return made(lex, TOK_ARROW, begin, YYCURSOR); }
	"("    { return made(lex, TOK_LPAREN, begin, YYCURSOR); }
	")"    { return made(lex, TOK_RPAREN, begin, YYCURSOR); }
	"["    { return made(lex, TOK_LBRACKET, begin, YYCURSOR); }
	"]"    { return made(lex, TOK_RBRACKET, begin, YYCURSOR); }
	"{"    { return made(lex, TOK_LBRACE, begin, YYCURSOR); }
	"}"    { return made(lex, TOK_RBRACE, begin, YYCURSOR); }
	"<"    { return made(lex, TOK_LT, begin, YYCURSOR); }
	">"    { return made(lex, TOK_GT, begin, YYCURSOR); }

	"#" [^\n\x00]*  { return made(lex, LEX_BAD_CHARACTER, begin, YYCURSOR); }
	high   { return made(lex, LEX_BAD_CHARACTER, begin, YYCURSOR); }
	*      { return made(lex, LEX_BAD_CHARACTER, begin, YYCURSOR); }
*/
	}
}
