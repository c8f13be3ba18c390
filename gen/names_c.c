/*
 * What C and C++ keep for themselves. A header that a program includes before or after ours must
 * not change the meaning of a name, so the macros of common headers count as well.
 */
#include "names.h"

#include <stdlib.h>
#include <string.h>

#include "names_c.inc"

static int compare(const void *key, const void *row)
{
	return strcmp(key, *(const char *const *)row);
}

static bool begins(const char *name, const char *with)
{
	return strncmp(name, with, strlen(with)) == 0;
}

/* Of a library that a program is linked to: a function of this name would take its place there,
 * for the library itself too. */
static bool of_library(const char *name)
{
	static const char *const families[] = { "SYNC_", "cJSON_", "lws_",  "posix_",
						"pthread_", "sync_", "uv_" };
	/* With verbs of ours. */
	static const char *const stems[] = { "aio",	 "argz", "atomic", "cnd",   "envz",  "eventfd",
					     "fanotify", "fts",	 "iconv",  "inotify", "mq", "mtx",
					     "pkey",	 "sched", "sem",   "shm",   "sync",  "thrd",
					     "timespec", "tss" };
	for (size_t i = 0; i < sizeof(families) / sizeof(*families); i++)
		if (begins(name, families[i]))
			return true;
	for (size_t i = 0; i < sizeof(stems) / sizeof(*stems); i++)
		if (strcmp(name, stems[i]) == 0)
			return true;
	return false;
}

/* `sync_buf_2` and its like are ours by the rule. */
bool names_reserved_c_runtime(const char *name)
{
	if (!of_library(name))
		return false;
	for (const char *at = name; (at = strchr(at, '_')) != NULL;) {
		at++;
		if (*at >= '2' && *at <= '9' && (at[1] == '_' || at[1] == '\0'))
			return false;
	}
	return true;
}

/* Families of macros: errno.h, signal.h. */
static bool of_family(const char *name)
{
	static const char *const signals[] = { "SIGABRT", "SIGALRM", "SIGBUS",  "SIGCHLD", "SIGCONT",
					       "SIGFPE",  "SIGHUP",  "SIGILL",  "SIGINT",  "SIGIO",
					       "SIGKILL", "SIGPIPE", "SIGPOLL", "SIGQUIT", "SIGSEGV",
					       "SIGSTOP", "SIGSYS",  "SIGTERM", "SIGTRAP", "SIGTSTP",
					       "SIGTTIN", "SIGTTOU", "SIGURG",  "SIGUSR1", "SIGUSR2",
					       "SIGWINCH" };
	static const char *const errors[] = {
		"E2BIG",    "EACCES",   "EAGAIN",    "EBADF",       "EBUSY",   "ECHILD",    "EDEADLK",
		"EDOM",     "EEXIST",   "EFAULT",    "EFBIG",       "EINTR",   "EINVAL",    "EIO",
		"EISDIR",   "EMFILE",   "EMLINK",    "ENFILE",      "ENODEV",  "ENOENT",    "ENOEXEC",
		"ENOLCK",   "ENOMEM",   "ENOSPC",    "ENOSYS",      "ENOTDIR", "ENOTEMPTY", "ENOTTY",
		"ENXIO",    "EOVERFLOW", "EPERM",    "EPIPE",       "EPROTO",  "ERANGE",    "EROFS",
		"ESPIPE",   "ESRCH",    "ETIMEDOUT", "EWOULDBLOCK", "EXDEV",
	};
	for (size_t i = 0; name[0] == 'S' && i < sizeof(signals) / sizeof(*signals); i++) {
		if (strcmp(name, signals[i]) == 0)
			return true;
	}
	for (size_t i = 0; name[0] == 'E' && i < sizeof(errors) / sizeof(*errors); i++) {
		if (strcmp(name, errors[i]) == 0)
			return true;
	}
	return false;
}

bool names_reserved_c(const char *name)
{
	if (names_reserved_c_runtime(name) || of_family(name))
		return true;
	return bsearch(name, anywhere, sizeof(anywhere) / sizeof(*anywhere), sizeof(*anywhere),
	               compare) != NULL;
}

bool names_reserved_c_file(const char *name)
{
	if (names_reserved_c(name))
		return true;
	return bsearch(name, at_file_scope, sizeof(at_file_scope) / sizeof(*at_file_scope),
	               sizeof(*at_file_scope), compare) != NULL;
}
