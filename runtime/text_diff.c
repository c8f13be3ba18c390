#include "text_diff.h"

#include <syncgen/alloc.h>

#include "text_unit.h"

enum { EDITS_MAX = 400, POINTS_MAX = 1 << 16 };

/* The characters of one side. */
struct side {
	uint32_t *points;
	int count;
};

/*
 * Furthest points of the paths with d edits on the diagonals -d, -d + 2, … d, for each d: x of
 * diagonal k is at[d * (d + 1) / 2 + (k + d) / 2].
 */
struct search {
	struct side a, b;
	int *at;
	int d;
};

static int *furthest(const struct search *s, int d, int k)
{
	return &s->at[d * (d + 1) / 2 + (k + d) / 2];
}

static bool decode(struct side *side, const char *bytes, size_t length)
{
	size_t at = 0;
	side->points =
		length <= POINTS_MAX ? sync_alloc((length + 1) * sizeof *side->points) : NULL;
	side->count = 0;
	while (side->points && at < length) {
		unsigned char lead = (unsigned char)bytes[at];
		size_t size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
		uint32_t point = 0;
		for (size_t i = 0; i < size && at + i < length; i++)
			point = point << 8 | (unsigned char)bytes[at + i];
		side->points[side->count++] = point; /* its bytes tell it apart as well */
		at += size;
	}
	return side->points;
}

static uint32_t units(uint32_t point)
{
	return point >= 0xf0000000 ? 2 : 1;
}

/* Is the step to diagonal k one down: a character that came? */
static bool came(const struct search *s, int d, int k)
{
	return k == -d || (k != d && *furthest(s, d - 1, k - 1) < *furthest(s, d - 1, k + 1));
}

static int step(const struct search *s, int d, int k)
{
	if (!d)
		return 0;
	return came(s, d, k) ? *furthest(s, d - 1, k + 1) : *furthest(s, d - 1, k - 1) + 1;
}

static bool reaches_end(struct search *s, int d)
{
	for (int k = -d; k <= d; k += 2) {
		int x = step(s, d, k);
		while (x < s->a.count && x - k >= 0 && x - k < s->b.count &&
		       s->a.points[x] == s->b.points[x - k])
			x++;
		*furthest(s, d, k) = x;
		if (x >= s->a.count && x - k >= s->b.count)
			return true;
	}
	return false;
}

static bool search(struct search *s)
{
	s->at = sync_alloc((EDITS_MAX + 1) * (EDITS_MAX + 2) / 2 * sizeof *s->at);
	for (s->d = 0; s->at && s->d <= EDITS_MAX; s->d++)
		if (reaches_end(s, s->d))
			return true;
	return false;
}

/* The way back, one character a step, written from its end on. */
static size_t walk_back(const struct search *s, text_part *parts)
{
	int x = s->a.count, y = s->b.count;
	size_t count = 0;
	for (int d = s->d; d >= 0; d--) {
		int k = x - y, from = step(s, d, k);
		for (; x > from; x--, y--)
			parts[count++] =
				(text_part){ TEXT_KEEP, units(s->a.points[x - 1]), NULL, 0 };
		if (!d)
			break;
		bool put = came(s, d, k);
		uint32_t point = put ? s->b.points[--y] : s->a.points[--x];
		parts[count++] = (text_part){ put ? TEXT_PUT : TEXT_DROP, units(point), NULL, 0 };
	}
	return count;
}

static bool write(const struct search *s, text_shift *out)
{
	size_t most = (size_t)s->a.count + (size_t)s->b.count;
	text_part *parts = sync_alloc((most + 1) * sizeof *parts);
	if (!parts)
		return false;
	for (size_t i = walk_back(s, parts); i-- > 0;)
		sync_shift_add(out, parts[i]);
	sync_free(parts);
	return true;
}

static bool find_shortest(const char *before, size_t before_length, const char *after,
			  size_t after_length, text_shift *out)
{
	struct search s = { .d = 0 };
	bool ok = decode(&s.a, before, before_length) && decode(&s.b, after, after_length) &&
		  search(&s) && write(&s, out);
	sync_free(s.a.points);
	sync_free(s.b.points);
	sync_free(s.at);
	return ok;
}

void sync_text_diff(const char *before, size_t before_length, const char *after,
		    size_t after_length, text_shift *out)
{
	sync_text_stretch differs;
	if (!sync_text_compare(before, before_length, after, after_length, &differs))
		return;
	sync_shift_add(out, (text_part){ TEXT_KEEP, differs.at, NULL, 0 });
	if (differs.gone && differs.came &&
	    find_shortest(before + differs.byte, differs.byte_gone, after + differs.byte,
			  differs.byte_came, out))
		return;
	sync_shift_add(out, (text_part){ TEXT_PUT, differs.came, NULL, 0 });
	sync_shift_add(out, (text_part){ TEXT_DROP, differs.gone, NULL, 0 });
}
