#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Studies: the runs they have, what a database holds after a sweep, going on after kill -9, shards
# and merge, comparing two studies, runs that fail, and what is refused.
. tests/golden/sim/cli/cli.sh

# What must repeat exactly: every metric of every run.
metrics() {
	sqlite3 "$1" "SELECT key, name, value FROM runs JOIN metrics ON run = id ORDER BY 1, 2"
}

rows() {
	sqlite3 -cmd '.timeout 5000' "$1" "SELECT count(*) FROM $2"
}

same_metrics() {
	checks=$((checks + 1))
	[ "$(metrics "$1" | sha256sum)" = "$(metrics "$2" | sha256sum)" ] ||
		fail "$name: $1 and $2 differ"
}

expect_rows() {
	checks=$((checks + 1))
	[ "$(rows "$1" "$2")" = "$3" ] || fail "$name: $2 has $(rows "$1" "$2") rows, not $3"
}

expect_error_has() {
	checks=$((checks + 1))
	grep -qF -- "$1" .err || fail "$name: '$1' not in '$(head -5 .err)'"
}

cat >s.yaml <<'EOF'
study:
  base: 02-many-msis
  replications: 3
  set: {run.duration: 1 ms}
  axes:
    - {name: vcpus, set: vms.0.vcpus, values: [1, 2, 4], quick: [1]}
    - name: list
      cases:
        own: {hypervisor.ap_list: per-vcpu}
        one: {hypervisor.ap_list: per-vm}
  except: [{vcpus: 1, list: one}]
  metrics: [irq.delivered, irq.latency.mean]
EOF

# --- the runs: five points, all of them before the second replication ---

run "list" sweep s.yaml --list
expect_status 0
expect [ "$(wc -l <.out)" = 15 ]
expect [ "$(sed -n 1p .out)" = "1 vcpus=1 list=own seed=1" ]
expect [ "$(sed -n 5p .out)" = "5 vcpus=4 list=one seed=1" ]
expect [ "$(sed -n 6p .out)" = "6 vcpus=1 list=own seed=2" ]
expect_absent out
run "list, quick" sweep s.yaml --list --quick
expect [ "$(wc -l <.out)" = 3 ]
run "list of a shard" sweep s.yaml --list --shard 2/2
expect [ "$(wc -l <.out)" = 7 ]
expect [ "$(sed -n 1p .out)" = "2 vcpus=2 list=own seed=1" ]

# --- a whole sweep ---

run "sweep" sweep s.yaml --db whole.db --jobs 2
expect_status 0
expect_output "15 of 15 runs finished, 0 failed"
expect_rows whole.db runs 15
expect_rows whole.db points 10
run "the default database" sweep s.yaml --quick
expect_status 0
expect_rows out/s-quick.db runs 3
run "again, with nothing left to run" sweep s.yaml --db whole.db
expect_status 0
expect [ "$(sqlite3 whole.db "SELECT count(*), max(id) FROM runs")" = "15|15" ]

# Mean and half-width of the table: t(0.975, 2) = 4.302653 over the square root of 3.
expected=$(sqlite3 whole.db "SELECT printf('%.0f +- %.0f', avg(value), 4.302653 / sqrt(3) *
	sqrt((sum(value * value) - 3 * avg(value) * avg(value)) / 2))
	FROM metrics JOIN runs ON id = run
	WHERE name = 'irq.latency.mean' AND key LIKE 'vcpus=4 list=own %'")
run "table" sweep s.yaml --db whole.db
expect_output "$expected"

# A run of a sweep is the run of its scenario with these settings.
run "one run" run 02-many-msis --set run.duration='1 ms' --set vms.0.vcpus=4 \
	--set hypervisor.ap_list=per-vm --seed 2 --quiet --db one.db
sqlite3 one.db "SELECT name, value FROM metrics ORDER BY 1" >one
sqlite3 whole.db "SELECT name, value FROM metrics JOIN runs ON id = run
	WHERE key = 'vcpus=4 list=one seed=2' ORDER BY 1" >sweep
