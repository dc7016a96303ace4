#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The pages of the studies from what their databases hold: pages.py NAME DB SENSITIVITY-DB ANSWER

NAME.md.in beside this file becomes NAME.md: `{{ }}` holds a Python expression made of the functions
of Page and of those that the page defines in `{{! }}`. Intervals are Student's t at 95 % over
replications, as everywhere in gicsim; of differences they are paired by seed.
"""
import math
import os
import re
import sqlite3
import sys
import textwrap

HERE = os.path.dirname(os.path.abspath(__file__))
TIMES = (("s", 1e9), ("ms", 1e6), ("us", 1e3), ("ns", 1))
PLAIN = 0.001  # an interval below this part of the mean is not worth its place in a table


def t_quantile(df, level=0.95):
    """The t that Student's distribution keeps within with this probability, by Simpson's rule."""
    density = math.exp(math.lgamma((df + 1) / 2) - math.lgamma(df / 2)) / math.sqrt(df * math.pi)

    def within(t, steps=2000):
        h = t / steps
        f = [(1 + (i * h) ** 2 / df) ** (-(df + 1) / 2) for i in range(steps + 1)]
        return 2 * density * h / 3 * (f[0] + 4 * sum(f[1:-1:2]) + 2 * sum(f[2:-1:2]) + f[-1])

    low, high = 0.0, 64.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if within(middle) < level else (low, middle)
    return low


class Number:
    """A mean over replications with its interval."""

    def __init__(self, values, unit):
        self.n, self.unit = len(values), unit
        self.mean = sum(values) / self.n if values else math.nan
        self.half = math.nan
        if self.n > 1:
            variance = sum((v - self.mean) ** 2 for v in values) / (self.n - 1)
            self.half = t_quantile(self.n - 1) * math.sqrt(variance / self.n)

    def scaled(self, unit):
        """Mean, half-width and unit for people; `unit`: in this one."""
        if self.unit != "ns" or math.isnan(self.mean):
            return self.mean, self.half, "" if self.unit in ("%", "") else self.unit
        for name, ns in TIMES:
            if unit == name or (not unit and (abs(self.mean) >= ns or name == "ns")):
                return self.mean / ns, self.half / ns, name
        raise ValueError(f"no unit of time: {unit}")

    def text(self, unit=None, plain=PLAIN):
        mean, half, name = self.scaled(unit)
        if math.isnan(mean):
            return "-"
        if not half > 0:
            number = f"{mean:.4g}"
        elif half <= plain * abs(mean):
            number = figures(mean, 4)
        else:
            digits = max(0, 1 - math.floor(math.log10(half)))
            number = f"{mean:.{digits}f} +- {half:.{digits}f}"
        return f"{number} {name}".strip()

    def short(self, unit=None, digits=2):
        mean, _, name = self.scaled(unit)
        return f"{figures(mean, digits)} {name}".strip()


def figures(x, digits):
    """With so many significant digits, those before the point always."""
    if not x:
        return "0"
    places = max(0, digits - 1 - math.floor(math.log10(abs(x))))
    return f"{x:.{places}f}"


def wrap(text):
    """Paragraphs and items of lists in lines of equal length; all else as it is."""
    def lines(words, indent):
        return textwrap.fill(words, 100, subsequent_indent=indent, break_long_words=False,
                             break_on_hyphens=False)

    def block(b):
        if re.match(r"[|#!]|    ", b):
            return b
        if b.startswith("* "):
            return "\n".join(lines(" ".join(item.split()), "  ") for item in re.split(r"\n(?=\* )", b))
        return lines(" ".join(b.split()), "")
    return "\n\n".join(block(b) for b in text.rstrip("\n").split("\n\n")) + "\n"


class Page:
    def __init__(self, name, db, varied, answer):
        self.name = name
        self.db = sqlite3.connect(f"file:{db}?mode=ro", uri=True)
        self.points = {}
        for point, axis, value in self.db.execute("SELECT point, axis, value FROM points"):
            self.points.setdefault(point, {})[axis] = value
        self.db.execute("PRAGMA cache_size=-65536")
        self.varied = sqlite3.connect(f"file:{varied}?mode=ro", uri=True)
        with open(answer, encoding="utf-8") as f:
            self.lines = f.read().splitlines()

    # ---- what was measured ----

    def point(self, where):
        """The one with these settings."""
        found = [p for p, settings in self.points.items()
                 if all(settings.get(a) == str(v) for a, v in where.items())]
        if len(found) != 1:
            raise ValueError(f"{self.name}: {len(found)} points are {where}")
        return found[0]

    def values(self, metric, where):
        """By seed, and the unit."""
        if " / " in metric:
            above, below = (self.values(m, where) for m in metric.split(" / "))
            return ({s: v / below[0][s] for s, v in above[0].items() if below[0].get(s)},
                    "" if above[1] == below[1] else above[1])
        rows = self.db.execute(
            "SELECT p.seed, m.value, m.unit FROM plan p JOIN runs r USING (key) JOIN metrics m "
            "ON m.run = r.id AND m.name = ? WHERE p.point = ? AND m.value IS NOT NULL",
            (metric, self.point(where))).fetchall()
        return {seed: value for seed, value, _ in rows}, rows[0][2] if rows else ""

    def of(self, metric, **where):
        values, unit = self.values(metric, where)
        return Number(list(values.values()), unit)

    def rate(self, metric, **where):
        """A count, a second of simulated time."""
        values, _ = self.values(metric, where)
        window = self.db.execute("SELECT r.duration_s FROM runs r JOIN plan p USING (key) WHERE p.point = ? "
                                 "LIMIT 1", (self.point(where),)).fetchone()[0]
        return Number([v / window for v in values.values()], "/s")

    def difference(self, metric, first, second, **where):
        """Second minus first, paired by seed."""
        a, unit = self.values(metric, where | first)
        b, _ = self.values(metric, where | second)
        return Number([b[s] - a[s] for s in a if s in b], unit)

    def ratio(self, metric, first, second, digits=2, **where):
        """Mean of the second over that of the first."""
        a, b = (self.of(metric, **(where | w)) for w in (first, second))
        return figures(b.mean / a.mean, digits)

    def table(self, heading, rows, cell):
        """`rows`: the words on the left; cell(row, column) gives the rest."""
        lines = ["| " + " | ".join(heading) + " |", "|---" * len(heading) + "|"]
        for row in rows:
            words = [str(w) for w in (row if isinstance(row, tuple) else (row,))]
            cells = [cell(row, c) for c in heading[len(words):]]
            lines.append("| " + " | ".join(words + cells) + " |")
        return "\n".join(lines)

    def points_with(self, **where):
        """The settings of all points that have these, as dictionaries."""
        return [s for s in self.points.values() if all(s.get(a) == str(v) for a, v in where.items())]

    def claim(self, words, holds):
        """What a page says in words is looked at when its numbers are made."""
        if not holds:
            print(f"{self.name}: no longer true: {words}", file=sys.stderr)

    # ---- the study itself ----

    def runs(self):
        return self.db.execute("SELECT count(*) FROM runs").fetchone()[0]

    def minutes(self):
        begin, end = self.db.execute("SELECT min(started_unix), max(started_unix) FROM runs").fetchone()
        minutes = max(1, round((end - begin) / 60))
        return f"{minutes} minute{'s' if minutes > 1 else ''}"

    def failed(self):
        return self.db.execute("SELECT count(*) FROM failures").fetchone()[0]

    # ---- sensitivity ----

    def answer(self):
        """The sentences of `gicsim sweep --sensitivity`, as a list."""
        kept = [line for line in self.lines if re.search(r"^.* is (lower|higher) with |^The answer |"
                                                         r"^No difference |^It holds|^That holds", line)]
        if not kept:
            raise ValueError(f"{self.name}: no answer in the output of --sensitivity")
        return "\n".join(f"* {line}" for line in kept)

    def assumptions(self):
        """How many assumed costs were moved."""
        return self.varied.execute("SELECT count(DISTINCT substr(value, 1, instr(value, ' ') - 1)) FROM "
                                   "points WHERE axis = 'cost' AND value <> 'as-is'").fetchone()[0]

    def fill(self, text):
        names = {n: getattr(self, n) for n in dir(self) if not n.startswith("_")}
        names["figures"] = figures

        # What is run are our own pages.
        for code in re.findall(r"\{\{!(.*?)\}\}", text, flags=re.S):
            exec(code, names)
        text = re.sub(r"\{\{!.*?\}\}\n", "", text, flags=re.S)
        return wrap(re.sub(r"\{\{(.*?)\}\}", lambda m: str(eval(m.group(1).strip(), names)), text,
                           flags=re.S))


def main():
    name = sys.argv[1]
    page = Page(*sys.argv[1:5])
    with open(f"{HERE}/{name}.md.in", encoding="utf-8") as f:
        text = page.fill(f.read())
    with open(f"{HERE}/{name}.md", "w", encoding="utf-8") as f:
        f.write(f"<!-- `make studies` makes this page from {name}.md.in -->\n" + text)
    if page.failed():
        sys.exit(f"{name}: {page.failed()} runs failed")


if __name__ == "__main__":
    main()
