# SPDX-License-Identifier: MIT
# The face: one word for each thing to do. Meson does the work, in $(BUILD);
# what is missing of the tools is installed first (tools/bootstrap).
BUILD = build
PREFIX = /usr/local
LIBDIR = lib

all: $(BUILD)/build.ninja
	@meson compile -C $(BUILD)

help:
	@echo 'make             build the library, the command and the examples'
	@echo 'make demo        sort 50 MB and more of text in 4 MiB of memory'
	@echo 'make test        run the tests'
	@echo 'make check       all that a change has to pass: sanitizers, linters, ...'
	@echo 'make proof       all that is promised, tried hard: three quarters of an hour'
	@echo 'make cross       build and test for other systems'
	@echo 'make packages    build, install and try those of distributions, as root'
	@echo 'make bench       measure'
	@echo 'make docs        the web site, in $(BUILD)/docs/html'
	@echo 'make install     to PREFIX ($(PREFIX)), below DESTDIR if given'
	@echo 'make clean       remove $(BUILD)'

demo: all
	@tools/demo.sh $(BUILD)

test: $(BUILD)/ready-to-test
	@meson test -C $(BUILD) --print-errorlogs; status=$$?; \
	tools/count_tests $(BUILD); exit $$status

check:
	@.ci/run

proof:
	@tests/proof.sh

cross:
	@cross/run

packages: $(BUILD)/ready-to-test
	@meson test -C $(BUILD) --suite distribution --print-errorlogs

bench: all
	@bench/run $(BUILD)

docs: $(BUILD)/build.ninja
	@meson compile -C $(BUILD) docs
	@echo 'See $(BUILD)/docs/html/index.html.'

# Left to itself, Meson may choose a directory where nobody looks, lib64. The
# linker of programs has to hear of new libraries from whoever may tell it.
install: all
	@meson configure -Dprefix=$(PREFIX) -Dlibdir=$(LIBDIR) $(BUILD)
	@meson install -C $(BUILD)
	@[ -n "$(DESTDIR)" ] || PATH=$$PATH:/sbin ldconfig 2>/dev/null || :

clean:
	rm -rf $(BUILD)

$(BUILD)/build.ninja:
	@tools/bootstrap build
	@meson setup $(BUILD)

# Meson finds what the tests need only if it is there when it looks.
$(BUILD)/ready-to-test: | $(BUILD)/build.ninja
	@tools/bootstrap test
	@meson setup --reconfigure $(BUILD)
	@touch $@

.PHONY: all help demo test check proof cross packages bench docs install clean
