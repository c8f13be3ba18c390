#include <syncgen/str.h>

#include <syncgen/alloc.h>
#include <syncgen/json.h>

const struct sync_str_empty_storage sync_str_empty_storage = { { 0, SYNC_STR_STATIC }, "" };

static sync_str_head *head_of(sync_str string)
{
	return (sync_str_head *)(uintptr_t)string - 1;
}

char *sync_str_alloc(size_t length)
{
	if (length > UINT32_MAX - 16)
		return NULL;
	sync_str_head *head = sync_alloc(sizeof(*head) + length + 1);
	if (!head)
		return NULL;
	head->length = (uint32_t)length;
	head->points = 0;
	char *bytes = (char *)(head + 1);
	bytes[length] = '\0';
	return bytes;
}

sync_str sync_str_new(const char *bytes, size_t length)
{
	if (!length)
		return SYNC_STR_EMPTY;
	char *string = sync_str_alloc(length);
	if (string)
		memcpy(string, bytes, length);
	return string;
}

void sync_str_free(sync_str string)
{
	if (string && head_of(string)->points != SYNC_STR_STATIC)
		sync_free_sized(head_of(string), sizeof(sync_str_head) + sync_str_len(string) + 1);
}

size_t sync_str_points(sync_str string)
{
	if (!string)
		return 0;
	sync_str_head *head = head_of(string);
	if (head->points != 0 && head->points != SYNC_STR_STATIC)
		return head->points - 1;
	size_t points = 0;
	for (size_t i = 0; i < head->length; i++)
		points += ((unsigned char)string[i] & 0xc0) != 0x80;
	if (head->points == 0)
		head->points = (uint32_t)points + 1;
	return points;
}

sync_status sync_str_assign(sync_str *field, const char *text)
{
	return sync_str_assign_n(field, text, text ? strlen(text) : 0);
}

sync_status sync_str_assign_n(sync_str *field, const char *bytes, size_t length)
{
	size_t points;
	if (length > UINT32_MAX - 16)
		return SYNC_TOO_BIG;
	if (!sync_utf8_check(bytes, length, &points))
		return SYNC_INVALID;
	sync_str string = sync_str_new(bytes, length);
	if (!string)
		return SYNC_NOMEM;
	if (length)
		head_of(string)->points = (uint32_t)points + 1;
	/* Last, for `bytes` may point into the old value. */
	sync_str_free(*field);
	*field = string;
	return SYNC_OK;
}

void sync_bytes_free(sync_bytes *bytes)
{
	if (!((uintptr_t)bytes->data & 1))
		sync_free((void *)(uintptr_t)bytes->data);
	*bytes = (sync_bytes){ 0 };
}

sync_status sync_bytes_assign(sync_bytes *field, const void *data, size_t length)
{
	uint8_t *copy = NULL;
	if (length) {
		copy = sync_alloc(length);
		if (!copy)
			return SYNC_NOMEM;
		memcpy(copy, data, length);
	}
	sync_bytes_free(field);
	*field = (sync_bytes){ copy, length };
	return SYNC_OK;
}
