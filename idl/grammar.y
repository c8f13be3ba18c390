/*
 * The grammar, and nothing else: each action is one call into `build`. lemon makes grammar.c.
 *
 * Words such as `model` are words only where the grammar wants them; elsewhere they are names
 * (%fallback), so that a field can be called `type`, `error` or `task`.
 *
 * Recovery: `error` may stand for a member, a declaration or an enum value, always up to a
 * separator. `parse` decides which tokens belong to it and sees to it that the separator comes.
 */
%name lemon_idl
%token_prefix TOK_
%token_type {idl_token}
%extra_context {idl_build *b}
%start_symbol file
%stack_size 400

%include {
#include "build.h"
#include "grammar.h"
#include "parser.h"

/* The next error is a new one, however close. */
#define PARSER_RECOVERED (yypParser->yyerrcnt = -1)

/* The generated code is not ours to fix. */
#if defined(__GNUC__)
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wunused-variable"
#pragma GCC diagnostic ignored "-Wcast-qual"
#endif
}

%fallback ID PACKAGE IMPORT AS OPTION CONST OPEN ENUM STRUCT UNION MODEL ERROR ACTION TASK EVENT
	PRESENCE RESERVED THROWS PROGRESS TRUE FALSE NULL.

/* Never a part of anything: feeding it starts recovery. */
%token BAD.

%stack_overflow { build_overflow(b); }
%parse_failure { build_overflow(b); }

file ::= items.
items ::= .
items ::= items item.

item ::= PACKAGE(K) path(P) SEMI.                     { build_package(b, K, P); }
item ::= IMPORT STRING(S) SEMI.                       { build_import(b, S, NULL); }
item ::= IMPORT STRING(S) AS ID(A) SEMI.              { build_import(b, S, &A); }
item ::= OPTION ID(N) EQ literal(V) SEMI.             { build_option(b, N, V); }
item ::= decl(D).                                     { build_declare(b, D); }
item ::= SEMI.
item ::= error SEMI.                                  { PARSER_RECOVERED; }

%type decl {idl_decl *}
decl(D) ::= CONST(K) ID(N) EQ literal(V) SEMI.        { D = build_const(b, K, N, V); }
decl(D) ::= ENUM(K) ID(N) attrs(A) LBRACE values(V) last_value RBRACE.
                                                      { D = build_enum(b, K, false, N, A, V); }
decl(D) ::= OPEN(K) ENUM ID(N) attrs(A) LBRACE values(V) last_value RBRACE.
                                                      { D = build_enum(b, K, true, N, A, V); }
decl(D) ::= STRUCT(K) ID(N) attrs(A) body(M).         { D = build_struct(b, K, N, A, M); }
decl(D) ::= UNION(K) ID(N) attrs(A) body(M).          { D = build_union(b, K, N, A, M); }
decl(D) ::= ERROR(K) ID(N) attrs(A) body(M).          { D = build_error(b, K, N, A, M); }
decl(D) ::= ERROR(K) ID(N) attrs(A) SEMI.             { D = build_error(b, K, N, A, NULL); }
decl(D) ::= MODEL(K) ID(N) attrs(A) body(M).          { D = build_model(b, K, N, NULL, A, M); }
decl(D) ::= MODEL(K) ID(N) LPAREN params(P) RPAREN attrs(A) body(M).
                                                      { D = build_model(b, K, N, P, A, M); }

/* The list is in the hands of the builder, because `last_value` has no way to reach it. */
%type values {idl_values *}
values(V) ::= .                                       { V = build_values(b); }
values(V) ::= values(W) ID(N) attrs(A) COMMA.         { V = build_value(b, W, N, A); }
values(V) ::= values(W) error COMMA.                  { V = W; PARSER_RECOVERED; }
last_value ::= .
last_value ::= ID(N) attrs(A).                        { build_value(b, NULL, N, A); }

