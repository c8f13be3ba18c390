/*
 * Keys of models: plain text, or a template with the model's parameters in braces, ROOM/{id}.
 *
 * In a key a value stands percent-encoded, as encodeURIComponent() does it, and in one way only: a
 * document has one key. What stands behind a parameter begins with a byte that no value of it can
 * hold, so that a key can be read in one way only, without looking back.
 */
#ifndef SYNCGEN_MODEL_KEY_H
#define SYNCGEN_MODEL_KEY_H

#include <syncgen/model.h>

enum { SYNC_KEY_MAX = 255 }; /* bytes */

/* SCHEMA: the template is none, and `error` (may be NULL) says why. */
sync_status sync_model_key_check(const sync_model *model, sync_error *error);
/* Is there a text that is a key of both? Both have been checked. */
bool sync_model_keys_meet(const sync_model *a, const sync_model *b);

/* Reads the parameters out of a key into an initialised value of model->params (not looked at when
 * there are none). NOT_FOUND: it is no key of this model. NOMEM. */
sync_status sync_model_key_read(const sync_model *model, const char *key, void *params);
/* Appends the key. TOO_BIG: it is longer than SYNC_KEY_MAX; INVALID: a value is empty. */
sync_status sync_model_key_write(const sync_model *model, const void *params, sync_buf *out);

/* Appends a text as it stands in a key. */
void sync_model_key_encode(const char *bytes, size_t length, sync_buf *out);

#endif
