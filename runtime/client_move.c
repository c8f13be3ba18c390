#include "client_move.h"

#include <stdio.h>
#include <string.h>

#include <syncgen/alloc.h>

#include "tree.h"

void client_moves_release(client_moves *moves)
{
	for (size_t i = 0; i < moves->count; i++)
		sync_free(moves->list[i].list);
	sync_free(moves->list);
	*moves = (client_moves){ 0 };
}

/* `list` is taken over. */
static sync_status append(client_moves *moves, char *list, size_t index, bool insert)
{
	if (list && moves->count == moves->room) {
		size_t room = moves->room ? 2 * moves->room : 8;
		client_move *more = sync_resize(moves->list, room * sizeof *more);
		if (more) {
			moves->list = more;
			moves->room = room;
		}
	}
	if (!list || moves->count == moves->room) {
		sync_free(list);
		return SYNC_NOMEM;
	}
	moves->list[moves->count++] = (client_move){ list, index, insert, false };
	return SYNC_OK;
}

static size_t count_of(const struct cJSON *array)
{
	size_t count = 0;
	for (const struct cJSON *at = sync_tree_first(array); at; at = sync_tree_next(at))
		count++;
	return count;
}

static sync_status put_in(client_moves *moves, const struct pointer *path, bool insert,
			  struct cJSON *state)
{
	sync_buf list = { 0 };
	struct cJSON *parent;
	size_t index;
	if (!path->count || !sync_segment_index(&path->segments[path->count - 1], &index))
		return SYNC_OK;
	for (size_t i = 0; i + 1 < path->count; i++) {
		sync_buf_byte(&list, '/');
		sync_buf_put(&list, path->segments[i].raw, path->segments[i].raw_length);
	}
	sync_status status = list.status;
	if (status == SYNC_OK && sync_json_at(state, list.data, list.len, &parent) == SYNC_OK &&
	    sync_tree_kind_of(parent) == TREE_ARRAY)
		status = append(moves, sync_alloc_text(list.len ? sync_buf_cstr(&list) : ""),
				index == POINTER_END ? count_of(parent) : index, insert);
	sync_buf_release(&list);
	return status;
}

sync_status client_moves_add(client_moves *moves, const struct operation *op, struct cJSON *state)
{
	sync_status status = SYNC_OK;
	if (op->verb == OP_MOVE)
		status = put_in(moves, &op->from, false, state);
	else if (op->verb == OP_REMOVE && !op->value)
		status = put_in(moves, &op->path, false, state);
	if (status == SYNC_OK && (op->verb == OP_ADD || op->verb == OP_COPY || op->verb == OP_MOVE))
		status = put_in(moves, &op->path, true, state);
	return status;
}

/* One pointer past one move. */
static sync_status carry(const client_move *by, sync_buf *pointer, bool gap)
{
	size_t length = strlen(by->list), at = length + 1, position = 0;
	if (by->gone || pointer->len <= at || memcmp(pointer->data, by->list, length) != 0 ||
	    pointer->data[length] != '/')
		return SYNC_OK;
	while (at < pointer->len && pointer->data[at] >= '0' && pointer->data[at] <= '9' &&
	       position < SIZE_MAX / 20)
		position = position * 10 + (size_t)(pointer->data[at++] - '0');
	if (at == length + 1 || (at < pointer->len && pointer->data[at] != '/'))
		return SYNC_OK; /* the end */
	gap = gap && at == pointer->len;
	if (!by->insert && position == by->index && !gap)
		return SYNC_NOT_FOUND;
	if (by->insert ? position < by->index : position <= by->index)
		return SYNC_OK;
	char digits[24];
	sync_buf now = { 0 };
	snprintf(digits, sizeof digits, "%zu", by->insert ? position + 1 : position - 1);
	sync_buf_put(&now, pointer->data, length + 1);
	sync_buf_put(&now, digits, strlen(digits));
	sync_buf_put(&now, pointer->data + at, pointer->len - at);
	sync_buf_release(pointer);
	*pointer = now;
	return now.status;
}

sync_status client_moves_carry(const client_moves *moves, sync_buf *pointer, bool gap)
{
	sync_status status = SYNC_OK;
	for (size_t i = 0; i < moves->count && status == SYNC_OK; i++)
		status = carry(&moves->list[i], pointer, gap);
	return status;
}

/* The list of a move past another move. */
static sync_status carry_list(client_move *one, const client_move *by)
{
	sync_buf list = { 0 };
	sync_buf_put(&list, one->list, strlen(one->list));
	sync_status status = list.len ? carry(by, &list, false) : SYNC_OK;
	if (status == SYNC_NOT_FOUND) {
		one->gone = true;
		status = SYNC_OK;
	} else if (status == SYNC_OK && list.len) {
		char *copy = sync_alloc_text(sync_buf_cstr(&list));
		if (copy) {
			sync_free(one->list);
			one->list = copy;
		}
		status = copy ? SYNC_OK : SYNC_NOMEM;
	}
	sync_buf_release(&list);
	return status;
}

/* Where it is behind another move of the same list. Of two that were put in at one place theirs
 * stands in front. */
static void step(client_move *one, const client_move *by, bool front)
{
	if (by->gone || one->gone)
		return;
	if (by->insert)
		one->index += one->index > by->index ||
			      (one->index == by->index && !(one->insert && front));
	else if (one->index == by->index && !one->insert)
		one->gone = true;
	else
		one->index -= one->index > by->index;
}

/* Two that were beside each other, each behind the other. */
static sync_status pass(client_move *theirs, client_move *ours)
{
	client_move before = *theirs;
	if (strcmp(theirs->list, ours->list) == 0) {
		step(theirs, ours, true);
		step(ours, &before, false);
		return SYNC_OK;
	}
	before.list = sync_alloc_text(theirs->list);
	sync_status status = before.list ? SYNC_OK : SYNC_NOMEM;
	if (status == SYNC_OK && !ours->gone)
		status = carry_list(theirs, ours);
	if (status == SYNC_OK && !before.gone)
		status = carry_list(ours, &before);
	sync_free(before.list);
	return status;
}

sync_status client_moves_pass(client_moves *theirs, const client_moves *ours)
{
	sync_status status = SYNC_OK;
	for (size_t i = 0; i < ours->count && status == SYNC_OK; i++) {
		client_move one = ours->list[i];
		one.list = sync_alloc_text(one.list);
		status = one.list ? SYNC_OK : SYNC_NOMEM;
		for (size_t k = 0; k < theirs->count && status == SYNC_OK; k++)
			status = pass(&theirs->list[k], &one);
		sync_free(one.list);
	}
	return status;
}
