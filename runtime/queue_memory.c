#include <syncgen/queue.h>

#include <stdlib.h>
#include <string.h>

#include <syncgen/alloc.h>

struct item {
	struct item *next; /* by key, then name */
	char *key, *name, *bytes;
	size_t length;
};

struct memory {
	sync_queue queue;
	struct item *items;
};

static void free_item(struct item *item)
{
	if (!item)
		return;
	sync_free(item->key);
	sync_free(item->name);
	sync_free(item->bytes);
	sync_free(item);
}

static void free_items(struct item *items)
{
	for (struct item *next; items; items = next) {
		next = items->next;
		free_item(items);
	}
}

static struct item *new_item(const char *key, const sync_queue_item *from)
{
	struct item *item = sync_calloc(1, sizeof *item);
	if (!item)
		return NULL;
	item->key = sync_alloc_text(key);
	item->name = sync_alloc_text(from->name);
	item->bytes = sync_alloc(from->length + 1);
	item->length = from->length;
	if (item->bytes && from->length)
		memcpy(item->bytes, from->bytes, from->length);
	if (item->key && item->name && item->bytes)
		return item;
	free_item(item);
	return NULL;
}

/* Where it stands, or would. */
static struct item **find(struct memory *memory, const char *key, const char *name)
{
	struct item **at = &memory->items;
	for (; *at; at = &(*at)->next) {
		int order = strcmp((*at)->key, key);
		if (order > 0 || (order == 0 && strcmp((*at)->name, name) >= 0))
			break;
	}
	return at;
}

static bool is_at(struct item *const *at, const char *key, const char *name)
{
	return *at && strcmp((*at)->key, key) == 0 && strcmp((*at)->name, name) == 0;
}

static void put(struct memory *memory, const char *key, const sync_queue_item *what,
		struct item *item)
{
	struct item **at = find(memory, key, what->name);
	if (is_at(at, key, what->name)) {
		struct item *old = *at;
		*at = old->next;
		free_item(old);
	}
	if (item) {
		item->next = *at;
		*at = item;
	}
}

/* All copies are made first, so that it is all or nothing. */
static sync_status memory_write(sync_queue *queue, const char *key, const sync_queue_item *items,
				size_t count)
{
	struct memory *memory = (struct memory *)(void *)queue;
	struct item *made = NULL, **end = &made;
	for (size_t i = 0; i < count; i++) {
		if (!items[i].bytes)
			continue;
		if (!(*end = new_item(key, &items[i]))) {
			free_items(made);
			return SYNC_NOMEM;
		}
		end = &(*end)->next;
	}
	for (size_t i = 0; i < count; i++) {
		struct item *item = items[i].bytes ? made : NULL;
		if (item)
			made = item->next;
		put(memory, key, &items[i], item);
	}
	return SYNC_OK;
}

static sync_status memory_read(sync_queue *queue, const char *key,
			       sync_status (*visit)(void *arg, const sync_queue_item *item),
			       void *arg)
{
	struct memory *memory = (struct memory *)(void *)queue;
	sync_status status = SYNC_OK;
	for (struct item *at = memory->items; at && status == SYNC_OK; at = at->next)
		if (strcmp(at->key, key) == 0)
			status = visit(arg, &(sync_queue_item){ at->name, at->bytes, at->length });
	return status;
}

static void memory_close(sync_queue *queue)
{
	struct memory *memory = (struct memory *)(void *)queue;
	free_items(memory->items);
	sync_free(memory);
}

sync_queue *sync_queue_memory_new(void)
{
	struct memory *memory = sync_calloc(1, sizeof *memory);
	if (!memory)
		return NULL;
	memory->queue = (sync_queue){ memory_write, memory_read, memory_close };
	return &memory->queue;
}
