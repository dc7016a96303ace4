#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# plot and report: the numbers that pictures are drawn from, the files that come to be, and what goes
# wrong: one line, an exit status, and nothing half-written. Results are overwritten with numbers
# made here, so that the data does not depend on the simulation.
. tests/golden/sim/cli/cli.sh

# Nothing is in the folder but these files.
expect_files() {
	local folder=$1
	shift
	checks=$((checks + 1))
	[ "$(ls -A "$folder" | sort | xargs)" = "$(printf '%s\n' "$@" | sort | xargs)" ] ||
		fail "$name: $folder holds $(ls -A "$folder" | xargs)"
}

expect_one_line() {
	checks=$((checks + 1))
	[ "$(wc -l <.err)" = 1 ] || fail "$name: $(wc -l <.err) lines: $(cat .err)"
}

cat >s.yaml <<'EOS'
description: "What <lists> cost"
study:
  base: 02-many-msis
  replications: 3
  set: {run.duration: 200 us, run.warmup: 0 us}
  axes:
    - {name: vcpus, set: vms.0.vcpus, values: [1, 2, 4]}
    - name: list
      cases:
        own: {hypervisor.ap_list: per-vcpu}
        one: {hypervisor.ap_list: per-vm}
  except: [{vcpus: 1, list: own}]
  metrics: [irq.latency.mean, irq.delivered]
  plots:
    - {name: mean, title: "It's a title", x: vcpus, by: list, y: irq.latency.mean}
    - {name: field, type: heat, x: vcpus, by: list, y: irq.latency.mean / irq.delivered}
    - {name: whole, type: cdf, by: list, where: {vcpus: 4}, y: irq.latency}
    - {name: hops, type: stack, x: list, panel: vcpus}
EOS
run "sweep" sweep s.yaml --db s.db
expect_status 0

# Mean and half-width by hand: values 1000 (p + 1) + 10 r for r = 1..3 have the mean 1000 (p + 1) + 20
# and the half-width t(0.975, 2) 10 / sqrt(3) = 24.841377.
sqlite3 s.db "UPDATE metrics SET value = (SELECT 1000 * (p.point + 1) + 10 * p.replication FROM plan p
	JOIN runs r USING(key) WHERE r.id = metrics.run) WHERE name = 'irq.latency.mean';
	UPDATE metrics SET value = 10 WHERE name = 'irq.delivered';
	UPDATE metrics SET value = CASE name WHEN 'exit.time.IRQ.count' THEN 30 WHEN 'exit.time.IRQ.min' THEN 500
	WHEN 'exit.time.IRQ.max' THEN 2000 ELSE (SELECT value FROM metrics m WHERE m.run = metrics.run AND
	m.name = 'irq.latency.mean') END WHERE name LIKE 'exit.time.IRQ.m%' OR name = 'exit.time.IRQ.count';
	UPDATE metrics SET value = 0 WHERE name LIKE 'exit.time.%.count' AND name <> 'exit.time.IRQ.count'"
cat >expected <<'EOS'
# mean: irq.latency.mean (us) by vcpus
# place position "vcpus" mean low high n   (low to high: 95 %)
# own
0 1 "1" NaN NaN NaN 0
1 2 "2" 2.02 1.995158623 2.044841377 3
2 4 "4" 4.02 3.995158623 4.044841377 3


# one
0 1 "1" 1.02 0.9951586229 1.044841377 3
1 2 "2" 3.02 2.995158623 3.044841377 3
2 4 "4" 5.02 4.995158623 5.044841377 3
EOS
run "plot" plot s.db --out pictures
expect_status 0
expect_output "pictures/mean.svg pictures/mean.png"
expect cmp pictures/mean.dat expected
for p in mean field whole hops; do
	expect [ "$(head -c 8 pictures/$p.png | tail -c 7)" = "$(printf 'PNG\r\n\032\n')" ]
	expect grep -q '</svg>' pictures/$p.svg
