#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A script that cannot mean anything: one line `file:line:column: what is wrong` on standard error,
# exit status 2, nothing on standard output. One that cannot go on: the line, status 2. One that
# does not end: status 1.
. tests/golden/sim/cli/cli.sh

# refused NAME SCRIPT ERROR
refused() {
	printf '%b' "$2" >t.txt
	run "$1" oracle t.txt --gic 3
	expect_status 2
	expect_error "$3"
	expect_silent
}

refused "unknown operation" 'pinself 0\nvmm 2 1\n' \
	"t.txt:2:1: unknown operation 'vmm'; nearest valid operation 'vm'"
refused "unknown guest operation" 'vm 2 1\nv 0 hpir\n' \
	"t.txt:2:5: unknown guest operation 'hpir'; nearest valid guest operation 'hppir'"
refused "unknown ITS command" 'vm 2 1\nits 1 vmapti 8 0 8192 0\n' \
	"t.txt:2:7: unknown ITS command 'vmapti'; nearest valid ITS command 'mapti'"
refused "unknown register group" 'vm 2 1\n  getreg cpu 0x8\n' \
	"t.txt:2:10: unknown register group 'cpu'; nearest valid register group 'its'"
refused "missing number" 'vm 2 1\nv 0 rd32\n' \
	"t.txt:2:9: a number is missing; valid: 0x0 to 0xffffffffffffffff"
refused "no number" 'vm 2 1\nv 0 rd32 0x8000g04 # the enable bits\n' \
	"t.txt:2:10: '0x8000g04' is no number; valid: C notation, 64 bits"
refused "too large a number" 'vm 2 1\nv 0 rd32 0x10000000000000000\n' \
	"t.txt:2:10: '0x10000000000000000' is no number; valid: C notation, 64 bits"
refused "out of range" 'vm 17 1\n' \
	"t.txt:1:4: number of vCPUs '17' is out of range; valid: 0x1 to 0x10"
refused "no such vCPU" 'vm 2 1\nv 2 nop\n' \
	"t.txt:2:3: there is no vCPU 2; the VM has 2"
refused "no VM" 'pinself 0\nv 0 nop\n' \
	"t.txt:2:1: 'v' needs a VM; vm makes one"
refused "second VM" 'vm 2 1\n\nvm 2 1\n' \
	"t.txt:3:1: there is a VM already; one a script"
refused "no device in the slot" 'vm 2 1\nraise 0 0\n' \
	"t.txt:2:7: slot 0 has no device; vfio binds one"
refused "no such device" 'vfio 0 0000:00:06.0 msi 1\n' \
	"t.txt:1:8: '0000:00:06.0' is no device; valid: 0000:00:01.0 to 0000:00:05.0"
refused "device bound twice" 'vfio 0 0000:00:01.0 msi 1\nvfio 1 0000:00:01.0 msi 1\n' \
	"t.txt:2:8: device 0000:00:01.0 is bound already; valid: another"
refused "no MSI-X" 'vfio 0 0000:00:01.0 msix 1\n' \
	"t.txt:1:21: the devices have MSI only; valid: msi"
refused "a word too many" 'vm 2 1\nv 0 window 16\n' \
	"t.txt:2:12: '16' is one word too many for 'v'"
refused "outside of memory" 'vm 2 1\nmem 0x41fffff8 2\n' \
	"t.txt:2:1: not in the VM's memory; valid: 0x40000000 to 0x41ffffff"
refused "zero byte" 'vm 2 1\n\0\n' "t.txt:1:1: holds a zero byte: no script"

run "no such file" oracle none.txt --gic 3
expect_status 2
expect_error "none.txt:1:1: cannot be read: No such file or directory"

run "no GIC" oracle t.txt
expect_status 2
run "no such GIC" oracle t.txt --gic 2
expect_status 2

printf 'vm 2 1\nv& 0 spin 62500000 1\n  v 0 nop\n' >t.txt
run "busy vCPU" oracle t.txt --gic 3
expect_status 2
expect_error "gicsim oracle: t.txt:3:3: vCPU 0 is still at work; join it first"

printf 'vm 1 1\nv 0 wr32 0x0b000000 1\n' >t.txt
run "write to nothing" oracle t.txt --gic 3
expect_status 2
expect_error "gicsim oracle: t.txt:2:1: vCPU 0 writes to 0xb000000, where nothing is"

printf 'vm 1 1\nv 0 gicinit\nv 0 wfi\n' >t.txt
run "endless WFI" oracle t.txt --gic 3
expect_status 1
expect_error "gicsim oracle: t.txt:3:1: vCPU 0 does not finish within 20 s"

# A level that nobody lowers is pending again at each end of interrupt.
{
	printf 'vm 1 1\nv 0 gicinit\nv 0 wr32 0x08000c08 0\nv 0 wr32 0x08000104 0x100\n'
	printf 'spi 40 1\nv 0 window\n'
} >t.txt
run "held level" oracle t.txt --gic 3
expect_status 1
expect_error "gicsim oracle: t.txt:6:1: vCPU 0 takes interrupts without end"

# Four active interrupts fill the list registers: the pending one wakes the vCPU, but never gets in.
{
	printf 'vm 1 1\nv 0 gicinit\nv 0 wr32 0x080b0300 0xf\nv 0 wr32 0x080b0200 0x10\n'
	printf 'v 0 wfi\n'
} >t.txt
run "list registers full of active interrupts" oracle t.txt --gic 3
expect_status 1
expect_error "gicsim oracle: t.txt:5:1: vCPU 0 goes round in WFI without end"

summary
