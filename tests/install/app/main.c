/* The least that shows that an installed syncgen works: generated code, the runtime, the
 * compiler. */
#include "shelf.h"

#include <stdio.h>

int main(void)
{
	Shelf shelf;
	shelf_init(&shelf);
	sync_buf out = { 0 };
	sync_error error;
	const char json[] = "{\"name\":\"Sea\",\"books\":[{\"id\":1,\"title\":\"Moby-Dick\","
			    "\"by\":{\"name\":\"Melville\"}}]}";
	if (shelf_from_json(&shelf, json, sizeof json - 1, &error) != SYNC_OK ||
	    shelf_to_json(&shelf, &out) != SYNC_OK)
		return 1;
	printf("%s: %zu book, %zu bytes\n", shelf.name, shelf.books.len, out.len);
	sync_buf_release(&out);
	shelf_release(&shelf);
	return 0;
}
