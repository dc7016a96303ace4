# SPDX-License-Identifier: GPL-2.0-or-later
# bench_machine: processor time and memory of whole runs, beside an ns-3 event.

BENCH_BINS += tests/bench/bench_machine.py
tests/bench/bench_machine.py: | $(B)/tests/bench/bench_ns3
