/*
 * Inside of a client's socket. client_lws.c: its life and its loop; client_lws_line.c: one
 * connection. As in the server (server_lws.h): a libuv loop of ours, or libwebsockets' own poll
 * loop without its plugin; no compression, no HTTP/2, none of its timers.
 */
#ifndef SYNCGEN_CLIENT_LWS_H
#define SYNCGEN_CLIENT_LWS_H

#include <libwebsockets.h>
#include <stdatomic.h>
#include <uv.h>

#include <syncgen/buf.h>
#include <syncgen/client.h>

#include "client_core.h"
#include "client_url.h"

struct sync_client_socket {
	sync_client *client;
	client_url url;
	char **headers; /* each "Name:" NUL "value" NUL; NULL-terminated */
	char *ca;

	struct lws_context *context;
	struct lws_protocols protocols[2];
	uv_loop_t loop;
	uv_prepare_t before_wait;
	uv_check_t after_wait;
	uv_poll_t alarm;
	int alarm_fd;			  /* a timerfd: a program's own loop is woken by it too */
	lws_sorted_usec_list_t alarm_lws; /* without libuv */
	bool uv, ended;
	uint64_t now, alarm_at;
	atomic_bool stopping;

	struct lws *wsi; /* the present connection; callbacks of others are of the past */
	bool dialling;	 /* inside of the call that makes it, and it has not failed */
	bool open;
	unsigned peer_code; /* of the server's close frame */
	bool binary;
	sync_buf message; /* what has come of a message */
};

uint64_t client_lws_now(void); /* ms */

/* client_lws_line.c */
int client_line_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
			 size_t length);
void client_line_dial(sync_client_socket *socket);
void client_line_hang_up(sync_client_socket *socket);

#endif
