#include <syncgen/buf.h>

#include <syncgen/alloc.h>

enum { FIRST_CAPACITY = 128 };

void sync_buf_init(sync_buf *buf)
{
	*buf = (sync_buf){ 0 };
}

void sync_buf_release(sync_buf *buf)
{
	sync_free(buf->data);
	*buf = (sync_buf){ 0 };
}

void sync_buf_clear(sync_buf *buf)
{
	buf->len = 0;
	buf->status = SYNC_OK;
}

/* The capacity is given up, so that the inline check of every later write ends up in grow. */
static bool fail(sync_buf *buf, sync_status status)
{
	if (buf->status == SYNC_OK)
		buf->status = status;
	buf->cap = buf->len;
	return false;
}

bool sync_buf_grow(sync_buf *buf, size_t more)
{
	if (buf->status != SYNC_OK)
		return fail(buf, buf->status);
	size_t limit = buf->limit ? buf->limit : SIZE_MAX / 2;
	if (buf->len > limit || more > limit - buf->len)
		return fail(buf, SYNC_TOO_BIG);
	size_t needed = buf->len + more;
	if (needed <= buf->cap)
		return true;
	size_t cap = buf->cap < FIRST_CAPACITY ? FIRST_CAPACITY : buf->cap + buf->cap / 2;
	if (cap < needed)
		cap = needed;
	if (cap > limit)
		cap = limit;
	char *data = sync_resize(buf->data, cap);
	if (!data)
		return fail(buf, SYNC_NOMEM);
	buf->data = data;
	buf->cap = cap;
	return true;
}

const char *sync_buf_cstr(sync_buf *buf)
{
	/* The NUL is no content: a full limit must not make it impossible. */
	size_t limit = buf->limit;
	if (limit)
		buf->limit = limit < SIZE_MAX / 2 ? limit + 1 : limit;
	char *end = sync_buf_room(buf, 1);
	buf->limit = limit;
	if (limit && buf->cap > limit)
		buf->cap = limit;
	if (!end)
		return NULL;
	*end = '\0';
	return buf->data;
}
