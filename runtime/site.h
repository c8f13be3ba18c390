/*
 * What an HTTP request may have of a folder, and whether a web page may open a socket: decisions
 * over strings, for the server adapters.
 */
#ifndef SYNCGEN_SITE_H
#define SYNCGEN_SITE_H

#include <stdbool.h>
#include <stddef.h>

enum { SYNC_SITE_PATH = 4096 };

/* The content type for a file of that name; "application/octet-stream" for what is not known. */
const char *sync_site_type(const char *path);

/*
 * The file for the path of a request (decoded, without query), in `file` of SYNC_SITE_PATH bytes.
 * `root` is an absolute path without links. A folder stands for its index.html. False: there is
 * none, or it is not to be had: dot files, "..", links that lead outside, anything but a regular
 * file.
 */
bool sync_site_find(const char *root, const char *request, char *file);

/*
 * Whether a page of that Origin may connect (RFC 6455 section 10.2). origins: the values allowed,
 * or NULL: that of the host which was asked; `secure`: if it came over TLS itself. A request
 * without Origin comes from no browser, and may.
 */
bool sync_site_origin(const char *const *origins, const char *origin, const char *host,
		      bool secure);

#endif
