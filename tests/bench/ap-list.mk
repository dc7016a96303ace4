# SPDX-License-Identifier: GPL-2.0-or-later
# bench_ap_list: operations of AP lists by policy and length, on the core and the one-thread port.

BENCH_BINS += $(B)/tests/bench/bench_ap_list

$(B)/tests/bench/bench_ap_list: $(B)/tests/bench/bench_ap_list.o $(call obj,$(TESTLIB)) $(CORE_LIBS)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(TEST_LIBS)
