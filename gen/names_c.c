/*
 * What C and C++ keep for themselves. A header that a program includes before or after ours must
 * not change the meaning of a name, so the macros of common headers count as well.
 */
#include "names.h"

#include <stdlib.h>
#include <string.h>

/* clang-format off */
/* Keywords and macros: nowhere. Both tables are sorted, for the binary search. */
static const char *const anywhere[] = {
	"AF_INET", "BIG_ENDIAN", "BUFSIZ", "BYTE_ORDER", "CHAR_BIT", "CHAR_MAX", "CHAR_MIN",
	"CLOCKS_PER_SEC", "DBL_DIG", "DBL_EPSILON", "DBL_MANT_DIG", "DBL_MAX",
	"DBL_MAX_EXP", "DBL_MIN", "DBL_MIN_EXP", "DOMAIN", "EOF", "EXIT_FAILURE",
	"EXIT_SUCCESS", "FALSE", "FD_CLR", "FD_SET", "FD_SETSIZE", "FD_ZERO",
	"FILENAME_MAX", "FLT_DIG", "FLT_EPSILON", "FLT_EVAL_METHOD", "FLT_MANT_DIG",
	"FLT_MAX", "FLT_MAX_EXP", "FLT_MIN", "FLT_MIN_EXP", "FLT_RADIX", "FLT_ROUNDS",
	"FOPEN_MAX", "FP_INFINITE", "FP_NAN", "FP_NORMAL", "FP_SUBNORMAL", "FP_ZERO",
	"F_LOCK", "F_OK", "F_TEST", "F_ULOCK", "HUGE_VAL", "I", "ILP32", "INADDR_ANY",
	"INFINITY", "INT16_C", "INT16_MAX", "INT16_MIN", "INT32_C", "INT32_MAX",
	"INT32_MIN", "INT64_C", "INT64_MAX", "INT64_MIN", "INT8_C", "INT8_MAX", "INT8_MIN",
	"INTMAX_C", "INTMAX_MAX", "INTMAX_MIN", "INTPTR_MAX", "INTPTR_MIN", "INT_MAX",
	"INT_MIN", "LC_ALL", "LC_COLLATE", "LC_CTYPE", "LC_MESSAGES", "LC_MONETARY",
	"LC_NUMERIC", "LC_TIME", "LDBL_MAX", "LDBL_MIN", "LITTLE_ENDIAN", "LLONG_MAX",
	"LLONG_MIN", "LONG_BIT", "LONG_MAX", "LONG_MIN", "LP64", "L_tmpnam", "MB_CUR_MAX",
	"MB_LEN_MAX", "M_E", "M_PI", "NAN", "NDEBUG", "NULL", "OVERFLOW", "O_RDONLY",
	"PATH_MAX", "PF_INET", "PTRDIFF_MAX", "PTRDIFF_MIN", "RAND_MAX", "R_OK",
	"SCHAR_MAX", "SCHAR_MIN", "SEEK_CUR", "SEEK_END", "SEEK_SET", "SHRT_MAX",
	"SHRT_MIN", "SIG_ATOMIC_MAX", "SIG_ATOMIC_MIN", "SIG_BLOCK", "SIG_DFL", "SIG_ERR",
	"SIG_IGN", "SIG_SETMASK", "SIG_UNBLOCK", "SING", "SIZE_MAX", "SOCK_STREAM",
	"SSIZE_MAX", "S_IFMT", "S_ISREG", "TCP_NODELAY", "TIME_UTC", "TMP_MAX", "TRUE",
	"UCHAR_MAX", "UINT16_C", "UINT16_MAX", "UINT32_C", "UINT32_MAX", "UINT64_C",
	"UINT64_MAX", "UINT8_C", "UINT8_MAX", "UINTMAX_C", "UINTMAX_MAX", "UINTPTR_MAX",
	"UINT_MAX", "ULLONG_MAX", "ULONG_MAX", "UNDERFLOW", "USHRT_MAX", "WCHAR_MAX",
	"WCHAR_MIN", "WEOF", "WINT_MAX", "WINT_MIN", "WNOHANG", "WORD_BIT", "W_OK", "X_OK",
	"_Alignas", "_Alignof", "_Atomic", "_BitInt", "_Bool", "_Complex", "_Decimal128",
	"_Decimal32", "_Decimal64", "_Float128", "_Float32", "_Float64", "_Generic",
	"_IOFBF", "_IOLBF", "_IONBF", "_Imaginary", "_Noreturn", "_Static_assert",
	"_Thread_local", "alignas", "alignof", "alloca", "and", "and_eq", "asm", "assert",
	"atomic_cancel", "atomic_commit", "atomic_noexcept", "auto", "bitand", "bitor",
	"bool", "break", "case", "catch", "char", "char16_t", "char32_t", "char8_t",
	"class", "co_await", "co_return", "co_yield", "compl", "complex", "concept",
	"const", "const_cast", "consteval", "constexpr", "constinit", "continue",
	"decltype", "default", "delete", "do", "double", "dynamic_cast", "else", "enum",
	"errno", "explicit", "export", "extern", "false", "float", "for", "friend", "goto",
	"h_addr", "i386", "if", "inline", "int", "int16_t", "int32_t", "int64_t", "int8_t",
	"isfinite", "isgreater", "isinf", "isless", "isnan", "isnormal", "linux", "long",
	"major", "makedev", "math_errhandling", "minor", "mutable", "namespace", "new",
	"noexcept", "noreturn", "not", "not_eq", "nullptr", "offsetof", "operator", "or",
	"or_eq", "private", "protected", "public", "reflexpr", "register",
	"reinterpret_cast", "requires", "restrict", "return", "s6_addr", "sa_handler",
	"setjmp", "short", "si_value", "signbit", "signed", "size_t", "sizeof", "st_atime",
	"st_ctime", "st_mtime", "static", "static_assert", "static_cast", "stderr", "stdin",
	"stdout", "struct", "switch", "synchronized", "template", "this", "thread_local",
	"throw", "true", "try", "typedef", "typeid", "typename", "typeof", "typeof_unqual",
	"uint16_t", "uint32_t", "uint64_t", "uint8_t", "union", "unix", "unreachable",
	"unsigned", "using", "va_arg", "va_copy", "va_end", "va_start", "virtual", "void",
	"volatile", "wchar_t", "while", "xor", "xor_eq",
};

