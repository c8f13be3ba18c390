/*
 * The load generator: many clients in one program against a server that runs already.
 *
 *   load fanout port=N pid=N [dialect=native] [clients=1000] [commits=200] [burst=1]
 *   load idle   port=N pid=N [dialect=native] [clients=100] [idle=10000] [commits=200]
 *   load trips  port=N pid=N [dialect=native] [clients=1] [calls=2000]
 *
 * fanout  one client changes the document, again when everybody has the change before; with burst,
 * so many changes in one message. Server CPU for each change delivered. In the end everybody must
 *         hold what somebody who joins then is given.
 * idle    private memory of the server for each connection that has joined a document in which
 * nothing happens; how long a change takes to each of `clients` others, before and beside them.
 * trips   each client calls an action and waits for its answer.
 *
 * One line of JSON comes out; times are nanoseconds. follower.h says what is checked on the way.
 */
#include "follower.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { AT_ONCE = 128, LINE_BYTES = 84 /* then a patch of ours has 200 */ };

struct options {
	const char *dialect;
	unsigned long port, pid, clients, idle, commits, calls, burst;
};

_Noreturn void load_fail(const char *format, ...)
{
	char why[512];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(why, sizeof why, format, arguments);
	va_end(arguments);
	for (char *c = why; *c; c++)
		if (*c == '"' || *c == '\\' || (unsigned char)*c < ' ')
			*c = '\'';
	printf("{\"ok\":false,\"why\":\"%s\"}\n", why);
	exit(1);
}

static void *allocate(size_t count, size_t size)
{
	void *bytes = calloc(count, size);
	if (!bytes)
		load_fail("out of memory");
	return bytes;
}

/* ---- the server, from outside ---- */

static uint64_t cpu_ns(const struct options *options)
{
	clockid_t clock;
	struct timespec spent;
	if (clock_getcpuclockid((pid_t)options->pid, &clock) != 0 ||
	    clock_gettime(clock, &spent) != 0)
		load_fail("no CPU clock of process %lu", options->pid);
	return (uint64_t)spent.tv_sec * 1000000000 + (uint64_t)spent.tv_nsec;
}

/* What it has written to and shares with nobody: heap, stacks, tables. */
static double private_bytes(const struct options *options)
{
	char path[64], row[256];
	unsigned long kilobytes = 0;
	snprintf(path, sizeof path, "/proc/%lu/smaps_rollup", options->pid);
	FILE *file = fopen(path, "r");
	while (file && fgets(row, sizeof row, file))
		if (sscanf(row, "Private_Dirty: %lu", &kilobytes) == 1)
			break;
	if (!file || !kilobytes)
		load_fail("%s does not say", path);
	fclose(file);
	return (double)kilobytes * 1024;
}

/* ---- times ---- */

static uint64_t *samples;
static size_t sample_count, sample_room;

static void sample(uint64_t ns)
{
	if (sample_count < sample_room)
		samples[sample_count++] = ns;
}

static void start_samples(size_t room)
{
	free(samples);
	samples = allocate(room, sizeof *samples);
	sample_count = 0;
	sample_room = room;
}

static int by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

/* Of sorted samples. */
static unsigned long long share(double part)
{
	return sample_count ? samples[(size_t)((double)(sample_count - 1) * part)] : 0;
}

static void sort_samples(void)
{
	qsort(samples, sample_count, sizeof *samples, by_size);
}

/* ---- clients ---- */

static struct follower *connect_all(size_t count, const char *doc)
{
	struct follower *all = allocate(count, sizeof *all);
	size_t before = following_all.joined;
	for (size_t i = 0; i < count; i++) {
		follower_connect(&all[i], doc);
		if (i >= AT_ONCE)
			following_until(&following_all.joined, before + i - AT_ONCE,
					"first states");
	}
	following_until(&following_all.joined, before + count, "first states");
	return all;
}

static uint64_t said_at;

static void on_arrival(struct follower *follower)
{
	(void)follower;
	sample(now_ns() - said_at);
}

/* The first of them says something; it is over when all have it. */
static void say(struct follower *all, size_t count, unsigned burst)
{
	static unsigned long number;
	char *goal = following_all.goal;
	memset(goal, '-', LINE_BYTES);
	goal[LINE_BYTES] = '\0';
	char words[32];
	memcpy(goal, words, (size_t)snprintf(words, sizeof words, "line %lu ", ++number));
	for (size_t i = 0; i < count; i++)
		all[i].arrived = false;
	following_all.arrived = 0;
	said_at = now_ns();
	follower_call(&all[0], "say", goal, burst);
	following_until(&following_all.arrived, count, "a change to arrive");
}

static void say_many(struct follower *all, size_t count, unsigned long times, unsigned burst)
{
	for (unsigned long i = 0; i < times; i++)
		say(all, count, burst);
}

/* ---- fanout ---- */

static void compare_states(const struct follower *all, size_t count)
{
	struct follower *late = connect_all(1, "LIVE");
	while (following_turn(20)) /* whatever else there is */
		;
	for (size_t i = 0; i < count; i++)
		if (all[i].revision != late->revision || strcmp(all[i].value, late->value) != 0)
			load_fail("at the end client %zu holds revision %llu, \"%s\"; the server "
				  "%llu, \"%s\"",
				  i, (unsigned long long)all[i].revision, all[i].value,
				  (unsigned long long)late->revision, late->value);
	if (strcmp(late->value, following_all.goal) != 0)
		load_fail("at the end the server holds \"%s\", not what was said", late->value);
}