%type body {idl_members *}
%type members {idl_members *}
body(M) ::= LBRACE members(N) RBRACE.                 { M = N; }
members(M) ::= .                                      { M = build_members(b); }
members(M) ::= members(N) field(F) SEMI.              { M = build_member_field(b, N, F); }
members(M) ::= members(N) call(C) SEMI.               { M = build_member_call(b, N, C); }
members(M) ::= members(N) PRESENCE(K) body(P).        { M = build_member_presence(b, N, K, P); }
members(M) ::= members(N) RESERVED(K) names(L) SEMI.  { M = build_member_reserved(b, N, K, L); }
members(M) ::= members(N) SEMI.                       { M = N; }
members(M) ::= members(N) error SEMI.                 { M = N; PARSER_RECOVERED; }

%type names {idl_name *}
names(L) ::= name_item(I).                            { L = I; }
names(L) ::= names(M) COMMA name_item(I).             { L = build_name_add(M, I); }
%type name_item {idl_name *}
name_item(I) ::= ID(T).                               { I = build_name(b, T); }
name_item(I) ::= STRING(T).                           { I = build_name(b, T); }

%type field {idl_field *}
field(F) ::= field_name(N) optional(O) COLON type(T) default(V) attrs(A).
                                                      { F = build_field(b, N, O, T, V, A); }
%type field_name {idl_token}
field_name(N) ::= ID(T).                              { N = T; }
field_name(N) ::= ACTION(T).                          { N = T; }
field_name(N) ::= TASK(T).                            { N = T; }
field_name(N) ::= EVENT(T).                           { N = T; }
field_name(N) ::= PRESENCE(T).                        { N = T; }
field_name(N) ::= RESERVED(T).                        { N = T; }

%type optional {idl_token}
optional(O) ::= .                                     { O = build_no_token(); }
optional(O) ::= QUESTION(T).                          { O = T; }

%type default {idl_value *}
default(V) ::= .                                      { V = NULL; }
default(V) ::= EQ literal(W).                         { V = W; }

%type call {idl_call *}
call(C) ::= ACTION(K) ID(N) LPAREN params(P) RPAREN.  { C = build_call(b, IDL_ACTION, K, N, P); }
call(C) ::= TASK(K) ID(N) LPAREN params(P) RPAREN.    { C = build_call(b, IDL_TASK, K, N, P); }
call(C) ::= EVENT(K) ID(N) LPAREN params(P) RPAREN.   { C = build_call(b, IDL_EVENT, K, N, P); }
call(C) ::= call(D) ARROW(K) type(T).                 { C = build_call_result(b, D, K, T); }
call(C) ::= call(D) PROGRESS(K) type(T).              { C = build_call_progress(b, D, K, T); }
call(C) ::= call(D) THROWS(K) throws(L).              { C = build_call_throws(b, D, K, L); }
call(C) ::= call(D) attr(A).                          { C = build_call_attr(D, A); }

%type throws {idl_throw *}
throws(L) ::= path(P).                                { L = build_throw(b, P); }
throws(L) ::= throws(M) COMMA path(P).                { L = build_throw_add(M, build_throw(b, P)); }

%type params {idl_members *}
%type some_params {idl_members *}
params(P) ::= .                                       { P = build_members(b); }
params(P) ::= some_params(Q).                         { P = Q; }
params(P) ::= some_params(Q) COMMA.                   { P = Q; }
some_params(P) ::= param(F).                { P = build_member_field(b, build_members(b), F); }
some_params(P) ::= some_params(Q) COMMA param(F).     { P = build_member_field(b, Q, F); }
%type param {idl_field *}
param(F) ::= ID(N) optional(O) COLON type(T) default(V) attrs(A).
                                                      { F = build_field(b, N, O, T, V, A); }

%type type {idl_type *}
%type base {idl_type *}
type(T) ::= base(B).                                  { T = B; }
type(T) ::= type(U) PIPE(K) NULL(N).                  { T = build_nullable(b, U, K, N); }
base(T) ::= path(P) bounds(R).                        { T = build_named(b, P, NULL, R); }
base(T) ::= path(P) LT type(E) GT(G) bounds(R).       { T = build_generic(b, P, E, G, R); }
base(T) ::= path(P) LT type(K) COMMA type(E) GT(G) bounds(R).
                                                      { T = build_pair(b, P, K, E, G, R); }
