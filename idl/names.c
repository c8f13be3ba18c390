#include "names.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

static uint64_t hash(const char *name)
{
	uint64_t h = 0xCBF29CE484222325u; /* FNV-1a */
	for (; *name; name++)
		h = (h ^ (unsigned char)*name) * 0x100000001B3u;
	return h ^ h >> 32;
}

static names_slot *find(const names *table, const char *name)
{
	size_t at = (size_t)hash(name) & (table->size - 1);
	while (table->slots[at].name && strcmp(table->slots[at].name, name) != 0)
		at = (at + 1) & (table->size - 1);
	return &table->slots[at];
}

void *names_get(const names *table, const char *name)
{
	return table->size ? find(table, name)->item : NULL;
}

static void grow(names *table, idl_arena *arena)
{
	names old = *table;
	table->size = old.size ? old.size * 2 : 8;
	table->slots = idl_arena_array(arena, table->size, sizeof *table->slots);
	for (size_t i = 0; i < old.size; i++)
		if (old.slots[i].name)
			*find(table, old.slots[i].name) = old.slots[i];
}

void *names_put(names *table, idl_arena *arena, const char *name, void *item)
{
	if (table->used * 4 >= table->size * 3)
		grow(table, arena);
	names_slot *slot = find(table, name);
	if (slot->name)
		return slot->item;
	*slot = (names_slot){ name, item };
	table->used++;
	return NULL;
}

enum { LONGEST = 64 };

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static size_t change(char a, char b)
{
	if (a == b)
		return 0;
	return tolower((unsigned char)a) == tolower((unsigned char)b) ? 1 : 2;
}

/* Optimal string alignment: insertions, deletions, changes, swaps of neighbours; 2 each. */
static size_t distance(const char *a, size_t n, const char *b, size_t m)
{
	size_t rows[3][LONGEST + 1];
	size_t *before = rows[0], *above = rows[1], *row = rows[2];
	for (size_t j = 0; j <= m; j++)
		above[j] = 2 * j;
	for (size_t i = 1; i <= n; i++) {
		row[0] = 2 * i;
		for (size_t j = 1; j <= m; j++) {
			size_t d = least(above[j] + 2, row[j - 1] + 2);
			d = least(d, above[j - 1] + change(a[i - 1], b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				d = least(d, before[j - 2] + 2);
			row[j] = d;
		}
		size_t *spare = before;
		before = above;
		above = row;
		row = spare;
	}
	return above[m];
}

void nearest_init(nearest *n, const char *wanted)
{
	/* About one edit for three letters; more than that is another word. */
	*n = (nearest){ .wanted = wanted, .distance = (strlen(wanted) + 2) / 3 * 2 + 1 };
}

void nearest_offer(nearest *n, const char *candidate)
{
	size_t a = strlen(n->wanted), b = strlen(candidate);
	size_t gap = a > b ? a - b : b - a;
	if (a > LONGEST || b > LONGEST || 2 * gap >= n->distance)
		return;
	size_t d = distance(n->wanted, a, candidate, b);
	/* All letters changed is no resemblance. */
	if (d < n->distance && d < 2 * least(a, b)) {
		n->best = candidate;
		n->distance = d;
	}
}

const char *names_nearest_of(const char *wanted, const char *const *list, size_t count)
{
	nearest n;
	nearest_init(&n, wanted);
	for (size_t i = 0; i < count; i++)
		nearest_offer(&n, list[i]);
	return n.best;
}
