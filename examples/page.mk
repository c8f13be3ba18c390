# An example that is a server and its page: NAME.sync becomes C and TypeScript, server.c and www/app.ts(x)
# are built on them.
#
#	NAME := notes
#	include ../page.mk
#
#	make serve		after `make` at the top; PORT=0 picks a free port

BUILD  ?= $(abspath ../../build)
PORT   ?= 8080
OUT    := $(BUILD)/examples/$(NAME)
TOP    := ../..
CFLAGS ?= -O2 -g
LIBS   := $(shell pkg-config --libs libwebsockets libuv libcjson) -lm -lpthread
CLIENT := $(abspath $(TOP)/runtime/ts/src)

# In the page, `import … from "NAME"` means the generated types, "syncgen" the client of this tree; and
# React is this folder's, also for the client's hooks.
ALIASES := --alias:$(NAME)=$(OUT)/gen/$(NAME).ts --alias:syncgen/react=$(CLIENT)/react.ts \
	--alias:syncgen/indexeddb=$(CLIENT)/indexeddb.ts --alias:syncgen/text=$(CLIENT)/text.ts \
	--alias:syncgen/bytes=$(CLIENT)/bytes.ts --alias:syncgen/checked=$(CLIENT)/checked.ts \
	--alias:syncgen=$(CLIENT)/index.ts \
	$(if $(findstring "react",$(file < package.json)),--alias:react=$(CURDIR)/node_modules/react)

all: $(OUT)/$(NAME) $(OUT)/www/app.js

serve: all
	@PORT='$(PORT)' $(OUT)/$(NAME) $(OUT)/www

$(OUT)/gen/stamp: $(NAME).sync $(BUILD)/syncgen
	@$(BUILD)/syncgen $(NAME).sync -o $(OUT)/gen --stamp $@

$(OUT)/$(NAME): server.c $(OUT)/gen/stamp $(BUILD)/libsyncgen.a
	@$(CC) -std=c11 -D_XOPEN_SOURCE=700 -Wall -Wextra $(CFLAGS) -I$(TOP)/runtime -I$(OUT)/gen \
		-o $@ server.c $(OUT)/gen/$(NAME).c $(BUILD)/libsyncgen.a $(LDFLAGS) $(LIBS)

$(OUT)/www/app.js: $(wildcard www/* $(CLIENT)/*.ts) $(OUT)/gen/stamp node_modules/.bin/esbuild
	@mkdir -p $(@D)
	@cp www/*.html www/*.css www/*.svg $(@D)
	@node_modules/.bin/esbuild $(wildcard www/app.ts www/app.tsx) --bundle --format=esm --target=es2022 \
		--minify --sourcemap --jsx=automatic '--define:process.env.NODE_ENV="production"' $(ALIASES) \
		--log-level=warning --outfile=$@

node_modules/.bin/esbuild: package.json
	@sh $(TOP)/tests/npm.sh .
	@touch $@

.PHONY: all serve
