"""Times whole runs of `cdnotify` against what does a like job, in one go. See README.md."""

import argparse
import json
import os
import shutil
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from comparisons import Bench
from processes import WrongWork, compare
from report import machine, summary, table
from surroundings import LocalAWS, Sink

COMPARISONS = ["startup", "idle", "idle_tls", "burst", "single"]


def main():
    options = arguments()
    results = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cdnotify-bench-")))
        aws, sink = LocalAWS(), Sink(folder)
        stack.callback(aws.stop)
        stack.callback(sink.stop)
        bench = Bench(options.cdnotify.resolve(), options.aws_cli, aws, sink, folder)

        before = machine()
        print(f"{before['cores']} cores, {before['architecture']}, {before['system']}, "
              f"curl {before['curl']}, Python {before['python']}, load {before['load'][0]}")
        if before["load"][0] > before["cores"] / 2:
            print("The machine is busy: trust CPU and its ratios more than the clock.")
        if not options.aws_cli:
            print("The AWS CLI isn't installed, so its rows are left out (--aws-cli PATH names one).")
        for name in options.only or COMPARISONS:
            comparison = getattr(bench, name)()
            compare(comparison.contenders, options.runs, progress(comparison.title))
            results.append(summary(comparison))
            print(f"\n{table(results[-1])}", flush=True)
    after = os.getloadavg()[0]
    print(f"\nload at the end {after:.2f}")
    if options.json:
        document = {"machine": before, "load_at_end": after, "comparisons": results}
        options.json.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cdnotify", type=Path, help="the release build")
    parser.add_argument("-n", "--runs", type=int, default=20, help="runs of each contender (default 20)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    parser.add_argument("--only", action="append", choices=COMPARISONS)
    parser.add_argument("--aws-cli", metavar="PATH", default=aws_cli(),
                        help="default: the one beside this Python, or on PATH")
    options = parser.parse_args()
    if options.runs < 1:
        parser.error("--runs must be at least 1")
    if not os.access(options.cdnotify, os.X_OK):
        parser.error(f"{options.cdnotify} is not a program: build it with `make build`")
    return options


def aws_cli():
    # One on PATH may be a version manager's stand-in, which takes longer than the CLI itself.
    beside = Path(sys.executable).with_name("aws")
    return str(beside) if beside.exists() else shutil.which("aws")


def progress(title):
    """A line that is overwritten, at a terminal only."""
    def show(number, rounds):
        if sys.stderr.isatty():
            end = "\r" if number < rounds else "\r\033[K"
            print(f"{title}: {number}/{rounds}", end=end, file=sys.stderr, flush=True)
    return show


if __name__ == "__main__":
    try:
        main()
    except WrongWork as problem:
        sys.exit(f"not a fair comparison: {problem}")
