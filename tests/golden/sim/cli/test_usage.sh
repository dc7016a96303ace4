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

run "nothing to show" show t.yaml --schema
expect_status 2

summary
