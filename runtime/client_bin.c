#include "client_bin.h"

#include <string.h>

#include <syncgen/alloc.h>

#include "bin_ref.h"

enum { COUNT_MAX = 1024 }; /* that wait; a patch has no more results than a push has mutations */

bool client_bins_announce(client_bins *bins, const client_object *frame, size_t most_of_one,
			  size_t most, sync_error *error)
{
	uint64_t length;
	if (!client_text(frame, CLIENT_REF, false, bins->ref, sizeof bins->ref, error) ||
	    !client_number(frame, CLIENT_LENGTH, false, &length, error))
		return false;
	if (length > most_of_one || bins->count >= COUNT_MAX || length > most - bins->bytes) {
		sync_error_set(error, SYNC_TOO_BIG, "so many bytes are over the limit");
		return false;
	}
	bins->due = true;
	bins->length = (size_t)length;
	return true;
}

static client_bin *find(const client_bins *bins, const bin_ref *ref)
{
	client_bin *bin = bins->first;
	while (bin && (bin->over || !bin_ref_is(ref, bin->ref)))
		bin = bin->next;
	return bin;
}

bool client_bins_take(client_bins *bins, const char *bytes, size_t length, sync_error *error)
{
	const char *wrong = !bins->due		     ? "nothing announced these bytes"
			    : length != bins->length ? "these are not as many bytes as announced"
						     : NULL;
	bins->due = false;
	if (wrong) {
		sync_error_set(error, SYNC_INVALID, "%s", wrong);
		return false;
	}
	for (client_bin *at = bins->first; at; at = at->next)
		at->over =
			at->over || strcmp(at->ref, bins->ref) == 0; /* a newer one of that name */
	client_bin *bin = sync_calloc(1, sizeof *bin);
	if (bin)
		sync_put_base64(&bin->text, bytes, length);
	if (!bin || bin->text.status != SYNC_OK) {
		if (bin)
			sync_buf_release(&bin->text);
		sync_free(bin);
		sync_error_set(error, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
		return false;
	}
	memcpy(bin->ref, bins->ref, sizeof bin->ref);
	bin->length = length;
	bin->next = bins->first;
	bins->first = bin;
	bins->count++;
	bins->bytes += length;
	return true;
}

void client_bins_mean(const client_bins *bins, const char **json, size_t *length)
{
	bin_ref ref;
	const client_bin *bin = NULL;
	if (bins->first && *length && bin_ref_read(&ref, *json, *json + *length))
		bin = find(bins, &ref);
	if (!bin)
		return;
	*json = bin->text.data;
	*length = bin->text.len;
}

void client_bins_pass(client_bins *bins, const char *json, size_t length)
{
	if (!length)
		return;
	const char *at = json, *end = json + length;
	bin_ref ref;
	while (bins->first && at < end && (at = memchr(at, '{', (size_t)(end - at)))) {
		client_bin *bin = bin_ref_read(&ref, at++, end) ? find(bins, &ref) : NULL;
		if (bin)
			bin->over = true;
	}
}

void client_bins_end(client_bins *bins)
{
	bins->due = false;
	for (client_bin *at = bins->first; at; at = at->next)
		at->over = true;
}

void client_bins_sweep(client_bins *bins)
{
	for (client_bin **at = &bins->first; *at;) {
		client_bin *bin = *at;
		if (!bin->over) {
			at = &bin->next;
			continue;
		}
		*at = bin->next;
		bins->bytes -= bin->length;
		bins->count--;
		sync_buf_release(&bin->text);
		sync_free(bin);
	}
}

void client_bins_release(client_bins *bins)
{
	client_bins_end(bins);
	client_bins_sweep(bins);
}
