#include "worker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

uint64_t bench_kept, bench_units;

static const char *folder;
static bool is_set_up[64], cannot[64];

char *bench_load(const char *from, const char *name, size_t *length)
{
	char path[4096];
	snprintf(path, sizeof path, "%s/%s", from, name);
	FILE *file = fopen(path, "rb");
	if (!file || fseek(file, 0, SEEK_END) != 0) {
		perror(path);
		exit(1);
	}
	*length = (size_t)ftell(file);
	rewind(file);
	char *text = malloc(*length + 1);
	if (!text || fread(text, 1, *length, file) != *length) {
		perror(path);
		exit(1);
	}
	text[*length] = '\0';
	fclose(file);
	return text;
}

void bench_answer(bool ok, size_t bytes)
{
	printf("{\"ok\":%s,\"bytes\":%zu}\n", ok ? "true" : "false", bytes);
}

static void print_quoted(const char *text)
{
	putchar('"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			putchar('\\');
		putchar(*text);
	}
	putchar('"');
}

void bench_answer_patches(const char *const *patches, size_t count)
{
	printf("{\"patches\":[");
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			putchar(',');
		print_quoted(patches[i]);
	}
	printf("]}\n");
}

static double now(void)
{
	struct timespec at;
	clock_gettime(CLOCK_MONOTONIC, &at);
	return (double)at.tv_sec * 1e9 + (double)at.tv_nsec;
}

/* Batches, so that the clock is not what is measured. */
static void measure(const bench_work *work, double milliseconds)
{
	double start = now(), spent = 0;
	uint64_t batch = 1, done = 0;
	bench_units = 1;
	while (spent < milliseconds * 1e6) {
		for (uint64_t i = 0; i < batch; i++)
			work->step();
		done += batch;
		spent = now() - start;
		if (spent < milliseconds * 1e5)
			batch *= 2;
	}
	printf("{\"ns\":%.3f}\n", spent / (double)done / (double)bench_units);
}

/* For guards.sh: exactly so many steps, nothing else. */
static void repeat(const bench_work *work, double times)
{
	for (double i = 0; i < times; i++)
		work->step();
	puts("{}");
}

static void answer(const char *verb, const char *name, double argument)
{
	for (size_t i = 0; bench_works[i].name; i++) {
		const bench_work *work = &bench_works[i];
		if (strcmp(work->name, name) != 0)
			continue;
		if (!is_set_up[i])
			cannot[i] = !work->set_up(folder);
		is_set_up[i] = true;
		if (cannot[i])
			break;
		if (strcmp(verb, "check") == 0)
			work->check();
		else if (strcmp(verb, "repeat") == 0)
			repeat(work, argument);
		else
			measure(work, argument);
		return;
	}
	puts("{\"missing\":true}");
}

/* WORKER FOLDER */
int main(int argc, char **argv)
{
	char verb[16], name[16], line[256];
	if (argc != 2)
		return 2;
	folder = argv[1];
	setvbuf(stdout, NULL, _IOLBF, 0);
	while (fgets(line, sizeof line, stdin)) {
		double argument = 0;
		if (sscanf(line, "%15s %15s %lf", verb, name, &argument) >= 2)
			answer(verb, name, argument);
	}
	fprintf(stderr, "kept %llu\n", (unsigned long long)bench_kept);
	return 0;
}
