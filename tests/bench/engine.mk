# SPDX-License-Identifier: GPL-2.0-or-later
# bench_engine: the engine's speed, with ns-3 (through bench_ns3) and SimGrid in the same table.

BENCH_BINS += $(B)/tests/bench/bench_engine
CXX ?= g++

$(B)/tests/bench/bench_engine: $(B)/tests/bench/bench_engine.o $(SIM_LIBS) | $(B)/tests/bench/bench_ns3
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(B)/tests/bench/bench_ns3: tests/bench/bench_ns3.cc | deps
	$(call say,CXX,$@)
	@mkdir -p $(@D)
	$(Q)$(CXX) -std=c++17 -O2 -g -Wall -Wextra -o $@ $< -lns3-core
