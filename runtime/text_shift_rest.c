/* What is left of an edit when a part of it has been done. */
#include "text_shift.h"

#include "text_unit.h"

/* An edit, gone through part by part beside the text that it leads to. */
struct pass {
	const text_shift *shift;
	size_t next;
	uint32_t done; /* units of the part at `next` */
	const char *at, *end;
};

static enum text_verb verb_of(const struct pass *pass)
{
	return pass->next < pass->shift->count ? pass->shift->parts[pass->next].verb : TEXT_KEEP;
}

static uint32_t left_of(const struct pass *pass)
{
	return pass->next < pass->shift->count ? pass->shift->parts[pass->next].units - pass->done
					       : UINT32_MAX;
}

/* Goes on by so many units of its part; what they are in the text begins at the old `at`. */
static void go(struct pass *pass, uint32_t units)
{
	if (verb_of(pass) != TEXT_DROP) {
		const char *to = sync_text_go(pass->at, pass->end, units);
		pass->at = to ? to : pass->end;
	}
	pass->done += units;
	if (pass->next < pass->shift->count && left_of(pass) == 0) {
		pass->next++;
		pass->done = 0;
	}
}

static void add(text_shift *out, enum text_verb verb, size_t units)
{
	sync_shift_add(out, (text_part){ verb, (uint32_t)units, NULL, 0 });
}

/* So many comparisons of bytes at most, where texts are made to be searched for long. */
enum { SEARCH_MOST = 1 << 24 };

/* Where `length` bytes stand in others; NULL: nowhere, or not at once. */
static const char *find(const char *in, const char *end, const char *bytes, size_t length)
{
	size_t tries = SEARCH_MOST / (length + 1);
	if ((size_t)(end - in) > length + tries)
		end = in + length + tries;
	for (; (size_t)(end - in) >= length; in++)
		if (memcmp(in, bytes, length) == 0)
			return in;
	return NULL;
}

/* What both put at one place. */
static void rest_of_put(struct pass *whole, struct pass *part, text_shift *out)
{
	uint32_t all = verb_of(whole) == TEXT_PUT ? left_of(whole) : 0;
	uint32_t some = verb_of(part) == TEXT_PUT ? left_of(part) : 0;
	const char *bytes = whole->at, *mine = part->at;
	if (all)
		go(whole, all);
	if (some)
		go(part, some);
	size_t length = (size_t)(part->at - mine);
	const char *found = some ? find(bytes, whole->at, mine, length) : NULL;
	if (found) {
		add(out, TEXT_PUT, sync_text_units(bytes, (size_t)(found - bytes)));
		add(out, TEXT_KEEP, some);
		add(out, TEXT_PUT,
		    sync_text_units(found + length, (size_t)(whole->at - found) - length));
	} else {
		add(out, TEXT_DROP, some);
		add(out, TEXT_PUT, all);
	}
}

static struct pass begin(text_shifted edit)
{
	return (struct pass){ .shift = edit.shift,
			      .at = edit.text,
			      .end = edit.text + edit.length };
}

void sync_shift_rest(text_shifted whole, text_shifted part, text_shift *out)
{
	struct pass all = begin(whole), some = begin(part);
	while (all.next < whole.shift->count || some.next < part.shift->count) {
		if (verb_of(&all) == TEXT_PUT || verb_of(&some) == TEXT_PUT) {
			rest_of_put(&all, &some, out);
			continue;
		}
		uint32_t units = left_of(&all) < left_of(&some) ? left_of(&all) : left_of(&some);
		bool keeps = verb_of(&all) == TEXT_KEEP, kept = verb_of(&some) == TEXT_KEEP;
		if (keeps || kept)
			add(out, keeps && kept ? TEXT_KEEP : keeps ? TEXT_PUT : TEXT_DROP, units);
		go(&all, units);
		go(&some, units);
	}
}
