#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Workloads that calibrate, and those with host threads, traces and moving interrupts: identities hold,
# both engines and eager debt give the same metrics, and what each is about happens.
set -u
. tests/golden/sim/cli/cli.sh

scenario() { # FILE VCPUS WORKLOAD...
	local file=$1 vcpus=$2
	shift 2
	cat >"$file" <<-EOF
		include: $root/configs/hosts/small.yaml
		costs: altra-noise
		run: {duration: 3 ms}
		hypervisor: {preset: linux-6.8}
		vms:
		  - name: vm
		    vcpus: $vcpus
		    workloads:
		      - {$*}
	EOF
}

# The metrics of a run, without those of the engine itself.
metrics() { # FILE OPTION...
	"$GICSIM" run "$@" --quiet --json - 2>&1 |
		sed -n '/"metrics"/,$p' | grep -v '"engine.events'
}

same_everywhere() { # NAME FILE
	local plain
	plain=$(metrics "$2")
	name=$1
	expect [ -n "$plain" ]
	expect grep -q '"engine.ties": {"value": 0,' <<<"$plain"
	[ "$plain" = "$(metrics "$2" --engine simgrid)" ]
	expect [ $? = 0 ]
	[ "$plain" = "$(metrics "$2" --set engine.debt=eager)" ]
	expect [ $? = 0 ]
}

value() { # FILE METRIC OPTION...
	local file=$1 metric=$2
	shift 2
	"$GICSIM" run "$file" --quiet --json - "$@" 2>/dev/null |
		sed -n "s/.*\"$metric\": *{\"value\": *\([0-9.]*\).*/\1/p"
}

printf 'time,device,event\n1000,0,0\n1370,1,2\n500000,0,1\n900000,1,2\n' >trace.csv
scenario microbench.yaml 2 "type: microbench, test: ipi, runs: 100"
scenario lpi_stress.yaml 2 "type: lpi_stress, devices: 2, events: 4, iterations: 50, first_pe: 2, gap: 21311 ps"
scenario vhost.yaml 3 "type: vhost, service: {exponential: 3100 ns}"
scenario hotplug.yaml 3 "type: hotplug, interval: 500 us, lpis: 24, traffic: {exponential: 200 us}"
scenario irqbalance.yaml 3 "type: irqbalance, period: 500 us"
scenario hackbench.yaml 3 "type: hackbench, groups: 2, fds: 3, loops: 20"
scenario replay.yaml 2 "type: replay, file: trace.csv"
scenario spinlock.yaml 3 "type: spinlock, hold: {exponential: 3 us}, between: {exponential: 8 us}"
scenario remap.yaml 3 "type: remap, rewrite: 3, traffic: {exponential: 200 us}"
for w in microbench lpi_stress vhost hotplug irqbalance hackbench replay remap; do
	run "$w: identities hold" run "$w.yaml" --quiet
	expect_status 0
	same_everywhere "$w: engines and debt" "$w.yaml"
done

# Whoever gives a guest's lock up and the next in line meet at that moment.
run "spinlock: identities hold" run spinlock.yaml --quiet
expect_status 0
plain=$(metrics spinlock.yaml)
expect grep -q 'spinlock.wait.mean' <<<"$plain"
expect [ "$plain" = "$(metrics spinlock.yaml --engine simgrid)" ]
expect [ "$plain" = "$(metrics spinlock.yaml --set engine.debt=eager)" ]
name="spinlock: where vCPUs share PEs a trapped WFE gives the PE to the one that holds the lock"
spun=$(value spinlock.yaml workload.vm.spinlock.taken --set host.pes=1 --set run.duration=60ms \
	--set hypervisor.wfe_trap=never)
given=$(value spinlock.yaml workload.vm.spinlock.taken --set host.pes=1 --set run.duration=60ms)
expect [ "$given" -gt "$((4 * spun))" ]

# Several workloads of one VM: their tasks take turns on each vCPU, so all of them do what they do alone.
scenario tasks.yaml 2 "type: nvme, drives: 1, service: {exponential: 40 us}"
cat >>tasks.yaml <<'EOF'
      - {type: timer, period: 100 us, work: {uniform: [1 us, 2 us]}}
      - {type: ipi, count: 20, interval: {exponential: 20 us}, receivers: wait}
