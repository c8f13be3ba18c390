#include "load.h"

#include "parse.h"
#include "scope.h"
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A chain of imports may be this long; it is walked by recursion. */
enum { DEEPEST = 200 };

/* The files between a root and the one that is being read, and how each names the next. */
typedef struct {
	idl_file *file;
	const idl_import *import;
} hop;

struct loader {
	check *c;
	const idl_options *options;
	size_t limit;
	names by_identity; /* "device:inode" to idl_file */
	idl_file *first, *last;
	size_t sources;
	hop chain[DEEPEST];
	size_t depth;
	bool failed;
	bool no_imports;
};

loader *loader_new(check *c, const idl_options *options)
{
	loader *l = idl_arena_alloc(c->arena, sizeof *l);
	l->c = c;
	l->options = options;
	l->sources = options->sources_before;
	l->limit = options->max_file_bytes ? options->max_file_bytes : IDL_MAX_FILE_BYTES;
	return l;
}

void loader_no_imports(loader *l)
{
	l->no_imports = true;
}

idl_file *loader_files(const loader *l)
{
	return l->first;
}

bool loader_failed(const loader *l)
{
	return l->failed;
}

/* ---- paths ---- */

static size_t folder_length(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? (size_t)(slash - path) + 1 : 0;
}

/* folder (with its slash, or empty) and a relative path, without "." and "x/..". */
static const char *join(idl_arena *arena, const char *folder, size_t length, const char *path)
{
	for (;;) {
		if (strncmp(path, "./", 2) == 0) {
			path += 2;
		} else if (strncmp(path, "../", 3) == 0 && length > 1) {
			size_t up = length - 1;
			while (up && folder[up - 1] != '/')
				up--;
			bool dots = length - 1 - up <= 2 && folder[up] == '.';
			if (dots)
				break;
			length = up;
			path += 3;
		} else {
			break;
		}
	}
	return idl_arena_printf(arena, "%.*s%s", (int)length, folder, path);
}

/* ---- bytes ---- */

/* Why a path cannot be read; the place is the import, or nothing for a root. */
static void cannot(loader *l, const char *path, const idl_import *import, diag_code code,
		   const char *why)
{
	if (import)
		diag_add(l->c->diags, code, import->span, "cannot read '%s': %s", path, why);
	else
		diag_add_path(l->c->diags, code, path, "cannot read this file: %s", why);
	l->failed = true;
}

/* Everything up to the limit, ended by NUL; NULL when reading failed or there is more. */
static char *slurp(loader *l, int fd, size_t expected, const char *path, const idl_import *import,
		   size_t *length)
{
	size_t size = expected + 2, used = 0;
	char *bytes = idl_arena_alloc(l->c->arena, size);
	for (;;) {
		ssize_t got = read(fd, bytes + used, size - 1 - used);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			cannot(l, path, import, DIAG_E0001, strerror(errno));
			return NULL;
		}
		if (got == 0)
			break;
		used += (size_t)got;
		if (used > l->limit) {
			cannot(l, path, import, DIAG_E0002, "it is too large for a schema");
			return NULL;
		}
		if (used == size - 1) {
			char *larger = idl_arena_alloc(l->c->arena, size * 2);
			memcpy(larger, bytes, used);
			bytes = larger;
			size *= 2;
		}
	}
	bytes[used] = '\0';
	*length = used;
	return bytes;
}

static idl_file *parse_bytes(loader *l, const char *path, const char *import_path,
			     const char *bytes, size_t length)
{
	idl_file *file = idl_arena_alloc(l->c->arena, sizeof *file);
	idl_source *source = idl_arena_alloc(l->c->arena, sizeof *source);
	*source = (idl_source){
		.path = path, .text = bytes, .length = length, .number = ++l->sources
	};
	file->source = source;
	file->path = path;
	file->import_path = import_path;
	file->package = file->c_prefix = "";
	idl_name *lost = NULL;
	if (idl_source_init(source, l->c->arena, l->c->diags))
		idl_parse(file, &lost, l->c->arena, l->c->diags);
	else
		file->incomplete = true;
	scope_new(l->c, file, lost);
	return file;
}

static void append(loader *l, idl_file *file)
{
	if (l->last)
		l->last->next = file;
	else
		l->first = file;
	l->last = file;
}

/* ---- imports ---- */

static void load_imports(loader *l, idl_file *file);

static bool is_loading(const loader *l, const idl_file *file, size_t *at)
{
	for (*at = 0; *at < l->depth; ++*at)
		if (l->chain[*at].file == file)
			return true;
	return false;
}

/* Said once, at the import where the circle begins. */
static void report_cycle(loader *l, size_t from)
{
	idl_arena *arena = l->c->arena;
	const char *path = l->chain[from].file->path;
	const char *circle = path;
	for (size_t i = from + 1; i < l->depth; i++)
		circle = idl_arena_printf(arena, "%s -> %s", circle, l->chain[i].file->path);
	diag *d = diag_add(l->c->diags, DIAG_E0603, l->chain[from].import->span,
			   "import cycle: %s -> %s", circle, path);
	for (size_t i = from + 1; i < l->depth; i++) {
		const char *next = i + 1 < l->depth ? l->chain[i + 1].file->path : path;
		diag_note(d, l->chain[i].import->span, "'%s' imports '%s' here",
			  l->chain[i].file->path, next);
	}
}

