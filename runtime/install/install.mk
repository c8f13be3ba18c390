# make install PREFIX= DESTDIR= LIBDIR=: what is installed can be moved, nothing in it names PREFIX.

PKGDIR := runtime/install
ROOT    = $(DESTDIR)$(PREFIX)
# From the folder of syncgen.pc, and of the CMake package, back to PREFIX.
UP      = $(shell realpath -ms --relative-to=/p/$(LIBDIR)/pkgconfig /p)
UP_CMAKE = $(shell realpath -ms --relative-to=/p/$(LIBDIR)/cmake/syncgen /p)
FILL    = sed -e 's|@VERSION@|$(VERSION)|g' -e 's|@MAJOR@|$(firstword $(subst ., ,$(VERSION)))|g' \
	-e 's|@LIBDIR@|$(LIBDIR)|g' -e 's|@SONAME@|$(SONAME)|g' -e 's|@UP@|$(UP)|g' \
	-e 's|@UP_CMAKE@|$(UP_CMAKE)|g' -e 's|@PACKAGES@|$(strip $(PACKAGES))|g'
PUT     = install -m 644
LIB     = libsyncgen.so.$(VERSION)

install: all ## binary, headers, libraries, pkg-config, CMake, syncgen.mk, templates, man page, docs
	install -d $(ROOT)/bin $(ROOT)/include/syncgen $(ROOT)/$(LIBDIR)/pkgconfig \
		$(ROOT)/$(LIBDIR)/cmake/syncgen $(ROOT)/share/syncgen $(ROOT)/share/man/man1 \
		$(ROOT)/share/doc/syncgen
	install -m 755 $(BUILD)/syncgen $(ROOT)/bin/syncgen
	$(PUT) runtime/syncgen/*.h $(ROOT)/include/syncgen
	$(PUT) $(BUILD)/libsyncgen.a $(ROOT)/$(LIBDIR)
	install -m 755 $(BUILD)/libsyncgen.so $(ROOT)/$(LIBDIR)/$(LIB)
	ln -sf $(LIB) $(ROOT)/$(LIBDIR)/$(SONAME)
	ln -sf $(SONAME) $(ROOT)/$(LIBDIR)/libsyncgen.so
	@$(FILL) $(PKGDIR)/syncgen.pc.in > $(ROOT)/$(LIBDIR)/pkgconfig/syncgen.pc
	@$(FILL) $(PKGDIR)/syncgenConfig.cmake.in > $(ROOT)/$(LIBDIR)/cmake/syncgen/syncgenConfig.cmake
	@$(FILL) $(PKGDIR)/syncgenConfigVersion.cmake.in \
		> $(ROOT)/$(LIBDIR)/cmake/syncgen/syncgenConfigVersion.cmake
	@$(FILL) $(PKGDIR)/syncgen.mk.in > $(ROOT)/share/syncgen/syncgen.mk
	@for t in $(TEMPLATES); do $(PUT) -D $$t $(ROOT)/share/syncgen/$$t || exit 1; done
	$(PUT) docs/syncgen.1 $(ROOT)/share/man/man1
	$(PUT) LICENSE README.md docs/*.md docs/*.svg $(ROOT)/share/doc/syncgen
