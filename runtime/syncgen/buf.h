/*
 * A growing byte buffer with a sticky error: write as much as you like, check `status` once.
 *
 * After a failed growth the buffer keeps what it had, further writes are ignored and `status` says
 * SYNC_NOMEM, or SYNC_TOO_BIG when `limit` was reached.
 */
#ifndef SYNCGEN_BUF_H
#define SYNCGEN_BUF_H

#include <string.h>

#include <syncgen/status.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sync_buf {
	char *data; /* not NUL-terminated; NULL while cap is 0 */
	size_t len, cap;
	size_t limit; /* of len; 0: none but SIZE_MAX / 2 */
	sync_status status;
} sync_buf;

/* A zeroed sync_buf is an empty one; init only says so. release frees and leaves an empty one. */
void sync_buf_init(sync_buf *buf);
void sync_buf_release(sync_buf *buf);

/* Empties, keeps the memory, clears the error. */
void sync_buf_clear(sync_buf *buf);

/* Makes room for `more` bytes. False: not done, the sticky error is set. */
bool sync_buf_grow(sync_buf *buf, size_t more);

/*
 * A pointer to at least `more` (not 0) writable bytes at the end, or NULL. Write there, then add
 * what was written to `len`. This is what generated encoders use to write without a check per byte.
 */
static inline char *sync_buf_room(sync_buf *buf, size_t more)
{
	if (buf->cap - buf->len < more && !sync_buf_grow(buf, more))
		return NULL;
	return buf->data + buf->len;
}

static inline void sync_buf_put(sync_buf *buf, const void *bytes, size_t length)
{
	if (!length)
		return;
	char *to = sync_buf_room(buf, length);
	if (!to)
		return;
	memcpy(to, bytes, length);
	buf->len += length;
}

static inline void sync_buf_byte(sync_buf *buf, char byte)
{
	char *to = sync_buf_room(buf, 1);
	if (!to)
		return;
	*to = byte;
	buf->len++;
}

/* A string literal, its length known at compile time. */
#define SYNC_BUF_LITERAL(buf, literal) sync_buf_put((buf), "" literal, sizeof(literal) - 1)

/* NUL-terminates without counting the NUL; NULL when out of memory. Borrowed until the next
 * write. */
const char *sync_buf_cstr(sync_buf *buf);

#ifdef __cplusplus
}
#endif
#endif
