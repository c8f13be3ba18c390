/*
 * The application of the model in notebook.sync, for tests of documents, sessions and servers.
 */
#ifndef TEST_NOTEBOOK_SERVER_H
#define TEST_NOTEBOOK_SERVER_H

#include <syncgen/hub.h>

#include "notebook.h"

enum { NOTEBOOK_MOST = 100 };

/*
 * rename sets the title, visit counts, add writes a line and says so, compute counts lines;
 * boom changes things and fails without a word; fill(to) writes lines, throws Crowded beyond
 * NOTEBOOK_MOST and fails with not_found for 0; nested changes from within the change.
 */
extern const notebook_handlers notebook_server;

/* What sync_update() answered inside of the last `nested`. */
extern sync_status notebook_nested;

#endif
