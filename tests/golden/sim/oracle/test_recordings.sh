#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every recording of Linux 6.1 in tests/oracle: `gicsim oracle` prints the same for its script, in
# every class of compare.py. Prints what compare.py prints, by name. `test_recordings.sh LOG...`
# judges these recordings alone.
set -u
GICSIM=${GICSIM:-./gicsim}
recordings=tests/oracle/expected
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# plain FILE: its text, whether it is packed or not.
plain() {
	case $1 in
	*.gz) gzip -dc "$1" ;;
	*) cat "$1" ;;
	esac
}

# run LOG: its script on the models; "NAME EXPECTED ACTUAL" for the judge.
run() {
	local log=$1 name gic at

	name=$(basename "$log")
	gic=${name##*.gicv}
	gic=${gic%%.*}
	name=${name%%.gicv*}
	at=$folder/$name.$gic
	plain tests/oracle/scripts/"$name".txt* >"$at.txt"
	plain "$log" >"$at.expected"
	if "$GICSIM" oracle "$at.txt" --gic "$gic" >"$at.actual" 2>"$at.error"; then
		echo "$name, GICv$gic:$at.expected:$at.actual"
	else
		echo "FAILED: $name, GICv$gic: $(cat "$at.error")" >&2
	fi
}

# compare.py's judgement of each pair, without starting it for each.
judge() {
	PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=tests/oracle python3 -c '
import contextlib, io, sys
import compare
for line in sys.stdin:
    name, *pair = line.rstrip().split(":")
    out, sys.argv = io.StringIO(), ["compare.py", *pair]
    with contextlib.redirect_stdout(out):
        unequal = compare.main()
    print("FAILED: " * bool(unequal) + name + ":", out.getvalue().rstrip())
'
}

if [ $# -gt 0 ]; then
	for log in "$@"; do
		run "$log"
	done 2>&1 | tee "$folder/pairs" | grep '^FAILED'
	grep -v '^FAILED' "$folder/pairs" | judge
	exit 0
fi

# Half of them on each of two processors.
find "$recordings" -name '*.log*' | sort -V >"$folder/list"
export parts=$folder
xargs -P 2 -n 16 bash -c '"$0" "$@" >"$parts/part.$$"' "$0" <"$folder/list"
cat "$folder"/part.* >"$folder/all"
grep '^[^ :]*, GICv' "$folder/all" | sort -V
grep -v '^[^ :]*, GICv' "$folder/all"
checks=$(wc -l <"$folder/list")
failures=$((checks - $(grep -c '^[^ :]*, GICv' "$folder/all")))

# The judge sees a difference: one line less, one changed.
log=$recordings/list-registers.gicv3.log
for change in '20d' 's/n=1/n=2/' 's/res vcpu=0 6/res vcpu=0 5/'; do
	checks=$((checks + 1))
	sed "$change" "$log" >"$folder/changed"
	if python3 tests/oracle/compare.py "$log" "$folder/changed" >/dev/null; then
		echo "FAILED: compare.py does not see: $change"
		failures=$((failures + 1))
	fi
done

[ "$checks" -gt 100 ] || { echo "FAILED: recordings are missing"; failures=$((failures + 1)); }
echo "$(((checks - failures) * 100 / checks))%: Checks: $checks, Failures: $failures, Errors: 0"
[ $failures = 0 ]
