/*
 * The writer's thread. While one transaction is on its way to the disk the next ones gather, so
 * that a hundred clients who wait share one flush.
 */
#include "store_sqlite.h"

#include <pthread.h>

#include <syncgen/alloc.h>

/* A list one appends to. */
struct writes {
	struct store_write *first, **last;
};

struct store_writer {
	struct store_file *file;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t work, idle; /* there is something to write, or the end; nothing waits */
	struct writes waiting, written;
	bool busy, ending;
	void (*wake)(void *arg);
	void *arg;
};

static void append(struct writes *list, struct store_write *first)
{
	if (!first)
		return;
	*list->last = first;
	while (first->next)
		first = first->next;
	list->last = &first->next;
}

static struct store_write *take_all(struct writes *list)
{
	struct store_write *first = list->first;
	*list = (struct writes){ NULL, &list->first };
	return first;
}

static void *run(void *arg)
{
	struct store_writer *w = arg;
	pthread_mutex_lock(&w->lock);
	while (w->waiting.first || !w->ending) {
		struct store_write *writes = take_all(&w->waiting);
		if (!writes) {
			pthread_cond_wait(&w->work, &w->lock);
			continue;
		}
		w->busy = true;
		pthread_mutex_unlock(&w->lock);
		store_file_write(w->file, writes);
		pthread_mutex_lock(&w->lock);
		w->busy = false;
		append(&w->written, writes);
		if (w->wake)
			w->wake(w->arg);
		if (!w->waiting.first)
			pthread_cond_signal(&w->idle);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

void store_writer_add(struct store_writer *w, struct store_write *write)
{
	pthread_mutex_lock(&w->lock);
	append(&w->waiting, write);
	pthread_cond_signal(&w->work);
	pthread_mutex_unlock(&w->lock);
}

struct store_write *store_writer_collect(struct store_writer *w)
{
	pthread_mutex_lock(&w->lock);
	struct store_write *writes = take_all(&w->written);
	pthread_mutex_unlock(&w->lock);
	return writes;
}

void store_writer_finish(struct store_writer *w)
{
	pthread_mutex_lock(&w->lock);
	while (w->waiting.first || w->busy)
		pthread_cond_wait(&w->idle, &w->lock);
	pthread_mutex_unlock(&w->lock);
}

void store_writer_wake(struct store_writer *w, void (*wake)(void *arg), void *arg)
{
	pthread_mutex_lock(&w->lock);
	w->wake = wake;
	w->arg = arg;
	pthread_mutex_unlock(&w->lock);
}

void store_writer_free(struct store_writer *w)
{
	pthread_mutex_lock(&w->lock);
	w->ending = true;
	pthread_cond_signal(&w->work);
	pthread_mutex_unlock(&w->lock);
	pthread_join(w->thread, NULL);
	pthread_cond_destroy(&w->idle);
	pthread_cond_destroy(&w->work);
	pthread_mutex_destroy(&w->lock);
	sync_free(w);
}

struct store_writer *store_writer_new(struct store_file *file)
{
	struct store_writer *w = sync_calloc(1, sizeof *w);
	if (!w)
		return NULL;
	w->file = file;
	w->waiting.last = &w->waiting.first;
	w->written.last = &w->written.first;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->work, NULL);
	pthread_cond_init(&w->idle, NULL);
	if (pthread_create(&w->thread, NULL, run, w) == 0)
		return w;
	pthread_cond_destroy(&w->idle);
	pthread_cond_destroy(&w->work);
	pthread_mutex_destroy(&w->lock);
	sync_free(w);
	return NULL;
}
