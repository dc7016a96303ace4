#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# gicsim list prints each topic from its owner's table, and refuses what is no topic.
set -u
checks=0 failures=0

check() { # NAME COMMAND...
	local name=$1
	shift
	checks=$((checks + 1))
	"$@" || { echo "not so: $name"; failures=$((failures + 1)); }
}

has() { # TOPIC REGEX
	"$GICSIM" list "$1" 2>&1 | grep -Eq -- "$2"
}

status_is() { # STATUS ARGUMENTS...
	local expected=$1
	shift
	"$GICSIM" "$@" >/dev/null 2>&1
	[ $? = "$expected" ]
}

# Each metric's name is followed by unit, meaning and formula.
metrics_are_complete() {
	"$GICSIM" list metrics | awk '
		/^<hop>/ { exit bad || !names }
		/^[a-z]/ { names++; if (names > 1 && seen < 3) bad = 1; seen = 0 }
		/^    (unit|meaning|formula)  +[^ ]/ { seen++ }
		END { exit bad || !names }'
}

# Every metric that a run prints stands in the table, its variable parts as placeholders.
run_metrics_are_listed() {
	local patterns metrics
	patterns=$("$GICSIM" list metrics | sed -n '/^<hop>/q; /^[a-z]/p' | sed -E '
		s/\.\{.*//; s/[.]/\\./g; s/workload.*/workload\\..+/; s/<[A-Za-z]*>/[^.]+/g
		s/$/(\\.(mean|p50|p99|p999|max|min|count))?/')
	metrics=$("$GICSIM" run 01-one-msi --quiet --json - |
		sed -n 's/^    "\([^"]*\)": {"value".*/\1/p')
	grep -qx irq.delivered <<<"$metrics" && ! grep -Evx "$patterns" <<<"$metrics"
}

check 'metrics tell unit, meaning and formula' metrics_are_complete
check 'metrics tell identities' has metrics '^    identity  .*pending_at_start \+ raised'
check 'latency comes as mean and quantiles' has metrics '^irq\.latency\.\{mean,p50,p99,p999,max'
check 'hops are told' has metrics '^    ap-list +wait '
check 'a run prints no metric that is not listed' run_metrics_are_listed
check 'workloads tell parameters' has workloads '^  queue_depth: '
check 'workloads are all there' has workloads '^(nvme|nic|ipi|timer|idle): '
check 'policies tell values' has policies '^    per-vcpu  '
check 'presets tell a description' has presets '^linux-6\.8 +[A-Z]'
check 'presets tell what values their kernels lack' has presets \
	'^    lacks hypervisor\.injection gicv4\.1: GICv4\.1 comes with Linux 5\.7'
check 'presets tell what features their kernels lack' has presets '^    lacks irqfd: .* Linux 4\.1'
check 'features are told' has presets '^    irqfd  +[a-z]'
check 'costs tell confidence and source' has costs ', (measured|published|assumption)( between .*)?; .'
check 'cost profiles are told' has costs '^altra  '
check 'scenarios tell a description' has scenarios '^nvme-passthrough +[A-Z]'
check 'a topic must be given' status_is 2 list
check 'one topic at a time' status_is 2 list metrics costs
check 'an unknown topic is refused' status_is 2 list metric
check 'the nearest topic is told' has metric "nearest valid topic 'metrics'"
check 'help has an example' has --help 'Example: gicsim list '

echo "$((100 * (checks - failures) / checks))%: Checks: $checks, Failures: $failures, Errors: 0"
[ $failures = 0 ]