static void fanout(const struct options *options)
{
	unsigned burst = (unsigned)options->burst;
	if (burst > following_all.dialect->calls_max)
		load_fail("%u calls in one message are more than this dialect has", burst);
	following_all.merges = burst > 1;
	struct follower *all = connect_all(options->clients, "LIVE");
	say_many(all, options->clients, options->commits / 10 + 1, burst);
	uint64_t wall = now_ns(), cpu = cpu_ns(options);
	say_many(all, options->clients, options->commits, burst);
	cpu = cpu_ns(options) - cpu;
	wall = now_ns() - wall;
	compare_states(all, options->clients);
	double delivered = (double)options->clients * (double)options->commits * (double)burst;
	printf("{\"ok\":true,\"delivered\":%.0f,\"ns\":%.1f,\"wall\":%.1f}\n", delivered,
	       (double)cpu / delivered, (double)wall / delivered);
}

/* ---- idle ---- */

static void measure_latency(struct follower *all, const struct options *options)
{
	start_samples(options->clients * options->commits);
	say_many(all, options->clients, options->commits, 1);
	sort_samples();
}

static void idle(const struct options *options)
{
	struct follower *all = connect_all(options->clients, "LIVE");
	following_all.on_arrival = on_arrival;
	say_many(all, options->clients, options->commits / 10 + 1, 1);
	measure_latency(all, options);
	unsigned long long alone50 = share(0.5), alone99 = share(0.99);
	double before = private_bytes(options);
	uint64_t wall = now_ns();
	connect_all(options->idle, "QUIET");
	wall = now_ns() - wall;
	double each = (private_bytes(options) - before) / (double)options->idle;
	measure_latency(all, options);
	printf("{\"ok\":true,\"bytes\":%.0f,\"accept\":%.0f,\"ns\":%llu,\"p99\":%llu,\"alone\":%"
	       "llu,"
	       "\"alone99\":%llu}\n",
	       each, (double)wall / (double)options->idle, share(0.5), share(0.99), alone50,
	       alone99);
}

/* ---- trips ---- */

static size_t answered;
static size_t calls_left;

static void ask(struct follower *follower)
{
	char line[LINE_MAX_BYTES + 1];
	snprintf(line, sizeof line, "call %llu of %p", (unsigned long long)follower->number + 1,
		 (void *)follower);
	calls_left--;
	follower_call(follower, "ask", line, 1);
}

static void on_answer(struct follower *follower, const char *line)
{
	char wanted[LINE_MAX_BYTES + 1];
	sample(now_ns() - follower->asked);
	snprintf(wanted, sizeof wanted, "call %llu of %p", (unsigned long long)follower->number,
		 (void *)follower);
	if (strcmp(line, wanted) != 0)
		load_fail("\"%s\" was answered with \"%s\"", wanted, line);
	answered++;
	if (calls_left)
		ask(follower);
}

static void ask_all(struct follower *all, size_t clients, size_t calls)
{
	answered = 0;
	calls_left = calls;
	start_samples(calls);
	for (size_t i = 0; i < clients && calls_left; i++)
		ask(&all[i]);
	following_until(&answered, calls, "answers");
}

static void trips(const struct options *options)
{
	following_all.on_answer = on_answer;
	following_all.merges = true;
	struct follower *all = connect_all(options->clients, "LIVE");
	ask_all(all, options->clients, options->calls / 10 + options->clients);
	uint64_t cpu = cpu_ns(options);
	ask_all(all, options->clients, options->calls);
	cpu = cpu_ns(options) - cpu;
	sort_samples();
	printf("{\"ok\":true,\"ns\":%llu,\"p50\":%llu,\"cpu\":%.0f}\n", share(0.99), share(0.5),
	       (double)cpu / (double)options->calls);
}

/* ---- */

static bool read_option(struct options *options, const char *text)
{
	const struct {
		const char *name;
		unsigned long *value;
	} numbers[] = { { "port=", &options->port },	   { "pid=", &options->pid },
			{ "clients=", &options->clients }, { "idle=", &options->idle },
			{ "commits=", &options->commits }, { "calls=", &options->calls },
			{ "burst=", &options->burst } };
	if (strncmp(text, "dialect=", 8) == 0) {
		options->dialect = text + 8;
		return true;
	}
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		size_t length = strlen(numbers[i].name);
		if (strncmp(text, numbers[i].name, length) != 0)
			continue;
		*numbers[i].value = strtoul(text + length, NULL, 10);
		return true;
	}
	return false;
}

static void many_files(void)
{
	struct rlimit files;
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(const struct options *options);
	} verbs[] = { { "fanout", fanout }, { "idle", idle }, { "trips", trips } };
	struct options options = {
		.dialect = "native", .idle = 10000, .commits = 200, .calls = 2000, .burst = 1
	};
	for (int i = 2; i < argc; i++)
		if (!read_option(&options, argv[i]))
			load_fail("what is %s?", argv[i]);
	const struct dialect *dialect = dialect_find(options.dialect);
	for (size_t i = 0; argc > 1 && dialect && i < sizeof verbs / sizeof *verbs; i++) {
		if (strcmp(verbs[i].name, argv[1]) != 0)
			continue;
		if (!options.clients)
			options.clients = i == 0 ? 1000 : i == 1 ? 100 : 1;
		many_files();
		following_start((int)options.port, dialect);
		verbs[i].run(&options);
		return 0;
	}
	load_fail("load fanout|idle|trips port=N pid=N [dialect=native|socketio|colyseus] …");
}
