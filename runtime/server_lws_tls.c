/* What the options say of TLS, for libwebsockets. */
#include "server_lws.h"

#include <errno.h>
#include <stdio.h>

/* Its own word for a file that it cannot read is about something that follows from it. */
static sync_status check_file(const char *what, const char *name, sync_error *error)
{
	FILE *file = name ? fopen(name, "r") : NULL;
	if (name && !file)
		return sync_error_set(error, SYNC_NOT_FOUND, "cannot read the %s %s: %s", what,
				      name, strerror(errno));
	if (file)
		fclose(file);
	return SYNC_OK;
}

sync_status server_tls_check(const sync_server_options *options, sync_error *error)
{
	if (!options->certificate && (options->key || options->client_ca))
		return sync_error_set(error, SYNC_INVALID, "%s without a certificate",
				      options->key ? "a key" : "client_ca");
	sync_status status = check_file("certificate", options->certificate, error);
	if (status == SYNC_OK)
		status = check_file("key", options->key, error);
	return status == SYNC_OK ? check_file("client_ca", options->client_ca, error) : status;
}

void server_tls_fill(const sync_server_options *options, struct lws_context_creation_info *info)
{
	if (!options->certificate)
		return;
	info->ssl_cert_filepath = options->certificate;
	info->ssl_private_key_filepath = options->key ? options->key : options->certificate;
	info->options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
	if (!options->client_ca)
		return;
	info->ssl_ca_filepath = options->client_ca;
	info->options |= LWS_SERVER_OPTION_REQUIRE_VALID_OPENSSL_CLIENT_CERT;
}
