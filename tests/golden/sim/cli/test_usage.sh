#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Subcommands, their help and their exit status: 0 done, 1 failed, 2 bad usage.
. tests/golden/sim/cli/cli.sh

run "no command"
expect_status 2
expect_silent

run "unknown command" rnu
expect_status 2
expect_error "gicsim: unknown command 'rnu'; nearest valid command 'run'"

run "help" --help
expect_status 0
expect_output "Usage: gicsim"
expect_output "Example: "

run "version" --version
expect_status 0
expect_output "gicsim "

for command in run check show explain list; do
	run "$command --help" "$command" --help
	expect_status 0
	expect_output "Usage: gicsim $command"
	expect_output "Example: gicsim $command"

	run "$command without arguments" "$command"
	expect_status 2
	expect_silent

	run "$command with an unknown option" "$command" --nonsense x
	expect_status 2
	expect_silent
done

printf 'run: {duration: 10 us}\nvms: [{name: vm}]\n' >t.yaml

run "two scenarios" run t.yaml t.yaml
expect_status 2

run "unknown engine" run t.yaml --engine clender
expect_status 2
expect grep -qF "unknown value 'clender'; nearest valid value 'calendar'" .err

run "a time without unit" run t.yaml --dump-vgic 5
expect_status 2
expect grep -qF "valid units: ps, ns, us, ms, s" .err

run "a folder that is not there" run t.yaml --json nowhere/result.json
expect_status 2
expect_error "gicsim run: --json: cannot write 'nowhere/result.json': No such file or directory"

# 512 vCPUs with 1024 requests on each of 512 drives: more memory than the shell allows.
printf 'run: {duration: 10 us}
vms: [{vcpus: 512, workloads: [{type: nvme, drives: 512, queue_depth: 1024}]}]\n' >large.yaml
(
	ulimit -v 1000000
	"$GICSIM" run large.yaml --json large.json --trace large.pftrace >.out 2>.err
)
status=$?
name="out of memory"
expect_status 1
expect grep -qFx "gicsim run: large.yaml: out of memory" .err
expect_silent
expect_absent large.json large.pftrace

# Work that costs nothing and never ends.
{
	printf 'run: {duration: 10 us}
vms: [{vcpus: 2, workloads: [{type: ipi, interval: 0 s, work: 0 s}]}]
costs:\n  profile: none\n'
	"$GICSIM" list costs | sed -n 's/^\([a-z0-9-]*\): .*/\1/p' | while read -r cost; do
		echo "  $cost: {cost: 0 s, confidence: measured, source: \"a test\"}"
	done
} >still.yaml
run "time stands still" run still.yaml
expect_status 1
expect grep -qF "time stands still" .err

run "a run that violates an identity leaves no trace" run t.yaml --trace t.pftrace \
	--json t.json --db t.db --set engine.break=pe-time
expect_status 1
expect_absent t.pftrace t.json t.db

run "nothing to show" show t.yaml --schema
expect_status 2

summary
