/*
 * Files of clients that are full, broken, somebody else's, of a later library, or of another version of the model:
 * a clear error or a way on, and nothing lost.
 */
#include <CUnit/CUnit.h>

#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <syncgen/queue.h>

#include "client_rig.h"
#include "notebook_server.h"
#include "row.h"
#include "suite.h"

#define KEPT "{'title':'Kept','notes':['a','b'],'visits':1,'count':2,'draft':'','owner':''}"

static char path[64];

static void clean(void)
{
	char beside[72];
	snprintf(path, sizeof path, "/tmp/syncgen-kept-%ld", (long)getpid());
	remove(path);
	snprintf(beside, sizeof beside, "%s-wal", path);
	remove(beside);
	snprintf(beside, sizeof beside, "%s-shm", path);
	remove(beside);
}

static sync_queue *open_queue(void)
{
	sync_error error;
	sync_queue *queue = sync_queue_sqlite_open(path, &error);
	CU_ASSERT_PTR_NOT_NULL_FATAL(queue);
	return queue;
}

static sync_status retitle(void *state, void *arg)
{
	return notebook_set_title(state, arg);
}

static void sql(const char *text)
{
	sqlite3 *db;
	CU_ASSERT_EQUAL(sqlite3_open(path, &db), SQLITE_OK);
	CU_ASSERT_EQUAL(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

/* A file with a change that waits. */
static void leave_a_change(void)
{
	struct rig rig;
	clean();
	sync_queue *queue = open_queue();
	CU_ASSERT_FATAL(rig_open_kept(&rig, &notebook_model, queue));
	rig_load(&rig);
	CU_ASSERT_EQUAL(sync_replica_update(rig.replica, retitle, "Kept", NULL), SYNC_OK);
	rig_close(&rig);
	sync_queue_close(queue);
}

static void the_change_is_there(void)
{
	struct rig rig;
	sync_queue *queue = open_queue();
	CU_ASSERT_FATAL(rig_open_kept(&rig, &notebook_model, queue));
	CU_ASSERT(rig_shows(&rig, KEPT));
	CU_ASSERT_EQUAL(rig_status(&rig).pending, 1);
	rig_close(&rig);
	sync_queue_close(queue);
}

/* It cannot be opened, for this reason, and the file is named. */
static void refused(sync_status code, const char *why)
{
	sync_error error;
	CU_ASSERT_PTR_NULL(sync_queue_sqlite_open(path, &error));
	ROW(why, error.code == code);
	ROW(error.message, strstr(error.message, path) && strstr(error.message, why));
}

static void of_a_later_library(void)
{
	leave_a_change();
	sql("PRAGMA user_version=2");
	refused(SYNC_INVALID, "later version");
	sql("PRAGMA user_version=1");
	the_change_is_there();
	sql("PRAGMA user_version=0"); /* of before versions were written */
	the_change_is_there();
	clean();
}

static void broken_in_its_middle(void)
{
	leave_a_change();
	FILE *file = fopen(path, "r+");
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	fseek(file, 4096, SEEK_SET);
	for (int i = 0; i < 4096; i++)
		fputc('x', file);
	fclose(file);
	sync_error error;
	sync_queue *queue = sync_queue_sqlite_open(path, &error);
	if (!queue) {
		CU_ASSERT_PTR_NOT_NULL(strstr(error.message, path));
	} else { /* only who reads it sees it */
		struct rig rig;
		CU_ASSERT(!rig_open_kept(&rig, &notebook_model, queue));
		rig_close(&rig);
		sync_queue_close(queue);
	}
	clean();
}

static void without_room_on_the_disk(void)
{
	struct rig rig;
	sync_error error;
	struct rlimit before, none;
	clean();
	sync_queue *queue = open_queue();
	CU_ASSERT_FATAL(rig_open_kept(&rig, &notebook_model, queue));
	rig_load(&rig);
	void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	none = before;
	none.rlim_cur = 1;
	setrlimit(RLIMIT_FSIZE, &none);
	CU_ASSERT_EQUAL(sync_replica_update(rig.replica, retitle, "Lost", &error), SYNC_OVERLOAD);
	CU_ASSERT_STRING_EQUAL(error.message, "the queue cannot be written");
	setrlimit(RLIMIT_FSIZE, &before);
	signal(SIGXFSZ, handler);
	CU_ASSERT(rig_shows(&rig, STATE));
	CU_ASSERT_EQUAL(rig_status(&rig).syncing, SYNC_SYNCING_ERROR);
	CU_ASSERT_EQUAL(sync_replica_update(rig.replica, retitle, "Kept", &error), SYNC_OK);
	CU_ASSERT_EQUAL(rig_status(&rig).error.code, SYNC_OK);
	rig_close(&rig);
	sync_queue_close(queue);
	the_change_is_there();
	clean();
}

/* Runs it in a process of its own, which may be of nobody. Answers whether it went well. */
static bool elsewhere(bool (*run)(void))
{
	pid_t child = fork();
	if (child == 0)
		_exit(run() ? 0 : 1);
	int status = -1;
	return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

static bool is_refused_to_nobody(void)
{
	sync_error error;
	if (getuid() == 0 && setuid(65534) != 0)
		return false;
	return !sync_queue_sqlite_open(path, &error) && strstr(error.message, path) &&
	       strstr(error.message, "readonly");
}

static void that_may_only_be_read(void)
{
	leave_a_change();
	chmod(path, 0444);
	CU_ASSERT(elsewhere(is_refused_to_nobody));
	chmod(path, 0644);
	the_change_is_there();
	clean();
}

static bool is_in_use(void)
{
	sync_error error;
	return !sync_queue_sqlite_open(path, &error) && error.code == SYNC_CONFLICT &&
	       strstr(error.message, path);
}

static bool dies_with_a_change(void)
{
	struct rig rig;
	sync_error error;
	sync_queue *queue = sync_queue_sqlite_open(path, &error);
	if (!queue || !rig_open_kept(&rig, &notebook_model, queue))
		return false;
	rig_load(&rig);
	return sync_replica_update(rig.replica, retitle, "Kept", NULL) == SYNC_OK;
}

static void of_two_processes(void)
{
	clean();
	sync_queue *queue = open_queue();
	CU_ASSERT(elsewhere(is_in_use));
	sync_queue_close(queue);
	CU_ASSERT(elsewhere(dies_with_a_change));
	the_change_is_there();
	clean();
}

/* What is new in the model is not in the state that was kept, and may not be in what is told from there on. */
static void of_another_version_of_the_model(void)
{
	static const char changed[] = "{'title':'Kept','notes':['a','b'],'visits':1,'count':2,"
				      "'draft':'','owner':'new'}";
	struct rig rig;
	sync_model later = notebook_model;
	later.hash = "of a later version";
	sync_queue *queue = sync_queue_memory_new();
	CU_ASSERT_FATAL(rig_open_kept(&rig, &notebook_model, queue));
	rig_load(&rig);
	CU_ASSERT_EQUAL(sync_replica_update(rig.replica, retitle, "Kept", NULL), SYNC_OK);
	for (int i = 0; i < 2; i++) { /* also when it was not connected in between */
		rig_close(&rig);
		CU_ASSERT_FATAL(rig_open_kept(&rig, &later, queue));
		CU_ASSERT(rig_shows(&rig, KEPT));
		CU_ASSERT_EQUAL(rig_status(&rig).pending, 1);
	}
	rig_let_in(&rig);
	const char *hello = rig_said(&rig);
	CU_ASSERT_PTR_NOT_NULL(strstr(hello, "'docs':[{'doc':'shelf/1:NOTES'}]"));
	rig_hear(&rig, WELCOME);
	rig_hear(&rig, JOINED);
	rig_hear(&rig, PATCH("null", "4",
			     "[{'op':'replace','path':'','value':{'title':'One','notes':['a','b'],"
			     "'visits':1,'count':2,'draft':'','owner':'new'}}]"));
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_said(&rig), "'value':'Kept'"));
	CU_ASSERT(rig_shows(&rig, changed));
	rig_close(&rig);
	CU_ASSERT_FATAL(rig_open_kept(&rig, &later, queue));
	rig_let_in(&rig);
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_said(&rig), "'rev':4"));
	rig_close(&rig);
	sync_queue_close(queue);
}

int test_client_queue(void)
{
	static const CU_TestInfo tests[] = {
		{ "of a later library", of_a_later_library },
		{ "broken in its middle", broken_in_its_middle },
		{ "without room on the disk", without_room_on_the_disk },
		{ "that may only be read", that_may_only_be_read },
		{ "of two processes", of_two_processes },
		{ "of another version of the model", of_another_version_of_the_model },
		CU_TEST_INFO_NULL,
	};
	return suite_add("client_queue", tests);
}
