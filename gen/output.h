/*
 * What a run writes: collected first, written together last, or not at all.
 *
 *   output *out = output_new("out");
 *   output_add(out, "notes.h", text, length);
 *   …
 *   output_failure failure;
 *   if (!output_write(out, &failure)) …tell the user: failure.path, failure.reason…
 *   output_free(out);
 *
 * A file whose bytes are already there is left alone, with its time, so that nothing is rebuilt for
 * it. Everything else goes to a temporary beside its target; only when all of those are complete
 * are they renamed. When anything fails before that, temporaries and the folders made for them are
 * removed and no target has changed.
 */
#ifndef GEN_OUTPUT_H
#define GEN_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

typedef struct output output;

/* Where it failed and why, both valid until output_free(). */
typedef struct {
	const char *path;
	const char *reason;
} output_failure;

/* `folder` is that of -o, "" for the current one; it is made when needed. NULL without memory. */
output *output_new(const char *folder);
void output_free(output *out); /* NULL is fine */

/*
 * One file. `path` uses '/', and is relative to the folder (or absolute); both it and the bytes are
 * copied. Running out of memory is remembered and reported by output_write(). A path that was added
 * before is a failure as well.
 */
void output_add(output *out, const char *path, const char *bytes, size_t length);

/* The same, taking the text over; the buf is empty afterwards. */
void output_take(output *out, const char *path, buf *text);

/* The same for a path that is not below the folder, such as that of --depfile. */
void output_add_beside(output *out, const char *path, const char *bytes, size_t length);

/* An empty file that is written anew whenever the rest is, for its time. */
void output_add_stamp(output *out, const char *path);

/* Something that belongs here could not be made for want of memory: nothing will be written. */
void output_fail(output *out);

/* What was added by output_add(), in that order, with the folder in front. */
size_t output_count(const output *out);
const char *output_path(const output *out, size_t index);

/* Once. False: nothing was written, *failure says why. */
bool output_write(output *out, output_failure *failure);

/* How many files output_write() had to change. */
size_t output_changed(const output *out);

#endif
