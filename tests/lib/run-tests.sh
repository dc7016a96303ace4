#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Run test programs and scripts, as many at a time as there are processors, each from the root of
# the tree. Prints Check's summary of each (with its output when it failed) and at the end one
# line: N passed, N failed. A script counts as one test unless it prints a summary of Check's form.
# usage: run-tests.sh LOG_DIR PROGRAM...
set -u

summary='^[0-9]+%: Checks: [0-9]+, Failures: [0-9]+, Errors: [0-9]+$'

run_one() {
	local log_dir=$1 test=$2 name log start status line seconds
	name=${test#"$BUILD"/}
	name=${name#tests/}
	log=$log_dir/${name//\//_}
	start=$SECONDS
	timeout -k 10 "${TEST_TIMEOUT:-900}" "./$test" >"$log.out" 2>&1 </dev/null
	status=$?
	seconds=$((SECONDS - start))
	line=$(grep -aE "$summary" "$log.out" | tail -n 1)
	if [ -z "$line" ]; then
		case $test in
		*.sh) [ $status = 0 ] && line="100%: Checks: 1, Failures: 0, Errors: 0" ;;
		esac
		line=${line:-"0%: Checks: 1, Failures: 0, Errors: 1"}
	elif [ $status != 0 ] && [[ $line = *"Failures: 0, Errors: 0" ]]; then
		line="0%: Checks: 1, Failures: 0, Errors: 1"
	fi
	echo "$line" >"$log.sum"
	{
		if [[ $line != *"Failures: 0, Errors: 0" ]]; then
			cat "$log.out"
			echo "FAILED ($status): $test"
		fi
		[ $seconds -lt 2 ] || name="$name ($seconds s)"
		echo "$line  $name"
	} >"$log.show"
	cat "$log.show"
}

if [ "$1" = --one ]; then
	run_one "$2" "$3"
	exit 0
fi

log_dir=$1
shift
rm -rf "$log_dir"
mkdir -p "$log_dir"
[ $# = 0 ] || printf '%s\0' "$@" | xargs -0 -n 1 -P "$(nproc)" "$0" --one "$log_dir"
find "$log_dir" -name '*.sum' -exec cat {} + | awk -v expected=$# '
	{
		gsub(/[,:]/, "")
		failed += $5 + $7
		passed += $3 - $5 - $7
	}
	END {
		if (NR != expected)
			failed += expected - NR
		printf "%d passed, %d failed\n", passed, failed
		exit failed || !passed
	}'