base(T) ::= LBRACKET(L) type(E) RBRACKET(G) bounds(R). { T = build_list(b, L, E, G, R); }
base(T) ::= path(P) LBRACKET RBRACKET(G).             { T = build_brackets(b, P, G); }

%type bounds {idl_bounds *}
bounds(R) ::= .                                       { R = NULL; }
bounds(R) ::= LPAREN(L) bound(A) DOTDOT bound(Z) RPAREN(G).
                                                      { R = build_bounds(b, L, A, Z, G); }
bounds(R) ::= LPAREN(L) DOTDOT bound(Z) RPAREN(G).    { R = build_bounds(b, L, NULL, Z, G); }
bounds(R) ::= LPAREN(L) bound(A) DOTDOT RPAREN(G).    { R = build_bounds(b, L, A, NULL, G); }
bounds(R) ::= LPAREN(L) bound(A) RPAREN(G).           { R = build_bounds_single(b, L, A, G); }
%type bound {idl_value *}
bound(V) ::= INT(T).                                  { V = build_int(b, T); }
bound(V) ::= FLOAT(T).                                { V = build_float(b, T); }
bound(V) ::= path(P).                                 { V = build_reference(b, P); }

%type literal {idl_value *}
literal(V) ::= STRING(T).                             { V = build_string(b, T); }
literal(V) ::= INT(T).                                { V = build_int(b, T); }
literal(V) ::= FLOAT(T).                              { V = build_float(b, T); }
literal(V) ::= TRUE(T).                               { V = build_bool(b, T, true); }
literal(V) ::= FALSE(T).                              { V = build_bool(b, T, false); }
literal(V) ::= NULL(T).                               { V = build_null(b, T); }
literal(V) ::= path(P).                               { V = build_reference(b, P); }
literal(V) ::= LBRACKET(L) RBRACKET(G).               { V = build_empty(b, L, G, false); }
literal(V) ::= LBRACE(L) RBRACE(G).                   { V = build_empty(b, L, G, true); }

/* a.b.c */
%type path {idl_token}
path(P) ::= ID(T).                                    { P = T; }
path(P) ::= path(Q) DOT ID(T).                        { P = build_path(b, Q, T); }

%type attrs {idl_attr *}
%type attr {idl_attr *}
attrs(A) ::= .                                        { A = NULL; }
attrs(A) ::= attrs(B) attr(C).                        { A = build_attr_add(B, C); }
attr(A) ::= AT(K) ID(N).                              { A = build_attr(b, K, N, NULL); }
attr(A) ::= AT(K) ID(N) LPAREN RPAREN.                { A = build_attr(b, K, N, NULL); }
attr(A) ::= AT(K) ID(N) LPAREN args(L) RPAREN.        { A = build_attr(b, K, N, L); }
%type args {idl_arg *}
%type arg {idl_arg *}
args(L) ::= arg(A).                                   { L = A; }
args(L) ::= args(M) COMMA arg(A).                     { L = build_arg_add(M, A); }
arg(A) ::= STRING(T).                                 { A = build_arg(b, IDL_ARG_STRING, T); }
arg(A) ::= INT(T).                                    { A = build_arg(b, IDL_ARG_INT, T); }
arg(A) ::= FLOAT(T).                                  { A = build_arg(b, IDL_ARG_FLOAT, T); }
arg(A) ::= DURATION(T).                               { A = build_arg(b, IDL_ARG_DURATION, T); }
arg(A) ::= RATE(T).                                   { A = build_arg(b, IDL_ARG_RATE, T); }
arg(A) ::= path(P).                                   { A = build_arg(b, IDL_ARG_NAME, P); }

%code {
#include "lookahead.inc"
}
