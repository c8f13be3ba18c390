#include "token.h"

#include <string.h>
#include <strings.h>

enum { TICKET_MAX = 60 /* libwebsockets cuts names of subprotocols at 64 */ };

static const char *skip(const char *at, const char *what)
{
	return at + strspn(at, what);
}

const char *sync_token_bearer(const char *authorization, size_t *length)
{
	static const char scheme[] = "Bearer ";
	const char *at = skip(authorization, " ");
	if (strncasecmp(at, scheme, sizeof scheme - 1) != 0)
		return NULL;
	at = skip(at + sizeof scheme - 1, " ");
	*length = strcspn(at, " ");
	return *length ? at : NULL;
}

const char *sync_token_cookie(const char *cookies, const char *name, size_t *length)
{
	size_t size = strlen(name);
	for (const char *at = skip(cookies, " ;"); *at; at = skip(at, " ;")) {
		size_t whole = strcspn(at, ";");
		if (strncmp(at, name, size) == 0 && at[size] == '=') {
			const char *value = at + size + 1;
			*length = strcspn(value, "; ");
			if (*length > 1 && value[0] == '"' && value[*length - 1] == '"') {
				*length -= 2;
				value++;
			}
			return *length ? value : NULL;
		}
		at += whole;
	}
	return NULL;
}

const char *sync_token_ticket(const char *protocols, size_t *length)
{
	static const char prefix[] = "ticket.";
	for (const char *at = skip(protocols, " ,"); *at; at = skip(at, " ,")) {
		size_t whole = strcspn(at, " ,");
		if (strncmp(at, prefix, sizeof prefix - 1) == 0 && whole <= TICKET_MAX) {
			*length = whole - (sizeof prefix - 1);
			return *length ? at + sizeof prefix - 1 : NULL;
		}
		at += whole;
	}
	return NULL;
}
