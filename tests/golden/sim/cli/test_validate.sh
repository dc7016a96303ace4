#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# gicsim validate: figures, verdicts, own measurements, and what it refuses.
set -u
. tests/golden/sim/cli/cli.sh

run "one machine" validate --only altra.hvc
expect_status 0
expect_output "altra.hvc"
expect_output "reproduces (fitted)"
expect_output "predicted"

cat >measured.csv <<'EOF'
figure,value,unit
# this machine is slower
altra.hvc,612,ns
EOF
run "own measurement" validate --only altra.hvc --measured measured.csv
expect_status 0
expect_output "612*"
expect_output "-50.0 %"
expect_output "differs"

run "every figure that can be run runs" validate
expect_status 0
expect_error ""
expect [ "$(grep -cE ' (reproduces|shape only|differs|not comparable)' .out)" -ge 65 ]
name="a figure that says it can be compared has a value of ours"
expect [ "$(grep -E '(reproduces|shape only|differs)' .out | grep -cE ' - +(ns|cycles)')" = 0 ]

# The verdict on every figure: whoever changes a profile or the model sees here what it breaks.
verdicts() { # what `validate` printed: figure, profile, verdict
	sed -nE 's/^([a-z0-9-]+\.[^ ]+) +([^ ]+) .* (ns|cycles|[A-Za-z]+\/[A-Za-z]+) +[^ ]+( %)?  (.*)$/\1 \2 \5/p' |
		sed 's/, factor .*//'
}
name="the verdicts are those that docs/validation.md tells of"
verdicts <.out >ours
expect diff "$root/tests/golden/sim/cli/verdicts" ours
name="the manual's table has the same figures and verdicts, and ours within 3 %"
sed -n '/^Ampere Altra/,/^Confidence:/p' "$root/docs/validation.md" >manual
verdicts <manual >theirs
expect diff theirs ours
expect awk 'NR == FNR { if ($1 ~ /\./) manual[$1] = $5; next }
	$1 in manual { seen++; d = $5 - manual[$1]; if (d < 0) d = -d; if (d > 0.03 * $5) bad = $1 }
	END { if (bad) print "stale:", bad; exit bad || seen < 65 }' manual .out

# What the manual says of rows that were not published.
grep -E '^\| [a-z0-9-]+ \| (w|vms|host)\.' "$root/docs/validation.md" >manual
expect [ "$(wc -l <manual)" -ge 9 ]
while IFS='|' read -r _ scenario settings ns _; do
	options=()
	for s in $settings; do
		options+=(--set "${s/#w./vms.0.workloads.0.}")
	done
	ours=$("$GICSIM" run "$root/configs/calibration/${scenario// /}.yaml" "${options[@]}" --quiet --json - |
		sed -n 's/.*microbench.time.mean": {"value": \([0-9.]*\),.*/\1/p')
	name="the manual's$scenario$settings"
	expect awk -v a="${ours:-0}" -v b="$ns" 'BEGIN { exit a < 0.97 * b || a > 1.03 * b }'
done <manual

# A profile that is wrong in one primitive does not pass.
mkdir -p broken/analysis
cp -r "$root/configs" broken/configs
cp -r "$root/analysis/published" broken/analysis/published
broken() { # PROFILE ENTRY WRONG FIGURES
	cp "$root/configs/costs/$1.yaml" "broken/configs/costs/$1.yaml"
	sed -i "/^  $2:\$/,/cost:/s/{cost: [^,]*/{cost: $3/" "broken/configs/costs/$1.yaml"
	GICSIM_CONFIGS=broken/configs run "$1 with $2 of $3" validate --only "$4"
	expect_status 0
	verdicts <.out >ours
	expect [ "$(grep "^$4" "$root/tests/golden/sim/cli/verdicts" | diff - ours | wc -l)" -gt 0 ]
	cp "$root/configs/costs/$1.yaml" "broken/configs/costs/$1.yaml"
}
broken altra timer-handle "400 ns" altra.timer
broken altra cache-scan-step "4 ns" lpi-stress.lru-16
broken exynos5250 ich-access "190 ns" exynos5250.io
broken sgi-lookup kick "0 s" sgi-lookup.hash-4
broken sgi-lookup mpidr-step "5 ns" sgi-lookup.walk-32

run "no such figure" validate --only nothing
expect_status 2
expect_silent

refused() { # NAME LINE ERROR
	echo "$2" >bad.csv
	run "$1" validate --only altra.hvc --measured bad.csv
	expect_status 2
	expect_silent
	expect_error "$3"
}
refused "unknown figure" "altra.hcv,1,ns" \
	"bad.csv:1:1: unknown figure 'altra.hcv'; nearest valid figure 'altra.hvc'"
refused "wrong unit" "altra.hvc,1,us" "bad.csv:1:1: altra.hvc is in ns"
refused "no number" "altra.hvc,fast,ns" "bad.csv:1:1: the value must be a number above 0"
refused "too short" "altra.hvc,306" "bad.csv:1:1: expected figure,value,unit"
refused "twice" "$(printf 'altra.hvc,1,ns\naltra.hvc,2,ns')" \
	"bad.csv:2:1: a second value of the same figure"

run "missing file" validate --measured nowhere.csv
expect_status 2
expect_error "gicsim validate: cannot read 'nowhere.csv': No such file or directory"

# A figure that names a key that does not exist is refused before anything runs.
mkdir -p tree/analysis/published
cp -r "$root/configs" tree/configs
cat >tree/analysis/published/bad.yaml <<'EOF'
title: "t"
source: "s"
scenario: calibration/altra.yaml
metric: exit.total
rows:
  - {name: bad.row, what: "w", value: 1, unit: exits, confidence: V, set: {run.durations: 1 ms}}
EOF
GICSIM_CONFIGS=tree/configs run "bad key" validate --only bad
expect_status 2
expect_silent

cp tree/analysis/published/bad.yaml good.yaml

# bad_data NAME LINE ERROR: what is wrong with a row, and where.
bad_data() {
	cp good.yaml tree/analysis/published/bad.yaml
	sed -i "s/^  - .*/$2/" tree/analysis/published/bad.yaml
	GICSIM_CONFIGS=tree/configs run "$1" validate --only bad
	expect_status 2
	expect_silent
	checks=$((checks + 1))
	grep -qF -- "$3" .err || fail "$1: '$(cat .err)', expected '$3'"
}
good='name: bad.row, what: "w", value: 1, unit: ns, confidence: V'
bad_data "unknown key" "  - {$good, seria: x}" \
	"bad.yaml:6:67: unknown key 'seria'; nearest valid key 'series'"
bad_data "no unit" "  - {name: bad.row, what: w, value: 1, confidence: V}" "missing key 'unit'"
bad_data "no number" "  - {name: bad.row, what: w, value: one, unit: ns, confidence: V}" \
	"value: expected a number above 0"
bad_data "cycles of what clock" \
	"  - {name: bad.row, what: w, value: 1, unit: cycles, confidence: V}" \
	"cycles need a clock, in GHz"
bad_data "unknown confidence" "  - {name: bad.row, what: w, value: 1, unit: ns, confidence: X}" \
	"confidence: V, DER, RH or RL"
bad_data "twice the same" "  - {$good}\\n  - {$good}" "a second row 'bad.row'"

cp good.yaml tree/analysis/published/bad.yaml

# A run that fails is told, and the status says so.
sed -i 's/run.durations: 1 ms/engine.break: pe-time/' tree/analysis/published/bad.yaml
GICSIM_CONFIGS=tree/configs run "failing run" validate --only bad
expect_status 1
expect_output "not comparable"
summary
