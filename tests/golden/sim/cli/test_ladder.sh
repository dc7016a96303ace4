#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The shipped lessons: each runs, is small and tie-free, repeats exactly, and gives the same metrics
# to the last digit on both engines and when every cost is paid at once.
. tests/golden/sim/cli/cli.sh

cat >metrics.py <<'END'
import json, sys
r = json.load(open(sys.argv[1]))
assert list(r)[0] == "schema" and r["schema"] == "gicsim.result/1"
for key in ("scenario", "seed", "engine", "version", "wall_s", "parameters", "assumptions"):
    assert key in r, key
m = r["metrics"]
assert all("unit" in v and "value" in v for v in m.values())
if len(sys.argv) > 2:
    assert m["engine.ties"]["value"] == 0, "%s ties" % m["engine.ties"]["value"]
assert m["irq.delivered"]["value"] > 0
json.dump(m, sys.stdout, indent=1, sort_keys=True)
END

for scenario in 01-one-msi 02-many-msis 03-ipi 04-timer 05-priorities 06-level; do
	run "$scenario" run $scenario --json -
	expect_status 0
	cp .out result.json
	expect python3 metrics.py result.json tie-free >first
	events=$(python3 -c 'import json
print(json.load(open("result.json"))["metrics"]["engine.events"]["value"])')
	expect test "$events" -lt 100000

	run "$scenario again" run $scenario --json -
	cp .out result.json
	expect python3 metrics.py result.json >second
	expect cmp -s first second

	run "$scenario with eager debt" run $scenario --json - --set engine.debt=eager
	expect_status 0
	cp .out result.json
	expect python3 metrics.py result.json >second
	expect cmp -s first second

	run "$scenario on SimGrid" run $scenario --json - --engine simgrid
	expect_status 0
	cp .out result.json
	expect python3 metrics.py result.json >second
	expect cmp -s first second
done

run "another seed" run 02-many-msis --json - --seed 2
cp .out result.json
expect python3 metrics.py result.json >second
run "the first seed" run 02-many-msis --json - --seed 1
cp .out result.json
expect python3 metrics.py result.json >first
checks=$((checks + 1))
cmp -s first second && fail "seeds 1 and 2 give the same metrics"

run "files" run 01-one-msi --json r.json --db r.db --quiet
expect_status 0
expect_silent
expect test -s r.json
expect test -s r.db

run "table" run 01-one-msi
expect_status 0
expect_output "irq.delivered"

summary
