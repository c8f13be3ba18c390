#include "client_apart.h"

#include <stdio.h>

#include "base64.h"

enum {
	FRAMES = 64,	/* that a server takes, see docs/protocol.md */
	REF_BYTES = 32, /* {"$bin":"18446744073709551615"} and a little */
	REF_SIZE = 24
};

void client_apart_init(client_apart *apart, size_t bytes, uint64_t *refs)
{
	*apart = (client_apart){ .room = bytes, .frames = FRAMES, .refs = refs };
}

static bool goes(client_apart *apart, const client_span *span)
{
	if (!apart->frames || span->bytes > apart->room)
		return false;
	apart->frames--;
	apart->room -= span->bytes;
	return true;
}

size_t client_apart_weigh(client_apart *apart, const client_spans *spans, size_t length)
{
	for (size_t i = 0; i < spans->count; i++)
		if (goes(apart, &spans->list[i]))
			length = length - spans->list[i].length + REF_BYTES;
	return length;
}

/* OK; INVALID: no base64; NOMEM. */
static sync_status bytes_of(const char *text, const client_span *span, sync_packet **packet)
{
	sync_packet *made = sync_packet_new();
	char *to = made ? sync_buf_room(&made->bytes, span->bytes) : NULL;
	if (!to || !sync_base64_decode(to, text + span->at + 1, span->length - 2)) {
		sync_packet_drop(made);
		return to ? SYNC_INVALID : SYNC_NOMEM;
	}
	made->bytes.len += span->bytes;
	made->binary = true;
	*packet = made;
	return SYNC_OK;
}

static sync_packet *head_of(const char *ref, size_t length)
{
	sync_packet *packet = sync_packet_new();
	if (!packet)
		return NULL;
	SYNC_BUF_LITERAL(&packet->bytes, "{\"t\":\"bin\",\"ref\":\"");
	sync_buf_put(&packet->bytes, ref, strlen(ref));
	SYNC_BUF_LITERAL(&packet->bytes, "\",\"length\":");
	sync_put_u64(&packet->bytes, length);
	sync_buf_byte(&packet->bytes, '}');
	return sync_packet_seal(packet);
}

static void hang(client_apart *apart, sync_packet *packet)
{
	if (apart->last)
		apart->last->next = packet;
	else
		apart->first = packet;
	apart->last = packet;
}

/* INVALID: it stays where it is, for the server to refuse. */
static sync_status put_apart(client_apart *apart, const char *json, const client_span *span,
			     sync_buf *out)
{
	char ref[REF_SIZE];
	sync_packet *bytes, *head;
	sync_status status = bytes_of(json, span, &bytes);
	if (status != SYNC_OK)
		return status;
	snprintf(ref, sizeof ref, "%llu", (unsigned long long)++*apart->refs);
	head = head_of(ref, span->bytes);
	if (!head) {
		sync_packet_drop(bytes);
		return SYNC_NOMEM;
	}
	hang(apart, head);
	hang(apart, bytes);
	SYNC_BUF_LITERAL(out, "{\"$bin\":\"");
	sync_buf_put(out, ref, strlen(ref));
	SYNC_BUF_LITERAL(out, "\"}");
	return SYNC_OK;
}

void client_apart_put(client_apart *apart, const char *json, const client_spans *spans,
		      sync_buf *out)
{
	size_t from = 0;
	for (size_t i = 0; i < spans->count; i++) {
		const client_span *span = &spans->list[i];
		if (!goes(apart, span))
			continue;
		sync_buf_put(out, json + from, span->at - from);
		from = span->at;
		sync_status status = put_apart(apart, json, span, out);
		if (status == SYNC_OK)
			from += span->length;
		else if (status == SYNC_NOMEM)
			out->status = status;
	}
	sync_buf_put(out, json + from, strlen(json) - from);
}

sync_packet *client_apart_end(client_apart *apart, sync_packet *packet)
{
	sync_packet *first = apart->first ? apart->first : packet;
	if (packet)
		hang(apart, packet);
	else
		sync_packet_drop(apart->first);
	return packet ? first : NULL;
}
