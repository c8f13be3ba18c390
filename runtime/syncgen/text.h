/*
 * `text` fields: a string that several people edit. Read with sync_text_str; change with the
 * generated set and splice calls. Positions are in UTF-16 code units, as browsers count.
 */
#ifndef SYNCGEN_TEXT_H
#define SYNCGEN_TEXT_H

#include <syncgen/str.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sync_text {
	sync_str value; /* read it through sync_text_str: the representation will change */
} sync_text;

static inline sync_str sync_text_str(const sync_text *text)
{
	return text->value ? text->value : SYNC_STR_EMPTY;
}

#ifdef __cplusplus
}
#endif
#endif
