#include "panel.h"

#include <string.h>

#include "board.h"
#include "canvas.h"
#include "meter.h"
#include "pad.h"
#include "profile.h"
#include "rooms.h"
#include "shop.h"

#define X(name) extern const sync_model name;
#include "random.inc"
#undef X

static const sync_model *const models[] = {
	&board_model,	&shop_model,  &canvas_model, &pad_model,
	&profile_model, &rooms_model, &meter_model,
#define X(name) &name,
#include "random.inc"
#undef X
};

enum { MODELS = sizeof models / sizeof *models, CALLS_MAX = 8 };

static struct {
	sync_model model;
	sync_call_info calls[CALLS_MAX];
} panel[MODELS];

/* A generated dispatch calls a typed handler; one that goes by descriptions serves every model. */
static void fill(size_t at, const sync_model *from)
{
	sync_call_info *calls = panel[at].calls;
	memcpy(calls, from->calls, from->call_count * sizeof *calls);
	for (uint32_t i = 0; i < from->call_count; i++)
		calls[i].dispatch = calls[i].flags & SYNC_CALL_TASK	 ? panel_errand
				    : strcmp(calls[i].name, "fail") == 0 ? panel_fail
									 : panel_poke;
	panel[at].model = *from;
	panel[at].model.calls = calls;
	if (from->compute)
		panel[at].model.compute = panel_compute;
}

const sync_model *panel_model(uint64_t number)
{
	if (!panel[0].model.name)
		for (size_t i = 0; i < MODELS; i++)
			fill(i, models[i]);
	return &panel[number % MODELS].model;
}

size_t panel_count(void)
{
	return MODELS;
}

const char *panel_choice(void)
{
	return
#include "choice.inc"
		;
}
