# SPDX-License-Identifier: GPL-2.0-or-later
# The only build entry. `make demo` sets up, builds and shows; `make check` sets up and tests.

ifeq ($(origin CC),default)
CC := gcc
endif
O ?= -O2
VARIANT ?= default
B := build/$(VARIANT)

WARN := -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Wstrict-prototypes -Wmissing-prototypes
CFLAGS += -std=gnu11 $(O) -g $(WARN) -ffp-contract=off -fno-math-errno -MMD -MP $(EXTRA)
CPPFLAGS += -D_GNU_SOURCE -I. -Isim -Imodels/plat/user
LDLIBS := -lsimgrid -lboost_context -lyaml -lsqlite3 -lz -lhwloc -lfdt
CORE_CFLAGS := -mgeneral-regs-only

CORE := $(wildcard models/plat/user/*.c models/hw/*.c models/host/*.c models/vgic/*.c)
SIM := $(wildcard sim/engine/*.c sim/machine/*.c sim/cluster/*.c sim/scenario/*.c sim/record/*.c \
	workloads/*.c analysis/*.c) $(filter-out sim/cli/main.c,$(wildcard sim/cli/*.c))
TESTLIB := $(wildcard tests/lib/*.c)

# A test whose path has /models/ in it links the core and the one-thread port of tests/lib;
# any other links the simulator.
CORE_TESTS := $(wildcard tests/*/models/*/test_*.c)
SIM_TESTS := $(wildcard tests/*/sim/*/test_*.c)

obj = $(patsubst %.c,$(B)/%.o,$(1))

all: gicsim

gicsim: $(B)/gicsim
	@ln -sf $< $@

$(B)/gicsim: $(call obj,sim/cli/main.c) $(B)/libgicsim-sim.a $(B)/libgicsim-models.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(B)/libgicsim-models.a: $(call obj,$(CORE))
	rm -f $@; ar rcs $@ $^
$(B)/libgicsim-sim.a: $(call obj,$(SIM))
	rm -f $@; ar rcs $@ $^

$(B)/models/%.o: models/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(CORE_CFLAGS) -c -o $@ $<
$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

CORE_TEST_BINS := $(patsubst %.c,$(B)/%,$(CORE_TESTS))
SIM_TEST_BINS := $(patsubst %.c,$(B)/%,$(SIM_TESTS))
TEST_LIBS := -lcheck -lsubunit -lm -lrt -lpthread

$(CORE_TEST_BINS): $(B)/%: $(B)/%.o $(call obj,$(TESTLIB)) $(B)/libgicsim-models.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(TEST_LIBS)
$(SIM_TEST_BINS): $(B)/%: $(B)/%.o $(B)/libgicsim-sim.a $(B)/libgicsim-models.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) $(TEST_LIBS)

clean:
	rm -rf build gicsim out

.PHONY: all clean
.SECONDARY:
-include $(shell find build -name '*.d' 2>/dev/null)
