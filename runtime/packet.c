#include "packet.h"

#include <syncgen/alloc.h>

sync_packet *sync_packet_new(void)
{
	sync_packet *packet = sync_calloc(1, sizeof *packet);
	if (!packet)
		return NULL;
	packet->refs = 1;
	char *room = sync_buf_room(&packet->bytes, SYNC_PACKET_ROOM);
	if (!room) {
		sync_free(packet);
		return NULL;
	}
	memset(room, 0, SYNC_PACKET_ROOM);
	packet->bytes.len = SYNC_PACKET_ROOM;
	return packet;
}

sync_packet *sync_packet_seal(sync_packet *packet)
{
	if (!packet || packet->bytes.status == SYNC_OK)
		return packet;
	sync_packet_drop(packet);
	return NULL;
}

void sync_packet_drop(sync_packet *packet)
{
	while (packet && !--packet->refs) {
		sync_packet *next = packet->next;
		sync_buf_release(&packet->bytes);
		sync_free(packet);
		packet = next;
	}
}