expect cmp one sweep
run "--run" sweep s.yaml --run 10
expect_status 0
expect_output "irq.delivered"
expect_output "seed 2"
run "--run into the database" sweep s.yaml --run 10 --db single.db
expect_status 0
expect_rows single.db runs 1

# --- shards ---

run "shard 1" sweep s.yaml --shard 1/2 --db a.db
run "shard 2" sweep s.yaml --shard 2/2 --db b.db
expect_rows a.db runs 8
expect_rows b.db runs 7
run "merge" merge all.db a.db b.db
expect_status 0
expect_output "15 of 15 runs finished, 0 failed"
same_metrics all.db whole.db
run "merge again" merge all.db a.db b.db
expect_status 0
expect_rows all.db runs 15

# --- kill -9 loses what is in flight, no more ---

sed 's/1 ms/20 ms/; s/replications: 3/replications: 2/' s.yaml >long.yaml
run "uninterrupted" sweep long.yaml --db straight.db
for attempt in 1 2; do
	name="killed, attempt $attempt"
	"$GICSIM" sweep long.yaml --db killed.db --jobs 2 >/dev/null 2>&1 &
	pid=$!
	while kill -0 $pid 2>/dev/null &&
		[ "$(rows killed.db runs 2>/dev/null || echo 0)" -lt $((2 * attempt)) ]; do
		sleep 0.02
	done
	kill -9 $pid
	wait $pid 2>/dev/null
done
before=$(rows killed.db runs)
expect [ "$before" -ge 4 ]
expect [ "$before" -lt 10 ]
run "resumed" sweep long.yaml --db killed.db
expect_status 0
expect_output "10 of 10 runs finished, 0 failed"
same_metrics killed.db straight.db

# --- a worker that dies takes its run with it, and another takes its place ---

name="a worker is killed"
sed 's/1 ms/100 ms/; s/replications: 3/replications: 1/' s.yaml >longer.yaml
"$GICSIM" sweep longer.yaml --db worker.db --jobs 1 >.out 2>.err &
pid=$!
worker='' child=''
while kill -0 $pid 2>/dev/null && [ -z "$child" ]; do
	read -r worker _ <"/proc/$pid/task/$pid/children"
	[ -z "$worker" ] || read -r child _ <"/proc/$worker/task/$worker/children"
done
kill -9 "$worker"
wait $pid
status=$?
expect_status 1
expect_error_has "failed: killed by signal 9"
expect_output "4 of 5 runs finished, 1 failed"
run "the run that was lost with the worker" sweep longer.yaml --db worker.db
expect_status 0
expect_output "5 of 5 runs finished, 0 failed"

# --- comparing: the difference is paired by seed, t(0.975, 2) = 4.302653 over the root of 3 ---

sed 's/run.duration: 1 ms/run.duration: 1 ms, costs.lock.cost: 60 ns/' s.yaml >slow.yaml
run "slower locks" sweep slow.yaml --db slow.db
expected=$(sqlite3 whole.db "ATTACH 'slow.db' AS s; WITH d AS (SELECT b.value - a.value AS v
	FROM runs r JOIN metrics a ON a.run = r.id JOIN s.runs q USING (key)
	JOIN s.metrics b ON b.run = q.id AND b.name = a.name
	WHERE a.name = 'irq.latency.mean' AND key LIKE 'vcpus=4 list=own %')
	SELECT printf('%.0f +- %.0f', avg(v), 4.302653 / sqrt(3) *
	sqrt((sum(v * v) - 3 * avg(v) * avg(v)) / 2)) FROM d")
run "compare" compare whole.db slow.db
expect_status 0
expect_output "- base costs.lock.cost: 15 ns"
expect_output "+ base costs.lock.cost: 60 ns"
expect grep -q "vcpus=4 list=own  *irq.latency.mean (ns)  *more  *3 .* $expected\$" .out
run "compare with itself" compare whole.db all.db
expect_status 0
expect_output "Both are the same study."
expect [ "$(grep -c ' same  ' .out)" = 10 ]