done
expect grep -q "^title = 'It''s a title'$" pictures/mean.gp
cp s.yaml l.yaml
echo '  labels: {vcpus: width of it, irq.latency.mean: the wait}' >>l.yaml
run "labels change no run" sweep l.yaml --db s.db
expect_status 0
run "plot with labels" plot s.db --out labelled
expect grep -q "^yname = 'the wait (us)'$" labelled/mean.gp
expect grep -q "^xname = 'width of it'$" labelled/mean.gp
expect grep -q "width of it = 2" labelled/hops.gp
run "without them" sweep s.yaml --db s.db
name="a ratio"
expect grep -q '^1 2 "2" 302 299.5158623 304.4841377 3$' pictures/field.dat
name="48 levels of each distribution, then the edges of its band"
expect [ "$(grep -c '^[0-9]* 0\.[0-9]* "0\.[0-9]*" ' pictures/whole.dat)" = 92 ]
expect [ "$(grep -c '^# band$' pictures/whole.dat)" = 2 ]
name="the script beside the picture draws it again"
cp pictures/mean.svg first.svg
(cd pictures && gnuplot mean.gp) 2>.err
expect cmp pictures/mean.svg first.svg
cp -r pictures before
run "plot again" plot s.db --out pictures
expect diff -r pictures before

# --- what goes wrong ---

sed 's/y: irq.latency.mean}/y: irq.latency.meen}/' s.yaml >m.yaml
"$GICSIM" sweep m.yaml --db s.db >.out 2>.err
run "missing metric" plot s.db --out none
expect_status 2
expect_error "gicsim plot: s.db: plot mean: no run has 'irq.latency.meen'"
expect_absent none
"$GICSIM" sweep s.yaml --db s.db >.out 2>.err
PATH=$folder run "missing gnuplot" plot s.db --out none
expect_status 1
expect_error "gicsim plot: gnuplot is not installed (Debian: apt-get install gnuplot-nox)"
expect_absent none
run "a folder that cannot be made" plot s.db --out /proc/none
expect_status 2
expect_one_line
touch file
run "a file in place of the folder" plot s.db --out file
expect_status 2
expect_error "gicsim plot: cannot write into file: Not a directory"
(
	ulimit -f 10
	"$GICSIM" plot s.db --out full >.out 2>.err
	echo $? >.status
)
name="disk full"
status=$(cat .status)
expect_status 1
expect_one_line
expect_absent full
head -c 6000 /dev/urandom >junk.db
run "no database" plot junk.db
expect_status 2
expect_error "gicsim plot: junk.db: file is not a database"
head -c 20000 s.db >cut.db
run "half a database" plot cut.db
expect_status 2
expect_one_line
run "no file" plot nothing.db
expect_status 2
expect_one_line
sqlite3 s.db "BEGIN EXCLUSIVE" ".shell sleep 3" >/dev/null &
sleep 0.3
run "locked" plot s.db
expect_status 1
expect_error "gicsim plot: s.db: database is locked"
wait
expect_absent out

# --- the page ---

