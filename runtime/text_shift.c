#include "text_shift.h"

#include <syncgen/alloc.h>

#include "text_unit.h"

/* A delta's numbers are read up to here. */
enum { UNITS_MAX = INT32_MAX };

void sync_shift_release(text_shift *shift)
{
	sync_free(shift->parts);
	*shift = (text_shift){ 0 };
}

void sync_shift_clear(text_shift *shift)
{
	shift->count = 0;
	shift->status = SYNC_OK;
}

static bool joins(text_part *last, const text_part *part)
{
	if (last->verb != part->verb || part->units > UNITS_MAX - last->units ||
	    part->json != (last->json ? last->json + last->json_length : NULL))
		return false;
	last->units += part->units;
	last->json_length += part->json_length;
	return true;
}

void sync_shift_add(text_shift *shift, text_part part)
{
	if (!part.units || (shift->count && joins(&shift->parts[shift->count - 1], &part)))
		return;
	if (shift->count == shift->room) {
		size_t room = shift->room ? shift->room * 2 : 8;
		text_part *parts = sync_resize(shift->parts, room * sizeof *parts);
		if (!parts) {
			shift->status = SYNC_NOMEM;
			return;
		}
		shift->parts = parts;
		shift->room = room;
	}
	shift->parts[shift->count++] = part;
}

/* ---- as JSON ---- */

/* Of a string as it stands in JSON: an escape is one unit. */
static size_t json_units(const char *json, size_t length)
{
	const char *at = json, *end = json + length, *escape;
	size_t units = 0;
	while ((escape = memchr(at, '\\', (size_t)(end - at)))) {
		units += sync_text_units(at, (size_t)(escape - at)) + 1;
		at = escape + (escape[1] == 'u' ? 6 : 2);
	}
	return units + sync_text_units(at, (size_t)(end - at));
}

static bool read_part(sync_reader *reader, text_shift *shift)
{
	if (sync_read_peek(reader) == '"') {
		const char *raw;
		size_t length;
		if (!sync_read_skip(reader, &raw, &length))
			return false;
		size_t units = json_units(raw + 1, length - 2);
		sync_shift_add(shift,
			       (text_part){ TEXT_PUT, (uint32_t)units, raw + 1, length - 2 });
		return units <= UNITS_MAX;
	}
	int64_t units;
	if (!sync_read_i64(reader, &units, -(int64_t)UNITS_MAX, UNITS_MAX))
		return false;
	sync_shift_add(shift, (text_part){ units < 0 ? TEXT_DROP : TEXT_KEEP,
					   (uint32_t)(units < 0 ? -units : units), NULL, 0 });
	return true;
}

sync_status sync_shift_read(text_shift *shift, const char *delta, size_t length)
{
	sync_reader reader;
	bool first = true;
	int more = -1;
	if (sync_reader_init(&reader, delta, length, NULL) && sync_read_array(&reader))
		while ((more = sync_read_element(&reader, &first)) > 0)
			if (!read_part(&reader, shift))
				return SYNC_INVALID;
	return more < 0 ? SYNC_INVALID : shift->status;
}

void sync_shift_write(const text_shift *shift, sync_buf *out)
{
	sync_buf_byte(out, '[');
	for (size_t i = 0; i < shift->count; i++) {
		const text_part *part = &shift->parts[i];
		if (i)
			sync_buf_byte(out, ',');
		if (part->verb == TEXT_PUT) {
			sync_buf_byte(out, '"');
			sync_buf_put(out, part->json, part->json_length);
			sync_buf_byte(out, '"');
			continue;
		}
		if (part->verb == TEXT_DROP)
			sync_buf_byte(out, '-');
		sync_put_u64(out, part->units);
	}
	sync_buf_byte(out, ']');
}

/* ---- side by side ---- */

/* Walks over a shift in pieces; keeps for ever behind its end. */
struct walk {
	const text_shift *shift;
	size_t part;
	uint32_t done; /* units of it */
};

static bool ended(const struct walk *walk)
{
	return walk->part == walk->shift->count;
}

static enum text_verb verb_at(const struct walk *walk)
{
	return ended(walk) ? TEXT_KEEP : walk->shift->parts[walk->part].verb;
}

static uint32_t left_at(const struct walk *walk)
{
	return ended(walk) ? UNITS_MAX : walk->shift->parts[walk->part].units - walk->done;
}

static void take(struct walk *walk, uint32_t units)
{
	if (ended(walk))
		return;
	walk->done += units;
	if (walk->done == walk->shift->parts[walk->part].units) {
		walk->part++;
		walk->done = 0;
	}
}

static void add(text_shift *out, enum text_verb verb, uint32_t units)
{
	sync_shift_add(out, (text_part){ verb, units, NULL, 0 });
}

static void end_it(text_shift *out)
{
	while (out->count && out->parts[out->count - 1].verb == TEXT_KEEP)
		out->count--;
}

static uint32_t less(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

void sync_shift_transform(const text_shift *second, const text_shift *first, bool before,
			  text_shift *out)
{
	struct walk a = { second, 0, 0 }, b = { first, 0, 0 };
	while (!ended(&a)) {
		if (verb_at(&b) == TEXT_PUT && (before || verb_at(&a) != TEXT_PUT)) {
			uint32_t units = left_at(&b);
			add(out, TEXT_KEEP, units);
			take(&b, units);
		} else if (verb_at(&a) == TEXT_PUT) {
			sync_shift_add(out, second->parts[a.part]);
			take(&a, left_at(&a));
		} else {
			uint32_t units = less(left_at(&a), left_at(&b));
			if (verb_at(&b) == TEXT_KEEP)
				add(out, verb_at(&a), units);
			take(&a, units);
			take(&b, units);
		}
	}
	end_it(out);
}

void sync_shift_compose(const text_shift *first, const text_shift *second, text_shift *out)
{
	struct walk a = { first, 0, 0 }, b = { second, 0, 0 };
	while (!ended(&a) || !ended(&b)) {
		if (verb_at(&b) == TEXT_PUT) {
			uint32_t units = left_at(&b);
			add(out, TEXT_PUT, units);
			take(&b, units);
		} else if (verb_at(&a) == TEXT_DROP) {
			uint32_t units = left_at(&a);
			add(out, TEXT_DROP, units);
			take(&a, units);
		} else {
			uint32_t units = less(left_at(&a), left_at(&b));
			if (verb_at(&b) == TEXT_KEEP)
				add(out, verb_at(&a), units);
			else if (verb_at(&a) == TEXT_KEEP)
				add(out, TEXT_DROP, units);
			take(&a, units);
			take(&b, units);
		}
	}
	end_it(out);
}

void sync_shift_invert(const text_shift *shift, text_shift *out)
{
	static const enum text_verb inverse[] = {
		[TEXT_KEEP] = TEXT_KEEP, [TEXT_DROP] = TEXT_PUT, [TEXT_PUT] = TEXT_DROP
	};
	for (size_t i = 0; i < shift->count; i++)
		add(out, inverse[shift->parts[i].verb], shift->parts[i].units);
	end_it(out);
}
