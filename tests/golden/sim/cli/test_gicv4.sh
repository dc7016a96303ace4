#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The scenarios of direct injection: each runs, its identities hold, and it shows what its head says,
# beside the same guests in software.
. tests/golden/sim/cli/cli.sh

cat >check.py <<'END'
import json, os, subprocess

checks = failures = 0

def check(what, ok):
    global checks, failures
    checks += 1
    if not ok:
        failures += 1
        print("FAILED:", what)

class Metrics(dict):
    def __missing__(self, key):
        return 0

def gicsim(name, *sets):
    args = [os.environ["GICSIM"], "run", name, "--json", "-"]
    for s in sets:
        args += [s] if s.startswith("--") else ["--set", s]
    return subprocess.run(args, capture_output=True, text=True)

def run(name, *sets, ms=2):
    """Metrics of a shipped scenario, for so many milliseconds."""
    what = " ".join((name,) + sets)
    done = gicsim(name, f"run.duration={ms} ms", "run.warmup=1 ms", *sets)
    check(f"{what}: status {done.returncode}: {done.stderr[:200]}", done.returncode == 0)
    if done.returncode:
        return Metrics()
    m = Metrics((k, v["value"]) for k, v in json.loads(done.stdout)["metrics"].items())
    check(f"{what}: nothing is delivered", m["irq.delivered"] > 0)
    check(f"{what}: UNPREDICTABLE accesses",
          not any(v for k, v in m.items() if k.startswith("hw.unpredictable")))
    return m

def software(name, *sets, ms=2):
    m = run(name, "hypervisor.injection=software", *sets, ms=ms)
    check(name + " in software", not (m["vlpi.direct"] + m["vlpi.stored"] + m["doorbell.rung"]))
    return m

# Storage: no exit where there was one an interrupt.
s, m = run("nvme-software"), run("nvme-gicv4")
check("an exit an interrupt", s["exit.total"] > 0.8 * s["irq.delivered"])
check("CPU time of the host", s["cpu.hyp.percent"] + s["cpu.host.percent"] > 20)
check("no exit", m["exit.total"] == 0 and m["cpu.hyp"] == 0)
check("direct latency", m["irq.latency.mean"] < s["irq.latency.mean"] / 3)
check("all direct", m["vlpi.direct"] > 0.99 * m["irq.raised"] and m["doorbell.rung"] == 0)
m = software("nvme-gicv4")
check("software on GICv4 is software", m["irq.delivered"] == s["irq.delivered"] and
      m["irq.latency.mean"] == s["irq.latency.mean"])

m = run("nvme-gicv41")
check("doorbells", m["doorbell.fired"] == m["doorbell.wake"] + m["doorbell.late"])
check("a doorbell for most", m["doorbell.wake"] > 0.5 * m["irq.delivered"])
check("nobody is kicked", m["exit.IRQ"] == 0)
check("faster than software", m["irq.latency.mean"] < s["irq.latency.mean"])

# On GICv4.0 masking a doorbell takes commands, unless there is DirectLPI.
s = run("nvme-gicv4", "hypervisor.wfi_trap=always")
check("proxy device", s["its.0.cmd.INV"] > 0 and s["lock.host_proxy.wait"] > 0)
m = run("nvme-gicv4", "hypervisor.wfi_trap=always", "host.gic.direct_lpi=true")
check("DirectLPI", m["its.0.cmd.INV"] == 0 and m["irq.delivered"] > 3 * s["irq.delivered"])

# Mixed VMs, and VMs that find no vPEIDs left.
m = run("nvme-gicv4", "vms.*.forward=even")
check("mixed", m["vlpi.direct"] + m["vlpi.stored"] > 200 and m["msi.fast"] > 200)
m = run("nvme-gicv4", "host.gic.vpeid_bits=3", "hypervisor.vpe_shortage=software")
check("vPEIDs for one VM", m["vlpi.direct"] > 500 and m["msi.fast"] > 500)

# SGIs: the receiver is left alone.
m, s = run("ipi-vsgi"), run("ipi-vsgi", "hypervisor.injection=gicv4")
check("only senders exit", m["exit.total"] == m["exit.SYS64"] and m["kick.sent"] == 0)
check("vSGIs", m["vlpi.direct"] >= m["irq.delivered"] > 100)
check("SGIs in software", s["exit.IRQ"] > 0.8 * s["irq.delivered"] and s["kick.sent"] > 0)
check("slower SGIs", s["irq.latency.mean"] > 2 * m["irq.latency.mean"])
m = run("ipi-vsgi", "vms.0.workloads.0.receivers=wait", "hypervisor.wfi_trap=always",
        "hypervisor.halt_poll=none")
