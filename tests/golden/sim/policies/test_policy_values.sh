#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Policies are code paths, not constants: for every value of every policy there is a scenario in which
# the event log differs from that of another value, though no software costs anything in either. A log
# is what a script of the oracle prints, or the trace of a run (who runs where, exits, what becomes of
# interrupts, commands): of each track its events in order, whatever their times. A value without a row
# here fails the test, and so does a policy with a number for which there are no two numbers.
set -u
. tests/golden/sim/cli/cli.sh

# ---- costs: nothing in software takes time, nor do cache lines; hardware as on an Altra ----

free() { # NAME...
	local n
	for n in "$@"; do
		echo "  $n: {cost: 0 s, confidence: measured, source: \"a test\"}"
	done
}
{
	printf 'include: %s\ncosts:\n' "$root/configs/costs/altra.yaml"
	# shellcheck disable=SC2046
	free $("$GICSIM" list costs | sed -n '/^ipi-cluster:/q; s/^\([a-z0-9-]*\): .*/\1/p') \
		line-cluster line-socket line-remote lock-waiter
} >free.yaml

scenario() { # NAME LINES...
	{
		printf 'include: %s\ncosts: free.yaml\nrun: {duration: 600 us}\n' \
			"$root/configs/hosts/small.yaml"
		printf 'hypervisor: {preset: linux-6.8, halt_poll: none}\nvms:\n'
		shift
		printf '%s\n' "$@"
	} >"$1.tmp"
}
vm() { # NAME VCPUS WORKLOAD [KEYS]
	echo "  - {name: $1, vcpus: $2, ${4:-}workloads: [{$3}]}"
}
make() { # NAME LINES...
	local to=$1
	shift
	scenario "$to" "$@" && cat ./*.tmp >"$to.yaml" && rm ./*.tmp
}
make drives "$(vm vm 3 'type: nvme, drives: 24, queue_depth: 2, service: {exponential: 80 us}')"
make sgis "$(vm vm 3 'type: ipi, target: random, senders: 2, receivers: wait')"
make moves "$(vm vm 3 'type: hotplug, interval: 200 us, lpis: 60, command: movall, traffic: {exponential: 20 us}')"
make lines "$(vm vm 2 'type: idle, load: 100 %}, {type: platform, interval: {exponential: 20 us}' \
	'its: false, eoimode: 1, ')"
make packets "$(vm vm 1 'type: nic, queues: 1, rate: 30 k/s, work: 1 us')"
make signals "$(vm vm 1 'type: lpi_stress, events: 24, iterations: 20, first_pe: 1')"
make spin "$(vm spin 3 'type: spinlock, hold: {exponential: 5 us}' 'pin: first, ')" \
	"$(vm busy 1 'type: idle, load: 100 %' 'pin: first, ')"
make crowd "$(vm vm 2 'type: nvme, drives: 3, queue_depth: 4, service: {exponential: 20 us}' \
	'count: 2, pin: first, ')" \
	"$(vm busy 2 'type: idle, load: 60 %, slice: 20 us' 'pin: first, ')"
sed "s#^include: .*#include: $root/configs/hosts/small.yaml#; s#^costs: .*#costs: free.yaml#
	s#^  duration: .*#  duration: 1 ms#; s#^  warmup: .*#  warmup: 0 s#" \
	"$root/configs/scenarios/05-priorities.yaml" >priorities.yaml

# A vCPU that waits in WFI is in its run loop but does not run: user space reads a register.
cat >wfi.txt <<'EOF'
pinself 0
vm 2 1
pin 0 1
pin 1 2
v 0 gicinit
v 1 gicinit
v& 1 wfi
sleep 20
getreg dist 0x8
v 0 sgi 0x1000002
join 1
exit
EOF
for s in "$root"/tests/oracle/scripts/{user-registers,doorbell,lpis-off-and-orphans}.txt \
	"$root"/tests/oracle/scripts/corners-16.txt.gz; do
	zcat -f "$s" >"$(basename "${s%.gz}")"
done
cp -r "$root/configs" configs

# ---- logs ----

# log KEY VALUE SCENARIO [SETTING...]: the file that holds it, made once; empty when the run failed.
# A key is one of the hypervisor's, or a path.
log() {
	local key=$1 value=$2 scenario=$3 sets=() s file
	shift 3
	file=$(echo "$key=$value $scenario $*" | tr -c 'a-z0-9.=\n' _).log
	if [ -e "$file" ]; then
		echo "$file"
		return
	fi
	[[ $key = *.* ]] || key=hypervisor.$key
	for s in "$@" "$key=$value"; do
		sets+=(--set "$s")
	done
	case $scenario in
	*.txt@*)
		s=configs/oracle/gicv${scenario#*@}.yaml
		"$GICSIM" show "$root/$s" "${sets[@]}" >"$s" 2>"$file.err"
		GICSIM_CONFIGS=configs "$GICSIM" oracle "${scenario%@*}" \
			--gic "${scenario#*@}" >"$file" 2>&1 || : >"$file"
		;;
	*)
		"$GICSIM" run "$scenario.yaml" --quiet "${sets[@]}" --trace "$file" \
			>"$file.err" 2>&1 || : >"$file"
		;;
	esac
	echo "$file"
}

seen=" "

# differs KEY VALUE OTHER SCENARIO [SETTING...]: both values have a row then.
differs() {
	local key=$1 value=$2 other=$3 a b
	shift 3
	name="$key: $value is not $other in $*"
	a=$(log "$key" "$value" "$@")
	b=$(log "$key" "$other" "$@")
	expect [ -s "$a" ]
	expect [ -s "$b" ]
	printf '%s\t%s\t%s\n' "$name" "$a" "$b" >>pairs
	seen+="$key=$value $key=$other "
}

# fails KEY VALUE MESSAGE OTHER SCENARIO [SETTING...]: no log at all, where another value has one.
fails() {
	local key=$1 value=$2 message=$3 other=$4 a
	shift 4
	name="$key: $value fails where $other does not"
	a=$(log "$key" "$value" "$@")
	expect [ ! -s "$a" ]
	expect grep -qF "$message" "$a.err"
	expect [ -s "$(log "$key" "$other" "$@")" ]
	seen+="$key=$value $key=$other "
}

v40="host.gic.version=v4.0 hypervisor.injection=gicv4"
v41="host.gic.version=v4.1 hypervisor.injection=gicv4.1"
polls="hypervisor.halt_poll=dynamic hypervisor.halt_poll_max=40us"

name="the same run has the same log"
first=$(log ap_list per-vcpu drives)
mv "$first" again
expect cmp -s again "$(log ap_list per-vcpu drives)"

# shellcheck disable=SC2086
{
	differs injection gicv4 software drives host.gic.version=v4.0
	differs injection gicv4.1 gicv4 sgis host.gic.version=v4.1
	differs ap_list per-vm per-vcpu drives
	differs ap_list sharded per-vcpu drives
	differs order always-sorted sort-on-overflow-old priorities
	differs order priority-buckets sort-on-overflow-old priorities
	differs order sort-on-overflow-6.19 sort-on-overflow-old priorities \
		hypervisor.lr_overflow=eoicount "run.duration=4 ms"
	differs lr_overflow eoicount classic drives
	differs translation_cache none lru drives
	differs translation_cache rcu-evict lru drives
	differs translation_cache xarray lru signals
	differs sgi_lookup walk hash sgis
	differs lpi_store list xarray drives
	differs mmio_access racy-2013 trylock-vcpus wfi.txt@3
	differs user_registers 2013 modern user-registers.txt@3
	differs user_registers 2013-documented modern user-registers.txt@3
	differs user_registers 2013-documented 2013 user-registers.txt@3
	differs iidr_write checks sets user-registers.txt@3
	differs iidr_write exact sets user-registers.txt@3
	differs iidr_write ignored sets user-registers.txt@3
	differs iidr_revision 0 3 user-registers.txt@3
	differs iidr_revision 1 3 user-registers.txt@3
	differs iidr_revision 2 3 user-registers.txt@3
	differs movall quirk-move-all per-lpi moves
	differs movall one-sync per-lpi moves $v41
	differs movall retarget-collection per-lpi moves
	differs movall hardware-vmovall per-lpi moves $v41
	differs its_stall stall never user-registers.txt@3
	differs its_stall stall-on-error never corners-16.txt@3
	differs its_unmap keep-entry wipe-entry lpis-off-and-orphans.txt@3
	differs world_switch vhe vhe-lazy drives
	differs world_switch legacy vhe drives
	differs halt_poll always none drives
	differs halt_poll dynamic none drives
	differs halt_poll always dynamic drives
	differs wfi_trap never always crowd
	differs wfi_trap single-task always crowd
	differs wfi_trap direct-single-task always drives $v41
	differs wfe_trap never always spin costs=altra
	differs wfe_trap single-task always spin costs=altra
	differs wfe_trap single-task never spin costs=altra host.sched.timeslice=50us
	differs residency each-entry load-put crowd $v41
	differs wfi_residency need-db in-wfi crowd $v40
	differs residency_poll at-load delay crowd $v41
	differs vmovp elide-in-shared-table each-load crowd $v41 vms.*.pin=none
	differs vmovp lazy each-load crowd $v40 vms.*.pin=none
	differs vmapp lazy eager doorbell.txt@4
	differs vmapp by-hardware eager doorbell.txt@4 host.gic.its_list=true
	differs doorbell per-vlpi per-vpe crowd $v41 host.gic.individual_doorbells=true
	differs doorbell_enable always on-block crowd $v40
	differs doorbell_enable never on-block crowd $v40
	differs doorbell_affinity fixed follow doorbell.txt@4
	differs forwarding seed old corners-16.txt@4
	differs forwarding new old corners-16.txt@4
	differs forwarding_hint remember none doorbell.txt@4
	differs vsgi on off sgis $v41
	differs sender_trap off on sgis $v41
	fails vpe_shortage fail "out of INTIDs or vPEIDs" software drives $v41 host.gic.vpeid_bits=1
	differs lpi_affinity target spread drives

	differs ap_list_shards 1 3 drives hypervisor.ap_list=sharded costs=altra
	differs translation_cache_per_vcpu 1 16 drives
	differs halt_poll_max "1 us" "500 us" drives hypervisor.halt_poll=always
	differs halt_poll_start "1 us" "10 us" packets $polls
	differs halt_poll_grow 2 64 packets $polls
	differs halt_poll_shrink 2 0 packets $polls
	differs residency_poll_step "10 ns" "1 us" crowd $v41
	differs doorbell_window "20 us" "0 s" crowd $v41 hypervisor.wfi_trap=always

	differs host.gic.gicv false true sgis host.gic.version=v2
	differs host.gic.tdir false true lines hypervisor.lr_overflow=eoicount
	differs host.gic.direct_lpi true false crowd $v40
	differs host.gic.its_list true false crowd $v40 host.gic.its=2 vms.*.pin=none
	differs host.gic.vpt_scan false true crowd $v41
	differs host.gic.vsgi false true sgis $v41
	differs host.gic.individual_doorbells true false crowd $v41 hypervisor.doorbell=per-vlpi
}

name="pairs of values"
expect [ "$(wc -l <pairs)" -gt 60 ]
checks=$((checks + $(wc -l <pairs)))
python3 "$root/tests/golden/sim/policies/alike.py" <pairs >alike || fail "logs cannot be compared"
while IFS= read -r same; do
	fail "the same events: $same"
done <alike

# Keys stand at the margin, their values below them. Of the hardware's keys the switches count: its
# version, its sizes and its shape are no policies.
"$GICSIM" list policies | awk '
	/^[a-z]/ {
		key = $1
		sub(/^hypervisor\./, "", key)
		sub(/:$/, "", key)
		skip = key == "preset" || key ~ /^host\.gic\.(version|common_lpi_aff|svpet)$/ ||
			key ~ /^host\./ && /; [0-9]+ to [0-9]+$/
		if (!skip)
			print key
		next
	}
	!skip { print key "=" $1 }' >policies
name="every policy and every value of one has a row"
while read -r policy; do
	checks=$((checks + 1))
	[[ $policy = *=* ]] && policy+=" " || policy+="="
	[[ $seen = *" $policy"* ]] || fail "no scenario shows that $policy does something"
done <policies
expect [ "$(grep -c = policies)" -gt 80 ]
summary
