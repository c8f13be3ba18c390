/*
 * Owned strings and byte strings as fields of generated structs.
 *
 * A sync_str points at NUL-terminated UTF-8 with its length in front of it, so `%s` prints it and
 * U+0000 inside survives. It owns its bytes. NULL is a valid empty string everywhere, and init
 * gives the shared empty string, which free ignores. Never assign a literal to a sync_str field:
 * use the generated setter, or sync_str_assign.
 */
#ifndef SYNCGEN_STR_H
#define SYNCGEN_STR_H

#include <string.h>

#include <syncgen/status.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef const char *sync_str;

/*
 * In front of the first byte. `points` caches the length in code points plus one; 0: not known.
 * Generated default values live in constant storage: they carry SYNC_STR_STATIC in `points`, and
 * free ignores them.
 */
enum { SYNC_STR_STATIC = 0x40000000, SYNC_STR_MAX = 0x3ffffff0 };

typedef struct sync_str_head {
	uint32_t length; /* bytes, at most SYNC_STR_MAX */
	uint32_t points;
} sync_str_head;

extern const struct sync_str_empty_storage {
	sync_str_head head;
	char bytes[8];
} sync_str_empty_storage;

#define SYNC_STR_EMPTY (&sync_str_empty_storage.bytes[0])

/*
 * The storage of a constant string; the sync_str is `storage.bytes`. For defaults: see
 * sync_ops.init.
 *
 *	static const SYNC_STR_STORAGE("My Notes") default_title = SYNC_STR_INIT("My Notes");
 */
#define SYNC_STR_STORAGE(literal)                                                                  \
	struct {                                                                                   \
		sync_str_head head;                                                                \
		char bytes[sizeof(literal)];                                                       \
	}
#define SYNC_STR_INIT(literal)                                                                     \
	{                                                                                          \
		{ (uint32_t)(sizeof(literal) - 1), SYNC_STR_STATIC }, literal                      \
	}

/* A new string from bytes that are valid UTF-8 already, at most SYNC_STR_MAX. NULL: no memory. */
sync_str sync_str_new(const char *bytes, size_t length);

/* A new string of `length` bytes to be filled in by the caller before anybody reads it. */
char *sync_str_alloc(size_t length);

void sync_str_free(sync_str string);

static inline size_t sync_str_len(sync_str string)
{
	return string ? ((const sync_str_head *)(const void *)string)[-1].length : 0;
}

static inline bool sync_str_equal(sync_str a, sync_str b)
{
	size_t length = sync_str_len(a);
	if (a == b || length != sync_str_len(b))
		return a == b;
	return !length || (a && b && memcmp(a, b, length) == 0);
}

/* Length in Unicode code points. */
size_t sync_str_points(sync_str string);

/* Replaces *field, which must hold a sync_str (or NULL); on an error it stays as it was. `text` may
 * point into the old value. INVALID: not UTF-8. TOO_BIG. NOMEM. */
sync_status sync_str_assign(sync_str *field, const char *text);
sync_status sync_str_assign_n(sync_str *field, const char *bytes, size_t length);

/* Bytes: pointer and length. `data` is owned; NULL when the length is 0. */
typedef struct sync_bytes {
	const uint8_t *data;
	size_t len;
} sync_bytes;

/*
 * Storage of a constant value, for defaults: at an odd address, which no allocator gives, so that
 * free knows to leave it.
 *
 *	static const SYNC_BYTES_STORAGE(2) default_data = { { 0, { 1, 2 } } };
 */
#define SYNC_BYTES_STORAGE(length)                                                                 \
	union {                                                                                    \
		struct {                                                                           \
			uint8_t pad;                                                               \
			uint8_t bytes[length];                                                     \
		} at;                                                                              \
		uint64_t aligned;                                                                  \
	}
void sync_bytes_free(sync_bytes *bytes);
sync_status sync_bytes_assign(sync_bytes *field, const void *data, size_t length);
static inline bool sync_bytes_equal(const sync_bytes *a, const sync_bytes *b)
{
	return a->len == b->len && (!a->len || memcmp(a->data, b->data, a->len) == 0);
}

#ifdef __cplusplus
}
#endif
#endif
