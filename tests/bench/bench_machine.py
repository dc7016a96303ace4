#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Speed and memory of whole runs of $GICSIM, beside an ns-3 event (bench_ns3 of the same build).

Processor time per delivered interrupt in units of an ns-3 no-op event measured beside it, the events it
takes by cause, its growth from 16 to 4096 vCPUs, the same for vLPIs, what VMOVPs cost other events, and
resident memory a vCPU and a mapped LPI.
Set-up is taken out by the difference of two window lengths; of several runs the fastest counts.
"""
import json
import os
import resource
import subprocess
import tempfile

GICSIM = os.path.realpath(os.environ.get("GICSIM", "./gicsim"))
NS3 = os.path.join(os.path.dirname(GICSIM), "tests/bench/bench_ns3")
RUNS = int(os.environ.get("BENCH_RUNS", "3"))

LOAD = """run: {{duration: {us} us, warmup: 1 ms}}
host: {{sockets: {sockets}, clusters: {clusters}, pes: 4, gic: {{its: {sockets}{gic}}}}}
hypervisor: {{preset: linux-6.10{policies}}}
costs: altra
vms:
  - name: vm
    count: {vms}
    vcpus: {vcpus}
    pin: {pin}
    workloads:
      - {{type: nic, rate: {rate}, size: 64 B, work: 200 ns, busy: {busy}}}
"""
IDLE = """run: {{duration: {us} us}}
host: {{sockets: 4, clusters: 256, pes: 4, gic: {{its: 4, lpi_id_bits: 21}}}}
costs: altra
vms:
  - {{name: vm, count: 64, vcpus: 64, workloads: [{{type: idle, lpis: {lpis}}}]}}
"""


GICV4 = {"gic": ", version: v4.1", "policies": ", injection: gicv4.1"}
SLEEPS = {"gic": GICV4["gic"], "busy": "0 s",
          "policies": GICV4["policies"] + ", wfi_trap: always, halt_poll: none"}


def load(us, **keys):
    return LOAD.format(us=us, **{"gic": "", "policies": "", "busy": "1 ms", "pin": "spread", **keys})


def run(text):
    """The result, and the processor time it took: these machines have other work too."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as f:
        f.write(text)
        f.flush()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        out = subprocess.run([GICSIM, "run", f.name, "--quiet", "--json", "-"],
                             check=True, stdout=subprocess.PIPE, text=True).stdout
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    result = json.loads(out)
    result["cpu_s"] = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return result


def fastest(text):
    return min((run(text) for _ in range(RUNS)), key=lambda r: r["cpu_s"])


