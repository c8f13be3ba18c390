#include "utf8.h"

#include <syncgen/json.h>

#include "scan.h"

bool sync_utf8_check(const char *bytes, size_t length, size_t *points)
{
	if (points)
		*points = 0;
	if (!length)
		return true;
	const char *at = bytes, *end = bytes + length;
	size_t continued = 0; /* bytes that begin no character */
	while (at < end) {
		if (end - at >= SCAN_BLOCK && !scan_not_ascii(scan_load(at))) {
			at += SCAN_BLOCK;
			continue;
		}
		if ((unsigned char)*at < 0x80) {
			at++;
			continue;
		}
		unsigned one = utf8_sequence(at, end);
		if (!one)
			return false;
		at += one;
		continued += one - 1;
	}
	if (points)
		*points = length - continued;
	return true;
}