# --- runs that fail ---

cat >f.yaml <<'EOF'
study:
  base: 02-many-msis
  replications: 2
  set: {run.duration: 1 ms}
  axes: [{name: break, set: engine.break, values: [nothing, pe-time]}]
  metrics: [irq.delivered]
EOF
run "failing" sweep f.yaml --db f.db
expect_status 1
expect_error_has "run 2 (break=pe-time seed=1) failed: identity violated"
expect_error_has "again with: gicsim sweep 'f.yaml' --run 2"
expect_output "2 of 4 runs finished, 2 failed"
expect_rows f.db runs 2
expect [ "$(sqlite3 f.db "SELECT command FROM failures ORDER BY key DESC LIMIT 1")" = \
	"gicsim sweep 'f.yaml' --run 4" ]
run "the replay command" sweep f.yaml --run 4
expect_status 1
expect_error_has "identity violated"

# --- the stop rule: a point is replicated until its interval is narrow enough ---

cat >stop.yaml <<'EOF'
study:
  base: 02-many-msis
  replications: 3
  set: {run.duration: 1 ms}
  axes: [{name: vcpus, set: vms.0.vcpus, values: [1, 4]}]
  stop: {metric: irq.latency.mean, within: 2 %, replications: 12}
  metrics: [irq.latency.mean]
EOF
# Half-width over mean of a point's first n replications: Student's t for n = 2..12.
relative() {
	sqlite3 stop.db "WITH t(n, t) AS (VALUES(2,12.706205),(3,4.302653),(4,3.182446),
		(5,2.776445),(6,2.570582),(7,2.446912),(8,2.364624),(9,2.306004),(10,2.262157),
		(11,2.228139),(12,2.200985)), v AS (SELECT m.value AS v FROM plan p
		JOIN runs r USING(key) JOIN metrics m ON m.run = r.id AND m.name = 'irq.latency.mean'
		WHERE p.point = $1 AND p.replication <= $2), s AS (SELECT avg(v) AS mean,
		(sum(v * v) - count(*) * avg(v) * avg(v)) / (count(*) - 1) / count(*) AS w FROM v)
		SELECT t.t * sqrt(s.w) / s.mean FROM s, t WHERE t.n = $2"
}
run "stop rule" sweep stop.yaml --db stop.db --jobs 2
expect_status 0
for point in 0 1; do
	n=$(sqlite3 stop.db "SELECT count(*) FROM plan JOIN runs USING(key) WHERE point = $point")
	name="stop rule, point $point after $n replications"
	expect [ "$n" -ge 3 ]
	[ "$n" = 12 ] || expect [ "$(awk "BEGIN { print ($(relative $point "$n") <= 0.02) }")" = 1 ]
	[ "$n" = 3 ] ||
		expect [ "$(awk "BEGIN { print ($(relative $point $((n - 1))) > 0.02) }")" = 1 ]
done
before=$(rows stop.db runs)
expect [ "$before" -lt 24 ]
run "stop rule, one job" sweep stop.yaml --db stop1.db --jobs 1
same_metrics stop.db stop1.db
run "stop rule, again" sweep stop.yaml --db stop.db
expect_rows stop.db runs "$before"

# Under --quick it is the rule of `quick` that holds, if there is one.
cat >>stop.yaml <<'EOF'
  quick: {replications: 2, stop: {metric: irq.latency.mean, within: 50 %, replications: 4}}
EOF
run "stop rule, quick" sweep stop.yaml --quick --list
expect [ "$(wc -l <.out)" = 8 ]
run "stop rule, quick" sweep stop.yaml --quick --db quick.db
expect_status 0
expect_rows quick.db runs 4
sed 's/, stop: {.*}}/}/' stop.yaml >plain.yaml
run "no stop rule, quick" sweep plain.yaml --quick --list
expect [ "$(wc -l <.out)" = 4 ]
sed 's/within: 50 %/within: 50 s/' stop.yaml >bad.yaml
run "bad stop rule for --quick" sweep bad.yaml --list
expect_status 2
expect_error_has "bad.yaml:8:"