def per_interrupt(us, **keys):
    """Seconds and events by cause a delivered interrupt, set-up apart."""
    short, long = (fastest(load(n, **keys)) for n in (us // 10, us))
    get = lambda r, name: r["metrics"][name]["value"]
    n = get(long, "irq.delivered") - get(short, "irq.delivered")
    causes = {c: get(long, "engine.events" + c) / get(long, "irq.delivered")
              for c in ("", ".lock", ".unlock", ".look", ".other")}
    return (long["cpu_s"] - short["cpu_s"]) / n, causes


def ns3_event():
    """Seconds of one no-op event with 512 pending."""
    return min(float(subprocess.run([NS3], check=True, capture_output=True,
                                    text=True).stdout.split()[0]) for _ in range(RUNS)) * 1e-9


def per_event(us, **keys):
    """Seconds of an event, set-up apart, and VMOVPs a simulated second."""
    short, long = (fastest(load(n, **keys)) for n in (us // 10, us))
    get = lambda r, name: r["metrics"][name]["value"]
    events = get(long, "engine.events") - get(short, "engine.events")
    return (long["cpu_s"] - short["cpu_s"]) / events, get(long, "its.0.cmd.VMOVP") / us * 1e6


def gicv4(ns3):
    host = {"sockets": 1, "clusters": 16, "vms": 1, "vcpus": 64}
    print("GICv4.1, processor time a delivered interrupt")
    direct, causes = per_interrupt(400000, rate="20 k/s", **host, **GICV4)
    row("direct vLPI to a running vCPU", f"{direct * 1e9:.0f}", "ns")
    row("direct vLPI to a running vCPU", f"{direct / ns3:.1f}", "ns-3 events",
        "(wanted: 6, aim 3)")
    row("  events an interrupt", f"{causes['']:.1f}", "events")
    asleep, causes = per_interrupt(200000, rate="2 k/s", **host, **SLEEPS)
    row("doorbell wakes a sleeping vCPU", f"{asleep / ns3:.1f}", "ns-3 events", "(wanted: 30)")
    row("  events an interrupt", f"{causes['']:.1f}", "events")
    stays, _ = per_event(400000, rate="800 /s", **host, **SLEEPS)
    # Doorbells come to PE n, vCPU n runs on PE n + 1: a VMOVP to block and one to load.
    moves = dict(SLEEPS, policies=SLEEPS["policies"] + ", doorbell_affinity: fixed",
                 pin="first\n    pin_first: 1")
    with_moves, rate = per_event(400000, rate="800 /s", **host, **moves)
    row("VMOVPs a simulated second", f"{rate / 1000:.0f}", "k/s", "(wanted: 100)")
    row("  an event then / an event without them", f"{with_moves / stays:.2f}", "x", "(wanted: 2)")


def rss(text):
    return run(text)["max_rss_bytes"]


def row(what, value, unit, wanted=""):
    print(f"  {what:<58}{value:>10} {unit:<12}{wanted}")


def main():
    ns3 = ns3_event()
    print("Software-injected LPI, busy vCPUs, processor time a delivered interrupt")
    row("ns-3 Simulator::Schedule, no-op event, 512 pending", f"{ns3 * 1e9:.0f}", "ns")
    cost, causes = per_interrupt(200000, sockets=1, clusters=16, vms=1, vcpus=64, rate="20 k/s")
    row("64 vCPUs", f"{cost * 1e9:.0f}", "ns")
    row("64 vCPUs", f"{cost / ns3:.1f}", "ns-3 events", "(wanted: 20, aim 12)")
    names = {"": "events an interrupt", ".lock": "debt paid before a lock",
             ".unlock": "debt paid before an unlock", ".look": "debt paid before an unlocked look",
             ".other": "waits, hand-offs, hardware"}
    for cause, name in names.items():
        row(("  of which: " if cause else "") + name, f"{causes[cause]:.1f}", "events")
    few, _ = per_interrupt(10000000, sockets=1, clusters=4, vms=1, vcpus=16, rate="1 k/s")
    many, _ = per_interrupt(50000, sockets=4, clusters=256, vms=64, vcpus=64, rate="1 k/s")
    row("16 vCPUs, 1000 interrupts a second each", f"{few * 1e9:.0f}", "ns")
    row("4096 vCPUs in 64 VMs, 1000 a second each", f"{many * 1e9:.0f}", "ns")
    row("4096 vCPUs / 16 vCPUs", f"{many / few:.1f}", "x", "(wanted: 4, aim 2.5)")

    gicv4(ns3)

    print("Memory and set-up")
    one, all_vms = (rss(load(2000, sockets=1, clusters=16, vms=n, vcpus=64, rate="1 k/s"))
                    for n in (1, 64))
    row("resident a vCPU with its stack", f"{(all_vms - one) / (63 * 64) / 1024:.1f}", "KiB",
        "(wanted: 24)")
    none, full = run(IDLE.format(us=1, lpis=0)), run(IDLE.format(us=1, lpis=16384))
    row("resident a mapped LPI", f"{(full['max_rss_bytes'] - none['max_rss_bytes']) / 2**20:.0f}",
        "bytes", "(wanted: 256)")
    row("4096 vCPUs with 1048576 LPIs: set up, run, torn down", f"{full['cpu_s']:.1f}", "s",
        "(wanted: 10)")
    row("  resident", f"{full['max_rss_bytes'] / 2**20:.0f}", "MiB", "(wanted: 1024)")


main()
