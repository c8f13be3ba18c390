#include "seat.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "line.h"

enum { ANSWER = 4096, NAME = 64 };

static void ask(int port, const char *room, char *answer)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)port),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	char request[256];
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	int length = snprintf(request, sizeof request,
			      "POST /matchmake/joinOrCreate/%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
			      "Content-Type: application/json\r\nContent-Length: 2\r\n"
			      "Connection: close\r\n\r\n{}",
			      room, port);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) < 0 ||
	    send(fd, request, (size_t)length, MSG_NOSIGNAL) != length)
		load_fail("no answer to a request for a seat");
	size_t have = 0;
	for (ssize_t n = 1; n > 0 && have<ANSWER - 1; have += n> 0 ? (size_t)n : 0)
		n = recv(fd, answer + have, ANSWER - 1 - have, 0);
	answer[have] = '\0';
	close(fd);
}

/* A string of the answer's JSON; without it there is no seat. */
static void find(const char *answer, const char *member, char *to)
{
	const char *at = strstr(answer, member);
	if (!at || sscanf(at + strlen(member), "\":\"%63[A-Za-z0-9_-]", to) != 1)
		load_fail("no seat: %.300s", answer);
}

void seat_take(int port, const char *room, char *path, size_t size)
{
	char answer[ANSWER], lower[NAME], process[NAME], id[NAME], session[NAME];
	snprintf(lower, sizeof lower, "%s", strcasecmp(room, "LIVE") == 0 ? "live" : "quiet");
	ask(port, lower, answer);
	find(answer, "\"processId", process);
	find(answer, "\"roomId", id);
	find(answer, "\"sessionId", session);
	snprintf(path, size, "/%s/%s?sessionId=%s", process, id, session);
}
