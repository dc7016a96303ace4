#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every recording of Linux 6.1 in tests/oracle: `gicsim oracle` prints the same for its script, in
# every class of compare.py. Prints what compare.py prints, by name.
set -u
GICSIM=${GICSIM:-./gicsim}
recordings=tests/oracle/expected
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
checks=0
failures=0

fail() {
	failures=$((failures + 1))
	echo "FAILED: $*"
}

# plain FILE: its text, whether it is packed or not.
plain() {
	case $1 in
	*.gz) gzip -dc "$1" ;;
	*) cat "$1" ;;
	esac
}

one() {
	local log=$1 name gic script

	name=$(basename "$log")
	name=${name%%.gicv*}
	gic=$(basename "$log")
	gic=${gic##*.gicv}
	gic=${gic%%.*}
	script=$(echo tests/oracle/scripts/"$name".txt*)
	plain "$script" >"$folder/script.txt"
	plain "$log" >"$folder/expected"
	if ! "$GICSIM" oracle "$folder/script.txt" --gic "$gic" >"$folder/actual" \
		2>"$folder/error"; then
		fail "$name: $(cat "$folder/error")"
	elif ! python3 tests/oracle/compare.py "$folder/expected" "$folder/actual" >"$folder/out"; then
		fail "$name: $(cat "$folder/out")"
	else
		echo "$name: $(cat "$folder/out")"
	fi
}

for log in "$recordings"/*.gicv3.log*; do
	checks=$((checks + 1))
	one "$log"
done

# The judge sees a difference: one line less, one changed.
log=$recordings/list-registers.gicv3.log
for change in '20d' 's/n=1/n=2/' 's/res vcpu=0 6/res vcpu=0 5/'; do
	checks=$((checks + 1))
	sed "$change" "$log" >"$folder/changed"
	python3 tests/oracle/compare.py "$log" "$folder/changed" >/dev/null &&
		fail "compare.py does not see: $change"
done

[ $checks -gt 3 ] || fail "there are no recordings"
echo "$(((checks - failures) * 100 / checks))%: Checks: $checks, Failures: $failures, Errors: 0"
[ $failures = 0 ]
