"""Counts what a run does instead of timing it, so that a noisy machine can tell two builds apart.

Page faults come from the kernel's accounts. System calls, fsyncs, threads and writes come from
strace, instructions from perf, where they are installed and allowed.
"""

import re
import shutil
import subprocess
import tempfile

from processes import WrongWork, run_once

FSYNCS = ("fsync", "fdatasync", "sync_file_range", "msync")
THREADS = ("clone", "clone3")
WRITES = ("write", "writev", "pwrite64", "pwritev")


def count(contender):
    """The counts of one run each, since a tracer disturbs what the other one counts."""
    run = run_once(contender)
    return {"page_faults": run["faults"], **system_calls(contender), **instructions(contender)}


def system_calls(contender):
    if not shutil.which("strace"):
        return {}
    with tempfile.NamedTemporaryFile("r") as file:
        contender.before()
        command = ["strace", "-f", "-qq", "-c", "-U", "name,calls", "-o", file.name]
        ended = subprocess.run(
            command + contender.command, env=contender.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if ended.returncode != 0:
            raise WrongWork(f"{contender.name} ended with {ended.returncode}: {ended.stderr}")
        calls = {name: int(number) for name, number in re.findall(r"^(\w+)\s+(\d+)$", file.read(), re.M)}
    calls.pop("total", None)

    def sum_of(names):
        return sum(calls.get(each, 0) for each in names)

    return {"system_calls": sum(calls.values()), "fsyncs": sum_of(FSYNCS),
            "threads": 1 + sum_of(THREADS), "writes": sum_of(WRITES)}


def instructions(contender):
    if not shutil.which("perf"):
        return {}
    contender.before()
    ended = subprocess.run(
        ["perf", "stat", "-x", ",", "-e", "instructions:u", *contender.command],
        env=contender.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True)
    found = re.search(r"^(\d+),.*instructions", ended.stderr, re.M)
    return {"instructions": int(found.group(1))} if found else {}


def counts(bench, scale):
    """The counts of each contender; requests are of the server that it talked to."""
    rows = []
    for each in bench.startup().contenders + bench.idle().contenders:
        rows.append({"name": each.name, **count(each)})
    for build, name in ((lambda: scale.one, "idle poll"),):
        store = build()

        def forget():
            scale.control()

        contender = scale.command(name, "poll", store=store)
        contender.before = forget
        row = {"name": f"cdnotify: {name}", **count(contender)}
        forget()
        run_once(contender.__class__(name, contender.command, contender.environment))
        row["requests"] = sum(scale.control()["counts"].values())
        rows.append(row)
    rows.append(burst_counts(scale))
    return rows


def burst_counts(scale, size=200):
    """A burst, whose transactions are the fsyncs of the write-ahead log."""
    store = scale.folder / "counted.db"

    def before():
        for old in scale.folder.glob(f"{store.name}*"):
            old.unlink()
        shutil.copy(scale.one, store)
        scale.control(deployments=size, applications=["app-000"], latency=0.05)

    contender = scale.command("burst", "poll", "--concurrency", "64", store=store)
    contender.before = before
    row = {"name": f"cdnotify: {size} notifications at 50 ms", **count(contender)}
    before()
    run_once(contender.__class__("burst", contender.command, contender.environment))
    told = scale.control(deployments=0, latency=0)
    row["requests"] = sum(told["counts"].values())
    row["webhooks"] = len(told["receipts"])
    row["fsyncs_each"] = round(row.get("fsyncs", 0) / size, 3)
    return row


# What must be so on every machine: a build that needs more is refused.
EXACT = {
    "cdnotify: idle poll": {"requests": 1, "fsyncs": 0},
    # Two pages and eight batches, and one question for the account's id.
    "cdnotify: 200 notifications at 50 ms": {"requests": 11, "webhooks": 200},
}


def check(rows):
    """Raises where a count that is exact isn't what it has to be."""
    by_name = {row["name"]: row for row in rows}
    for name, figures in EXACT.items():
        for figure, expected in figures.items():
            found = by_name[name].get(figure, expected)
            if found != expected:
                raise WrongWork(f"{name}: {figure} {found} instead of {expected}")


def table(rows):
    keys = ["page_faults", "system_calls", "writes", "fsyncs", "threads", "instructions", "requests"]
    lines = [["", *(key.replace("_", " ") for key in keys)]]
    lines += [[row["name"], *(str(row.get(key, "–")) for key in keys)] for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join("  ".join(
        cell.ljust(width) if column == 0 else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(line, widths))) for line in lines)