EOF
run "several workloads: identities hold" run tasks.yaml --quiet
expect_status 0
same_everywhere "several workloads: engines and debt" tasks.yaml
name="each of a VM's workloads runs"
expect [ "$(value tasks.yaml workload.vm.nvme.ios)" -gt 100 ]
expect [ "$(value tasks.yaml workload.vm.ipi.sent)" = 20 ]
expect [ "$(value tasks.yaml workload.vm.ipi.handled)" = 20 ]
name="a tick each 100 us of 3 ms on two vCPUs, the last perhaps after the end"
expect [ "$(value tasks.yaml workload.vm.timer.ticks)" -ge 58 ]
expect [ "$(value tasks.yaml workload.vm.timer.ticks)" -le 60 ]
name="a task that always has something to do leaves those before and after it their turns"
expect [ "$(value tasks.yaml workload.vm.nvme.ios --set vms.0.workloads.timer.busy='5 us')" -gt 50 ]
expect [ "$(value tasks.yaml workload.vm.ipi.sent --set vms.0.workloads.timer.busy='5 us')" = 20 ]
name="so do two of one type"
two="vms.0.workloads=[{type: nvme}, {type: nvme, name: second}]"
expect [ "$(value tasks.yaml workload.vm.nvme.ios --set "$two")" -gt 100 ]
expect [ "$(value tasks.yaml workload.vm.second.ios --set "$two")" -gt 100 ]
both() { # FIRST SECOND WHY
	run "$1 and $2 on one VM" run tasks.yaml --set vms.0.vcpus=3 \
		--set vms.0.workloads="[{type: $1}, {type: $2}]"
	expect_status 2
	expect_error "--set:2:$((35 + ${#1})): vms.0.workloads.1.type: $1 and $2 both handle \
interrupt $3; give one of them a VM of its own"
}
both timer idle "27 of every vCPU, its virtual timer's"
both hotplug irqbalance "27 of every vCPU, its virtual timer's"
both ipi ipi "1 of every vCPU, an SGI"
both microbench microbench "1 of every vCPU, an SGI"

name="every run of the microbenchmark is made"
expect [ "$(value microbench.yaml workload.vm.microbench.runs)" = 100 ]
name="lpi_stress signals devices x events x iterations"
expect [ "$(value lpi_stress.yaml workload.vm.lpi_stress.signalled)" = 400 ]
name="hackbench delivers every message: groups x senders x receivers x loops"
expect [ "$(value hackbench.yaml workload.vm.hackbench.messages)" = 360 ]
name="replay sends every line"
expect [ "$(value replay.yaml workload.vm.replay.sent)" = 4 ]
name="replay at half speed sends what is due by then"
expect [ "$(value replay.yaml workload.vm.replay.sent --set run.duration='1500 us' \
	--set vms.0.workloads.0.speed='50 %')" = 3 ]
name="hotplug moves one LPI by one MOVI, or all by one MOVALL"
movi=$(value hotplug.yaml workload.vm.hotplug.moves)
expect [ "$movi" -gt 20 ]
expect [ "$(value hotplug.yaml workload.vm.hotplug.unplug.mean \
	--set vms.0.workloads.0.command=movall | cut -d. -f1)" -lt \
	"$(value hotplug.yaml workload.vm.hotplug.unplug.mean | cut -d. -f1)" ]
name="remap maps events anew, and writes every third time of a vector its MSI-X entry"
expect [ "$(value remap.yaml workload.vm.remap.remaps)" -gt \
	"$(value remap.yaml workload.vm.remap.rewrites)" ]
expect [ "$(value remap.yaml workload.vm.remap.rewrites --set vms.0.workloads.0.rewrite=0)" = 0 ]
name="irqbalance takes LPIs away from vCPU 0"
expect [ "$(value irqbalance.yaml workload.vm.irqbalance.moved)" -gt 4 ]
name="a vhost thread that finds more work is not notified again"
expect [ "$(value vhost.yaml workload.vm.vhost.kicks)" -lt \
	"$(value vhost.yaml workload.vm.vhost.requests)" ]

# Closed forms: sums of what the profile says, under a hypervisor that finds its lists empty.
bench() { # TEST OPTION...
	local test=$1
	shift
	value "$root/configs/calibration/altra.yaml" workload.vm.microbench.time.mean \
		--set vms.0.workloads.0.test="$test" --set vms.0.workloads.0.runs=50 "$@" |
		sed 's/\.0*$//'
}
name="hvc is exit, decode and entry: 143 + 20 + 143"
expect [ "$(bench hvc)" = 306 ]
name="mmio_user adds decode 0, user space 877 and emulation 500"
expect [ "$(bench mmio_user)" = 1683 ]
name="eoi is one write, without an exit"
expect [ "$(bench eoi)" = 14 ]
name="hvc under vhe moves all at each exit: put 250, load 300, 19 registers of 14 more"
expect [ "$(bench hvc --set hypervisor.world_switch=vhe)" = 1122 ]
name="legacy crosses EL2 twice more: 2 x 28"
expect [ "$(bench hvc --set hypervisor.world_switch=legacy)" = 1178 ]
name="a walk to vCPU 31 of 32 is 30 steps of 83 longer than to vCPU 1"
far() { # TARGET
	bench ipi --set vms.0.vcpus=32 --set vms.0.pin_stride=2 --set hypervisor.sgi_lookup=walk \
		--set vms.0.workloads.0.target="$1" | cut -d. -f1
}
expect [ $(($(far 31) - $(far 1))) = 2490 ]
name="a broadcast to 511 others ends with the last of them"
expect [ "$(bench ipi --set vms.0.vcpus=512 --set host.clusters=256 --set vms.0.pin_stride=1 \
	--set vms.0.workloads.0.broadcast=true --set vms.0.workloads.0.runs=2 | cut -d. -f1)" -gt \
	"$(bench ipi --set vms.0.vcpus=512 --set host.clusters=256 --set vms.0.pin_stride=1 \
		--set vms.0.workloads.0.target=511 --set vms.0.workloads.0.runs=2 | cut -d. -f1)" ]
