# make install PREFIX= DESTDIR= LIBDIR=

install: ## binary, headers, libraries, pkg-config, CMake, syncgen.mk, templates, man page
install: all
	@echo not yet; false