check("vSGIs ring doorbells", m["doorbell.wake"] > 0)

s = run("overcommit-doorbell", ms=8)
check("doorbells wake", s["doorbell.wake"] > 0.5 * s["irq.delivered"])
check("most wait in tables", s["vlpi.stored"] > s["vlpi.direct"])
m = run("overcommit-doorbell", "hypervisor.doorbell_window=20 us", ms=8)
check("doorbell window", m["doorbell.wake"] < s["doorbell.wake"])
m = run("overcommit-doorbell", "vms.*.pin=none", "hypervisor.wfi_trap=always",
        "hypervisor.halt_poll=none", "vms.batch.vcpus=2")
check("threads that wander", m["vcpu.migrations"] > 0 and m["its.0.cmd.VMOVP"] > 0)

unplug = "workload.vm.hotplug.unplug.mean"
m, s = run("cpu-hotplug-movall", ms=8), software("cpu-hotplug-movall", ms=8)
check("a VMOVI a vLPI", m["its.0.cmd.VMOVI"] >= m["workload.vm.hotplug.moves"] > 100)
check("each with VSYNC", m["its.0.cmd.VSYNC"] > 0.98 * m["its.0.cmd.VMOVI"])
check("MOVALL in software", s["its.0.cmd.VMOVI"] == 0 and s[unplug] < m[unplug] / 3)
s = run("cpu-hotplug-movall", "hypervisor.movall=one-sync", ms=8)
check("one VSYNC a MOVALL", s["its.0.cmd.VSYNC"] < 0.7 * s["its.0.cmd.VMOVI"] and
      s[unplug] < m[unplug])

# Events that the guest maps anew: in software until the MSI-X entry is written, but for the hint.
m = run("remap", ms=5)
check("DISCARD and MAPTI leave vLPIs in software", m["vlpi.direct"] + m["vlpi.stored"] <
      0.1 * m["irq.delivered"] and m["msi.fast"] + m["msi.slow"] > 20)
s = run("remap", "hypervisor.forwarding_hint=remember", ms=5)
check("the hint forwards them again", s["msi.fast"] + s["msi.slow"] < 5 and s["vlpi.direct"] > 20)
check("no storm", not m["irq.storm"] and not s["irq.storm"])
rewritten = "vms.0.workloads.0.rewrite=2"
m, s = run("remap", rewritten, ms=5), run("remap", rewritten, "hypervisor.forwarding=new", ms=5)
check("a marked LPI storms: INT, host interrupt, INT", m["irq.storm"] > 50 and
      m["its.0.cmd.INT"] > m["irq.storm"])
check("and the others go on", m["irq.delivered"] > 0.8 * s["irq.delivered"])
check("no mark, no storm", not s["irq.storm"])

# Without ties, both engines and both ways to pay costs give the same.
for name in ("02-many-msis", "03-ipi"):
    host = ("host.gic.version=v4.1", "hypervisor.injection=gicv4.1", "costs=altra-noise")
    m = run(name, *host)
    check(name + " is direct and tie-free", m["vlpi.direct"] > 20 and not m["engine.ties"])
    check(name + " on SimGrid", run(name, *host, "--engine=simgrid") == m)
    check(name + " with eager debt", run(name, *host, "engine.debt=eager") == m)

# What is lost is noticed in hardware too; what the host cannot do is refused.
done = gicsim("nvme-gicv4", "run.duration=1 ms", "engine.break=lose-interrupt")
check("a lost vLPI", done.returncode == 1 and "raised and not ended" in done.stderr)
done = gicsim("nvme-gicv4", "host.gic.vpeid_bits=3", "hypervisor.vpe_shortage=fail")
check("no vPEIDs under fail", done.returncode == 1 and "vpeid_bits" in done.stderr)
done = gicsim("nvme-software", "hypervisor.injection=gicv4")
check("v4 on v3", done.returncode == 2 and done.stderr ==
      "--set:1:22: hypervisor.injection: gicv4 needs host.gic.version v4.0 or v4.1\n")

print(f"{100 * (checks - failures) // checks}%: Checks: {checks}, Failures: {failures}, Errors: 0")
raise SystemExit(failures > 0)
END
python3 check.py
