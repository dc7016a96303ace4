#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every malformed scenario: one line `file:line:column: what is wrong; nearest valid key or range`
# on standard error, exit status 2, nothing on standard output, no output file touched.
. tests/golden/sim/cli/cli.sh

# refused NAME LINE: t.yaml is refused with this line, by run and by check.
refused() {
	run "$1" run t.yaml --json result.json --db result.db --trace trace.pftrace
	expect_status 2
	expect_error "$2"
	expect_silent
	expect_absent result.json result.db trace.pftrace
	run "$1 (check)" check t.yaml
	expect_status 2
	expect_error "$2"
	expect_silent
}

good='run: {duration: 1 ms}
vms:
  - name: vm
    vcpus: 2
'

printf '%s' "$good" >t.yaml
run "good input" check t.yaml
expect_status 0
expect_output "t.yaml: OK"

printf '%s    vcpu: 4\n' "$good" >t.yaml
refused "unknown key" \
	"t.yaml:5:5: unknown key 'vcpu' in vms.0; nearest valid key 'vcpus'"

printf 'run: {duration: 10}\n' >t.yaml
refused "missing unit" \
	"t.yaml:1:17: run.duration: '10' has no unit; valid units: ps, ns, us, ms, s"

printf 'run: {duration: 10 kg}\n' >t.yaml
refused "wrong unit" \
	"t.yaml:1:17: run.duration: '10 kg' has a wrong unit; valid units: ps, ns, us, ms, s"

printf 'run: {duration: -1 ms}\n' >t.yaml
refused "negative" \
	"t.yaml:1:17: run.duration: '-1 ms' is negative; range 1 ps to 1000 s"

printf 'run: {duration: 1 ms}\nvms: [{vcpus: 513}]\n' >t.yaml
refused "out of range" \
	"t.yaml:2:15: vms.0.vcpus: '513' is out of range; range 1 to 512"

printf 'run: {duration: 1 ms}\nvms: [{irqs: 1024}]\n' >t.yaml
refused "more interrupts than INTIDs allow" \
	"t.yaml:2:14: vms.0.irqs: '1024' is out of range; range 64 to 992"

printf 'run: {duration: 1 ms}\nhypervisor: {order: sort-on-overflow-6.19}\nvms: [{}]\n' >t.yaml
refused "values that do not go together" \
	"t.yaml:2:21: hypervisor.order: sort-on-overflow-6.19 needs lr_overflow: eoicount"

printf 'run: {duration: 1 ms}\nhost: {gic: {list_registers: 1}}\nvms: [{}]\n' >t.yaml
refused "a host on which KVM cannot refill its list registers" \
	"t.yaml:2:30: host.gic.list_registers: with a single one KVM's underflow interrupt never \
ends when more interrupts wait; 2 to 16"

printf 'run: {duration: 1 ms}\nhost: {pes: 4}\nrun: {seed: 2}\n' >t.yaml
refused "duplicate key" \
	"t.yaml:3:1: duplicate key 'run'; first given at line 1 column 1"

printf 'include: nowhere.yaml\n%s' "$good" >t.yaml
refused "missing include" "t.yaml:1:10: cannot find the file 'nowhere.yaml'; valid: a path from \
the folder of this file or from configs/"

printf 'include: u.yaml\n%s' "$good" >t.yaml
printf '\n\ninclude: [t.yaml]\n' >u.yaml
refused "include loop" "u.yaml:3:11: include loop: 't.yaml' is being read already"

printf 'run: {duration: 1 ms\nvms:' >t.yaml
refused "truncated" \
	"t.yaml:2:4: did not find expected ',' or '}' while parsing a flow mapping"

printf '\177ELF\001\002\003' >t.yaml
refused "binary junk" "t.yaml:1:1: control character U+007F; valid: printable UTF-8 text"

head -c 100000 "$GICSIM" >t.yaml
refused "a program" "t.yaml:1:1: control character U+007F; valid: printable UTF-8 text"

printf 'run: {duration: 1 ms}\nname: \xc3\x28\n' >t.yaml
refused "not UTF-8" "t.yaml:2:7: byte 0xc3 is not UTF-8; valid: UTF-8 text"

printf 'a: &a [x, x, x]\nb: &b [*a, *a, *a]\nc: [*b, *b, *b]\n' >t.yaml
refused "alias bomb" "t.yaml:1:4: anchor '&a': anchors and aliases are not supported"

: >t.yaml
refused "empty" "t.yaml:1:1: empty; valid: a mapping of keys and values"

printf -- '- a\n- b\n' >t.yaml
refused "a list" "t.yaml:1:1: not a mapping; valid: keys and values"

for unit in '[' '{a: ' '- '; do
	head -c 10485760 < <(yes -- "$unit" | tr -d '\n') >t.yaml
	start=$(date +%s%N)
	run "10 MB of nesting" check t.yaml
	expect_status 2
	expect test $(($(date +%s%N) - start)) -lt 1000000000
	expect grep -qE '^t.yaml:1:[0-9]+: nested too deeply; range 1 to 32 levels$' .err
	expect test "$(wc -l <.err)" = 1
done

head -c 17000000 < <(yes '# a line of a file that is too long') >t.yaml
refused "too long" "t.yaml:1:1: too long; range 1 to 16 MiB with all that it includes"

run "missing file" run nowhere.yaml --json result.json
expect_status 2
expect_error "nowhere.yaml:1:1: cannot read 'nowhere.yaml': No such file or directory"
expect_absent result.json

printf '%s' "$good" >t.yaml
run "wrong --set" run t.yaml --set vms.0.vcpus=4 --set vms.0.vcpu=4 --json result.json
expect_status 2
expect_error "--set:2:7: unknown key 'vcpu' in vms.0; nearest valid key 'vcpus'"
expect_absent result.json

run "wrong --seed" run t.yaml --seed x
expect_status 2
expect_error "--seed:1:1: run.seed: 'x' is not a number; valid: a number"

run "wrong --costs" run t.yaml --costs altar
expect_status 2
expect_error "--costs:1:1: unknown name 'altar' in configs/costs; nearest valid name 'altra'"

run "feature that the preset lacks" run t.yaml --set hypervisor.preset=linux-5.4 \
	--set hypervisor.injection=gicv4.1
expect_status 2
expect_error "--set:2:22: hypervisor.injection: preset linux-5.4 lacks 'gicv4.1' (GICv4.1 comes \
with Linux 5.7); valid: another value or another preset"

run "one wrong of three" check t.yaml nowhere.yaml t.yaml
expect_status 2
expect test "$(grep -c OK .out)" = 2

summary
