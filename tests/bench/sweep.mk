# SPDX-License-Identifier: GPL-2.0-or-later
# bench_sweep: what a sweep of short runs costs beside the runs, and a report of many.

BENCH_BINS += tests/bench/bench_sweep.py
