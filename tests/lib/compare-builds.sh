#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The metrics of every shipped scenario are the same from every build, to the last digit.
# usage: compare-builds.sh PROGRAM...
set -eu
metrics='import json, sys; print(json.dumps(json.load(sys.stdin)["metrics"], indent=1))'
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
bad=0
for scenario in configs/scenarios/*.yaml; do
	first=
	for program in "$@"; do
		"$program" run "$scenario" --seed 1 --json - --quiet </dev/null |
			python3 -c "$metrics" >"$out/now"
		if [ -z "$first" ]; then
			first=$program
			mv "$out/now" "$out/first"
		elif ! diff -u --label "$first" --label "$program" "$out/first" "$out/now"; then
			bad=1
		fi
	done
	echo "$(md5sum <"$out/first" | cut -c 1-12)  $scenario, $# builds"
done
exit $bad
