/* bin: bytes in frames of their own, both ways. */
#include "session_native.h"

#include <stdio.h>
#include <syncgen/alloc.h>

#include "base64.h"
#include "bin_ref.h"

enum { COUNT_MAX = 64 };

/* Bytes that came in, for the next push or task. */
struct bin {
	struct bin *next;
	size_t length;
	char ref[NATIVE_ID_SIZE];
	char bytes[];
};

struct native_bins {
	struct bin *first;
	size_t count, bytes;
	/* A frame of bytes is to come. */
	bool due, unwanted; /* … that was refused already */
	size_t length;
	char ref[NATIVE_ID_SIZE];
};

/* ---- in ---- */

void native_bins_free(struct native_bins *bins)
{
	while (bins && bins->first) {
		struct bin *next = bins->first->next;
		sync_free(bins->first);
		bins->first = next;
	}
	sync_free(bins);
}

void native_bins_used(sync_session *session)
{
	native_bins_free(session->native->bins);
	session->native->bins = NULL;
}

/* How many bytes may come still. */
static size_t room(const sync_session *session, const struct native_bins *bins)
{
	return bins->count < COUNT_MAX ? session->max_message - bins->bytes : 0;
}

void native_on_bin(native_frame *frame)
{
	struct sync_native *native = frame->session->native;
	sync_error error;
	uint64_t length;
	struct native_bins *bins = native->bins;
	if (!bins)
		bins = native->bins = sync_calloc(1, sizeof *bins);
	if (!bins) {
		frame->session->close_code = SYNC_CLOSE_INTERNAL;
		return;
	}
	bins->due = true;
	bins->unwanted = true;
	if (!native_text(&frame->object, NATIVE_REF, false, bins->ref, sizeof bins->ref, &error) ||
	    !native_number(&frame->object, NATIVE_LENGTH, false, &length, &error)) {
		native_refuse(frame, &error);
		return;
	}
	bins->length = (size_t)length;
	bins->unwanted = length > room(frame->session, bins);
	if (!bins->unwanted)
		return;
	sync_error_set(&error, SYNC_TOO_BIG, "so many bytes are over the limit");
	native_refuse(frame, &error);
}

static sync_status keep(struct native_bins *bins, const char *bytes, size_t length,
			sync_error *error)
{
	if (length != bins->length)
		return sync_error_set(error, SYNC_INVALID,
				      "these are not as many bytes as announced");
	struct bin *bin = sync_alloc(sizeof *bin + length);
	if (!bin)
		return sync_error_set(error, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
	memcpy(bin->ref, bins->ref, sizeof bin->ref);
	memcpy(bin->bytes, bytes, length);
	bin->length = length;
	bin->next = bins->first;
	bins->first = bin;
	bins->count++;
	bins->bytes += length;
	return SYNC_OK;
}

sync_status native_on_bytes(sync_session *session, const char *bytes, size_t length,
			    sync_error *error)
{
	struct native_bins *bins = session->native->bins;
	if (!bins || !bins->due)
		return sync_error_set(error, SYNC_INVALID, "nothing announced these bytes");
	bins->due = false;
	return bins->unwanted ? SYNC_OK : keep(bins, bytes, length, error);
}

bool native_bins_due(const sync_session *session)
{
	return session->native->bins && session->native->bins->due;
}

/* ---- {"$bin": ref} ---- */

/* The bytes that are meant at `at`; NULL: nothing of the kind. */
static const struct bin *meant(const struct native_bins *bins, const char *at, const char *end,
			       const char **behind)
{
	bin_ref ref;
	if (!bin_ref_read(&ref, at, end))
		return NULL;
	*behind = ref.behind;
	for (const struct bin *bin = bins->first; bin; bin = bin->next)
		if (bin_ref_is(&ref, bin->ref))
			return bin;
	return NULL;
}

sync_status native_bins_put(const sync_session *session, const char **json, size_t *length,
			    sync_buf *scratch)
{
	const struct native_bins *bins = session->native->bins;
	const char *at = *json, *end = at + *length, *from = at;
	if (!bins || !bins->count)
		return SYNC_OK;
	while ((at = memchr(at, '{', (size_t)(end - at)))) {
		const char *behind;
		const struct bin *bin = meant(bins, at, end, &behind);
		if (!bin) {
			at++;
			continue;
		}
		sync_buf_put(scratch, from, (size_t)(at - from));
		sync_put_base64(scratch, bin->bytes, bin->length);
		from = at = behind;
	}
	if (from == *json)
		return SYNC_OK;
	sync_buf_put(scratch, from, (size_t)(end - from));
	*json = scratch->data;
	*length = scratch->len;
	return scratch->status;
}

/* ---- out ---- */

bool native_say_bytes(sync_session *session, const char *json, size_t length, sync_buf *out)
{
	struct sync_native *native = session->native;
	size_t size;
	if (length < base64_length(BIN_APART_BYTES) || *json != '"' ||
	    !sync_base64_size(json + 1, length - 2, &size) || size > native->takes)
		return false;
	sync_packet *head = native_begin("bin", NULL), *bytes = sync_packet_new();
	char *to = bytes ? sync_buf_room(&bytes->bytes, size) : NULL;
	if (!head || !to || !sync_base64_decode(to, json + 1, length - 2)) {
		sync_packet_drop(head);
		sync_packet_drop(bytes);
		return false;
	}
	char ref[24];
	snprintf(ref, sizeof ref, "%llu", (unsigned long long)++native->refs);
	native_put(&head->bytes, "ref", ref);
	native_put_number(&head->bytes, "length", size);
	bytes->bytes.len += size;
	bytes->binary = true;
	sync_session_queue(session, native_end(head));
	sync_session_queue(session, bytes);
	SYNC_BUF_LITERAL(out, "{\"$bin\":\"");
	sync_buf_put(out, ref, strlen(ref));
	SYNC_BUF_LITERAL(out, "\"}");
	return true;
}
