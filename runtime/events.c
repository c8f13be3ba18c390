#include "events.h"

static void forget(sync_events *events, uint64_t number)
{
	sync_event *event = sync_events_at(events, number);
	for (unsigned i = 0; i < SYNC_PACKET_KINDS; i++) {
		sync_packet_drop(event->packets[i]);
		event->packets[i] = NULL;
	}
	events->bytes -= event->args.len;
	sync_buf_release(&event->args);
}

void sync_events_truncate(sync_events *events, uint64_t end)
{
	while (events->end > end && events->end > events->begin)
		forget(events, --events->end);
}

void sync_events_forget(sync_events *events)
{
	while (events->begin < events->end)
		forget(events, events->begin++);
}

sync_status sync_events_push(sync_events *events, const sync_event_info *info, const void *args,
			     uint64_t revision)
{
	sync_writer writer;
	sync_writer_init(&writer);
	if (info->params)
		info->params->ops->write(info->params, &writer, args);
	else
		SYNC_BUF_LITERAL(&writer.out, "{}");
	if (writer.out.status != SYNC_OK) {
		sync_status status = writer.out.status;
		sync_buf_release(&writer.out);
		return status;
	}
	while (events->begin < events->end && (events->end - events->begin == SYNC_EVENTS_KEPT ||
					       events->bytes + writer.out.len > SYNC_EVENTS_BYTES))
		forget(events, events->begin++);
	sync_event *event = sync_events_at(events, events->end++);
	event->info = info;
	event->revision = revision;
	event->args = writer.out;
	events->bytes += writer.out.len;
	return SYNC_OK;
}
