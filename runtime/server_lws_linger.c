/* Connections that are over for libwebsockets, and not yet for their peers. */
#include "server_lws.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * A socket that is closed while bytes of the peer are unread is reset, and a reset overtakes what
 * we have sent: the peer might never see our close frame (RFC 6455 section 7.1.1 has both sides
 * read to the end). So a copy of the descriptor outlives libwebsockets', says that we have nothing
 * more, and is read until the peer has nothing more either, or for SERVER_LINGER_MS.
 */

/* True: there may be more. */
static bool drain(int fd)
{
	char bytes[4096];
	for (unsigned i = 0; i < 64; i++) {
		ssize_t got = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
		if (got == 0)
			return false;
		if (got < 0)
			return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
	}
	return true;
}

void server_linger(sync_server *server, int fd)
{
	shutdown(fd, SHUT_WR);
	if (server->linger_count == SERVER_LINGERS || !drain(fd)) {
		close(fd);
		return;
	}
	server->lingers[server->linger_count++] =
		(struct linger_fd){ fd, server->now + SERVER_LINGER_MS };
}

void server_linger_tick(sync_server *server)
{
	unsigned kept = 0;
	for (unsigned i = 0; i < server->linger_count; i++) {
		struct linger_fd one = server->lingers[i];
		if (server->now < one.until && drain(one.fd))
			server->lingers[kept++] = one;
		else
			close(one.fd);
	}
	server->linger_count = kept;
}

void server_linger_end(sync_server *server)
{
	while (server->linger_count)
		close(server->lingers[--server->linger_count].fd);
}
