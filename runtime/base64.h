/*
 * Base64 (RFC 4648 section 4), strictly: padding must be there, and no bits may be set behind the
 * data, so each byte string has one text.
 */
#ifndef SYNC_BASE64_H
#define SYNC_BASE64_H

#include <stdbool.h>
#include <stddef.h>

static inline size_t base64_length(size_t bytes)
{
	return (bytes + 2) / 3 * 4;
}

/* Writes base64_length(length) characters. */
void sync_base64_encode(char *to, const void *data, size_t length);

/* The number of bytes that `text` holds if it is valid; its letters are not looked at. */
bool sync_base64_size(const char *text, size_t length, size_t *size);

/* Writes as many bytes as sync_base64_size said; `to` may be `text`. False: not valid. */
bool sync_base64_decode(void *to, const char *text, size_t length);

#endif
