/* What is asked over HTTP: files of one folder, and to become a WebSocket. */
#include "server_lws.h"

#include <syncgen/alloc.h>

#include "token.h"

static const char file_headers[] = "Cache-Control: no-cache\r\n"
				   "X-Content-Type-Options: nosniff\r\n";

static int answer(struct lws *wsi, unsigned code)
{
	if (lws_return_http_status(wsi, code, NULL) < 0)
		return -1;
	return lws_http_transaction_completed(wsi) ? -1 : 0;
}

static bool has(struct lws *wsi, enum lws_token_indexes token)
{
	return lws_hdr_total_length(wsi, token) > 0;
}

int server_http(sync_server *server, struct lws *wsi, const char *path, size_t length)
{
	char file[SYNC_SITE_PATH];
	if (!has(wsi, WSI_TOKEN_GET_URI) && !has(wsi, WSI_TOKEN_HEAD_URI)) {
		lws_return_http_status(wsi, HTTP_STATUS_METHOD_NOT_ALLOWED, NULL);
		return -1; /* a body may follow that nobody will read */
	}
	if (strlen(path) != length)
		return answer(wsi, HTTP_STATUS_NOT_FOUND); /* a NUL in it */
	if (server_mount_at(server, path))
		return answer(wsi, 426); /* Upgrade Required */
	if (!server->root || !sync_site_find(server->root, path, file))
		return answer(wsi, HTTP_STATUS_NOT_FOUND);
	int sent = lws_serve_http_file(wsi, file, sync_site_type(file), file_headers,
				       (int)sizeof file_headers - 1);
	if (sent < 0 || (sent > 0 && lws_http_transaction_completed(wsi)))
		return -1;
	return 0;
}

/* A header's text; "" when it is missing, false when it is too long. */
static bool header(struct lws *wsi, enum lws_token_indexes token, char *text)
{
	text[0] = '\0';
	return !has(wsi, token) || lws_hdr_copy(wsi, text, SERVER_HEADER, token) > 0;
}

/* Of the subprotocols offered libwebsockets takes the first that it knows. */
static bool asks_native(struct lws *wsi)
{
	char offered[SERVER_HEADER];
	if (!header(wsi, WSI_TOKEN_PROTOCOL, offered))
		return false;
	const char *native = strstr(offered, SERVER_NATIVE),
		   *other = strstr(offered, SERVER_WS_SYNC);
	return native && (!other || native < other);
}

static unsigned judge(sync_server *server, struct lws *wsi, const char *to)
{
	char path[SERVER_HEADER], origin[SERVER_HEADER], host[SERVER_HEADER],
		version[SERVER_HEADER], http[SERVER_HEADER];
	if (strcmp(to, "websocket") != 0 || !has(wsi, WSI_TOKEN_GET_URI))
		return HTTP_STATUS_BAD_REQUEST;
	if (!header(wsi, WSI_TOKEN_GET_URI, path) || !header(wsi, WSI_TOKEN_ORIGIN, origin) ||
	    !header(wsi, WSI_TOKEN_HOST, host) || !header(wsi, WSI_TOKEN_VERSION, version) ||
	    !header(wsi, WSI_TOKEN_HTTP, http))
		return HTTP_STATUS_BAD_REQUEST;
	unsigned code = server->echo ? 0 : server_mount_judge(server, path, asks_native(wsi));
	if (code)
		return code;
	if (strcmp(version, "13") != 0)
		return 426;
	if (strcmp(http, "HTTP/1.0") == 0)
		return HTTP_STATUS_BAD_REQUEST;
	if (!sync_site_origin((const char *const *)server->origins, origin, host, server->tls))
		return HTTP_STATUS_FORBIDDEN;
	if (server->stop_at || server->connections >= server->max_connections)
		return HTTP_STATUS_SERVICE_UNAVAILABLE;
	return 0;
}

int server_http_upgrade(sync_server *server, struct lws *wsi, const char *to)
{
	unsigned code = judge(server, wsi, to);
	if (!code)
		return 0;
	server_log(server, 'i', "an upgrade to %s was refused with %u", to, code);
	return lws_return_http_status(wsi, code, NULL) < 0 ? -1 : 1;
}

/* ---- who asks ---- */

/* A header's text, to be freed; NULL: it is missing. */
static char *copy_header(struct lws *wsi, enum lws_token_indexes token)
{
	int length = lws_hdr_total_length(wsi, token);
	char *text = length > 0 ? sync_alloc((size_t)length + 1) : NULL;
	if (text && lws_hdr_copy(wsi, text, length + 1, token) > 0)
		return text;
	sync_free(text);
	return NULL;
}

static const char *find_token(const sync_server *server, sync_token_from from, const char *text,
			      size_t *length)
{
	if (from == SYNC_TOKEN_HEADER)
		return sync_token_bearer(text, length);
	if (from == SYNC_TOKEN_TICKET)
		return sync_token_ticket(text, length);
	return server->cookie ? sync_token_cookie(text, server->cookie, length) : NULL;
}

char *server_http_token(const sync_server *server, struct lws *wsi, sync_token_from *from)
{
	static const struct {
		sync_token_from from;
		enum lws_token_indexes header;
	} places[] = { { SYNC_TOKEN_HEADER, WSI_TOKEN_HTTP_AUTHORIZATION },
		       { SYNC_TOKEN_COOKIE, WSI_TOKEN_HTTP_COOKIE },
		       { SYNC_TOKEN_TICKET, WSI_TOKEN_PROTOCOL } };
	char *token = NULL;
	for (size_t i = 0; !token && i < sizeof places / sizeof *places; i++) {
		char *text = copy_header(wsi, places[i].header);
		size_t length;
		const char *at = text ? find_token(server, places[i].from, text, &length) : NULL;
		if (at) {
			memmove(text, at, length);
			text[length] = '\0';
			token = text;
			*from = places[i].from;
		} else {
			sync_free(text);
		}
	}
	return token;
}
