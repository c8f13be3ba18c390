# Builds everything into $(BUILD). `make help` lists the verbs.
#
# Sources are found by pattern: a new .c, .re or .y in idl/, gen/ or runtime/ needs no line here.
# Set from outside: CC CXX AR PKG_CONFIG HOSTCC CFLAGS LDFLAGS BUILD PREFIX LIBDIR DESTDIR SUITES
# WERROR= (empty: warnings are only warnings), LWS=0 (a core without sockets),
# SQLITE=0 (no store and no queue in a file).

BUILD      ?= build
SUITES     ?= ../shared/suites
PREFIX     ?= /usr/local
LIBDIR     ?= lib
PORT       ?= 8080
FUZZ_SECONDS ?= 60
SEEDS      ?= 2000
LWS        ?= 1
SQLITE     ?= 1
HOSTCC     ?= cc
PKG_CONFIG ?= pkg-config
CFLAGS     ?= -O2 -g
WERROR     ?= -Werror

all: # first, so that it is the default; what it needs stands below

VERSION := $(shell sed -n 's/^.define SYNC_VERSION[[:blank:]]*"\(.*\)"/\1/p' runtime/syncgen/syncgen.h)
SONAME  := libsyncgen.so.$(firstword $(subst ., ,$(VERSION)))

# ---- sources ----

GEN := $(BUILD)/gen
re2c_of  = $(patsubst %.re,$(GEN)/%.c,$(wildcard $(1)/*.re))
lemon_of = $(patsubst %.y,$(GEN)/%.c,$(wildcard $(1)/*.y))
table_of = $(patsubst %_gen.c,$(GEN)/%.inc,$(wildcard $(1)/*_gen.c))
plain_of = $(filter-out %_gen.c,$(wildcard $(1)/*.c))
# The objects of a layer: $(call objects,layer,obj or pic)
objects  = $(patsubst %.c,$(BUILD)/$(2)/%.o,$(call plain_of,$(1)) \
	$(patsubst $(GEN)/%,%,$(call re2c_of,$(1)) $(call lemon_of,$(1))))

# The files that need libwebsockets or SQLite; without them the library has no sockets, no files.
WITHOUT := $(if $(filter 0,$(LWS)),$(wildcard runtime/*_lws*.c)) \
	$(if $(filter 0,$(SQLITE)),$(wildcard runtime/*_sqlite*.c))
built = $(filter-out $(WITHOUT:%.c=$(BUILD)/$(2)/%.o),$(1))

TEMPLATES    := $(sort $(wildcard templates/*/*.tmpl templates/*/*/*.tmpl))
IDL_OBJS     := $(call objects,idl,obj)
GEN_OBJS     := $(call objects,gen,obj) $(if $(wildcard gen/embed.sh),$(BUILD)/obj/gen/templates.o)
RUNTIME_OBJS := $(call built,$(call objects,runtime,obj),obj)
RUNTIME_PICS := $(call built,$(call objects,runtime,pic),pic)
# Made before any object is compiled: what they include.
GENERATED    := $(foreach d,idl gen runtime,$(call lemon_of,$(d)) $(call table_of,$(d)))

# ---- flags ----

PACKAGES  := libcjson $(if $(filter 0,$(LWS)),,libwebsockets libuv) $(if $(filter 0,$(SQLITE)),,sqlite3)
# Asked once and late: in `make deps test` the packages come while make runs.
PKG_CFLAGS = $(eval PKG_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(PACKAGES)))$(PKG_CFLAGS)
PKG_LIBS   = $(eval PKG_LIBS := $(shell $(PKG_CONFIG) --libs $(PACKAGES)) -lm -lpthread)$(PKG_LIBS)
WARN      := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wcast-qual $(WERROR)
STANDARD  := -std=c11 -D_XOPEN_SOURCE=700
INCLUDE    = -Iruntime
COMPILE    = $(CC) $(STANDARD) $(WARN) $(INCLUDE) $(PKG_CFLAGS) $(CPPFLAGS) $(CFLAGS) -MMD -MP

in_runtime = $(BUILD)/obj/runtime/%.o $(BUILD)/pic/runtime/%.o
$(in_runtime):          INCLUDE = -Iruntime -I$(GEN)/runtime
$(BUILD)/obj/idl/%.o:   INCLUDE = -Iidl -I$(GEN)/idl -Iruntime
$(BUILD)/obj/gen/%.o:   INCLUDE = -Igen -I$(GEN)/gen -Iruntime $(if $(filter 0,$(LWS)),-DNO_SOCKETS)
$(BUILD)/obj/tests/%.o: INCLUDE = -I. -Iruntime -I$(TESTGEN) -I$(BUILD)/tests -DTEST_TOP='"$(CURDIR)"'

# ---- rules ----

# make -j deps test: installing comes first.
DEPS_FIRST := $(filter deps,$(MAKECMDGOALS))

# One line per file; V=1 shows the commands.
Q    := $(if $(V),,@)
SAY   = $(if $(V),,@echo '  $(1) $(patsubst $(BUILD)/%,%,$(2))')

$(BUILD)/obj/%.o: %.c | $(GENERATED) $(DEPS_FIRST)
	@mkdir -p $(@D)
	$(call SAY,CC,$@)
	$(Q)$(COMPILE) -c $< -o $@
$(BUILD)/obj/%.o: $(GEN)/%.c | $(GENERATED) $(DEPS_FIRST)
	@mkdir -p $(@D)
	$(call SAY,CC,$@)
	$(Q)$(COMPILE) -c $< -o $@
