#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# GICv2 in scenarios: hosts with and without virtualisation hardware, guests, deactivation by DIR. Each
# run keeps its identities; tie-free ones give the same metrics on both engines and with eager debt.
. tests/golden/sim/cli/cli.sh

cat >metric.py <<'END'
import json, sys
m = json.load(open(".out"))["metrics"]
values = {k: m[k]["value"] for k in m}
assert eval(sys.argv[1], {}, {"m": values}), [sys.argv[1], {k: v for k, v in values.items()
                                              if k.startswith(("irq.", "exit.", "dir.", "engine."))}]
END
# All that follows the parameters, the engine and what a run took.
metrics() {
	sed -n '/^  "metrics"/,$p' .out
}

that() {
	expect python3 metric.py "$1"
}

# same NAME ARGUMENT...: tie-free, and the same from both engines and with eager debt.
same() {
	local what=$1
	shift
	run "$what" run --json - "$@"
	expect_status 0
	that 'm["engine.ties"] == 0 and m["irq.delivered"] > 100'
	cp .out result.json
	metrics >first
	expect test -s first
	run "$what on SimGrid" run --json - --engine simgrid "$@"
	expect_status 0
	metrics >second
	expect cmp -s first second
	run "$what with eager debt" run --json - --set engine.debt=eager "$@"
	expect_status 0
	metrics >second
	expect cmp -s first second
	cp result.json .out
}

same "GICv2 with GICV" nvme-gicv2
that 'm["exit.DABT_LOW"] == 0 and not any(k.startswith("its.") for k in m)'

# Every interrupt delivered was acknowledged and ended by an access that exits; one may stand between.
same "GICv2 without GICV" nvme-gicv2 --set host.gic.gicv=false
that 'abs(m["exit.DABT_LOW"] - 2 * m["irq.delivered"]) <= 4'

# One DIR an interrupt, each trapped (spec/vgic.md 1.10); at either edge of the window one may be cut.
same "GICv2 with DIR" nvme-gicv2 --set hypervisor.preset=linux-6.19 --set vms.0.eoimode=1
that 'abs(m["dir.trapped"] - m["irq.delivered"]) <= 4'

cat >v3.yaml <<'END'
include: hosts/small.yaml
costs: altra-noise
run: {duration: 5 ms}
host: {gic: {list_registers: 2}}
hypervisor: {preset: linux-6.19, halt_poll: none}
vms:
  - {vcpus: 2, its: false, eoimode: 1, workloads: [{type: nic, queues: 8, rate: 10 k/s, work: 2 us}]}
END
same "GICv3 with DIR" v3.yaml
that 'm["dir.trapped"] == m["irq.delivered"] and 0 < m["dir.exits"] == m["exit.SYS64"]'
# The list register of a level interrupt asks for maintenance when DIR empties it: at that moment.
cat >level.yaml <<'END'
include: hosts/small.yaml
costs: altra-noise
run: {duration: 10 ms}
hypervisor: {preset: linux-6.19, halt_poll: none}
vms:
  - {its: false, eoimode: 1, workloads: [{type: platform, interval: {exponential: 40 us},
     work: {uniform: [3 us, 9 us]}, batch: 1}]}
END
same "level interrupts with DIR" level.yaml
that 'm["dir.trapped"] > 100'
same "level interrupts with DIR on GICv2" level.yaml --set host.gic.version=v2
same "level interrupts without GICV" level.yaml --set host.gic.version=v2 --set host.gic.gicv=false

run "host without TDIR" run v3.yaml --json - --set host.gic.tdir=false
that 'm["dir.trapped"] == m["irq.delivered"]'
run "room for all" run v3.yaml --json - --set host.gic.list_registers=16
that 'm["dir.trapped"] == m["irq.delivered"] and m["dir.exits"] == 0'
run "before 6.19" run v3.yaml --json - --set hypervisor.preset=linux-6.1
that 'm["irq.delivered"] > 0 and m["dir.trapped"] == 0'
run "EOImode 0" run v3.yaml --json - --set vms.0.eoimode=0
that 'm["irq.delivered"] > 0 and m["dir.trapped"] == 0'

run "GICv2 guest on GICv3" run nvme-gicv2 --json - --set host.gic.version=v3 --set vms.0.gic=v2
expect_status 0
that 'm["exit.DABT_LOW"] == 0 and m["irq.delivered"] > 100'

for broken in lose-interrupt double-interrupt stage; do
	run "$broken" run nvme-gicv2 --set engine.break=$broken
	expect_status 1
done

cat >small.yaml <<'END'
include: hosts/small.yaml
run: {duration: 1 ms}
host: {gic: {version: v2}}
vms: [{vcpus: 8}]
END
run "eight CPUs" run --quiet small.yaml --set host.pes=8
expect_status 0
run "nine PEs" run --quiet small.yaml --set host.pes=9
expect_status 2
expect_error "--set:1:10: host.pes: a GICv2 has at most 8 PEs in all"
run "nine vCPUs" run --quiet small.yaml --set vms.0.vcpus=9
expect_status 2
expect_error "--set:1:13: vms.0.vcpus: a GICv2 guest has at most 8 vCPUs"
run "a GICv3 guest" run --quiet small.yaml --set vms.0.gic=v3
expect_status 2
expect_error "--set:1:11: vms.0.gic: a GICv3 guest needs a host with GICv3 or later"
run "no GICV" run --quiet small.yaml --set host.gic.version=v3 --set vms.0.gic=v2 \
	--set host.gic.gicv=false
expect_status 2
expect_error "--set:2:11: vms.0.gic: a GICv2 guest needs host.gic.gicv: true on this host"
run "emulated devices" run --quiet small.yaml --set vms.0.devices=emulated
expect_status 2
expect_error "--set:1:15: vms.0.devices: emulated devices need a VM with an ITS"
run "an LPI" run --quiet nvme-gicv2 --set vms.0.workloads.0.type=lpi_stress
expect_status 2
run "too many priority bits" run --quiet small.yaml --set host.gic.vpriority_bits=6
expect_status 2
expect_error "--set:1:25: host.gic.vpriority_bits: a GICv2's list registers have 5 priority bits"
run "GICv4" run --quiet small.yaml --set hypervisor.injection=gicv4
expect_status 2

summary
