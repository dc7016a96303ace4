#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Line and branch coverage by file, as a text table, from the .gcda files of a build.

usage: coverage.py BUILD_DIR FOLDER...      (the folders of sources to show)
"""

import collections
import json
import os
import subprocess
import sys


def gcov_reports(build):
    """The JSON reports of gcov, one a source file compiled in `build`."""
    objects = []
    for folder, _, names in os.walk(build):
        objects += [os.path.join(folder, n) for n in names if n.endswith(".gcda")]
    for first in range(0, len(objects), 50):
        out = subprocess.run(
            ["gcov", "--json-format", "--branch-probabilities", "--stdout"]
            + objects[first : first + 50],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for line in out.splitlines():
            if line.startswith("{"):
                yield json.loads(line)


def collect(build):
    """By file: counts by line, and by branch (line, number), summed over all objects."""
    lines = collections.defaultdict(lambda: collections.defaultdict(int))
    branches = collections.defaultdict(lambda: collections.defaultdict(int))
    for report in gcov_reports(build):
        for source in report["files"]:
            name = os.path.normpath(source["file"])
            for line in source["lines"]:
                number = line["line_number"]
                lines[name][number] += line["count"]
                for i, branch in enumerate(line.get("branches", [])):
                    branches[name][number, i] += branch["count"]
    return lines, branches


def percent(hit, of):
    return f"{100 * hit / of:6.1f}" if of else "     -"


def main():
    build, folders = sys.argv[1], sys.argv[2:]
    lines, branches = collect(build)
    total = [0, 0, 0, 0]
    print(f"{'file':<44}{'lines':>7}{'hit %':>8}{'branches':>10}{'hit %':>8}")
    for name in sorted(lines):
        if not any(name.startswith(f + "/") for f in folders):
            continue
        row = [
            len(lines[name]),
            sum(c > 0 for c in lines[name].values()),
            len(branches[name]),
            sum(c > 0 for c in branches[name].values()),
        ]
        total = [a + b for a, b in zip(total, row)]
        print(f"{name:<44}{row[0]:>7}{percent(row[1], row[0]):>8}"
              f"{row[2]:>10}{percent(row[3], row[2]):>8}")
    print(f"{'all':<44}{total[0]:>7}{percent(total[1], total[0]):>8}"
          f"{total[2]:>10}{percent(total[3], total[2]):>8}")


if __name__ == "__main__":
    main()
