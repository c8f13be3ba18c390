/* How often a peer may call what has an @rate. */
#include "session_core.h"

#include <syncgen/alloc.h>

/*
 * So many at once, and then one for each part of the time: for each call the moment at which all
 * that were let through are paid for, in units of which `rate_count` make a millisecond (a leaky
 * bucket, the generic cell rate algorithm of ITU-T I.371).
 */
struct rate {
	const sync_call_info *info;
	uint64_t paid;
};

struct sync_rates {
	size_t count;
	struct rate of[];
};

static struct rate *rate_of(sync_session *session, const sync_call_info *info)
{
	struct sync_rates *rates = session->rates;
	size_t count = rates ? rates->count : 0;
	for (size_t i = 0; i < count; i++)
		if (rates->of[i].info == info)
			return &rates->of[i];
	rates = sync_resize(rates, sizeof *rates + (count + 1) * sizeof *rates->of);
	if (!rates)
		return NULL;
	session->rates = rates;
	rates->count = count + 1;
	rates->of[count] = (struct rate){ info, 0 };
	return &rates->of[count];
}

sync_status sync_session_may_call(sync_session *session, const sync_call_info *info,
				  uint64_t *wait_ms, sync_error *error)
{
	if (!info->rate_count)
		return SYNC_OK;
	struct rate *rate = rate_of(session, info);
	if (!rate)
		return sync_error_set(error, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
	uint64_t now = session->hub->now * info->rate_count;
	uint64_t burst = (info->rate_count - 1) * info->rate_ms;
	if (rate->paid < now)
		rate->paid = now;
	if (rate->paid - now > burst) {
		*wait_ms = (rate->paid - now - burst + info->rate_count - 1) / info->rate_count;
		return sync_error_set(error, SYNC_RATE, "%s: at most %u in %llu ms", info->name,
				      info->rate_count, (unsigned long long)info->rate_ms);
	}
	rate->paid += info->rate_ms;
	return SYNC_OK;
}
