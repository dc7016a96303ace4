#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Random small scenarios through the whole program.

Every one is drawn from the schema that gicsim prints, so a policy value that is added there is
tried here: hosts of one to eight sockets with one to four ITSs, with GICv2, GICv3, 4.0
and 4.1, GICv2 guests, both EOImodes, every preset and policy, pinned,
spread and free vCPUs with and without overcommit, several VMs, all workloads with odd parameters.

What must hold of each run:
  * it ends, with status 0: no crash, no hang, no identity violated (status 1 says which);
  * eager payment of costs, where it is tie-free: the same metrics to the last digit;
  * the SimGrid engine, where it is tie-free: the same metrics to the last digit.

usage: random_scenarios.py GICSIM FIRST_SEED COUNT
A failure prints its seed and leaves its scenario at a path that is printed.
"""
import json
import os
import re
import random
import subprocess
import sys
import tempfile

TIMEOUT = 120  # s; a run takes less than one
SIMGRID_EVENTS = 300000  # the reference engine takes longer: only runs of at most that many


def flow(value):
    """JSON is YAML, but for strings of more than one line, which there are none of."""
    return json.dumps(value)


class Draw:
    def __init__(self, seed, schema):
        self.r = random.Random(seed)
        self.schema = schema

    def one(self, *choices):
        return self.r.choice(choices)

    def chance(self, p):
        return self.r.random() < p

    def time(self, *choices):
        return self.dist(self.one(*choices)) if self.chance(0.4) else self.one(*choices)

    def dist(self, mean):
        if mean.startswith("0"):
            return mean
        return self.one({"exponential": mean}, {"uniform": ["0 s", mean]},
                        {"lognormal": {"median": mean, "shape": 0.5}},
                        {"normal": {"mean": mean, "sd": "10 ns"}})

    def hypervisor(self, presets):
        """A preset, and on top some policies."""
        h = {"preset": self.r.choice(presets)}
        keys = self.schema["properties"]["hypervisor"]["properties"]
        for key, row in sorted(keys.items()):
            if "enum" in row and key != "injection" and self.chance(0.35):
                h[key] = self.r.choice([v for v in row["enum"] if isinstance(v, str)])
        if h.get("order") == "sort-on-overflow-6.19" or "order" not in h:
            h["lr_overflow"] = "eoicount"
        if self.chance(0.3):
            h["halt_poll_max"] = self.one("0 s", "1 ps", "3 us", "200 us", "1 ms")
        if self.chance(0.3):
            h["halt_poll_start"] = self.one("0 s", "1 ps", "50 us")
        if self.chance(0.3):
            h["halt_poll_grow"] = self.one(1, 2, 64)
            h["halt_poll_shrink"] = self.one(0, 1, 2, 64)
        if self.chance(0.3):
            h["ap_list_shards"] = self.one(1, 2, 3, 512)
            h["translation_cache_per_vcpu"] = self.one(1, 2, 16)
        return h

    def host(self):
        sockets = self.one(1, 1, 1, 2, 2, 8)
        host = {"sockets": sockets, "clusters": self.one(1, 1, 2, 3),
                "pes": self.one(1, 1, 2, 4), "gic": {}, "its": {}, "sched": {}}
        host["gic"] = {"its": self.one(1, 1, 2, 4), "list_registers": self.one(2, 2, 4, 4, 16),
                       "priority_bits": self.r.randint(4, 8),
                       "vpriority_bits": self.r.randint(5, 7), "tdir": self.chance(0.7),
                       "spis": self.one(32, 64, 960)}
        if self.chance(0.5):
            host["gic"].update(self.gicv4())
        if self.chance(0.4):
            host["its"] = {"cache_devices": self.one(0, 1, 64), "cache_events": self.one(0, 1, 9),
                           "cache_collections": self.one(0, 1, 256)}
        if self.chance(0.6):
            host["sched"] = {"timeslice": self.one("1 us", "10 us", "100 us", "3 ms"),
                             "wakeup_preemption": self.chance(0.7),
                             "wakeup_granularity": self.one("0 s", "1 us", "1 ms"),
                             "tick": self.one("0 s", "0 s", "50 us", "1 ms")}
        return host

    def gicv4(self):
        return {"version": self.one("v4.0", "v4.1", "v4.1"),
                "vpeid_bits": self.one(1, 3, 16, 16, 16), "direct_lpi": self.chance(0.5),
                "its_list": self.chance(0.3), "vpt_scan": self.chance(0.7),
                "vsgi": self.chance(0.7), "individual_doorbells": self.chance(0.5),
                "common_lpi_aff": self.one("all", "aff3", "aff3.2", "aff3.2.1"),
                "svpet": self.one("none", "none", "aff3", "aff3.2", "aff3.2.1")}

    def injection(self, host):
        """What the host can do."""
        return {"v4.0": self.one("software", "gicv4", "gicv4"),
                "v4.1": self.one("software", "gicv4", "gicv4.1", "gicv4.1")}.get(
                    host["gic"].get("version"), "software")

    def nvme(self):
        return {"type": "nvme", "drives": self.one(1, 1, 2, 5),
                "queue_depth": self.one(1, 1, 2, 4, 32, 1024), "channels": self.one(1, 2, 64),
                "block": self.one("1 B", "64 B", "4 KiB", "1 MiB"),
                "service": self.time("0 s", "1 ps", "10 us", "80 us"),
                "submit": self.time("0 s", "1 us"), "complete": self.time("0 s", "1 us"),
                "think": self.time("0 s", "5 us"), "count": self.one(0, 0, 1, 7)}

    def nic(self):
        return {"type": "nic", "queues": self.one(0, 0, 1, 3, 17),
                "rate": self.one("1 /s", "20 k/s", "200 k/s", "10 M/s"),
                "arrivals": self.one("poisson", "periodic"), "burst": self.one(1, 1, 4, 64),
                "size": self.one("1 B", "1500 B", "64 KiB"),
                "moderation": self.one("0 s", "0 s", "1 ps", "10 us", "1 s"),
                "work": self.time("0 s", "100 ns", "1 us"), "ring": self.one(1, 2, 64, 1024),
                "busy": self.one("0 s", "0 s", "5 us"), "poll": self.chance(0.6),
                "count": self.one(0, 0, 1, 5)}

    def ipi(self):
        return {"type": "ipi", "senders": self.one(1, 1, 2, 512),
                "target": self.one("next", "random", "all"),
                "receivers": self.one("spin", "wait"), "interval": self.time("0 s", "2 us", "10 us"),
                "work": self.time("0 s", "200 ns", "3 us"), "wait": self.chance(0.5),
                "count": self.one(0, 0, 1, 5)}

    def timer(self):
        return {"type": "timer", "period": self.one("1 us", "7 us", "50 us", "1 ms"),
                "work": self.time("0 s", "2 us", "20 us"), "busy": self.one("0 s", "0 s", "3 us"),
                "priority": self.one(0, 8, 160, 248)}

    def platform(self):
        return {"type": "platform", "interval": self.time("1 us", "10 us", "100 us"),
                "work": self.time("0 s", "1 us", "20 us"), "batch": self.one(0, 1, 3),
                "readback": self.chance(0.6), "vcpu": self.one(0, 1, 511)}

    def idle(self):
        return {"type": "idle", "load": self.one("0 %", "0.001 %", "50 %", "99.999 %", "100 %"),
                "slice": self.one("1 ns", "1 us", "100 us"), "lpis": self.one(0, 0, 1, 1500)}

    def spinlock(self):
        return {"type": "spinlock", "hold": self.time("0 s", "1 us", "50 us"),
                "between": self.time("0 s", "1 us", "30 us")}

    def tasks(self, number):
        """Some workloads; of an SGI and of the timer one has the handler."""
        workloads, handlers = [], set()
        while len(workloads) < number:
            w = self.one(self.nvme, self.nic, self.ipi, self.timer, self.platform, self.idle,
                         self.spinlock)()
            needs = {"ipi": "SGI", "timer": "timer", "idle": "timer"}.get(w["type"])
            if needs not in handlers:
                workloads.append(w)
            if needs:
                handlers.add(needs)
        return workloads

    def vm(self, number, pes):
        workloads = self.tasks(self.one(1, 1, 1, 2, 3))
        for i, w in enumerate(workloads):
            w["name"] = "%s%d" % (w["type"], i)
        vm = {"name": "vm%d" % number, "count": self.one(1, 1, 1, 2, 3),
              "vcpus": self.one(1, 1, 2, 3, 4, 8), "pin": self.one("none", "spread", "first"),
              "irqs": self.one(64, 256, 992), "workloads": workloads}
        if self.chance(0.03):
            vm.update(vcpus=512, count=1)
        if vm["pin"] == "first":
            vm["pin_first"] = self.r.randrange(pes)
            vm["pin_stride"] = self.one(0, 1, 1, 3)
        vm["forward"] = self.one("all", "all", "even", "none")
        if self.chance(0.1) and all(w["type"] in ("ipi", "timer") for w in workloads):
            vm["its"] = False
        return vm

    @staticmethod
    def few_vectors(vm):
        """So that host and guest have an SPI for each."""
        vm.update(irqs=992, count=min(vm["count"], 2), vcpus=min(vm["vcpus"], 8), forward="all")
        limits = {"nvme": ("drives", 2), "nic": ("queues", 3), "idle": ("lpis", 1)}
        for w in vm["workloads"]:
            key, most = limits.get(w["type"], (None, 0))
            if key:
                w[key] = min(w[key], most)

    def gicv2(self, scenario):
        """Some guests without an ITS: GICv2 on GICv2, GICv2 on GICv3, GICv3 with SPIs only."""
        host, gic = scenario["host"], scenario["host"]["gic"]
        gic["spis"] = 960
        if self.chance(0.6):
            host.update(sockets=1, clusters=1, pes=self.one(1, 2, 4, 8))
            for key in [k for k in gic if k not in ("its", "list_registers", "priority_bits",
                                                    "spis", "tdir")]:
                del gic[key]
            gic.update(version="v2", gicv=self.chance(0.6))
            scenario["hypervisor"]["injection"] = "software"
        pes = host["sockets"] * host["clusters"] * host["pes"]
        for vm in scenario["vms"]:
            self.few_vectors(vm)
            if "pin_first" in vm:
                vm["pin_first"] %= pes
            vm["eoimode"] = self.one(0, 1, 1)
            if gic.get("version") != "v2":
                vm.update(self.one({"gic": "v2"}, {"its": False}, {}))

    def scenario(self, presets):
        host = self.host()
        pes = host["sockets"] * host["clusters"] * host["pes"]
        vms = [self.vm(i, pes) for i in range(self.one(1, 1, 2, 3))]
        large = any(vm["vcpus"] == 512 for vm in vms)
        run = {"duration": self.one("1 ps", "20 us") if large else
               self.one("1 ps", "20 us", "150 us", "300 us", "1 ms", "3 ms"),
               "warmup": "0 s" if large else self.one("0 s", "0 s", "1 ps", "60 us", "500 us"),
               "start_spread": self.one("0 s", "1 ps", "10 us", "10 us"),
               "seed": self.r.randrange(1 << 32)}
        hypervisor = self.hypervisor(presets)
        hypervisor["injection"] = self.injection(host)
        if hypervisor.get("vpe_shortage") != "software":
            host["gic"]["vpeid_bits"] = 16
        scenario = {"run": run, "costs": self.one("altra", "altra-noise", "altra-noise"),
                    "host": host, "hypervisor": hypervisor, "vms": vms}
        if self.chance(0.2):
            self.gicv2(scenario)
        return scenario


class Program:
    def __init__(self, path):
        self.path = path
        self.schema = json.loads(self.out("show", "--schema"))
        presets = self.out("list", "presets").split("\n\n")[0].splitlines()
        self.presets = [line.split()[0] for line in presets if not line.startswith(" ")]

    def out(self, *args):
        return subprocess.run([self.path, *args], check=True, capture_output=True,
                              text=True).stdout

    def run(self, scenario, *args):
        """Exit status, metrics, what it said."""
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as f:
            f.write(flow(scenario))
            f.flush()
            try:
                p = subprocess.run([self.path, "run", f.name, "--json", "-", "--quiet", *args],
                                   capture_output=True, text=True, timeout=TIMEOUT)
            except subprocess.TimeoutExpired:
                return "does not end", None, ""
        if p.returncode:
            return p.returncode, None, p.stderr
        return 0, json.loads(p.stdout)["metrics"], p.stderr


def leave_out(scenario, path):
    """The key, unless it is not there or others rely on it: then the preset."""
    node, steps = scenario, path.split(".")
    for step in steps[:-1]:
        node = node[int(step)] if isinstance(node, list) else node.get(step, {})
    if steps[-1] in node and steps[-1] not in ("type", "version"):
        del node[steps[-1]]
    else:
        del scenario["hypervisor"]["preset"]


def draw(program, seed):
    """A scenario that its preset can run: what a kernel lacks is left out again."""
    scenario = Draw(seed, program.schema).scenario(program.presets)
    status, metrics, said = program.run(scenario)
    while status == 2 and " lacks '" in said:
        leave_out(scenario, re.search(r": ([\w.]+): preset ", said).group(1))
        status, metrics, said = program.run(scenario)
    return scenario, status, metrics, said


def difference(a, b):
    return ", ".join("%s: %s and %s" % (k, a.get(k, {}).get("value"), b.get(k, {}).get("value"))
                     for k in sorted(set(a) | set(b)) if a.get(k) != b.get(k))


# Events are what lazy payment saves.
def without_events(metrics):
    return {k: v for k, v in metrics.items() if not k.startswith("engine.events")}


class Failed(Exception):
    pass


def check(program, seed, counts):
    scenario, status, metrics, said = draw(program, seed)
    try:
        if status:
            raise Failed("status %s: %s" % (status, said.strip()))
        counts["runs"] += 1
        counts["delivered"] += metrics["irq.delivered"]["value"]
        if metrics["engine.ties"]["value"]:
            return
        counts["tie-free"] += 1
        others = [["--set", "engine.debt=eager"]]
        if metrics["engine.events"]["value"] <= SIMGRID_EVENTS:
            counts["on SimGrid"] += 1
            others.append(["--engine", "simgrid"])
        for args in others:
            status, other, said = program.run(scenario, *args)
            if status:
                raise Failed("with %s: status %s: %s" % (" ".join(args), status, said.strip()))
            if args[0] == "--set":
                if other["engine.ties"]["value"]:
                    continue
                differs = difference(without_events(metrics), without_events(other))
            else:
                differs = difference(metrics, other)
            if differs:
                raise Failed("with %s: %s" % (" ".join(args), differs[:400]))
    except Failed as failure:
        path = os.path.join(tempfile.gettempdir(), "gicsim-random-%d.yaml" % seed)
        with open(path, "w") as f:
            f.write(flow(scenario))
        print("FAILED: seed %d: %s\n    gicsim run %s" % (seed, failure, path))
        counts["failed"] += 1


def main():
    program = Program(sys.argv[1])
    first, count = int(sys.argv[2]), int(sys.argv[3])
    counts = {"runs": 0, "delivered": 0, "tie-free": 0, "on SimGrid": 0, "failed": 0}
    print("seeds %d to %d" % (first, first + count - 1), flush=True)
    for seed in range(first, first + count):
        check(program, seed, counts)
        sys.stdout.flush()
    print(", ".join("%s: %d" % item for item in counts.items()))
    print("%d%%: Checks: %d, Failures: %d, Errors: 0" %
          (100 * (count - counts["failed"]) // count, count, counts["failed"]))
    sys.exit(counts["failed"] > 0)


main()
