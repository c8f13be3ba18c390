/* The *.sync files below a folder. */
#ifndef GEN_HISTORY_WALK_H
#define GEN_HISTORY_WALK_H

#include "../idl/arena.h"
#include "history.h"

/* Adds them, sorted; hidden names and links to folders are left out. Answers the exit status: what
 * cannot be read is reported. */
int history_walk(const char *folder, idl_arena *arena, history_files *files);

#endif
