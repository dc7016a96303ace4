#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# --dump-vgic TIME: every interrupt of every VM in one row of one table, a letter a flag: SGIs with
# the sources of GICv2, PPIs tied to hardware, SPIs, LPIs, and what list registers hold.
. tests/golden/sim/cli/cli.sh

cat >rows.py <<'END'
import re, sys
rows = [l.split() for l in open(".out") if re.match(r"(SGI|PPI|SPI|LPI) ", l)]
assert all(len(r) == 9 for r in rows), rows
for kind, intid, vcpu, flags, prio, target, queued, lr, sources in rows:
    assert all(f in (l, "-") for f, l in zip(flags, "PLAEHCG")) and len(flags) == 7, flags
    assert lr in ("-", "P", "A", "PA") and (lr == "-" or queued != "-"), (intid, queued, lr)
count = lambda kind: sum(r[0] == kind for r in rows)
has = lambda *want: sum(all(w is None or re.fullmatch(w, x) for w, x in zip(want, r)) for r in rows)
assert eval(sys.argv[1]), [r for r in rows if "P" in r[3] or "A" in r[3]]
END

run "lesson 2" run 02-many-msis --quiet --dump-vgic "500 us"
expect_status 0
expect_output "State of guest interrupts 500.000 us after the window opened"
expect_output "VM vm: distributor enabled"
vcpus=$(grep -c "^SGI *0 " .out)
expect python3 rows.py "count('SGI') == count('PPI') == 16 * $vcpus and count('SPI') == 224 and count('LPI') > 0"
expect python3 rows.py "has('LPI', '819.', '-', '..-E--G') == count('LPI')"

run "timer" run 04-timer --quiet --dump-vgic "10 ms"
expect python3 rows.py "has('PPI', '27', None, '...EHCG') == 2 and has('PPI', '26', None, '-----CG') == 2"

# Busy with SGIs: somewhere one waits behind another of the same number, one is in service.
cat >v2.yaml <<END
include: $root/configs/hosts/small.yaml
run: {duration: 1 ms}
vms:
  - name: vm
    vcpus: 4
    gic: v2
    its: false
    workloads: [{type: ipi, interval: 500 ns, senders: 3, target: random}]
END
: >all
for time in 100 200 300 400 500; do
	run "GICv2" run v2.yaml --quiet --dump-vgic "$time us"
	expect_status 0
	expect python3 rows.py "count('LPI') == 0 and has('SGI', '1', '[0-3]') == 4 and has('SGI', '[02-9]|1.', None, '---E---', None, None, '-', '-', '0') == 60"
	cat .out >>all
done
mv all .out
expect python3 rows.py "has('SGI', '1', None, 'P--E---', None, None, None, None, '0x[1-7]') > 0"
expect python3 rows.py "has('SGI', '1', None, None, None, None, '[0-3]', 'A') > 0"

run "two hosts" run live-migration --quiet --dump-vgic "4 ms"
expect_output "after the window opened, host 0"
expect_output "after the window opened, host 1"
expect test "$(grep -c '^VM ' .out)" = 2

run "after the window" run 01-one-msi --quiet --dump-vgic "1 s"
expect_status 0
expect_silent

summary
