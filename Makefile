# SPDX-License-Identifier: GPL-2.0-or-later
# The only build entry: `make help` tells the targets.
#
# A new .c file is built because of the folder it stands in, a new test because of its name:
#   tests/<kind>/models/<room>/test_*.c   links the core and the one-thread port of tests/lib
#   tests/<kind>/sim/<room>/test_*.c      links the whole simulator
#   tests/<kind>/<any>/<room>/test_*.sh   runs as it is
#   tests/fuzz/<models|sim>/<room>/fuzz_*.c with its inputs in fuzz_*.corpus/
#   tests/bench/*.mk                      adds programs to BENCH_BINS
#
# Variables: CC=gcc|clang O=-O2 VARIANT=name EXTRA='more flags' LDFLAGS= V=1 (show commands)
# SKIP_DEPS=1 (do not look for packages) PREFIX=/usr/local DESTDIR= FUZZ_TIME=60 (s a target).
# Objects go to build/VARIANT; a compiler or -O other than the default has its own.

ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc)
endif
MAKEFLAGS += --no-builtin-rules --no-print-directory

ifeq ($(origin CC),default)
CC := gcc
endif
O ?= -O2
VARIANT ?= $(if $(filter gcc-O2,$(CC)$(O)),default,$(notdir $(CC))$(O))
B := build/$(VARIANT)

WARN := -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Wstrict-prototypes \
	-Wmissing-prototypes -Werror=implicit-function-declaration -Wvla -Wno-missing-field-initializers \
	-Wno-string-conversion
override CFLAGS += -std=gnu11 $(O) -g $(WARN) -ffp-contract=off -fno-math-errno -MMD -MP $(EXTRA)
override CPPFLAGS += -D_GNU_SOURCE -I. -Isim -Imodels/plat/user
LDLIBS := -lsimgrid -lboost_context -lyaml -lsqlite3 -lz -lhwloc -lfdt -lm
CORE_CFLAGS := -mgeneral-regs-only
TEST_LIBS := -lcheck -lsubunit -lm -lrt -lpthread

# ---- sources ----

