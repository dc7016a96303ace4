#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# gicsim explain tells the life of the interrupt that was asked for, and its times add up.
set -u
checks=0 failures=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

check() { # NAME COMMAND...
	local name=$1
	shift
	checks=$((checks + 1))
	"$@" || { echo "not so: $name"; failures=$((failures + 1)); }
}

status_is() { # STATUS ARGUMENTS...
	local expected=$1
	shift
	"$GICSIM" "$@" >/dev/null 2>&1
	[ $? = "$expected" ]
}

explain() {
	"$GICSIM" explain "$@" >"$scratch/story" 2>"$scratch/error"
}

tells() { # REGEX
	grep -Eq -- "$1" "$scratch/story"
}

# Work and waiting of all hops add up to the latency, in ps; the time since the raise only grows.
adds_up() {
	awk '
		function ps(ns) { sub(/[.]/, "", ns); return ns + 0 }
		/^acknowledged by the guest/ { latency = ps($5) }
		$1 ~ /^[0-9]+[.][0-9]+$/ {
			if (ps($1) < last) bad = 1
			last = ps($1)
			if ($2 ~ /^[0-9.]+$/) sum += ps($2) + ps($3)
		}
		END { exit bad || !latency || sum != latency || last != latency }' "$scratch/story"
}

same_latency_as_run() { # SCENARIO
	local max
	max=$("$GICSIM" run "$1" --quiet --json - |
		sed -n 's/.*"irq.latency.max": {"value": \([0-9.]*\),.*/\1/p')
	tells "^acknowledged by the guest $max ns later"
}

for scenario in 01-one-msi 02-many-msis 03-ipi 04-timer; do
	check "$scenario: the worst interrupt is told" explain $scenario --worst
	check "$scenario: its times add up" adds_up
	check "$scenario: it is the worst of the run" same_latency_as_run $scenario
	check "$scenario: it was acknowledged" tells '\| acknowledged '
	check "$scenario: state before and after" tells '\[[-A-Z]+ -> [-A-Z]+\]'
done

# What does not rest on assumptions are the published parts of the way: entries and exits of 143 ns.
not_assumed() { # NS
	sed -nE 's/^acknowledged by the guest ([0-9.]+) ns later.*; ([0-9.]+) % .*/\1 \2/p' "$scratch/story" |
		awk -v ns="$1" '{ left = $1 * (100 - $2) / 100; ok = left > ns - 0.1 && left < ns + 0.1 }
			END { exit !ok }'
}
check '01-one-msi: told' explain 01-one-msi --worst
check '01-one-msi: all but the entry is assumed: host, worker, wake-up' not_assumed 143
check '03-ipi: told' explain 03-ipi --worst
check '03-ipi: all but the exits of both and the entry is assumed: kick, IPI, lines' not_assumed 429

check 'an INTID can be chosen' explain 02-many-msis --irq 8193
check 'it is the one' tells '^INTID 8193 \(LPI\) of VM '
check 'its device is told' tells 'raised by device '
check 'times of the chosen add up' adds_up
check 'nothing told of an INTID that was not delivered' status_is 1 explain 03-ipi --irq 99
check '--worst or --irq must be given' status_is 2 explain 03-ipi
check 'not both' status_is 2 explain 03-ipi --worst --irq 1
check 'an INTID is a number' status_is 2 explain 03-ipi --irq one
check 'a scenario must be given' status_is 2 explain --worst

echo "$((100 * (checks - failures) / checks))%: Checks: $checks, Failures: $failures, Errors: 0"
[ $failures = 0 ]
