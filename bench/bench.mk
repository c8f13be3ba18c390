# make bench: the C competitors; the rest is JavaScript. See run.mjs.

BENCHGEN  := $(BUILD)/bench/gen
BENCH_OBJ := $(BUILD)/obj/bench
OURS      := worker state edit diff json action typing fan durable peers/syncgen
BENCH_DEBS := protobuf-compiler flatbuffers-compiler nanopb

BENCH_SYNC := board gauges live pad
$(BENCHGEN)/stamp: $(BENCH_SYNC:%=bench/%.sync) $(BUILD)/syncgen
	@mkdir -p $(@D)
	$(Q)$(foreach s,$(BENCH_SYNC),$(BUILD)/syncgen --emit c -o $(BENCHGEN) bench/$(s).sync &&) touch $@
$(BENCH_OBJ)/gen/%.o: $(BENCHGEN)/stamp
	@mkdir -p $(@D)
	$(call SAY,CC,$@)
	$(Q)$(COMPILE) -c $(BENCHGEN)/$*.c -o $@
$(BENCH_OBJ)/%.o: INCLUDE = -Iruntime -I$(BENCHGEN)
$(OURS:%=$(BENCH_OBJ)/%.o): | $(BENCHGEN)/stamp
$(BENCHGEN)/%.h: $(BENCHGEN)/stamp # as in tests.mk
	@:

$(BUILD)/bench/syncgen: $(OURS:%=$(BENCH_OBJ)/%.o) $(BENCH_SYNC:%=$(BENCH_OBJ)/gen/%.o) \
		$(BUILD)/libsyncgen.a
	$(call SAY,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)
$(BUILD)/bench/cjson: $(BENCH_OBJ)/worker.o $(BENCH_OBJ)/peers/cjson.o
	@mkdir -p $(@D)
	$(call SAY,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

$(BUILD)/bench/sqlite: $(BENCH_OBJ)/worker.o $(BENCH_OBJ)/peers/sqlite.o
	@mkdir -p $(@D)
	$(call SAY,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

# ---- over sockets: the load generator and the servers it is pointed at ----

LOAD := load follower dialect seat line
$(BUILD)/bench/load: $(LOAD:%=$(BENCH_OBJ)/%.o)
	@mkdir -p $(@D)
	$(call SAY,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^
$(BENCH_OBJ)/peers/serve_syncgen.o: | $(BENCHGEN)/stamp
$(BUILD)/bench/serve_syncgen: $(BENCH_OBJ)/peers/serve_syncgen.o $(BENCH_OBJ)/gen/live.o $(BUILD)/libsyncgen.a
	$(call SAY,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)
$(BUILD)/bench/serve_epoll $(BUILD)/bench/serve_lws: $(BUILD)/bench/%: $(BENCH_OBJ)/peers/%.o $(BENCH_OBJ)/peers/bare.o
	@mkdir -p $(@D)
	$(call SAY,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)
SERVERS := $(patsubst %,$(BUILD)/bench/%,load serve_syncgen serve_epoll serve_lws)

bench: all $(BUILD)/bench/syncgen $(BUILD)/bench/cjson $(BUILD)/bench/sqlite $(SERVERS) ## measure beside the peers; writes docs/benchmarks.md
	@sh tests/deps.sh $(BENCH_DEBS) || true
	@sh tests/npm.sh bench || true
	BUILD='$(BUILD)' CC='$(CC)' SUITES='$(abspath $(SUITES))' node bench/run.mjs $(WORKS)

guards: $(BUILD)/bench/syncgen ## instructions on the hot paths against those recorded; RECORD=1 records
	sh bench/guards.sh '$(BUILD)' $(RECORD)
.PHONY: guards
