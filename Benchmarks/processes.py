"""Runs whole processes and takes what the kernel accounts for them."""

import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field, replace
from typing import Callable


@dataclass
class Contender:
    """One command of a comparison."""

    name: str
    command: list
    environment: dict
    before: Callable[[], None] = lambda: None  # not timed
    # Not timed; sees the run, notes more figures in it, and raises when it did other work than it
    # should have.
    after: Callable[[dict], None] = lambda run: None
    runs: list = field(default_factory=list)
    peak_kilobytes: int = 0


class WrongWork(Exception):
    """A contender didn't do the work that is being compared."""


def run_once(contender):
    """Seconds from the start of the process until it is reaped, of the clock and of the CPU."""
    contender.before()
    quiet = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
    ]
    started_at, begun = time.time(), time.perf_counter()
    pid = os.posix_spawn(contender.command[0], contender.command, contender.environment, file_actions=quiet)
    _, status, usage = os.wait4(pid, 0)
    run = {
        "wall": time.perf_counter() - begun,
        "cpu": usage.ru_utime + usage.ru_stime,
        "started_at": started_at,
        "faults": usage.ru_minflt + usage.ru_majflt,
        "peak_kilobytes": usage.ru_maxrss,
    }
    code = os.waitstatus_to_exitcode(status)
    if code != 0:
        raise WrongWork(f"{contender.name} ended with {code}")
    contender.after(run)
    return run


def compare(contenders, rounds, progress):
    """Runs them in turn (A B C A B C …), so that a machine that speeds up or slows down meanwhile
    does it to all. The first round warms the caches and isn't counted."""
    for number in range(rounds + 1):
        progress(number, rounds)
        for contender in contenders:
            run = run_once(contender)
            if number > 0:
                contender.runs.append(run)
    for contender in contenders:
        contender.peak_kilobytes = peak_memory(contender)


# The kernel begins a child's peak with the memory of the process that it was forked from, so the
# parent is one that has next to none.
SMALL_PARENT = """
import os, sys
child = os.fork()
if child == 0:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.execve(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(child, 0)
print(usage.ru_maxrss)
sys.exit(status != 0)
"""


def of_small_parent(contender):
    """The same run, of which the kernel counts no other process's memory."""
    return replace(contender, command=[
        sys.executable, "-I", "-S", "-c", SMALL_PARENT, *contender.command])


def peak_memory(contender, runs=3):
    """The median peak of resident memory, in kB, of runs that aren't timed."""
    peaks = []
    for _ in range(runs):
        contender.before()
        answer = subprocess.run(
            of_small_parent(contender).command, env=contender.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True)
        peaks.append(int(answer.stdout))
    return statistics.median(peaks)


def spread(values):
    """Median, least and most."""
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def ratio(contender, yardstick, figure="wall"):
    """How many times as long as the yardstick, round by round."""
    return spread([mine[figure] / its[figure] for mine, its in zip(contender.runs, yardstick.runs)])
