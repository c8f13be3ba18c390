#include "parcels_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PARCELS_WELCOME                                                                            \
	"{'t':'welcome','session':'s','client':'ann','secret':'x','limits':{'bin':%zu}}"
#define PARCELS_JOINED "{'t':'joined','doc':'PARCELS','ok':true,'last':0}"
#define PARCELS_PATCH                                                                              \
	"{'t':'patch','doc':'PARCELS','epoch':'e','from':null,'rev':4,'ops':[{'op':'replace',"     \
	"'path':'','value':{'count':0}}]}"
bool parcels_rig_open(struct rig *rig, sync_queue *queue)
{
	memset(rig, 0, sizeof *rig);
	rig->now = RIG_START;
	rig->client = sync_client_new(&(sync_client_options){
		.seed = 3, .max_message = MIB, .max_parts = 2 * MIB, .queue = queue });
	rig->replica = rig->client ? parcels_open(rig->client, NULL, NULL, NULL) : NULL;
	return rig->replica;
}

void parcels_rig_load(struct rig *rig, size_t takes)
{
	char welcome[256];
	snprintf(welcome, sizeof welcome, PARCELS_WELCOME, takes);
	rig_let_in(rig);
	rig_said(rig);
	rig_hear(rig, welcome);
	rig_hear(rig, PARCELS_JOINED);
	rig_hear(rig, PARCELS_PATCH);
}

void parcels_rig_hear(struct rig *rig, const char *bytes, size_t length)
{
	sync_client_receive(rig->client, rig->now, bytes, length, true);
}

void parcels_fill(char *bytes, size_t length, unsigned seed)
{
	for (size_t i = 0; i < length; i++)
		bytes[i] = (char)(unsigned char)((i * 31 + i / 251 + seed * 77) & 255);
}

sync_status parcels_rig_send(struct rig *rig, size_t length, sync_reply_fn done, void *arg,
			     sync_error *error)
{
	ParcelsSendArgs args;
	char *bytes = malloc(length + 1);
	parcels_fill(bytes, length, 1);
	parcels_send_args_init(&args);
	sync_status status =
		parcels_send_args_set_data(parcels_send_args_edit(&args), bytes, length);
	if (status == SYNC_OK)
		status = parcels_call_send(rig->replica, &args, done, arg, error);
	parcels_send_args_release(&args);
	free(bytes);
	return status;
}

void parcels_rig_play(struct rig *rig, const char *script)
{
	while (*script) {
		char line[256];
		size_t length = strcspn(script, "\n");
		snprintf(line, sizeof line, "%.*s", (int)length, script);
		if (*line == '<')
			parcels_rig_hear(rig, line + 1, length - 2);
		else
			rig_hear(rig, line);
		script += length + (script[length] != '\0');
	}
}
