/*
 * `json` fields: any JSON value, held as cJSON. The only file of the runtime that includes cJSON is
 * value.c; what goes into it is checked by our scanner first, and printed by our writer.
 * Numbers are doubles (RFC 8259 section 6 warns of more). NULL stands for JSON null.
 */
#ifndef SYNCGEN_VALUE_H
#define SYNCGEN_VALUE_H

#include <syncgen/json.h>

struct cJSON;

#ifdef __cplusplus
extern "C" {
#endif

/* Reads one value in place of *value (owned by the caller, released first). */
bool sync_read_json(sync_reader *reader, struct cJSON **value);
void sync_put_json(sync_buf *buf, const struct cJSON *value);
sync_status sync_json_copy(struct cJSON **to, const struct cJSON *from);
/* RFC 6902 section 4.6: numbers by value, objects regardless of order. */
bool sync_json_equal(const struct cJSON *a, const struct cJSON *b);
/* The same of two texts, for which false also means that one is not JSON, or that memory ran
 * out. */
bool sync_json_same(const char *a, size_t a_length, const char *b, size_t b_length);
void sync_json_free(struct cJSON *value);

/*
 * RFC 6902 on a plain JSON value, for `json` fields and for whoever has no schema. All or nothing:
 * on failure *value prints as before. `error` may be NULL.
 */
sync_status sync_json_patch(struct cJSON **value, const char *ops, size_t length,
			    sync_error *error);
/* The same, and beyond RFC 6902 `text` on strings, `inc` on numbers and `remove` by value
 * (docs/protocol.md), as in what a server sends and is sent. */
sync_status sync_json_patch_extended(struct cJSON **value, const char *ops, size_t length,
				     sync_error *error);
/* RFC 6901: the value at `pointer`, or NULL with a status (PARSE: not a pointer; NOT_FOUND). */
sync_status sync_json_at(struct cJSON *root, const char *pointer, size_t length,
			 struct cJSON **found);

#ifdef __cplusplus
}
#endif
#endif
