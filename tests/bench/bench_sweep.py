#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What $GICSIM sweep costs beside the simulation, how well it uses two processors, and how long a
report of 10000 runs takes.

The simulation itself is what the database says as wall time of each run. Processor time is used for
the overhead, so that other work on the machine does not count. With one job one process computes at any
time, so one processor is used; efficiency is its time over twice that of two jobs, the shortest of a few
rounds each, and needs a machine of its own.
"""
import os
import resource
import sqlite3
import subprocess
import tempfile
import time

GICSIM = os.path.realpath(os.environ.get("GICSIM", "./gicsim"))
RUNS = int(os.environ.get("BENCH_SWEEP_RUNS", "1000"))
ROUNDS = 3
REPORTED = 10000
STUDY = f"""study:
  base: 02-many-msis
  replications: {RUNS}
  set: {{run.duration: 1 ms, run.warmup: 0 us}}
  metrics: [irq.latency.mean, irq.latency.p99, cpu.hyp]
"""
REPORT = f"""study:
  base: 02-many-msis
  replications: 10
  set: {{run.duration: 100 us, run.warmup: 0 us}}
  axes:
    - {{name: work, set: vms.0.workloads.0.queue_depth, values: {list(range(1, 1001))}}}
  metrics: [irq.latency.mean, irq.latency.p99, cpu.hyp]
  plots:
    - {{name: p99, x: work, y: irq.latency.p99}}
"""


def run(*args):
    """Seconds that passed, and seconds of processor time."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run([GICSIM, *args], check=True, stdout=subprocess.DEVNULL)
    after, end = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    return end - start, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def row(what, value, unit, wanted=""):
    print(f"  {what:<58}{value:>10} {unit:<12}{wanted}")


def fill(path):
    """All runs of the plan, as copies of the one that is there."""
    db = sqlite3.connect(path)
    db.execute("PRAGMA synchronous=OFF")
    columns = [c[1] for c in db.execute("PRAGMA table_info(runs)")][2:]
    db.execute(f"INSERT INTO runs SELECT NULL, p.key, {', '.join('r.' + c for c in columns)} "
               "FROM plan p, runs r WHERE r.id = 1 AND p.key <> r.key")
    for table in ("parameters", "assumptions", "metrics", "distributions", "series"):
        columns = [c[1] for c in db.execute(f"PRAGMA table_info({table})")][1:]
        db.execute(f"INSERT INTO {table} SELECT r.id, {', '.join('t.' + c for c in columns)} "
                   f"FROM runs r, {table} t WHERE t.run = 1 AND r.id <> 1")
    db.commit()
    db.close()


def sweep(jobs):
    """As run(), and the seconds that the simulation itself took."""
    if os.path.exists("s.db"):
        os.unlink("s.db")
    spent = run("sweep", "s.yaml", "--jobs", str(jobs), "--db", "s.db")
    return *spent, *sqlite3.connect("s.db").execute("SELECT sum(wall_s) FROM runs").fetchone()


def main():
    os.environ.setdefault("GICSIM_CONFIGS", os.path.abspath("configs"))
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        with open("s.yaml", "w", encoding="ascii") as f:
            f.write(STUDY)
        with open("r.yaml", "w", encoding="ascii") as f:
            f.write(REPORT)
        print(f"Sweep of {RUNS} short runs")
        rounds = [sweep(jobs) for _ in range(ROUNDS) for jobs in (1, 2)]
        one, cpu, inside = min(rounds[0::2])
        two, _, _ = min(rounds[1::2])
        row("the simulation itself, a run", f"{inside / RUNS * 1e3:.2f}", "ms")
        row("processor time of the sweep beside it, a run",
            f"{max(0, cpu - inside) / RUNS * 1e3:.2f}", "ms", "(wanted: 5)")
        row("time of the sweep beside it, a run, one job", f"{(one - inside) / RUNS * 1e3:.2f}",
            "ms", "(wanted: 5)")
        row("one job / two jobs", f"{one:.1f} / {two:.1f}", "s")
        row("efficiency of two jobs", f"{one / two / 2 * 100:.0f}", "%", "(wanted: 90)")
        run("sweep", "r.yaml", "--run", "1", "--db", "r.db")
        fill("r.db")
        spent, _ = run("report", "r.db", "--out", "r.html")
        row(f"report of {REPORTED} runs at 1000 points", f"{spent:.1f}", "s", "(wanted: 10)")


main()
