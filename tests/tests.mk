# How the tests are built and run. A new tests/unit/test_NAME.c, tests/conformance/test_NAME.c,
# tests/NAME.sh, tests/FOLDER/test_NAME.sh or .mjs or run.sh or .mjs, tests/fuzz/NAME.c is found by
# its name.
#
# Every tests/unit/*.sync is compiled to C and linked to the unit tests, which include it as "NAME.h"; so is
# tests/wire/board.sync, as "wire/board.h", with the prefix `wire`.

TESTGEN       := $(BUILD)/tests/gen
TEST_SYNC     := $(if $(wildcard gen/main.c),$(wildcard tests/unit/*.sync))
TEST_SUITES   := $(sort $(wildcard tests/unit/test_*.c tests/conformance/test_*.c))
TEST_HELPERS  := $(filter-out tests/unit/test_% tests/conformance/test_%,$(wildcard tests/unit/*.c tests/conformance/*.c))
TEST_GEN_OBJS := $(foreach s,$(TEST_SYNC),$(BUILD)/obj/tests/gen/$(basename $(notdir $(s))).o) \
	$(BUILD)/obj/tests/gen/wire/board.o
TEST_OBJS     := $(patsubst %.c,$(BUILD)/obj/%.o,$(TEST_SUITES) $(TEST_HELPERS))
COMPILER      := $(BUILD)/tests/compiler.a

# All but the main program.
$(COMPILER): $(filter-out $(BUILD)/obj/gen/main.o,$(IDL_OBJS) $(GEN_OBJS))
	@mkdir -p $(@D)
	@rm -f $@
	$(call SAY,AR,$@)
	$(Q)$(AR) rcs $@ $^

# One stamp for all: the compiler leaves unchanged files alone.
$(TESTGEN)/stamp: tests/tests.mk $(TEST_SYNC) tests/wire/board.sync $(if $(TEST_SYNC),$(BUILD)/syncgen)
	@mkdir -p $(@D)
	$(call SAY,SYNCGEN,tests)
	$(Q)$(foreach s,$(TEST_SYNC),$(BUILD)/syncgen --emit c -I $(dir $(s)) -o $(TESTGEN) $(s) &&) \
		$(BUILD)/syncgen --emit c --prefix wire -o $(TESTGEN)/wire tests/wire/board.sync && touch $@
$(BUILD)/obj/tests/gen/%.o: INCLUDE = -Iruntime -I$(TESTGEN)
$(BUILD)/obj/tests/gen/%.o: $(TESTGEN)/stamp
	@mkdir -p $(@D)
	$(call SAY,CC,$@)
	$(Q)$(COMPILE) -c $(TESTGEN)/$*.c -o $@
$(TEST_OBJS): | $(TESTGEN)/stamp
# Make looks again at what the compiler may have changed; else an object would be of the header before.
$(TESTGEN)/%.h: $(TESTGEN)/stamp
	@:

# The list of suites, for main.c.
$(BUILD)/tests/suites.inc: $(TEST_SUITES)
	@mkdir -p $(@D)
	@for f in $(basename $(notdir $^)); do echo "SUITE($$f)"; done > $@
$(BUILD)/obj/tests/unit/main.o: $(BUILD)/tests/suites.inc

$(BUILD)/tests/unit: $(TEST_OBJS) $(TEST_GEN_OBJS) $(COMPILER) $(BUILD)/libsyncgen.a
	$(call SAY,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lcunit $(PKG_LIBS)

# ---- fuzz targets ----

FUZZ_TARGETS := $(filter-out replay,$(basename $(notdir $(wildcard tests/fuzz/*.c))))
REPLAYS      := $(FUZZ_TARGETS:%=$(BUILD)/tests/replay_%)

$(patsubst %,$(BUILD)/obj/tests/fuzz/%.o,$(FUZZ_TARGETS)): | $(TESTGEN)/stamp
$(REPLAYS): $(BUILD)/tests/replay_%: $(BUILD)/obj/tests/fuzz/%.o $(BUILD)/obj/tests/fuzz/replay.o \
		$(TEST_GEN_OBJS) $(COMPILER) $(BUILD)/libsyncgen.a
	$(call SAY,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)
$(BUILD)/tests/fuzz_%: $(BUILD)/obj/tests/fuzz/%.o $(TEST_GEN_OBJS) $(COMPILER) $(BUILD)/libsyncgen.a
	$(call SAY,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(PKG_LIBS)

FUZZ_FLAGS := -O1 -g -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all
fuzz: all $(BUILD)/tests/unit ## libFuzzer targets for FUZZ_SECONDS each, property tests with SEEDS seeds
	+$(MAKE) --no-print-directory BUILD=$(BUILD)/fuzz CC=clang CFLAGS='$(FUZZ_FLAGS)' LDFLAGS= \
		$(FUZZ_TARGETS:%=$(BUILD)/fuzz/tests/fuzz_%)
	sh tests/fuzz.sh '$(BUILD)' '$(FUZZ_SECONDS)' '$(SEEDS)' $(FUZZ_TARGETS)

include tests/sim/sim.mk

# ---- verbs ----

TEST_PROGRAMS := $(if $(TEST_SUITES),$(BUILD)/tests/unit) $(REPLAYS) $(BUILD)/tests/sim $(BUILD)/tests/sim_breakable
RUN_TESTS = BUILD='$(abspath $(BUILD))' SUITES='$(abspath $(SUITES))' CC='$(CC)' sh tests/run.sh

test: all $(TEST_PROGRAMS) ## every test
	@$(RUN_TESTS) all $(FUZZ_TARGETS)
test-c: all $(TEST_PROGRAMS) # the C tests alone, for the sanitizers
	@CFLAGS='$(CFLAGS)' E2E_CFLAGS='$(CFLAGS)' $(RUN_TESTS) c $(FUZZ_TARGETS)

ASAN_FLAGS := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
asan: ## the C tests under AddressSanitizer, UBSan and LeakSanitizer, then the unit tests in valgrind
	+ASAN_OPTIONS=detect_leaks=1 $(MAKE) --no-print-directory BUILD=$(BUILD)/asan \
		CFLAGS='$(ASAN_FLAGS)' LDFLAGS='-fsanitize=address,undefined' test-c
	+$(MAKE) --no-print-directory valgrind
valgrind: all $(BUILD)/tests/unit
	SUITES='$(abspath $(SUITES))' VALGRIND=1 valgrind -q --leak-check=full --show-leak-kinds=all \
		--errors-for-leak-kinds=all --error-exitcode=99 $(BUILD)/tests/unit

TSAN_FLAGS := -O1 -g -fsanitize=thread -fno-omit-frame-pointer
tsan: ## the unit tests of what has threads, under ThreadSanitizer: workers of tasks, the writer of a store
	+$(MAKE) --no-print-directory BUILD=$(BUILD)/tsan CFLAGS='$(TSAN_FLAGS)' LDFLAGS=-fsanitize=thread \
		$(BUILD)/tsan/tests/unit
	$(BUILD)/tsan/tests/unit task store_sqlite

golden: all ## write tests/golden anew from what the compiler prints now
	SYNCGEN='$(abspath $(BUILD))/syncgen' sh tests/golden/update.sh

.PHONY: test-c valgrind tsan
