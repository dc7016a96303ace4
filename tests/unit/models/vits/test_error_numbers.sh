#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Each error number that the virtual ITS can give (E_ITS_* in models/vgic) is in the list of
# test_command_table, which asks for a row that produces it; and that list has no other.
table=tests/unit/models/vits/test_command_table.c

given=$(grep -hoE '\bE_ITS_[A-Z_]+' models/vgic/*.c | sed 's/E_ITS_//' | sort -u)
listed=$(grep -oE '^	X\([A-Z_]+' $table | sed 's/.*(//' | sort -u)
checks=$(echo "$given" | wc -l)
failures=0
while read -r sign name; do
	failures=$((failures + 1))
	case $sign in
	'<') echo "FAILED: E_ITS_$name is given by models/vgic and not in $table" ;;
	'>') echo "FAILED: E_ITS_$name is in $table and given by nobody" ;;
	esac
done < <(diff <(echo "$given") <(echo "$listed") | grep '^[<>]')

[ "$checks" -ge 15 ] || { echo "FAILED: only $checks numbers found"; failures=$((failures + 1)); }
echo "$(((checks - failures) * 100 / checks))%: Checks: $checks, Failures: $failures, Errors: 0"
[ $failures = 0 ]