CORE := $(wildcard models/plat/*.c models/plat/user/*.c models/hw/*.c models/host/*.c \
	models/vgic/*.c models/linux/selftest*.c)
SIM := $(filter-out sim/cli/main.c,$(wildcard sim/*/*.c)) $(wildcard workloads/*.c analysis/*.c)
TESTLIB := $(wildcard tests/lib/*.c)
CORE_TESTS := $(sort $(wildcard tests/*/models/*/test_*.c))
SIM_TESTS := $(sort $(wildcard tests/*/sim/*/test_*.c))
SCRIPT_TESTS := $(sort $(wildcard tests/*/*/*/test_*.sh))
CORE_FUZZ := $(sort $(wildcard tests/fuzz/models/*/fuzz_*.c))
SIM_FUZZ := $(sort $(wildcard tests/fuzz/sim/*/fuzz_*.c))
ALL_C := $(sort $(wildcard $(foreach d,models sim workloads analysis tests,\
	$(d)/*.[ch] $(d)/*/*.[ch] $(d)/*/*/*.[ch] $(d)/*/*/*/*.[ch])))

obj = $(patsubst %.c,$(B)/%.o,$(1))
bin = $(patsubst %.c,$(B)/%,$(1))
CORE_TEST_BINS := $(call bin,$(CORE_TESTS))
SIM_TEST_BINS := $(call bin,$(SIM_TESTS))
CORE_FUZZ_BINS := $(call bin,$(CORE_FUZZ))
SIM_FUZZ_BINS := $(call bin,$(SIM_FUZZ))
FUZZ_BINS := $(CORE_FUZZ_BINS) $(SIM_FUZZ_BINS)
TEST_BINS := $(CORE_TEST_BINS) $(SIM_TEST_BINS) $(FUZZ_BINS)
CORE_LIBS := $(B)/libgicsim-models.a
SIM_LIBS := $(B)/libgicsim-sim.a $(CORE_LIBS)
# The core calls its port, which the simulator implements: each archive needs the other.
group = -Wl,--start-group $(1) -Wl,--end-group

ifeq ($(V),1)
Q :=
say = @:
else
Q := @
say = @echo "  $(1)	$(2)"
endif

# ---- the program ----

all: gicsim

# The program at the root is the one built last.
gicsim: $(B)/gicsim
	@[ "$$(readlink $@)" = $< ] || ln -sfn $< $@

$(B)/gicsim: $(call obj,sim/cli/main.c) $(SIM_LIBS)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(call group,$(filter %.o %.a,$^)) $(LDLIBS)

$(B)/libgicsim-models.a: $(call obj,$(CORE)) $(B)/.sources
	$(call say,AR,$@)
	$(Q)rm -f $@; ar rcs $@ $(filter %.o,$^)
$(B)/libgicsim-sim.a: $(call obj,$(SIM)) $(B)/.sources
	$(call say,AR,$@)
	$(Q)rm -f $@; ar rcs $@ $(filter %.o,$^)

$(B)/models/%.o: models/%.c $(B)/.flags | deps
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(CORE_CFLAGS) -c -o $@ $<
$(B)/%.o: %.c $(B)/.flags | deps
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

# The templates are part of the program.
$(B)/analysis/figure-template.o: $(wildcard analysis/templates/*.gp)

# Rewritten when what they hold changes: other flags rebuild all, another set of files the archives.
define remember
	@mkdir -p $(@D); printf '%s\n' '$(1)' | cmp -s - $@ || printf '%s\n' '$(1)' >$@
endef
$(B)/.flags: FORCE
	$(call remember,$(CC) $(CPPFLAGS) $(CFLAGS))
$(B)/.sources: FORCE
	$(call remember,$(CORE) $(SIM))

# ---- packages ----

ARCH := $(shell dpkg --print-architecture 2>/dev/null)
PACKAGES := gcc g++ libc6-dev binutils pkg-config libsimgrid-dev libboost-context-dev libyaml-dev \
	libsqlite3-dev zlib1g-dev libhwloc-dev libfdt-dev check clang libclang-rt-14-dev \
	clang-format clang-tidy cppcheck libns3-dev linux-headers-$(ARCH) gnuplot-nox \
	fonts-liberation sqlite3 python3 slurm-wlm munge parallel

deps:
ifneq ($(SKIP_DEPS),1)
	@command -v dpkg-query >/dev/null || { echo 'deps: no dpkg here: install what PACKAGES' \
		'of the Makefile names, then make SKIP_DEPS=1' >&2; exit 1; }; \
	missing=$$( { dpkg-query -W -f '$${db:Status-Status} $${Package}\n' $(PACKAGES) \
			2>/dev/null | sed -n 's/^installed //p'; printf '%s\n' $(PACKAGES); } | \
		sort | uniq -u | tr '\n' ' '); \
	[ -n "$$missing" ] || exit 0; \
	echo "deps: installing $$missing"; \
	root=; [ $$(id -u) = 0 ] || root=sudo; \
	$$root apt-get update -q && \
	DEBIAN_FRONTEND=noninteractive $$root apt-get install -q -y --no-install-recommends $$missing
endif

# ---- tests ----

$(CORE_TEST_BINS): $(B)/%: $(B)/%.o $(call obj,$(TESTLIB)) $(CORE_LIBS)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(TEST_LIBS)
$(SIM_TEST_BINS): $(B)/%: $(B)/%.o $(SIM_LIBS)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(call group,$^) $(LDLIBS) $(TEST_LIBS)

# Fuzz targets replay their corpus as tests; FUZZER=1 links them to the search engine instead.
FUZZ_MAIN := $(if $(FUZZER),,$(B)/tests/fuzz/replay.o)
FUZZ_LINK := $(if $(FUZZER),-fsanitize=fuzzer)
$(CORE_FUZZ_BINS): $(B)/%: $(B)/%.o $(FUZZ_MAIN) $(call obj,$(TESTLIB)) $(CORE_LIBS)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $(FUZZ_LINK) -o $@ $^
$(SIM_FUZZ_BINS): $(B)/%: $(B)/%.o $(FUZZ_MAIN) $(SIM_LIBS)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $(FUZZ_LINK) -o $@ $(call group,$^) $(LDLIBS)

# Programs and scripts find the program under test, the build and make here.
RUN := GICSIM=$(B)/gicsim BUILD=$(B) CC='$(CC)' MAKE='$(MAKE)' tests/lib/run-tests.sh $(B)/log

check: gicsim $(TEST_BINS)
	+@$(RUN) $(TEST_BINS) $(SCRIPT_TESTS)

quick_tests = $(filter $(B)/tests/unit/% $(B)/tests/property/%,$(TEST_BINS))
check-quick: gicsim $(quick_tests)
	+@$(RUN) $(quick_tests)

check-long:
	+@GICSIM_LONG=10 $(MAKE) check
	+@$(MAKE) check-compilers
	+@$(MAKE) asan
	+@$(MAKE) ubsan

# All test programs, without the scripts and without touching the program at the root.
check-programs: $(B)/gicsim $(TEST_BINS)
	+@$(RUN) $(TEST_BINS)

SANITIZE := -fno-omit-frame-pointer -g -fno-sanitize-recover=all
asan:
	+@LSAN_OPTIONS=suppressions=tests/lib/lsan.supp:print_suppressions=0 \
		$(MAKE) VARIANT=asan EXTRA='-fsanitize=address $(SANITIZE)' check-programs
ubsan:
	+@$(MAKE) VARIANT=ubsan EXTRA='-fsanitize=undefined -Wno-conversion $(SANITIZE)' check-programs

coverage:
	@find build/coverage -name '*.gcda' -delete 2>/dev/null || true
	+@$(MAKE) VARIANT=coverage O=-O0 EXTRA='--coverage -fprofile-update=atomic' check-programs
	@python3 tests/lib/coverage.py build/coverage models sim workloads analysis

# The same metrics from every compiler and optimisation level.
check-compilers:
	+@for cc in gcc clang; do for o in -O0 -O2; do \
		$(MAKE) CC=$$cc O=$$o build/compilers/$$cc$$o/gicsim VARIANT=compilers/$$cc$$o || exit 1; \
	done; done
	@tests/lib/compare-builds.sh build/compilers/*/gicsim

FUZZ_TIME ?= 60
fuzz:
	+@$(MAKE) CC=clang VARIANT=fuzz FUZZER=1 \
		EXTRA='-fsanitize=fuzzer-no-link,address,undefined $(SANITIZE)' \
		$(patsubst %.c,build/fuzz/%,$(CORE_FUZZ) $(SIM_FUZZ))
	@for t in $(basename $(CORE_FUZZ) $(SIM_FUZZ)); do \
		mkdir -p build/fuzz/$$t.found $$t.corpus; \
		build/fuzz/$$t -max_total_time=$(FUZZ_TIME) -verbosity=0 -print_final_stats=1 \
			-artifact_prefix=build/fuzz/$$t. build/fuzz/$$t.found $$t.corpus \
			>build/fuzz/$$t.log 2>&1 || { tail -n 50 build/fuzz/$$t.log; exit 1; }; \
		echo "$$t: $$(sed -n 's/.*number_of_executed_units: //p' build/fuzz/$$t.log) inputs," \
			"none breaks it"; \
	done

# ---- benchmarks ----

BENCH_BINS :=
-include tests/bench/*.mk
bench: gicsim $(BENCH_BINS)
	@for b in $(BENCH_BINS); do GICSIM=$(B)/gicsim $$b || exit 1; done

# ---- the kernel module: models/ against Debian's headers, built in a tree of links ----

KDIR ?= $(lastword $(sort $(wildcard /usr/src/linux-headers-*-$(ARCH))))
module: deps
	@tests/lib/link-tree.sh models build/module
	@kdir=$(KDIR); [ -n "$$kdir" ] || kdir=$$(ls -d /usr/src/linux-headers-*-$(ARCH) | tail -1); \
	env -u MAKEFLAGS -u MAKELEVEL make -j$$(nproc) --no-print-directory -C $$kdir \
		M=$(CURDIR)/build/module modules

# ---- the rules of the house ----

core-rules: $(call obj,$(CORE))
	@tests/lib/core-rules.sh models $(B)/models

lint: core-rules
	@tests/lib/spdx.sh
	@tests/lib/lint.sh '$(CPPFLAGS)' '$(WARN)' $(ALL_C)

format: deps
	clang-format -i $(ALL_C)

# ---- the rest ----

STUDIES := movall-cost doorbell-strategy ap-lists
demo: gicsim
	./gicsim run configs/scenarios/nvme-passthrough.yaml
	@mkdir -p out
	@for s in $(STUDIES); do rm -f out/$$s-quick.db; \
		./gicsim sweep configs/sweeps/$$s.yaml --quick --db out/$$s-quick.db >out/$$s-quick.txt && \
		./gicsim plot out/$$s-quick.db --out out >/dev/null && \
		./gicsim report out/$$s-quick.db --out out/$$s-quick.html >/dev/null || exit 1; \
	done
	@for s in $(STUDIES); do echo; echo "== $$(sed -n 's/^# //p' docs/studies/$$s.md | head -1)"; \
		sed -n '/^\*\*Answer/,/^$$/p' docs/studies/$$s.md | tr -d '*`'; \
		echo 'In its quick form, just run:'; sed -n '/^$$/,/^paired/p' out/$$s-quick.txt | sed 1d; \
		echo; echo "docs/studies/$$s.md, out/$$s-quick.html," out/$$s-*.png; done

# The studies in full, and their pages in docs/studies/ from what they found. Goes on where it was
# stopped; what is there from before a change is refused: rm -r out/studies.
studies: gicsim
	+@for s in $(STUDIES); do $(MAKE) study-$$s || exit 1; done
	@git --no-pager diff --stat -- docs/studies 2>/dev/null || true
$(STUDIES:%=study-%): study-%: gicsim
	@mkdir -p out/studies
	./gicsim sweep configs/sweeps/$*.yaml --db out/studies/$*.db >out/studies/$*.txt
	./gicsim sweep configs/sweeps/$*.yaml --sensitivity --db out/studies/$*-sensitivity.db \
		>out/studies/$*-sensitivity.txt
	@for db in out/studies/$*.db out/studies/$*-sensitivity.db; do \
		./gicsim plot $$db --out out/studies >/dev/null || exit 1; \
	done
	@./gicsim report out/studies/$*.db --out out/studies/$*.html
	@python3 docs/studies/pages.py $* out/studies/$*.db out/studies/$*-sensitivity.db \
		out/studies/$*-sensitivity.txt
	@sed -n 's/^!\[.*](\(.*\.svg\))$$/\1/p' docs/studies/$*.md.in | \
		while read -r f; do cp out/studies/$$f docs/studies/; done

PREFIX ?= /usr/local
install: gicsim
	install -D -m 755 $(B)/gicsim $(DESTDIR)$(PREFIX)/bin/gicsim
	cd configs && find . -type f -exec install -D -m 644 {} \
		$(DESTDIR)$(PREFIX)/share/gicsim/configs/{} \;
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/gicsim/analysis/published \
		analysis/published/*.yaml

clean:
	rm -rf build gicsim out

# What is made from the tables of scenario keys; a test keeps it up to date.
generated: $(B)/gicsim
	@$< show --schema >configs/schema.json
	@$< show --reference >docs/scenario-reference.md

help:
	@printf '%s\n' \
	'make                 build ./gicsim (missing Debian packages are installed first)' \
	'make demo            run the main scenario and three studies in their quick form' \
	'make check           all tests: unit, property, theory, golden, core rules, module build' \
	'make check-quick     unit and property tests' \
	'make check-long      check with ten times the search, all compilers, sanitizers' \
	'make check-compilers the same metrics from gcc and clang, -O0 and -O2' \
	'make asan ubsan      all test programs under a sanitizer' \
	'make coverage        line and branch coverage by file' \
	'make fuzz            search for inputs that break a fuzz target (FUZZ_TIME seconds each)' \
	'make bench           speed and memory, as a table' \
	'make lint format     check, or make, the style of the sources' \
	'make studies         the three studies in full (10 minutes), and their pages and pictures' \
	'make generated       configs/schema.json and docs/scenario-reference.md from the tables' \
	'make module          build/module/gicsim.ko against the installed kernel headers' \
	'make deps            install missing Debian packages' \
	'make install         program and configs to PREFIX ($(PREFIX))' \
	'make clean           remove all that was built'

FORCE:
.PHONY: all deps check check-quick check-long check-programs check-compilers asan ubsan coverage \
	fuzz bench module core-rules lint format demo studies $(STUDIES:%=study-%) install generated clean help FORCE
.DELETE_ON_ERROR:
-include $(shell find $(B) -name '*.d' 2>/dev/null)
