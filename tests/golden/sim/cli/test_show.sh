#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What show prints is the effective configuration: it reads back to itself, and running it gives the
# same metrics as the scenario it came from.
. tests/golden/sim/cli/cli.sh

metrics() {
	python3 -c 'import json, sys; print(json.dumps(json.load(sys.stdin)["metrics"]))'
}

for path in "$root"/configs/scenarios/*.yaml; do
	scenario=$(basename "$path" .yaml)
	run "show $scenario" show "$path"
	expect_status 0
	cp .out shown.yaml
	run "show what was shown" show shown.yaml
	expect_status 0
	expect cmp -s .out shown.yaml
done

run "run the scenario" run 03-ipi --json -
expect_status 0
metrics <.out >first
run "show it" show 03-ipi
cp .out shown.yaml
run "run what was shown" run shown.yaml --json -
expect_status 0
metrics <.out >second
expect cmp -s first second

run "changes show" show 01-one-msi --set vms.vm.vcpus=3 --seed 7 --set 'costs.lock.cost=1.5 ns'
expect_output "    vcpus: 3"
expect_output "  seed: 7"
expect_output "    cost: 1500 ps"

run "schema" show --schema
expect_status 0
expect cmp -s .out "$root/configs/schema.json"
expect python3 -c 'import json; json.load(open(".out"))'

run "reference" show --reference
expect_status 0
expect cmp -s .out "$root/docs/scenario-reference.md"

summary
