/*
 * All of the runtime that generated code needs. A generated header includes this one.
 */
#ifndef SYNCGEN_SYNCGEN_H
#define SYNCGEN_SYNCGEN_H

#include <syncgen/alloc.h>
#include <syncgen/buf.h>
#include <syncgen/call.h>
#include <syncgen/cell.h>
#include <syncgen/doc.h>
#include <syncgen/json.h>
#include <syncgen/list.h>
#include <syncgen/map.h>
#include <syncgen/model.h>
#include <syncgen/patch.h>
#include <syncgen/status.h>
#include <syncgen/str.h>
#include <syncgen/task.h>
#include <syncgen/text.h>
#include <syncgen/track.h>
#include <syncgen/type.h>
#include <syncgen/value.h>

#define SYNC_VERSION_MAJOR 0
#define SYNC_VERSION_MINOR 1
#define SYNC_VERSION_PATCH 0
#define SYNC_VERSION	   "0.1.0"

/* What generated headers begin with: code made for one layout of tables and structs does not
 * compile against a runtime with another. */
#ifdef __cplusplus
#define SYNC_REQUIRE_RUNTIME(abi)                                                                  \
	static_assert((abi) == SYNC_RUNTIME_ABI,                                                   \
		      "made by another version of syncgen: generate again")
#else
#define SYNC_REQUIRE_RUNTIME(abi)                                                                  \
	_Static_assert((abi) == SYNC_RUNTIME_ABI,                                                  \
		       "made by another version of syncgen: generate again")
#endif

#endif
