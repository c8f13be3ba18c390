/*
 * The address of a server: ws://HOST[:PORT][/PATH][?QUERY], or wss:// (RFC 6455 section 3).
 */
#ifndef SYNCGEN_CLIENT_URL_H
#define SYNCGEN_CLIENT_URL_H

#include <syncgen/status.h>

enum { CLIENT_URL_HOST = 256, CLIENT_URL_PATH = 4096 };

typedef struct client_url {
	bool secure;
	int port;
	char host[CLIENT_URL_HOST];	      /* without the brackets of an IPv6 address */
	char authority[CLIENT_URL_HOST + 10]; /* for the Host header: as given */
	char path[CLIENT_URL_PATH];	      /* with the query; "/" when there is none */
} client_url;

/* INVALID: it is no such address; `error` says why. */
sync_status client_url_parse(client_url *url, const char *text, sync_error *error);

#endif