name="a vSGI needs no kick: it is faster than an SGI of the hypervisor's"
v41="--set host.gic.version=v4.1 --set hypervisor.injection=gicv4.1"
# shellcheck disable=SC2086
expect [ "$(bench ipi_hw $v41 | cut -d. -f1)" -lt "$(bench ipi | cut -d. -f1)" ]
name="to the other socket its path is 100 longer and the flag's line 103, to one look of 5"
vsgi() { # STRIDE OF PES
	# shellcheck disable=SC2086
	bench ipi_hw $v41 --set host.sockets=2 --set host.gic.its=2 \
		--set vms.0.pin_stride="$1" | cut -d. -f1
}
longer=$(($(vsgi 80) - $(vsgi 4)))
expect [ "$longer" -ge 198 ]
expect [ "$longer" -le 208 ]
run "a vSGI needs hardware" run "$root/configs/calibration/altra.yaml" \
	--set vms.0.workloads.0.test=ipi_hw
expect_status 2

# Two links of 10 us and 5 us of service are the floor; then polling costs least, sleeping most.
scenario rr.yaml 1 "type: rr, service: 5 us"
cat >>rr.yaml <<'EOF'
cluster: {hosts: 2, latency: 10 us}
EOF
run "rr: identities hold" run rr.yaml --quiet --set run.warmup='500 us'
expect_status 0
response() { # SERVER
	value rr.yaml workload.vm.rr.response_time.mean --set vms.0.workloads.0.server="$1" \
		--set hypervisor.halt_poll=none | cut -d. -f1
}
name="a response takes the network, the service and what the server does in between"
expect [ "$(response poll)" -gt 25000 ]
expect [ "$(response poll)" -lt "$(response run)" ]
expect [ "$(response run)" -lt "$(response block)" ]
expect [ "$(response block)" -lt 35000 ]
name="a server that polls has no interrupts"
expect [ "$(value rr.yaml workload.vm.rr.interrupts --set vms.0.workloads.0.server=poll)" = 0 ]
name="as many responses as requests, but one that is on its way"
expect [ $(($(value rr.yaml workload.vm.rr.requests) - $(value rr.yaml \
	workload.vm.rr.responses))) -le 1 ]
run "rr without clients" run rr.yaml --set cluster.hosts=1
expect_status 2
expect_error "rr.yaml:9:16: vms.0.workloads.0.type: rr needs clients on other hosts: cluster.hosts of 2 or more"

bad_trace() { # NAME TEXT ERROR
	printf '%b' "$2" >bad.csv
	run "$1" run replay.yaml --set vms.0.workloads.0.file=bad.csv
	expect_status 2
	expect_error "--set:1:24: vms.0.workloads.0.file: bad.csv:$3"
}
bad_trace "times go back" "5,0,0\n4,0,0\n" "2: times must not go back"
bad_trace "not three numbers" "5,0\n" "1: expected time,device,event"
bad_trace "a device too many" "5,256,0\n" \
	"1: valid: up to 1000 s, devices 0 to 255, events 0 to 2047"
bad_trace "nothing in it" "time,device,event\n" "1: no arrivals"

for w in lpi_stress vhost hotplug irqbalance remap; do
	run "$w on a host without LPIs" run "$w.yaml" --set host.gic.version=v2
	expect_status 2
	expect_error "$w.yaml:9:16: vms.0.workloads.0.type: $w needs a VM with an ITS"
done
for w in lpi_stress vhost; do
	run "$w cannot migrate" run "$w.yaml" --set vms.0.devices=emulated
	expect_status 2
done

run "a target that is not there" run microbench.yaml --set vms.0.workloads.0.target=2
expect_status 2
expect_error "--set:1:26: vms.0.workloads.0.target: must be a vCPU of the VM other than 0"
summary
