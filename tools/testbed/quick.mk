# Builds the modules into stage/ without libtool and automake, for the runs of a
# developer that name their tests (tools/test --quick -k): a compiler for each
# file that changed is all it takes. Run in a directory of its own beside tree/,
# where config/ has the answers of configure.

SRC = ../tree/src
VPATH = $(SRC)
MODULES = ../stage/usr/lib/dovecot/modules
ROOMS = verdict criteria index settings openssl plugin imap doveadm compat
CFLAGS = -std=gnu11 -g -O1 -fPIC -Wall -Wextra -Wshadow -Wformat=2 \
	-Wstrict-prototypes -Wmissing-prototypes -Werror -MMD -MP \
	-DHAVE_CONFIG_H -isystem /usr/include/dovecot -Iconfig \
	$(ROOMS:%=-I$(SRC)/%)

sources = $(patsubst $(SRC)/%.c,%.o,$(wildcard $(SRC)/$(1)/*.c))
OTHER_SERIES = $(if $(HAVE_SETTINGS_GET),%-23.o,%-24.o %-info.o)
SETTINGS = $(filter-out $(OTHER_SERIES) %-module.o,$(call sources,settings))
DECLARED = $(if $(HAVE_SETTINGS_GET),$(MODULES)/settings/libwinnow_settings.so)

all: $(MODULES)/lib10_winnow_plugin.so $(MODULES)/lib11_imap_winnow_plugin.so \
	$(MODULES)/doveadm/lib10_doveadm_winnow_plugin.so \
	$(MODULES)/libwinnow_openssl.so $(DECLARED)

$(MODULES)/lib10_winnow_plugin.so: $(call sources,verdict) \
	$(call sources,criteria) $(call sources,index) $(SETTINGS) $(call sources,plugin)
$(MODULES)/lib11_imap_winnow_plugin.so: $(call sources,imap)
$(MODULES)/libwinnow_openssl.so: $(call sources,openssl)
$(MODULES)/libwinnow_openssl.so: LIBS = -lcrypto
$(MODULES)/doveadm/lib10_doveadm_winnow_plugin.so: $(call sources,doveadm)
$(MODULES)/settings/libwinnow_settings.so: $(call sources,verdict) \
	$(call sources,criteria) $(filter %-info.o %-module.o \
	settings/winnow-settings.o settings/winnow-settings-filter.o, \
	$(call sources,settings))

# The unit tests, each run to its end: `make ... unit`.
UNIT = ../tree/tests/unit
unit_programs = $(patsubst $(UNIT)/%.c,unit/%,$(wildcard $(UNIT)/test-*.c))
unit_helpers = $(patsubst $(UNIT)/%.c,unit/%.o,$(wildcard $(UNIT)/*-table.c))

unit: $(unit_programs)
	failed=0; for test in $(unit_programs); do $$test || failed=1; done; \
	exit $$failed
$(unit_programs): %: %.o $(unit_helpers) $(call sources,verdict) \
	$(call sources,criteria) \
	$(filter index/winnow-record.o,$(call sources,index)) \
	$(filter %-rule.o %-bytes.o,$(call sources,imap)) openssl/winnow-openssl.o
	$(CC) -o $@ $^ -Wl,--as-needed -L/usr/lib/dovecot -ldovecot-storage -ldovecot \
		-Wl,-rpath,/usr/lib/dovecot \
		$(shell pkg-config --libs check libcrypto)
unit/%.o: $(UNIT)/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -Wno-format-nonliteral -c -o $@ $<
.PHONY: all unit

%.so:
	@mkdir -p $(@D)
	$(CC) -shared -o $@ $(filter %.o,$^) $(LIBS)

%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -c -o $@ $<

-include $(wildcard */*.d)
