/* What is to be done a while later. */
#include "hub_core.h"

void sync_alarm_clear(sync_alarm *alarm)
{
	if (!alarm->hub)
		return;
	if (alarm->prev)
		alarm->prev->next = alarm->next;
	else
		alarm->hub->alarms = alarm->next;
	if (alarm->next)
		alarm->next->prev = alarm->prev;
	alarm->hub = NULL;
}

void sync_alarm_set(sync_alarm *alarm, sync_hub *hub, uint64_t ms)
{
	alarm->at = hub->now + ms;
	if (alarm->hub)
		return;
	alarm->hub = hub;
	alarm->prev = NULL;
	alarm->next = hub->alarms;
	if (alarm->next)
		alarm->next->prev = alarm;
	hub->alarms = alarm;
}

void sync_hub_ring(sync_hub *hub)
{
	for (sync_alarm *next, *alarm = hub->alarms; alarm; alarm = next) {
		next = alarm->next;
		if (hub->now < alarm->at)
			continue;
		sync_alarm_clear(alarm);
		alarm->ring(alarm);
	}
}