# --- sensitivity: the difference is that of the two settings, paired by seed ---

cat >sens.yaml <<'EOF'
study:
  base: 01-one-msi
  replications: 2
  axes:
    - {name: vcpus, set: vms.0.vcpus, values: [1, 2]}
    - name: entry
      cases:
        fast: {costs.host-irq-entry.cost: 60 ns}
        slow: {costs.host-irq-entry.cost: 100 ns}
  sensitivity:
    {metric: irq.latency.mean, compare: {entry: [fast, slow]}, where: {vcpus: 1}, replications: 2}
EOF
run "sensitivity" sweep sens.yaml --sensitivity --db sens.db
expect_status 0
name="only costs that the runs use are moved, and only assumed ones"
used=$(sqlite3 sens.db "SELECT DISTINCT substr(value, 1, instr(value, ' ') - 1)
	FROM points WHERE axis = 'cost' AND value <> 'as-is'")
expect grep -qx host-irq-entry <<<"$used"
expect [ "$(grep -cE 'sort-compare|ipi-remote' <<<"$used")" = 0 ]
# 40 ns apart, whatever else is moved; and equal when the entry itself is, since that comes last.
expect_output "irq.latency.mean is lower with entry = fast than with entry = slow, by 40 +- 0 ns (n = 2"
expect_output "No difference is shown any more at host-irq-entry = "
expect [ "$(grep -c 'No difference is shown' .out)" -le 2 ]
run "the question at all settings" sweep sens.yaml --db question.db
expect_status 0
expect_output "irq.latency.mean (ns): entry fast against slow"
expect_output "Of 2 settings it is lower with fast in 2, with slow in 0; no difference is shown in 0."
run "plot of a sensitivity" plot sens.db --out tornado
expect_status 0
expect grep -q 'host-irq-entry: 30 ns to 150 ns' tornado/sens-sensitivity.dat
# Who polls saves leaving the idle state, 1 us, less what polling takes, 100 ns; its entries are made to
# take 500 ns more. So 400 ns are left, and nothing at an idle-exit of 600 ns.
cat >flip.yaml <<'EOF'
study:
  base: 01-one-msi
  replications: 2
  axes:
    - name: wait
      cases:
        polling: {hypervisor.halt_poll: always, costs.guest-entry.cost: 643 ns}
        asleep: {hypervisor.halt_poll: none}
  sensitivity: {metric: irq.latency.mean, compare: {wait: [polling, asleep]}, replications: 2}
EOF
run "an answer that flips" sweep flip.yaml --sensitivity --db flip.db
expect_status 0
expect_output "irq.latency.mean is lower with wait = polling than with wait = asleep, by 400 +- 0 ns"
expect_output "The answer flips if idle-exit < 600 ns (assumed: 1 us; "
run "no sensitivity" sweep s.yaml --sensitivity
expect_status 2

# --- what is refused ---

sed 's/replications: 3/replications: 4/; s/1 ms/2 ms/; s/irq.delivered/irq.raised/' s.yaml >c.yaml
run "changed study" sweep c.yaml --db whole.db
expect_status 2
expect_error_has "whole.db was made by another study"
expect_error_has "- replications: 3"
expect_error_has "+ replications: 4"
expect_error_has "- base run.duration: 1 ms"
expect [ "$(grep -c '^[-+] ' .err)" = 4 ]
expect_rows whole.db runs 15
run "merge of two studies" merge mixed.db a.db f.db
expect_status 2
expect_error_has "f.db: the database belongs to another study"
expect_absent mixed.db
run "compare with a run that no point of the study is" compare whole.db one.db
expect_status 2
expect_error "gicsim compare: whole.db and one.db have no point in common, or no metrics were chosen"
run "nothing in common" compare whole.db f.db
expect_status 2
expect_error "gicsim compare: whole.db and f.db have no point in common, or no metrics were chosen"
run "too many runs" sweep s.yaml --db no.db --max-runs 14
expect_status 2
expect_error_has "15 runs are more than --max-runs 14 allows"
expect_absent no.db

# bad NAME SED-SCRIPT LINE: the changed study is refused with this line.
bad() {
	sed "$2" s.yaml >t.yaml
	run "$1" sweep t.yaml --db no.db
	expect_status 2
	expect_error "$3"
	expect_silent
	expect_absent no.db
}
bad "unknown key" 's/replications/replication/' \
	"t.yaml:3:3: unknown key 'replication' in study; nearest valid key 'replications'"
bad "missing base" 's/02-many-msis/02-many-msi/' "t.yaml:2:9: unknown name '02-many-msi' in \
configs/scenarios; nearest valid name '02-many-msis'"
bad "unknown parameter" 's/vms.0.vcpus/vms.0.vcpu/' \
	"t.yaml:6:32: unknown key 'vcpu' in vms.0; nearest valid key 'vcpus'"
bad "value out of range" 's/\[1, 2, 4\]/[1, 2, 513]/' \
	"t.yaml:6:54: vms.0.vcpus: '513' is out of range; range 1 to 512"
bad "unknown label" 's/quick: \[1\]/quick: [3]/' \
	"t.yaml:6:66: vcpus: the axis has no value '3'; nearest valid value '1'"
bad "unknown axis" 's/vcpus: 1, list/vcpu: 1, list/' \
	"t.yaml:11:13: except: there is no axis 'vcpu'; nearest valid axis 'vcpus'"
bad "no replications" 's/replications: 3/replications: 0/' \
	"t.yaml:3:17: replications: '0' is out of range; range 1 to 4294967295"

sed 's/irq.latency.mean/irq.latency.meen/' s.yaml >t.yaml
run "misspelt metric" sweep t.yaml --db whole.db
expect_status 2
expect_error "t.yaml:12:28: no run has the metric 'irq.latency.meen'; nearest metric \
'irq.latency.mean'"

# --- databases that cannot be used: one line, exit status 2 ---

head -c 5000 /dev/urandom >junk.db
run "not a database" sweep s.yaml --db junk.db
expect_status 2
expect_error "gicsim sweep: cannot write results to junk.db: file is not a database"
"$GICSIM" sweep s.yaml --db damaged.db >.out 2>.err
sqlite3 damaged.db "UPDATE study SET text = replace(text, 'pes', 'pez')"
run "damaged" sweep s.yaml --db damaged.db
expect_status 2
expect_error "gicsim sweep: damaged.db: the database is damaged"
run "no such folder" sweep s.yaml --db nowhere/x.db
expect_status 2
expect_error "gicsim sweep: cannot write results to nowhere/x.db: unable to open database file"
run "a folder that cannot be written" sweep s.yaml --db /proc/x.db
expect_status 2
expect_error "gicsim sweep: cannot write results to /proc/x.db: unable to open database file"
mkdir folder.db
run "a folder in place of the database" sweep s.yaml --db folder.db
expect_status 2
expect_error "gicsim sweep: cannot write results to folder.db: unable to open database file"
cp whole.db held.db
sqlite3 held.db "BEGIN EXCLUSIVE" ".shell sleep 6" >/dev/null &
sleep 0.3
run "locked by another process" sweep s.yaml --db held.db
expect_status 2
expect_error "gicsim sweep: cannot write results to held.db: database is locked"
wait
(
	ulimit -f 200
	"$GICSIM" sweep s.yaml --db full.db >.out 2>.err
	echo $? >.status
)
name="disk full"
status=$(cat .status)
expect_status 1
expect grep -q "gicsim sweep: cannot write results to full.db" .err
expect [ "$(sqlite3 full.db 'PRAGMA integrity_check')" = ok ]

summary
