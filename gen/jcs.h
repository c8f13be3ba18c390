/*
 * Pieces of canonical JSON (RFC 8785): the one way to write a string, a number, and to order
 * members. For the schema hash, and for whoever spells JSON or JavaScript literals.
 */
#ifndef GEN_JCS_H
#define GEN_JCS_H

#include <stdint.h>

#include "buf.h"

/* Quoted and escaped as in RFC 8785, 3.2.2.2; `text` is valid UTF-8. */
void jcs_string(buf *b, const char *text, size_t length);

/* The shortest digits that read back equal, as ECMAScript prints them; `number` is finite. */
void jcs_double(buf *b, double number);

/* Digits; beyond +-(2^53-1), which JSON readers may round, a string of them (RFC 8785, appendix D).
 */
void jcs_int(buf *b, int64_t number);
void jcs_uint(buf *b, uint64_t number);

/* Order of member names: by UTF-16 code units (3.2.3). As strcmp() answers. */
int jcs_compare(const char *a, const char *b);

#endif