run "report" report s.db --out page.html
expect_status 0
expect [ "$(grep -c '<img' page.html)" = 4 ]
expect grep -q 'What &lt;lists&gt; cost' page.html
expect grep -q '<td class=n>3</td><td class=n>3020 &plusmn; 25</td>' page.html
expect grep -q 'base hypervisor.preset' page.html
name="exits: 24.841377 of 1020 are 2.44 %"
expect grep -q '<tr><td>1</td><td>one</td><td class=n>3</td><td class=n>IRQ</td>' page.html
expect grep -q '1.02us ( &plusmn; 2.44% )' page.html
expect grep -q '<td class=n>0.50us</td><td class=n>2.00us</td>' page.html
name="the warm-up"
expect grep -q 'MSER-5 on the course of irq.latency would drop' page.html
name="the page needs nothing from outside"
expect [ "$(grep -cE '(src|href)="?(http|/|\.)|<script|<link' page.html)" = 0 ]
run "one result" run 02-many-msis --set run.duration='2 ms' --json r.json --quiet
run "report of a result" report r.json
expect_status 0
expect [ "$(cat .out)" = out/r.html ]
expect [ "$(grep -c '<img' out/r.html)" = 2 ]
expect grep -q 'VM-EXIT' out/r.html
cp page.html before.html
PATH=$folder run "report without gnuplot" report s.db --out page.html
expect_status 1
expect cmp page.html before.html
run "report onto a full disk" report s.db --out /dev/full
expect_status 1
expect_one_line
echo '{"a": 1}' >other.json
run "no result" report other.json --out none.html
expect_status 2
expect_one_line
expect_absent none.html

# --- two results: intervals come from within the runs ---

run "other result" run 02-many-msis --set run.duration='2 ms' --set costs.lock.cost='60 ns' \
	--json slow.json --quiet
run "compare results" compare r.json slow.json
expect_status 0
expect_output "+ base costs.lock.cost: 60 ns"
expect grep -Eq 'irq.latency.mean \(ns\) .* 1  +[0-9.]+ \+- [0-9.]+  +[0-9.]+ \+- [0-9.]+' .out
expect grep -Eq 'irq.latency.p50 \(ns\) .*\[[0-9.]+, [0-9.]+\]' .out

# Numbers by hand. Slices of the window alternate by fives: the twenty batches' means are 9 and 11, so
# the half-width is t(0.975, 19) sqrt(20 / 19) / sqrt(20) = 0.480; of a difference it is that times the
# root of 2. Of 10000 values the median lies between the levels 0.4901 and 0.5099: those kept next to
# them outwards are 0.48 and 0.52.
hand_made() {
	python3 - "$1" <<'EOS'
import json, sys
shift = float(sys.argv[1])
levels = json.load(open("r.json"))["distributions"]["irq.latency"]["quantiles"]
print(json.dumps({"schema": "gicsim.result/1", "scenario": "hand", "seed": 1,
    "parameters": {"run.duration": "1 s"}, "assumptions": {"shares": {}, "entries": {}},
    "distributions": {"irq.latency": {"unit": "ns", "count": 10000,
        "quantiles": [[l, 1000 * l] for l, _ in levels]}},
    "series": {"irq.latency": {"unit": "ns", "slice_ns": 1,
        "slices": [[1, shift + (9 if i // 5 % 2 else 11)] for i in range(100)]}},
    "metrics": {"irq.latency.mean": {"value": 10 + shift, "unit": "ns"},
        "irq.latency.p50": {"value": 500, "unit": "ns"}}}))
EOS
}
hand_made 0 >x.json
hand_made 1 >y.json
run "intervals of single runs" compare x.json y.json
expect_status 0
expect grep -Eq 'irq.latency.mean \(ns\) +more  +1  +10.00 \+- 0.48  +11.00 \+- 0.48  +1.00 \+- 0.68$' .out
expect grep -Eq 'irq.latency.p50 \(ns\) +same  +1  +500 \[480, 520\]  +500 \[480, 520\]  +0 \[-28, 28\]$' .out

# --- plots that cannot be ---

bad() {
	sed "$2" s.yaml >t.yaml
	run "$1" sweep t.yaml --db no.db
	expect_status 2
	expect_error "$3"
	expect_absent no.db
}
bad "an axis without a place" 's/by: list, y: irq.latency.mean}/y: irq.latency.mean}/' \
	"t.yaml:15:7: plots: the axis 'list' is neither x, by nor panel; hold it with where: {list: VALUE}"
bad "unknown type" 's/type: heat/type: head/' \
	"t.yaml:16:27: type: unknown value 'head'; nearest valid value 'heat' of line, cdf, heat, stack"
bad "a stack of two axes" 's/x: list, panel: vcpus}/x: list, by: vcpus}/' \
	"t.yaml:18:7: a stack has hops in its bars: leave by out, or make it panel"
bad "unknown axis" 's/x: vcpus, by: list, y: irq.latency.mean}/x: vcpu, by: list, y: irq.latency.mean}/' \
	"t.yaml:15:46: x: there is no axis 'vcpu'; nearest valid axis 'vcpus'"

summary
