#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Pages of studies are made from templates: means with intervals, differences paired by seed, tables,
# claims that are looked at. Results are overwritten with numbers made here.
. tests/golden/sim/cli/cli.sh

cp "$root/docs/studies/pages.py" .
cat >s.yaml <<'EOS'
study:
  base: 01-one-msi
  replications: 3
  axes:
    - {name: vcpus, set: vms.0.vcpus, values: [1, 2]}
    - name: entry
      cases:
        fast: {costs.host-irq-entry.cost: 60 ns}
        slow: {costs.host-irq-entry.cost: 100 ns}
  metrics: [irq.latency.mean]
  sensitivity:
    {metric: irq.latency.mean, compare: {entry: [fast, slow]}, where: {vcpus: 1}, replications: 2}
EOS
run "sweep" sweep s.yaml --db s.db
expect_status 0
run "sensitivity" sweep s.yaml --sensitivity --db v.db
expect_status 0
cp .out answer
# Point p has 1000 (p + 1) + 10 r p in replication r: the half-width of point p is t(0.975, 2) 10 p /
# sqrt(3) = 24.841377 p, that of the difference of two points which lie d apart 24.841377 d.
sqlite3 s.db "UPDATE metrics SET value = (SELECT 1000 * (p.point + 1) + 10 * p.replication * p.point FROM
	plan p JOIN runs r USING(key) WHERE r.id = metrics.run) WHERE name = 'irq.latency.mean'"
cat >s.md.in <<'EOS'
{{!
def mean(vcpus, entry):
    return of("irq.latency.mean", vcpus=vcpus, entry=entry)

claim("more vCPUs take longer", mean(2, "fast").mean > mean(1, "fast").mean)
claim("more vCPUs take less", mean(2, "fast").mean < mean(1, "fast").mean)
}}
# A study of {{runs()}} runs

A paragraph in lines
of its own, {{difference("irq.latency.mean", dict(entry="fast"), dict(entry="slow"), vcpus=2).text("ns")}} apart.

{{table(["vCPUs", "fast", "slow"], [1, 2], lambda vcpus, entry: mean(vcpus, entry).text())}}

{{answer()}}
EOS
cat >expected <<'EOS'
<!-- `make studies` makes this page from s.md.in -->
# A study of 12 runs

A paragraph in lines of its own, 1020 +- 25 ns apart.

| vCPUs | fast | slow |
|---|---|---|
| 1 | 1 us | 2.020 +- 0.025 us |
| 2 | 3.040 +- 0.050 us | 4.060 +- 0.075 us |

EOS
name="page"
python3 pages.py s s.db v.db answer 2>.err
status=$?
expect_status 0
expect_error "s: no longer true: more vCPUs take less"
head -n "$(wc -l <expected)" s.md >beginning
expect cmp beginning expected
expect grep -q '^\* irq.latency.mean is lower with entry = fast than with entry = slow, by 40 +- 0 ns' s.md
echo '{{of("irq.latency.mean", vcpus=1).mean}}' >s.md.in
name="two points"
python3 pages.py s s.db v.db answer 2>.err
status=$?
expect_status 1
expect grep -q "s: 2 points are {'vcpus': 1}" .err

summary
