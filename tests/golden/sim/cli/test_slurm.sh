#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Sweeps beyond one machine: a job array in a real Slurm of one node, started here in a folder of its
# own, and GNU parallel with its job log. Both must give the metrics of one plain sweep.
. tests/golden/sim/cli/cli.sh

metrics() {
	sqlite3 "$1" "SELECT key, name, value FROM runs JOIN metrics ON run = id ORDER BY 1, 2"
}

same_metrics() {
	checks=$((checks + 1))
	[ "$(metrics "$1" | sha256sum)" = "$(metrics "$2" | sha256sum)" ] ||
		fail "$name: $1 and $2 differ"
}

cat >s.yaml <<'EOS'
study:
  base: 02-many-msis
  replications: 6
  set: {run.duration: 200 us, run.warmup: 0 us}
  axes: [{name: vcpus, set: vms.0.vcpus, values: [1, 2]}]
  metrics: [irq.delivered]
EOS
run "plain sweep" sweep s.yaml --db plain.db
expect_status 0

# --- GNU parallel: a shard a job, a line a job in the log ---

if command -v parallel >/dev/null; then
	name="parallel"
	parallel --will-cite --joblog job.log -j 2 \
		"'$GICSIM' sweep s.yaml --shard {}/3 --db part{}.db --jobs 1 >/dev/null" ::: 1 2 3 \
		>/dev/null 2>&1
	expect [ "$(awk 'NR > 1 && $7 == 0' job.log | wc -l)" = 3 ]
	run "merge of parallel's parts" merge parallel.db part1.db part2.db part3.db
	expect_status 0
	same_metrics parallel.db plain.db
fi

# --- without a controller: one line ---

mkdir none
printf '#!/bin/sh\nexit 1\n' >none/sbatch
chmod +x none/sbatch
PATH=$PWD/none:$PATH run "no controller" sweep s.yaml --slurm --db none.db
expect_status 1
expect_error "gicsim sweep: --slurm: sbatch failed: is Slurm installed and its controller up?"
printf '#!/bin/sh\necho "sbatch: error: no" >&2\nexit 1\n' >none/sbatch
PATH=$PWD/none:$PATH run "refused" sweep s.yaml --slurm --db none.db
expect_status 1
expect_error "gicsim sweep: --slurm: sbatch failed: sbatch: error: no"
run "slurm and shard" sweep s.yaml --slurm --shard 1/2
expect_status 2

# --- Slurm ---

if ! command -v slurmctld >/dev/null || ! command -v munged >/dev/null || [ "$(id -u)" != 0 ]; then
	echo "no Slurm, or not root: the rest is left out"
	summary
	exit
fi

port=$((20000 + RANDOM % 20000))
D=$folder/slurm
mkdir -p "$D/state" "$D/spool" "$D/munge"
chmod 755 "$folder" "$D"
# A munge daemon of our own: its key, socket and files stand in the folder.
dd if=/dev/urandom of="$D/munge/key" bs=128 count=1 2>/dev/null
chown -R munge "$D/munge" 2>/dev/null
chmod 755 "$D/munge"
chmod 600 "$D/munge/key"
su -s /bin/sh munge -c "munged --key-file=$D/munge/key --socket=$D/munge/socket \
	--pid-file=$D/munge/pid --log-file=$D/munge/log --seed-file=$D/munge/seed"
cat >"$D/slurm.conf" <<EOS
ClusterName=t
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort=$port
SlurmdPort=$((port + 1))
AuthType=auth/munge
AuthInfo=socket=$D/munge/socket
CredType=cred/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$D/state
SlurmdSpoolDir=$D/spool
SlurmctldPidFile=$D/ctld.pid
SlurmdPidFile=$D/d.pid
SlurmctldLogFile=$D/ctld.log
SlurmdLogFile=$D/d.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SwitchType=switch/none
MpiDefault=none
SchedulerParameters=sched_interval=1,batch_sched_delay=0,sched_min_interval=0
NodeName=localhost NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=p Nodes=ALL Default=YES MaxTime=INFINITE State=UP
EOS
export SLURM_CONF=$D/slurm.conf
stop() {
	for f in d.pid ctld.pid munge/pid; do
		[ -s "$D/$f" ] && kill "$(cat "$D/$f")" 2>/dev/null
	done
	for _ in $(seq 50); do
		[ -e "$D/d.pid" ] || [ -e "$D/ctld.pid" ] || [ -e "$D/munge/pid" ] || break
		sleep 0.1
	done
	rm -rf "$folder"
}
trap stop EXIT
slurmctld >/dev/null 2>&1
slurmd -N localhost >/dev/null 2>&1
name="Slurm comes up"
deadline=$((SECONDS + 60))
until [ "$(sinfo -h -o %t 2>/dev/null)" = idle ] || [ $SECONDS -gt $deadline ]; do
	sleep 0.1
done
checks=$((checks + 1))
if [ "$(sinfo -h -o %t 2>/dev/null)" != idle ]; then
	fail "$name: $(tail -n 2 "$D/ctld.log" "$D/d.log" 2>&1)"
	summary
	exit
fi

run "through Slurm" sweep s.yaml --slurm --tasks 3 --jobs 1 --db slurm.db
expect_status 0
expect_output "12 of 12 runs finished, 0 failed"
expect grep -q "has 3 tasks" .err
same_metrics slurm.db plain.db
name="the parts"
expect [ "$(find slurm.db.slurm -name 'part-*.db' | wc -l)" = 3 ]
expect [ -s slurm.db.slurm/merge.log ]

summary
