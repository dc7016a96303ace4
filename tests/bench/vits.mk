# SPDX-License-Identifier: GPL-2.0-or-later
# bench_vits: MSI injection, commands, save and restore of the virtual ITS, on the core alone.

BENCH_BINS += $(B)/tests/bench/bench_vits

$(B)/tests/bench/bench_vits: $(B)/tests/bench/bench_vits.o $(call obj,$(TESTLIB)) $(CORE_LIBS)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(TEST_LIBS)