/* An open file that is not a folder, or -1 with errno. */
static int open_file(const char *path, struct stat *info)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return -1;
	if (fstat(fd, info) < 0 || S_ISDIR(info->st_mode)) {
		close(fd);
		errno = EISDIR;
		return -1;
	}
	return fd;
}

static idl_file *read_open(loader *l, int fd, const struct stat *info, const char *path,
			   const char *import_path, const idl_import *import)
{
	size_t expected =
		S_ISREG(info->st_mode) && info->st_size > 0 ? (size_t)info->st_size : 4096;
	if (expected > l->limit) {
		cannot(l, path, import, DIAG_E0002, "it is too large for a schema");
		return NULL;
	}
	size_t length;
	char *bytes = slurp(l, fd, expected, path, import, &length);
	return bytes ? parse_bytes(l, path, import_path, bytes, length) : NULL;
}

/* The file behind an open descriptor, parsed at most once; closes it. */
static idl_file *load_open(loader *l, int fd, const struct stat *info, const char *path,
			   const char *import_path, const idl_import *import)
{
	const char *identity =
		idl_arena_printf(l->c->arena, "%llx:%llx", (unsigned long long)info->st_dev,
				 (unsigned long long)info->st_ino);
	idl_file *file = S_ISREG(info->st_mode) ? names_get(&l->by_identity, identity) : NULL;
	size_t at;
	if (file) {
		close(fd);
		if (is_loading(l, file, &at))
			report_cycle(l, at);
		return file;
	}
	file = read_open(l, fd, info, path, import_path, import);
	close(fd);
	if (!file)
		return NULL;
	names_put(&l->by_identity, l->c->arena, identity, file);
	load_imports(l, file);
	append(l, file);
	return file;
}

/* The folder of the importer first, then those of -I. */
static void load_import(loader *l, idl_file *importer, idl_import *import)
{
	idl_arena *arena = l->c->arena;
	struct stat info;
	if (!*import->path || *import->path == '/') {
		diag_add(l->c->diags, DIAG_E0601, import->span, "an import is a relative path");
		return;
	}
	const char *path = join(arena, importer->path, folder_length(importer->path), import->path);
	const char *name = join(arena, importer->import_path, folder_length(importer->import_path),
				import->path);
	int fd = open_file(path, &info);
	int why = errno;
	for (size_t i = 0; fd < 0 && why == ENOENT && i < l->options->folder_count; i++) {
		const char *folder = idl_arena_printf(arena, "%s/", l->options->folders[i]);
		path = join(arena, folder, strlen(folder), import->path);
		name = join(arena, "", 0, import->path);
		fd = open_file(path, &info);
		why = errno;
	}
	if (fd < 0 && (why == ENOENT || why == ENOTDIR)) {
		diag *d = diag_add(l->c->diags, DIAG_E0601, import->span, "cannot find '%s'",
				   import->path);
		if (!l->options->folder_count)
			diag_help(d, "it is looked up beside this file; -I adds folders");
	} else if (fd < 0) {
		cannot(l, path, import, DIAG_E0001,
		       why == EISDIR ? "it is a folder" : strerror(why));
	} else {
		import->file = load_open(l, fd, &info, path, name, import);
	}
}

static void load_imports(loader *l, idl_file *file)
{
	if (l->no_imports)
		return;
	if (l->depth == DEEPEST) {
		if (file->imports)
			diag_add(l->c->diags, DIAG_E0605, file->imports->span,
				 "imports are nested more than %d deep", DEEPEST);
		return;
	}
	names seen = { 0 };
	for (idl_import *import = file->imports; import; import = import->next) {
		l->chain[l->depth++] = (hop){ file, import };
		load_import(l, file, import);
		l->depth--;
		if (!import->file)
			continue;
		const char *path = import->file->path;
		const idl_import *before = names_put(&seen, l->c->arena, path, import);
		if (before) {
			diag *d = diag_add(l->c->diags, DIAG_E0602, import->span,
					   "'%s' is imported twice", import->path);
			diag_note(d, before->span, "the first is here");
			import->used = true;
		}
	}
}

/* ---- roots ---- */

static idl_file *root(loader *l, idl_file *file)
{
	if (!file)
		return NULL;
	file->root = true;
	if (l->options->prefix)
		file->c_prefix = l->options->prefix;
	return file;
}

idl_file *loader_text(loader *l, const char *path, const char *text, size_t length)
{
	if (length > l->limit) {
		cannot(l, path, NULL, DIAG_E0002, "it is too large for a schema");
		return NULL;
	}
	const char *copy = idl_arena_copy(l->c->arena, text, length);
	idl_file *file = parse_bytes(l, path, path + folder_length(path), copy, length);
	load_imports(l, file);
	append(l, file);
	return root(l, file);
}

static idl_file *load_stdin(loader *l)
{
	size_t length;
	char *bytes = slurp(l, STDIN_FILENO, 4096, "<stdin>", NULL, &length);
	if (!bytes)
		return NULL;
	idl_file *file = parse_bytes(l, "<stdin>", "stdin.sync", bytes, length);
	load_imports(l, file);
	append(l, file);
	return root(l, file);
}

idl_file *loader_root(loader *l, const char *path)
{
	struct stat info;
	if (strcmp(path, "-") == 0)
		return load_stdin(l);
	int fd = open_file(path, &info);
	if (fd < 0) {
		cannot(l, path, NULL, DIAG_E0001,
		       errno == EISDIR ? "it is a folder" : strerror(errno));
		return NULL;
	}
	return root(l, load_open(l, fd, &info, path, path + folder_length(path), NULL));
}
