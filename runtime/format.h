/*
 * The formats that a regular expression decides: format_scan.re.
 */
#ifndef SYNC_FORMAT_H
#define SYNC_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

bool sync_scan_uri(const char *bytes, size_t length);
bool sync_scan_ipv4(const char *bytes, size_t length);
bool sync_scan_ipv6(const char *bytes, size_t length);
bool sync_scan_hostname(const char *bytes, size_t length);
bool sync_scan_email(const char *bytes, size_t length);
bool sync_scan_slug(const char *bytes, size_t length);

#endif
