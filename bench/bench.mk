# make bench: the C competitors; the rest is JavaScript. See run.mjs.

BENCHGEN  := $(BUILD)/bench/gen
BENCH_OBJ := $(BUILD)/obj/bench
OURS      := worker state edit diff json action peers/syncgen
BENCH_DEBS := protobuf-compiler flatbuffers-compiler nanopb

$(BENCHGEN)/stamp: bench/board.sync bench/gauges.sync $(BUILD)/syncgen
	@mkdir -p $(@D)
	$(BUILD)/syncgen --emit c -o $(BENCHGEN) bench/board.sync
	$(BUILD)/syncgen --emit c -o $(BENCHGEN) bench/gauges.sync
	@touch $@
$(BENCH_OBJ)/gen/%.o: $(BENCHGEN)/stamp
	@mkdir -p $(@D)
	$(call SAY,CC,$@)
	$(Q)$(COMPILE) -c $(BENCHGEN)/$*.c -o $@
$(BENCH_OBJ)/%.o: INCLUDE = -Iruntime -I$(BENCHGEN)
$(OURS:%=$(BENCH_OBJ)/%.o): | $(BENCHGEN)/stamp

$(BUILD)/bench/syncgen: $(OURS:%=$(BENCH_OBJ)/%.o) $(BENCH_OBJ)/gen/board.o $(BENCH_OBJ)/gen/gauges.o \
		$(BUILD)/libsyncgen.a
	$(call SAY,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)
$(BUILD)/bench/cjson: $(BENCH_OBJ)/worker.o $(BENCH_OBJ)/peers/cjson.o
	@mkdir -p $(@D)
	$(call SAY,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

bench: all $(BUILD)/bench/syncgen $(BUILD)/bench/cjson ## measure beside the peers; writes docs/benchmarks.md
	@sh tests/deps.sh $(BENCH_DEBS) || true
	@sh tests/npm.sh bench || true
	BUILD='$(BUILD)' CC='$(CC)' node bench/run.mjs $(WORKS)

guards: $(BUILD)/bench/syncgen ## instructions on the hot paths against those recorded; RECORD=1 records
	sh bench/guards.sh '$(BUILD)' $(RECORD)
.PHONY: guards
