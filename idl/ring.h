/*
 * Lists while they grow: the last node points to the first, so adding costs the same however long
 * the list is. `ring_open` makes an ordinary list of it.
 */
#ifndef IDL_RING_H
#define IDL_RING_H

#ifdef __GNUC__
#define RING_UNUSED __attribute__((unused)) /* a file may need one of the two */
#else
#define RING_UNUSED
/* clang-format on */

#endif

/* clang-format off */
#define RING(type) \
	RING_UNUSED static inline type *type##_ring_add(type *last, type *item) \
	{ \
		item->next = last ? last->next : item; \
		if (last) \
			last->next = item; \
		return item; \
	} \
	RING_UNUSED static inline type *type##_ring_open(type *last) \
	{ \
		if (!last) \
			return NULL; \
		type *first = last->next; \
		last->next = NULL; \
		return first; \
	}

/* clang-format on */

#endif
