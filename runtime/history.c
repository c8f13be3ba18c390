#include "history.h"

void sync_history_release(sync_history *history)
{
	sync_buf_release(&history->bytes);
	sync_history_reset(history, 0);
}

void sync_history_reset(sync_history *history, uint64_t revision)
{
	sync_buf_clear(&history->bytes);
	history->start = 0;
	history->first = history->count = 0;
	history->base = revision;
}

/* Where the commit number `index` (0: the oldest) ends. */
static size_t end_of(const sync_history *history, size_t index)
{
	return history->ends[(history->first + index) % SYNC_HISTORY_COMMITS];
}

static void forget_oldest(sync_history *history)
{
	history->start = end_of(history, 0);
	history->first = (history->first + 1) % SYNC_HISTORY_COMMITS;
	history->count--;
	history->base++;
}

/* Moves what is kept to the front, once half of the bytes are forgotten: amortised O(1) a byte. */
static void compact(sync_history *history)
{
	size_t start = history->start;
	if (!start || start < history->bytes.len / 2)
		return;
	memmove(history->bytes.data, history->bytes.data + start, history->bytes.len - start);
	history->bytes.len -= start;
	for (size_t i = 0; i < history->count; i++)
		history->ends[(history->first + i) % SYNC_HISTORY_COMMITS] -= start;
	history->start = 0;
}

sync_status sync_history_push(sync_history *history, const char *ops, size_t length, size_t limit)
{
	compact(history);
	if (!sync_buf_room(&history->bytes, length)) {
		sync_buf *bytes = &history->bytes;
		sync_status status = bytes->status;
		bytes->status = SYNC_OK; /* nothing was written: the next commit may have luck */
		return status;
	}
	if (history->count == SYNC_HISTORY_COMMITS)
		forget_oldest(history);
	if (length > 2)
		sync_buf_byte(&history->bytes, ',');
	sync_buf_put(&history->bytes, ops + 1, length - 2);
	history->ends[(history->first + history->count) % SYNC_HISTORY_COMMITS] =
		history->bytes.len;
	history->count++;
	while (history->count > 1 && history->bytes.len - history->start > limit)
		forget_oldest(history);
	return SYNC_OK;
}

void sync_history_pop(sync_history *history)
{
	history->count--;
	history->bytes.len = history->count ? end_of(history, history->count - 1) : history->start;
}

bool sync_history_range(const sync_history *history, uint64_t from, uint64_t to, const char **bytes,
			size_t *length)
{
	if (from < history->base || from >= to || to - history->base > history->count)
		return false;
	size_t begin = from == history->base ? history->start
					     : end_of(history, (size_t)(from - history->base - 1));
	size_t end = end_of(history, (size_t)(to - history->base - 1));
	bool empty = end == begin;
	*bytes = empty ? "" : history->bytes.data + begin + 1;
	*length = empty ? 0 : end - begin - 1;
	return true;
}
