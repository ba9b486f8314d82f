"""The table of what is to be reached: each line's figure, where it stands, and how it is taken."""

from dataclasses import dataclass
from typing import Callable

import floors
from report import ratio

MEBI = 1024  # of the kilobytes that the kernel counts in


@dataclass
class Line:
    title: str
    reach: float
    unit: str
    # From what was measured; raises KeyError where that wasn't.
    figure: Callable[[dict], float]
    # Ratios of others to us are to grow.
    more_is_better: bool = False
    # The same by CPU time, which a busy machine disturbs less.
    by_cpu: Callable[[dict], float] | None = None
    # The same of a program that does nothing but start, with what we are built on.
    floor: Callable[[dict], float] | None = None

    def take(self, measured):
        """The figure, `None` where it wasn't taken, and whether it is reached."""
        try:
            value = self.figure(measured)
        except KeyError:
            return None, None
        # A figure that rounds to what is asked for reaches it.
        shown = float(f"{value:.2g}") if value < 10 else round(value)
        return value, shown >= self.reach if self.more_is_better else shown <= self.reach


def against(title, reach, comparison, one, other, more_is_better=False, floor=None):
    """How many times as long as `other` the contender `one` takes, round by round. `floor` are two
    that are compared in the same way."""
    def by(clock, one, other):
        def figure(measured):
            contenders = measured[comparison]
            return ratio(contenders[one], contenders[other], clock)["median"]
        return figure
    return Line(title, reach, "×", by("wall", one, other), more_is_better, by("cpu", one, other),
                by("wall", *floor) if floor else None)


def much_against_little(title, reach, *keys):
    return Line(title, reach, "×", of(*keys, "wall"), by_cpu=of(*keys, "cpu"))


def of(name, *keys, per=1):
    def figure(measured):
        value = measured[name]
        for key in keys:
            value = value[key]
        return value / per
    return figure


FOUNDATION = floors.NAMES["foundation"]
CURL, POLL = "curl --aws-sigv4", "cdnotify poll, 1 application"
LINES = [
    against("idle poll / bare curl, no TLS", 1.3, "idle", POLL, CURL, floor=(floors.POLL, CURL)),
    against("idle poll / bare curl, TLS", 0.8, "idle_tls", POLL, CURL),
    against("boto3 / idle poll", 25, "idle", "boto3 and sqlite3", POLL, True,
            floor=("boto3 and sqlite3", floors.POLL)),
    against("AWS CLI / idle poll", 40, "idle", "aws deploy list-deployments", POLL, True,
            floor=("aws deploy list-deployments", floors.POLL)),
    against("--version / curl --version", 1.0, "startup", "cdnotify --version", "curl --version",
            floor=(FOUNDATION, "curl --version")),
    Line("peak memory of an idle poll", 22, "MiB", of("memory", per=MEBI),
         floor=lambda measured: measured["idle"][floors.POLL].peak_kilobytes / MEBI),
    Line("the binary, stripped", 30, "MB", of("binary", per=1e6), floor=of("floor_binary", per=1e6)),
    much_against_little("idle poll, 10,000 registrations / 1", 1.3, "scale_idle", "registrations"),
    much_against_little("idle poll, 1,000,000 sent / none", 1.1, "scale_idle", "sent"),
    Line("requests of an idle poll with a role", 1, "", of("role")),
    Line("DynamoDB requests of an idle poll, 300 registrations", 2, "", of("table")),
    Line("3,000 notifications at 50 ms, wall / ideal", 1.3, "×", of("burst", "wall_to_ideal")),
    Line("CPU for each notification of a burst", 0.4, "ms", of("burst", "cpu_each", per=1e-3)),
    Line("20,000 to catch up: requests / needed", 1.02, "×", of("catching_up", "requests")),
    Line("20,000 to catch up: peak memory", 40, "MiB", of("catching_up", "peak_kilobytes", per=MEBI)),
    Line("history --json of 300,000", 4, "s", of("listing", "history", "wall")),
    Line("history --json of 300,000: peak memory", 40, "MiB",
         of("listing", "history", "peak_kilobytes", per=MEBI)),
    Line("export of 300,000", 4, "s", of("listing", "export", "wall")),
    Line("import of 300,000", 6, "s", of("listing", "import", "wall")),
    Line("import of 300,000: peak memory", 40, "MiB",
         of("listing", "import", "peak_kilobytes", per=MEBI)),
    much_against_little("history --deployment, among 300,000 / among 10", 1.3, "listing", "named"),
    Line("register --file of 10,000", 0.8, "s", of("registering", "wall")),
    Line("from a deployment's end to the webhook, polls every 2 s: median", 1.2, "s",
         of("latency", "median")),
    Line("the same: worst", 2.5, "s", of("latency", "worst")),
]


def rows(measured):
    """Title, figure, reach, unit and whether it is met, for each line that was measured."""
    for line in LINES:
        value, is_met = line.take(measured)
        if value is not None:
            cpu = line.by_cpu(measured) if line.by_cpu else None
            try:
                floor = line.floor(measured) if line.floor else None
            except KeyError:
                floor = None
            yield {"title": line.title, "figure": value, "reach": line.reach, "unit": line.unit,
                   "more_is_better": line.more_is_better, "met": is_met,
                   "by_cpu": cpu, "floor": floor}


def number(value):
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def markdown(rows):
    lines = ["| figure | measured | by CPU | floor | reach | |", "|---|--:|--:|--:|--:|---|"]
    for row in rows:
        sign = "≥ " if row["more_is_better"] else ""
        cpu = f"{number(row['by_cpu'])} ×" if row["by_cpu"] else ""
        floor = f"{number(row['floor'])} {row['unit']}" if row["floor"] else ""
        lines.append(f"| {row['title']} | {number(row['figure'])} {row['unit']} | {cpu} | {floor} "
                     f"| {sign}{number(row['reach'])} {row['unit']} | {'met' if row['met'] else 'not met'} |")
    return "\n".join(lines)
