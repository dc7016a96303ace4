#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The models find no memory at their n-th allocation, for every n: the run ends with status 1, says
# so, tells how to repeat it, and leaves no file behind.
. tests/golden/sim/cli/cli.sh

# SCENARIO STEP LEAST [KEY=VALUE]...: every STEP-th allocation, of which there are at least LEAST.
try() {
	local scenario=$1 step=$2 least=$3 n=1

	shift 3
	while :; do
		run "$scenario, allocation $n" run "$scenario" --quiet --json r.json \
			--set engine.fail_allocation=$n "$@"
		[ "$status" = 0 ] && break
		expect_status 1
		expect_absent r.json
		expect grep -q "^gicsim run: .*: out of memory$" .err
		expect grep -q "again with: gicsim run .*engine.fail_allocation=$n" .err
		expect test $n -lt 20000
		[ $failures -lt 5 ] || break
		n=$((n + step))
	done
	rm -f r.json
	expect test $n -gt "$least"
}

try 01-one-msi 1 60 --set "run.duration=200 us"
try live-migration 47 100 --set "run.duration=4 ms" --set "migrations.0.at=500 us"
summary
