#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Each place in models/vgic and models/host that takes memory has been seen to fail there: the lives
# of test_every_allocation tell where allocations failed, and each line that can take memory must be
# among those places. GICv4's files are left to tests of their own, and what the host's driver writes
# to its property table and queues cannot fail: probing made their pages.
programs="models/vits/test_every_allocation models/host/test_every_allocation"
takers='\b(plat_zalloc|plat_index_reserve|gic_mem_write|gic_mem_write64|gic_mem_page)\('
own='/(vgic-v4|its-v4|its-vpe|its-vlpi|its-vtable|its-doorbell|its-move|its-residency)'

made='h->prop_table|slot \+ 8'

command -v addr2line >/dev/null || { echo "addr2line is missing (binutils)"; exit 1; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for p in $programs; do
	program=$BUILD/tests/unit/$p
	GICSIM_SITES=$folder/sites CK_FORK=no "$program" >"$folder/out" 2>&1 ||
		{ cat "$folder/out"; exit 1; }
	addr2line -i -e "$program" <"$folder/sites" | sed 's/ (discriminator.*//; s|.*/models/|models/|' \
		>>"$folder/failed"
	rm "$folder/sites"
done
sort -u "$folder/failed" >"$folder/seen"

checks=0
failures=0
while IFS=: read -r file line text; do
	[[ $file =~ $own || $text =~ $made ]] && continue
	checks=$((checks + 1))
	# A call may stand on more lines than one.
	for at in "$line" $((line + 1)) $((line + 2)); do
		grep -qx "$file:$at" "$folder/seen" && continue 2
	done
	failures=$((failures + 1))
	echo "FAILED: $file:$line: never seen without memory: $text"
done < <(grep -nE "$takers" models/vgic/*.c models/host/*.c)

[ $checks -gt 20 ] || { echo "FAILED: only $checks places found"; failures=$((failures + 1)); }
echo "$(((checks - failures) * 100 / checks))%: Checks: $checks, Failures: $failures, Errors: 0"
[ $failures = 0 ]
