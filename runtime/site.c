#include "site.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

static const struct {
	const char *suffix, *type;
} types[] = {
	{ ".html", "text/html; charset=utf-8" },
	{ ".js", "text/javascript; charset=utf-8" },
	{ ".mjs", "text/javascript; charset=utf-8" },
	{ ".css", "text/css; charset=utf-8" },
	{ ".json", "application/json" },
	{ ".map", "application/json" },
	{ ".svg", "image/svg+xml" },
	{ ".png", "image/png" },
	{ ".jpg", "image/jpeg" },
	{ ".jpeg", "image/jpeg" },
	{ ".gif", "image/gif" },
	{ ".webp", "image/webp" },
	{ ".avif", "image/avif" },
	{ ".ico", "image/x-icon" },
	{ ".txt", "text/plain; charset=utf-8" },
	{ ".md", "text/markdown; charset=utf-8" },
	{ ".xml", "application/xml" },
	{ ".pdf", "application/pdf" },
	{ ".wasm", "application/wasm" },
	{ ".woff", "font/woff" },
	{ ".woff2", "font/woff2" },
	{ ".webmanifest", "application/manifest+json" },
	{ ".mp3", "audio/mpeg" },
	{ ".mp4", "video/mp4" },
	{ ".webm", "video/webm" },
};

const char *sync_site_type(const char *path)
{
	size_t length = strlen(path);
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		size_t suffix = strlen(types[i].suffix);
		if (length > suffix && strcasecmp(path + length - suffix, types[i].suffix) == 0)
			return types[i].type;
	}
	return "application/octet-stream";
}

/* No control characters, no backslash, no segment that begins with a dot. */
static bool is_plain(const char *request)
{
	if (request[0] != '/')
		return false;
	for (const char *at = request; *at; at++) {
		if ((unsigned char)*at < 0x20 || *at == 0x7f || *at == '\\')
			return false;
		if (at[0] == '/' && at[1] == '.')
			return false;
	}
	return true;
}

static bool resolve(const char *root, const char *request, const char *more, char *file,
		    struct stat *info)
{
	char joined[SYNC_SITE_PATH];
	int length = snprintf(joined, sizeof joined, "%s%s%s", root, request, more);
	if (length < 0 || (size_t)length >= sizeof joined)
		return false;
	char *real = realpath(joined, NULL);
	if (!real)
		return false;
	size_t below = strlen(root);
	bool inside = strncmp(real, root, below) == 0 &&
		      (real[below] == '/' || real[below] == '\0' || below == 1);
	bool fits = inside && strlen(real) < SYNC_SITE_PATH;
	if (fits)
		strcpy(file, real);
	free(real);
	return fits && stat(file, info) == 0;
}

bool sync_site_find(const char *root, const char *request, char *file)
{
	struct stat info;
	if (!is_plain(request) || !resolve(root, request, "", file, &info))
		return false;
	if (S_ISDIR(info.st_mode) && !resolve(root, request, "/index.html", file, &info))
		return false;
	return S_ISREG(info.st_mode);
}

bool sync_site_origin(const char *const *origins, const char *origin, const char *host, bool secure)
{
	if (!*origin)
		return true;
	if (!origins) {
		const char *authority = strstr(origin, "://");
		/* A page that came in the clear may be anybody's. */
		if (secure && strncasecmp(origin, "https://", 8) != 0)
			return false;
		return authority && *host && strcasecmp(authority + 3, host) == 0;
	}
	for (; *origins; origins++)
		if (strcasecmp(*origins, origin) == 0)
			return true;
	return false;
}
