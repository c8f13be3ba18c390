#include "client_url.h"

#include <stdlib.h>
#include <string.h>

enum { PORT_PLAIN = 80, PORT_SECURE = 443, PORT_MOST = 65535 };

static sync_status wrong(sync_error *error, const char *why)
{
	return sync_error_set(error, SYNC_INVALID, "%s", why);
}

/* Nothing that could end a line of the request, or is no URL. */
static bool is_clean(const char *text)
{
	for (; *text; text++)
		if (*text <= ' ' || *text > '~' || *text == '#' || *text == '@' || *text == '\\')
			return false;
	return true;
}

static bool parse_port(client_url *url, const char *text, size_t length)
{
	long port = 0;
	if (!length)
		return false;
	for (size_t i = 0; i < length; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		port = port * 10 + (text[i] - '0');
		if (port > PORT_MOST)
			return false;
	}
	url->port = (int)port;
	return port > 0;
}

static sync_status parse_authority(client_url *url, const char *text, size_t length,
				   sync_error *error)
{
	bool brackets = length && *text == '[';
	const char *close = brackets ? memchr(text, ']', length) : NULL;
	if (brackets && !close)
		return wrong(error, "a bracket is not closed");
	const char *host = brackets ? text + 1 : text;
	const char *colon = close ? close + 1 : memchr(text, ':', length);
	if (close && colon == text + length)
		colon = NULL;
	size_t host_length = close   ? (size_t)(close - host)
			     : colon ? (size_t)(colon - text)
				     : length;
	if (!host_length || host_length >= sizeof url->host || length >= sizeof url->authority)
		return wrong(error, "no host, or one that is too long");
	if (colon &&
	    (*colon != ':' || !parse_port(url, colon + 1, length - (size_t)(colon + 1 - text))))
		return wrong(error, "the port is a number from 1 to 65535");
	memcpy(url->host, host, host_length);
	memcpy(url->authority, text, length);
	return SYNC_OK;
}

sync_status client_url_parse(client_url *url, const char *text, sync_error *error)
{
	memset(url, 0, sizeof *url);
	url->secure = strncmp(text, "wss://", 6) == 0;
	if (!url->secure && strncmp(text, "ws://", 5) != 0)
		return wrong(error, "an address begins with ws:// or wss://");
	url->port = url->secure ? PORT_SECURE : PORT_PLAIN;
	text += url->secure ? 6 : 5;
	if (!is_clean(text))
		return wrong(error,
			     "an address holds no spaces, '@', '#' or anything beyond ASCII");
	size_t length = strcspn(text, "/?");
	sync_status status = parse_authority(url, text, length, error);
	if (status != SYNC_OK)
		return status;
	const char *path = text + length;
	size_t slash = *path != '/';
	if (strlen(path) + slash >= sizeof url->path)
		return wrong(error, "the path is too long");
	if (slash)
		url->path[0] = '/';
	memcpy(url->path + slash, path, strlen(path));
	return SYNC_OK;
}
