/*
 * Servers that cannot start, and those after them: life CERTIFICATE KEY GARBAGE. What is said of
 * the failures goes to standard output; the status is 0 when every server that could be made was.
 */
#include <stdio.h>

#include <syncgen/server.h>

static sync_server *make(sync_server_options options)
{
	sync_error error;
	sync_server *server = sync_server_new(&options, &error);
	if (!server)
		printf("%s: %s\n", sync_status_name(error.code), error.message);
	return server;
}

/* Does a server of that port take turns? */
static bool lives(int port)
{
	sync_server *server = make((sync_server_options){ .port = port });
	bool well = server && sync_server_port(server) == port;
	for (int i = 0; well && i < 3; i++)
		well = sync_server_turn(server) == SYNC_OK;
	sync_server_free(server);
	return well;
}

int main(int argc, char **argv)
{
	if (argc != 4)
		return 2;
	sync_server *server = make((sync_server_options){ 0 });
	if (!server)
		return 1;
	int port = sync_server_port(server);
	sync_server *second = make((sync_server_options){ .port = port });
	sync_server_free(server);
	if (second || !lives(port))
		return 1;
	/* Its context is there, and listens, when the last of the files turns out to be no good. */
	server = make((sync_server_options){
		.port = port, .certificate = argv[1], .key = argv[2], .client_ca = argv[3] });
	if (server || !lives(port))
		return 1;
	server = make((sync_server_options){ .port = port, .certificate = argv[3] });
	if (server || !lives(port))
		return 1;
	server = make((sync_server_options){ .address = "no.such.interface", .port = port });
	if (server || !lives(port))
		return 1;
	server = make((sync_server_options){ .files = "/no/such/folder", .port = port });
	return server || !lives(port);
}
