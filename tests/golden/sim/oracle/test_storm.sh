#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The storm of Linux 6.1 (docs/oracle.md): an LPI whose event is discarded stays marked as a vLPI
# while something holds it. When the event is mapped again, each injection makes the device's own
# interrupt pending, whose handler injects again. The oracle goes through the loop, cuts it off,
# goes on with the script, and says at the end that there was a storm.
set -u
GICSIM=${GICSIM:-./gicsim}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
checks=0
failures=0

expect() { # expect WHAT CONDITION...
	local what=$1

	checks=$((checks + 1))
	shift
	"$@" && return
	failures=$((failures + 1))
	echo "FAILED: $what"
}

setup() {
	cat <<-END
		pinself 0
		vm 2 1
		pin 0 1
		pin 1 2
		v 0 gicinit
		v 1 gicinit
		v 0 itsinit
		its 0 mapd 8 3 0 1
		its 0 mapc 0 0 1
		its 0 mapc 1 1 1
		lpicfg 8192 0xa1
		its 0 mapti 8 0 8192 0
		vfio 0 0000:00:01.0 msi 1
	END
}

run() { # run SCRIPT: log, error, status
	{
		setup
		cat
	} >"$folder/t.txt"
	timeout 20 "$GICSIM" oracle "$folder/t.txt" --gic "$1" >"$folder/log" 2>"$folder/error"
	status=$?
}

# Host interrupts asked for by the host itself: INT followed by SYNC, not VSYNC.
loops() {
	grep -A1 '^  cmd INT dev=8 ev=0' "$folder/log" | grep -c '^  cmd SYNC'
}

stormy() {
	[ $status = 1 ] && grep -q "t.txt:$1:1: interrupt storm: .* device 8 .* cut off, 1 in" \
		"$folder/error"
}

cut_off() {
	[ "$(loops)" -ge 50 ] && [ "$(loops)" -lt 200 ] && grep -q '^> exit' "$folder/log" &&
		grep -q '^  cmd VMAPP vpe=1 rd=0 v=0' "$folder/log"
}

quiet() {
	[ $status = 0 ] && [ "$(loops)" = 0 ] && [ ! -s "$folder/error" ]
}

# The guest has acknowledged the LPI in software, and not ended it.
run 4 <<-END
	msi 8 0
	v 0 iar
	irqfd 0 0 32 8 0
	its 1 discard 8 0
	its 1 mapti 8 0 8192 0
	raise 0 0
	sleep 5
	v 1 nop
	exit
END
expect "an active LPI is discarded and mapped again: a storm" stormy 19
expect "the loop is gone through, cut off, and the script goes on" cut_off

# The race: the eventfd is signalled already when it becomes an irqfd. KVM's worker
# injects in software although the event is forwarded by then, so the LPI is on an AP list.
run 4 <<-END
	raise 0 0
	sleep 5
	irqfd 0 0 32 8 0
	sleep 5
	its 1 discard 8 0
	its 1 mapti 8 0 8192 0
	raise 0 0
	sleep 5
	exit
END
expect "a signalled eventfd is attached, then the event discarded and mapped again: a storm" \
	stormy 20
expect "it is cut off as well" cut_off

# Nothing holds the LPI: it is a new one when the event is mapped again.
run 4 <<-END
	irqfd 0 0 32 8 0
	its 1 discard 8 0
	its 1 mapti 8 0 8192 0
	raise 0 0
	sleep 5
	v 0 window
	exit
END
expect "an idle LPI comes back in software, without a storm" quiet
expect "and reaches the guest" grep -q '^  irq vcpu=0 intid=8192' "$folder/log"

# Without GICv4 there is no mark.
run 3 <<-END
	msi 8 0
	v 0 iar
	irqfd 0 0 32 8 0
	its 1 discard 8 0
	its 1 mapti 8 0 8192 0
	raise 0 0
	sleep 5
	exit
END
expect "GICv3: no storm" quiet

echo "$(((checks - failures) * 100 / checks))%: Checks: $checks, Failures: $failures, Errors: 0"
[ $failures = 0 ]
