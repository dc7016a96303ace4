#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Identities are checked in every run: one that is broken on purpose ends it with status 1, a line
# that names what does not add up, a command that repeats the run, and no output file.
. tests/golden/sim/cli/cli.sh

violated() {
	run "$1" run "${3:-02-many-msis}" --quiet --json r.json --set "engine.break=$1"
	expect_status 1
	expect_absent r.json
	checks=$((checks + 1))
	grep -q "identity violated: .*$2" .err || fail "$1: $(head -3 .err)"
	checks=$((checks + 1))
	grep -q "again with: gicsim run .*engine.break=$1" .err || fail "$1: no command to repeat it"
}

violated lose-interrupt "were raised and not ended, [0-9]* are found"
violated lose-interrupt "pending at start .* != delivered"
violated double-interrupt "pending at start .* != delivered"
violated stage "stages of 1 delivered interrupt"
violated its-queue "its.0.queue.* != sum of stays"
violated pe-time "times add up"
violated lose-interrupt "pending at start .* != delivered" 06-level
violated unmask "masked on the host, and the guest has nothing to end" 06-level

run "nothing broken" run 02-many-msis --quiet --set engine.break=nothing
expect_status 0

summary
