# The simulator: build/tests/sim with the runtime as it is, build/tests/sim_breakable with one whose invariants
# can be switched off. Every tests/sim/*.sync is compiled to C for both; panel.c lists them. So are MODELS models
# that tests/sim/models/random.c makes, from the number MODEL on.

SIMGEN      := $(BUILD)/tests/simgen
SIM_SYNC    := $(wildcard tests/sim/*.sync)
MODEL       := 1
MODELS      := 8
RANDOM_NAMES := $(shell n=$(MODEL); while [ $$n -lt $$(($(MODEL) + $(MODELS))) ]; do echo random$$n; n=$$((n + 1)); done)
RANDOM_OBJS := $(RANDOM_NAMES:%=$(BUILD)/obj/tests/simgen/%.o)
SIM_GEN_OBJS := $(patsubst tests/sim/%.sync,$(BUILD)/obj/tests/simgen/%.o,$(SIM_SYNC))
SIM_OBJS    := $(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard tests/sim/*.c)) $(BUILD)/obj/tests/unit/vary.o
# The files that have a switch, compiled once more: they stand in front of the library.
SIM_BROKEN  := $(shell grep -lw SYNC_BROKEN runtime/*.c)
SIM_BROKEN_OBJS := $(SIM_BROKEN:%.c=$(BUILD)/breakable/%.o)

$(SIMGEN)/stamp: $(SIM_SYNC) $(BUILD)/syncgen
	@mkdir -p $(@D)
	$(call SAY,SYNCGEN,tests/sim)
	$(Q)$(foreach s,$(SIM_SYNC),$(BUILD)/syncgen --emit c -o $(SIMGEN) $(s) &&) touch $@
# A name of its own for each choice of models, so that another choice is another file. To make, a file that is not
# there is none to miss, because of .SECONDARY; so we say it.
SIM_CHOICE  := $(SIMGEN)/random-$(MODEL)-$(MODELS)
SIM_CHOSEN  := $(if $(wildcard $(SIM_CHOICE)),,sim_choice)
$(BUILD)/tests/sim_models: tests/sim/models/random.c tests/unit/seed.h
	@mkdir -p $(@D)
	$(call SAY,CC,$@)
	$(Q)$(COMPILE) $< -o $@ $(LDFLAGS)
$(SIM_CHOICE): $(BUILD)/tests/sim_models $(BUILD)/syncgen $(SIM_CHOSEN)
	@mkdir -p $(SIMGEN)
	$(call SAY,SYNCGEN,$@)
	$(Q)rm -f $(SIMGEN)/random-* && for name in $(RANDOM_NAMES); do \
		$(BUILD)/tests/sim_models $${name#random} >$(SIMGEN)/$$name.sync && \
		$(BUILD)/syncgen --emit c --prefix $$name -o $(SIMGEN) $(SIMGEN)/$$name.sync && \
		echo "X($${name}_$${name}_model)" || exit 1; done >$(SIMGEN)/random.inc && \
		echo '"MODEL=$(MODEL) MODELS=$(MODELS)"' >$(SIMGEN)/choice.inc && touch $@
# Much code that runs little: compiling it fast counts.
$(RANDOM_OBJS): OPTIMIZE = -O0
$(RANDOM_OBJS): $(SIM_CHOICE)
$(BUILD)/obj/tests/sim/panel.o: $(SIM_CHOICE)
$(BUILD)/obj/tests/simgen/%.o: INCLUDE = -Iruntime -I$(SIMGEN)
$(BUILD)/obj/tests/simgen/%.o: $(SIMGEN)/stamp
	@mkdir -p $(@D)
	$(call SAY,CC,$@)
	$(Q)$(COMPILE) $(OPTIMIZE) -c $(SIMGEN)/$*.c -o $@
$(BUILD)/obj/tests/sim/%.o: INCLUDE = -I. -Iruntime -I$(SIMGEN)
$(SIM_OBJS): | $(SIMGEN)/stamp
$(SIMGEN)/%.h: $(SIMGEN)/stamp # as in tests.mk
	@:
$(BUILD)/breakable/%.o: INCLUDE = -Iruntime -I$(GEN)/runtime
$(BUILD)/breakable/%.o: %.c | $(GENERATED)
	@mkdir -p $(@D)
	$(call SAY,CC,$@)
	$(Q)$(COMPILE) -DSYNC_BREAKABLE -c $< -o $@
-include $(SIM_BROKEN_OBJS:.o=.d)

$(BUILD)/tests/sim: $(SIM_OBJS) $(SIM_GEN_OBJS) $(RANDOM_OBJS) $(BUILD)/libsyncgen.a
	$(call SAY,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)
$(BUILD)/tests/sim_breakable: $(SIM_OBJS) $(SIM_GEN_OBJS) $(RANDOM_OBJS) $(SIM_BROKEN_OBJS) $(BUILD)/libsyncgen.a
	$(call SAY,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

sim: $(BUILD)/tests/sim ## simulated worlds: SEEDS=n many, SEED=n that one, TRACE=1 with every frame, MODEL=n MODELS=n other random models
	$(if $(SEED),SEED='$(SEED)' TRACE='$(TRACE)',SEEDS='$(SEEDS)') $(BUILD)/tests/sim
.PHONY: sim sim_choice
