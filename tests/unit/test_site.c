#include <CUnit/CUnit.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../runtime/site.h"
#include "row.h"

static const struct {
	const char *path, *type;
} types[] = {
	{ "/index.html", "text/html; charset=utf-8" },
	{ "/A.HTML", "text/html; charset=utf-8" },
	{ "/app.js", "text/javascript; charset=utf-8" },
	{ "/style.css", "text/css; charset=utf-8" },
	{ "/icon.svg", "image/svg+xml" },
	{ "/a.tar.gz", "application/octet-stream" },
	{ "/nothing", "application/octet-stream" },
	{ "", "application/octet-stream" },
};

static void content_types(void)
{
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		ROW(types[i].path, strcmp(sync_site_type(types[i].path), types[i].type) == 0);
}

/* root/index.html root/sub/index.html root/empty/ root/.secret root/out → above; above/secret.txt;
 * root-other/file.txt, whose path begins as root's does. */
static const struct {
	const char *request;
	const char *file; /* below root; NULL: not to be had */
} requests[] = {
	{ "/", "/index.html" },
	{ "/index.html", "/index.html" },
	{ "/sub", "/sub/index.html" },
	{ "/sub/", "/sub/index.html" },
	{ "/in", "/index.html" },
	{ "/empty", NULL },
	{ "/missing", NULL },
	{ "/.secret", NULL },
	{ "/sub/.secret", NULL },
	{ "/../secret.txt", NULL },
	{ "/sub/../../secret.txt", NULL },
	{ "/..", NULL },
	{ "/sub/..", NULL },
	{ "/out/secret.txt", NULL },
	{ "/out-file", NULL },
	{ "/sibling", NULL },
	{ "/fifo", NULL },
	{ "/a\\b", NULL },
	{ "/a\nb", NULL },
	{ "index.html", NULL },
	{ "", NULL },
};

static char base[] = "/tmp/syncgen-site-XXXXXX";

static void make(const char *name)
{
	char path[256];
	snprintf(path, sizeof path, "%s%s", base, name);
	if (name[strlen(name) - 1] == '/') {
		mkdir(path, 0700);
		return;
	}
	FILE *file = fopen(path, "w");
	if (file) {
		fputs("x", file);
		fclose(file);
	}
}

static void link_to(const char *target, const char *name)
{
	char path[256];
	snprintf(path, sizeof path, "%s%s", base, name);
	CU_ASSERT_EQUAL(symlink(target, path), 0);
}

static int make_folder(void)
{
	static const char *const names[] = { "/root/",		 "/root/sub/",
					     "/root/empty/",	 "/root-other/",
					     "/root/index.html", "/root/sub/index.html",
					     "/root/.secret",	 "/root/sub/.secret",
					     "/secret.txt",	 "/root-other/file.txt" };
	char path[256];
	if (!mkdtemp(base))
		return 1;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		make(names[i]);
	snprintf(path, sizeof path, "%s/root/fifo", base);
	return mkfifo(path, 0600);
}

static int remove_folder(void)
{
	char command[256];
	snprintf(command, sizeof command, "rm -rf '%s'", base);
	return system(command);
}

static void only_what_is_below(void)
{
	char root[256], file[SYNC_SITE_PATH];
	link_to("index.html", "/root/in");
	link_to("..", "/root/out");
	link_to("../secret.txt", "/root/out-file");
	link_to("../root-other/file.txt", "/root/sibling");
	char real[SYNC_SITE_PATH];
	snprintf(root, sizeof root, "%s/root", base);
	CU_ASSERT_PTR_NOT_NULL_FATAL(realpath(root, real));
	for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
		bool found = sync_site_find(real, requests[i].request, file);
		ROW(requests[i].request, found == (requests[i].file != NULL));
		if (found && requests[i].file)
			ROW(requests[i].request,
			    strcmp(file + strlen(real), requests[i].file) == 0);
	}
	static char longest[3 * SYNC_SITE_PATH];
	memset(longest, 'a', sizeof longest - 1);
	longest[0] = '/';
	CU_ASSERT(!sync_site_find(real, longest, file));
}

static const struct {
	const char *name;
	const char *const *origins;
	const char *origin, *host;
	bool may, secure;
} origins[] = {
	{ "no browser", NULL, "", "a.example", true, false },
	{ "the same host", NULL, "https://a.example", "a.example", true, false },
	{ "the same host, another case", NULL, "http://A.Example:8080", "a.example:8080", true,
	  false },
	{ "another port", NULL, "http://a.example:8081", "a.example:8080", false, false },
	{ "another host", NULL, "https://b.example", "a.example", false, false },
	{ "a host that only begins so", NULL, "https://a.example.evil", "a.example", false, false },
	{ "null", NULL, "null", "a.example", false, false },
	{ "no host", NULL, "https://", "", false, false },
	{ "in the list", (const char *const[]){ "https://x", "https://y", NULL }, "https://y", "a",
	  true, false },
	{ "not in the list", (const char *const[]){ "https://x", NULL }, "https://a", "a", false,
	  false },
	{ "TLS, its own page", NULL, "https://a.example", "a.example", true, true },
	{ "TLS, a page in the clear", NULL, "http://a.example", "a.example", false, true },
	{ "TLS, what the list says", (const char *const[]){ "http://a.example", NULL },
	  "http://a.example", "a.example", true, true },
	{ "an empty list", (const char *const[]){ NULL }, "https://a", "a", false, false },
};

static void who_may_connect(void)
{
	for (size_t i = 0; i < sizeof origins / sizeof *origins; i++)
		ROW(origins[i].name,
		    sync_site_origin(origins[i].origins, origins[i].origin, origins[i].host,
				     origins[i].secure) == origins[i].may);
}

int test_site(void);
int test_site(void)
{
	CU_pSuite suite = CU_add_suite("site", make_folder, remove_folder);
	return !suite || !CU_add_test(suite, "content types", content_types) ||
	       !CU_add_test(suite, "only what is below the folder", only_what_is_below) ||
	       !CU_add_test(suite, "who may connect", who_may_connect);
}
