#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# PEs notice interrupts in turn (host.sched.turn), as those of an emulator on one thread: three
# devices send at once, to PEs 0, 1 and 2, while a vCPU waits in WFI. The script is on PE 0, whose
# interrupt comes at once; then it is the turn of PE 1, of PE 2, of PE 3. The guest takes in one go
# what has been injected when its PE runs. Recordings on GICv3 say the same, but for a boot now and
# then in which a PE goes on longer, so that they cannot be kept. On GICv4 nobody injects.
set -u
GICSIM=${GICSIM:-./gicsim}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
checks=0
failures=0

run() { # run GIC PE: interrupts in one go, and left over
	{
		cat <<-END
			pinself 0
			vm 1 1
			pin 0 $2
			v 0 gicinit
			v 0 itsinit
			its 0 mapd 8 3 0 1
			its 0 mapc 0 0 1
		END
		for i in 0 1 2; do
			cat <<-END
				lpicfg $((8192 + i)) 0xa1
				its 0 mapti 8 $i $((8192 + i)) 0
				vfio $i 0000:00:0$((i + 1)).0 msi 1
				irqfd $i 0 $((32 + i)) 8 $i
			END
		done
		cat <<-END
			v& 0 wfi
			sleep 20
			raise 2 0
			raise 1 0
			raise 0 0
			sleep 20
			join 0
			v 0 window
		END
	} >"$folder/t.txt"
	"$GICSIM" oracle "$folder/t.txt" --gic "$1" >"$folder/log" 2>"$folder/error" || return
	grep '^  res' "$folder/log" | tail -2 | sed 's/.* //' | tr '\n' ' '
}

expect() { # expect GIC PE WHAT
	local got

	checks=$((checks + 1))
	got=$(run "$1" "$2")
	[ "$got" = "$3 " ] && return
	failures=$((failures + 1))
	echo "FAILED: GICv$1, vCPU on PE $2: expected $3, got $got $(cat "$folder/error")"
}

expect 3 1 "2 1"
expect 3 2 "3 0"
expect 3 3 "3 0"
expect 3 0 "1 2"
for pe in 0 1 2 3; do
	expect 4 $pe "3 0"
done

echo "$(((checks - failures) * 100 / checks))%: Checks: $checks, Failures: $failures, Errors: 0"
[ $failures = 0 ]
