/*
 * The token that an HTTP request shows, in the places where one may stand: decisions over strings,
 * for the server adapters.
 */
#ifndef SYNCGEN_TOKEN_H
#define SYNCGEN_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

/* Each finds it in the value of a header, which it may point into; NULL: there is none. */

/* Authorization: Bearer (RFC 6750 section 2.1). */
const char *sync_token_bearer(const char *authorization, size_t *length);
/* The value of the cookie of that name (RFC 6265 section 5.4), without quotes around it. */
const char *sync_token_cookie(const char *cookies, const char *name, size_t *length);
/* Sec-WebSocket-Protocol: what stands behind "ticket." in one of them, which has at most 60
 * bytes. */
const char *sync_token_ticket(const char *protocols, size_t *length);

#endif
