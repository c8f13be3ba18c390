/* Threads for the jobs of tasks. */
#include <syncgen/task.h>

#include <pthread.h>
#include <string.h>

#include <syncgen/alloc.h>

enum { WAITING_MAX = 1024, THREADS_MAX = 64 };

struct job {
	void (*run)(void *arg);
	void *arg;
};

/* What a job asked of the pool's own thread; it lives on the stack of the job, which waits. */
struct request {
	struct request *next;
	void (*fn)(void *arg);
	void *arg;
	bool done;
};

struct threads {
	sync_pool pool; /* first */
	void (*wake)(void *arg);
	void *arg;
	pthread_mutex_t lock;
	pthread_cond_t work, done,
		asked; /* a job waits; a request was done; there is a request, or a job ended */
	struct job jobs[WAITING_MAX]; /* a ring */
	unsigned first, count;
	struct request *requests, **requests_end;
	pthread_t ids[THREADS_MAX];
	unsigned threads, started, idle, busy;
	bool ending;
};

static bool take_job(struct threads *t, struct job *job)
{
	pthread_mutex_lock(&t->lock);
	t->idle++;
	while (!t->count && !t->ending)
		pthread_cond_wait(&t->work, &t->lock);
	t->idle--;
	bool some = t->count != 0;
	if (some) {
		*job = t->jobs[t->first];
		t->first = (t->first + 1) % WAITING_MAX;
		t->count--;
		t->busy++;
	}
	pthread_mutex_unlock(&t->lock);
	return some;
}

static void *run_thread(void *arg)
{
	struct threads *t = arg;
	struct job job;
	while (take_job(t, &job)) {
		job.run(job.arg);
		pthread_mutex_lock(&t->lock);
		t->busy--;
		pthread_cond_signal(&t->asked);
		pthread_mutex_unlock(&t->lock);
	}
	return NULL;
}

static sync_status run(sync_pool *pool, void (*job)(void *arg), void *arg)
{
	struct threads *t = (struct threads *)(void *)pool;
	sync_status status = SYNC_OVERLOAD;
	pthread_mutex_lock(&t->lock);
	if (t->count < WAITING_MAX) {
		if (t->idle <= t->count && t->started < t->threads &&
		    pthread_create(&t->ids[t->started], NULL, run_thread, t) == 0)
			t->started++;
		if (t->started) {
			t->jobs[(t->first + t->count++) % WAITING_MAX] = (struct job){ job, arg };
			pthread_cond_signal(&t->work);
			status = SYNC_OK;
		}
	}
	pthread_mutex_unlock(&t->lock);
	return status;
}

static void call(sync_pool *pool, void (*fn)(void *arg), void *arg)
{
	struct threads *t = (struct threads *)(void *)pool;
	struct request request = { NULL, fn, arg, false };
	pthread_mutex_lock(&t->lock);
	*t->requests_end = &request;
	t->requests_end = &request.next;
	pthread_cond_signal(&t->asked);
	pthread_mutex_unlock(&t->lock);
	if (t->wake)
		t->wake(t->arg);
	pthread_mutex_lock(&t->lock);
	while (!request.done)
		pthread_cond_wait(&t->done, &t->lock);
	pthread_mutex_unlock(&t->lock);
}

/* Does one request; false: there was none. The lock is held, and let go meanwhile. */
static bool serve(struct threads *t)
{
	struct request *request = t->requests;
	if (!request)
		return false;
	t->requests = request->next;
	if (!t->requests)
		t->requests_end = &t->requests;
	pthread_mutex_unlock(&t->lock);
	request->fn(request->arg);
	pthread_mutex_lock(&t->lock);
	request->done = true;
	pthread_cond_broadcast(&t->done);
	return true;
}

void sync_pool_turn(sync_pool *pool)
{
	struct threads *t = (struct threads *)(void *)pool;
	pthread_mutex_lock(&t->lock);
	while (serve(t)) {
	}
	pthread_mutex_unlock(&t->lock);
}

static void finish(sync_pool *pool)
{
	struct threads *t = (struct threads *)(void *)pool;
	pthread_mutex_lock(&t->lock);
	while (t->requests || t->count || t->busy)
		if (!serve(t))
			pthread_cond_wait(&t->asked, &t->lock);
	pthread_mutex_unlock(&t->lock);
}

static void free_threads(sync_pool *pool)
{
	struct threads *t = (struct threads *)(void *)pool;
	finish(pool);
	pthread_mutex_lock(&t->lock);
	t->ending = true;
	pthread_cond_broadcast(&t->work);
	pthread_mutex_unlock(&t->lock);
	for (unsigned i = 0; i < t->started; i++)
		pthread_join(t->ids[i], NULL);
	pthread_cond_destroy(&t->asked);
	pthread_cond_destroy(&t->done);
	pthread_cond_destroy(&t->work);
	pthread_mutex_destroy(&t->lock);
	sync_free(t);
}

sync_pool *sync_pool_new(unsigned threads, void (*wake)(void *arg), void *arg)
{
	struct threads *t = sync_calloc(1, sizeof *t);
	if (!t)
		return NULL;
	t->pool = (sync_pool){ run, call, finish, free_threads };
	t->wake = wake;
	t->arg = arg;
	t->threads = threads < THREADS_MAX ? threads : THREADS_MAX;
	t->requests_end = &t->requests;
	pthread_mutex_init(&t->lock, NULL);
	pthread_cond_init(&t->work, NULL);
	pthread_cond_init(&t->done, NULL);
	pthread_cond_init(&t->asked, NULL);
	return &t->pool;
}

void sync_pool_free(sync_pool *pool)
{
	if (pool)
		pool->free(pool);
}