/* Types, functions and objects of libraries: not at file scope. */
static const char *const at_file_scope[] = {
	"DIR", "FILE", "abort", "abs", "accept", "access", "bind", "cJSON", "calloc",
	"clock", "clone", "close", "connect", "cos", "daemon", "div_t", "double_t", "dup",
	"environ", "exec", "exit", "fenv_t", "float_t", "fork", "fpos_t", "free", "gamma",
	"getenv", "imaginary", "index", "intmax_t", "intptr_t", "j0", "j1", "jmp_buf", "jn",
	"kill", "lconv", "ldiv_t", "link", "listen", "lldiv_t", "log", "main", "malloc",
	"max_align_t", "mbstate_t", "memcpy", "memset", "off_t", "open", "pause", "pid_t",
	"pipe", "poll", "pow", "printf", "ptrdiff_t", "puts", "raise", "rand", "read",
	"realloc", "recv", "remove", "rename", "round", "select", "send", "shutdown",
	"sig_atomic_t", "signal", "sin", "sleep", "socket", "ssize_t", "stat", "std",
	"strdup", "strlen", "sync", "system", "tan", "time", "time_t", "timer_t",
	"timezone", "tm", "truncate", "tzname", "u_char", "u_int", "u_long", "u_short",
	"uint", "uintmax_t", "uintptr_t", "unlink", "va_list", "wait", "wint_t", "write",
	"y0", "y1", "yield", "yn",
};
/* clang-format on */

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
	static const char *const stems[] = { "aio", "cnd", "mtx", "sem", "sync" };
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
