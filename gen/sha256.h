/* SHA-256 (FIPS 180-4), so that a compiler of text needs no library of cryptography. */
#ifndef GEN_SHA256_H
#define GEN_SHA256_H

#include <stddef.h>

/* 64 lower-case hex digits and a NUL. */
void sha256_hex(const void *bytes, size_t length, char hex[65]);

#endif