$(BUILD)/pic/%.o: %.c | $(GENERATED) $(DEPS_FIRST)
	@mkdir -p $(@D)
	$(call SAY,CC,$@)
	$(Q)$(COMPILE) -fPIC -c $< -o $@
$(BUILD)/pic/%.o: $(GEN)/%.c | $(GENERATED) $(DEPS_FIRST)
	@mkdir -p $(@D)
	$(call SAY,CC,$@)
	$(Q)$(COMPILE) -fPIC -c $< -o $@

$(GEN)/%.c: %.re | $(DEPS_FIRST)
	@mkdir -p $(@D)
	$(call SAY,RE2C,$@)
	$(Q)re2c -W -Werror -Wno-nondeterministic-tags --no-generation-date -o $@ $<
$(GEN)/%.c $(GEN)/%.h &: %.y | $(DEPS_FIRST)
	@mkdir -p $(@D)
	$(call SAY,LEMON,$@)
	$(Q)lemon -q -T/usr/share/lemon/lempar.c -d$(@D) $< && touch $(GEN)/$*.c $(GEN)/$*.h
# Tables: a program for the build machine prints them.
$(GEN)/%.inc: %_gen.c | $(DEPS_FIRST)
	@mkdir -p $(@D)
	$(call SAY,TABLE,$@)
	$(Q)$(HOSTCC) -std=c11 -O1 -Iruntime -o $(GEN)/$*_gen $<
	$(Q)$(GEN)/$*_gen > $@.part && mv $@.part $@
$(GEN)/gen/templates.c: gen/embed.sh $(TEMPLATES)
	@mkdir -p $(@D)
	$(call SAY,EMBED,$@)
	$(Q)sh gen/embed.sh $(TEMPLATES) > $@.part && mv $@.part $@

$(BUILD)/libsyncgen.a: $(RUNTIME_OBJS)
	@rm -f $@
	$(call SAY,AR,$@)
	$(Q)$(AR) rcs $@ $^
$(BUILD)/libsyncgen.so: $(RUNTIME_PICS) runtime/install/libsyncgen.map
	$(call SAY,LD,$@)
	$(Q)$(CC) -shared $(CFLAGS) $(LDFLAGS) -Wl,-soname,$(SONAME) -Wl,--no-undefined \
		-Wl,--version-script=runtime/install/libsyncgen.map -o $@ $(RUNTIME_PICS) $(PKG_LIBS)
	@ln -sf libsyncgen.so $(BUILD)/$(SONAME)
$(BUILD)/syncgen: $(IDL_OBJS) $(GEN_OBJS) $(BUILD)/libsyncgen.a
	$(call SAY,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

all: $(BUILD)/libsyncgen.a $(BUILD)/libsyncgen.so $(if $(wildcard gen/main.c),$(BUILD)/syncgen)

include tests/tests.mk
include runtime/install/install.mk
include bench/bench.mk

# ---- set-up ----

# What `make deps` looks for: Debian 12's names. Node.js comes from wherever it already is.
DEBS := build-essential g++ clang clang-format libclang-rt-14-dev valgrind pkg-config cmake re2c lemon \
	libwebsockets-dev libwebsockets-evlib-uv libuv1-dev libcjson-dev libsqlite3-dev libcunit1-dev libssl-dev \
	openssl \
	chromium $(if $(shell command -v node),,nodejs) $(if $(shell command -v npm),,npm)
NPM_FOLDERS := $(patsubst %/package.json,%,$(wildcard tests/package.json runtime/ts/package.json examples/*/package.json))

deps: ## install what is missing (Debian 12 packages; npm packages of tests and examples)
	@sh tests/deps.sh $(DEBS)
	@sh tests/npm.sh $(NPM_FOLDERS)

# ---- other verbs ----

check: all ## syncgen check over every example
	$(BUILD)/syncgen check $(wildcard examples/*/*.sync)
	$(BUILD)/syncgen fmt --check $(wildcard examples/*/*.sync)

demo: all ## serve examples/notes on http://127.0.0.1:$(PORT)/
	@$(MAKE) --no-print-directory -C examples/notes serve BUILD='$(abspath $(BUILD))' PORT='$(PORT)'

SOURCES = $(wildcard idl/*.[ch] gen/*.[ch] runtime/*.[ch] runtime/syncgen/*.h tests/*/*.[ch] \
	bench/*.[ch] bench/peers/*.[ch] examples/*/*.[ch])
format: ## clang-format every C source
	clang-format -i $(SOURCES)
lint: all ## every warning of gcc and clang, headers alone, layers
	CC='$(CC)' sh tests/layering.sh
	CFLAGS='$(PKG_CFLAGS)' sh tests/headers.sh
	+$(MAKE) --no-print-directory BUILD=$(BUILD)/lint CC=clang CFLAGS=-O1 all $(BUILD)/lint/tests/unit

clean: ## remove $(BUILD)
	rm -rf $(BUILD)

help: ## this list
	@echo 'make               build/syncgen, build/libsyncgen.a and .so'
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 19

.PHONY: all deps test check asan valgrind fuzz bench golden format lint install demo clean help
.DELETE_ON_ERROR:
.SECONDARY:
MAKEFLAGS += --no-builtin-rules
-include $(wildcard $(BUILD)/obj/*/*.d $(BUILD)/obj/*/*/*.d $(BUILD)/pic/*/*.d)
