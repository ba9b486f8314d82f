"""Times whole runs of `cdnotify` against what does a like job, in one go, or counts what they do.
See README.md."""

import argparse
import json
import os
import shutil
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import counting
import lines
import picture
from comparisons import Bench
from journeys import Journeys
from processes import WrongWork, compare
from report import machine, summary, table
from scale import Scale
from surroundings import LocalAWS, Sink

COMPARISONS = ["startup", "idle", "idle_tls", "burst", "single"]
SCALES = {"scale_idle": "idle", "burst_slow": "burst", "catching_up": "catching_up",
          "listing": "listing", "registering": "registering", "memory": "memory"}
JOURNEYS = ["role", "table", "latency"]


def main():
    options = arguments()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cdnotify-bench-")))
        aws, sink = LocalAWS(), Sink(folder)
        stack.callback(aws.stop)
        stack.callback(sink.stop)
        program = options.cdnotify.resolve()
        bench = Bench(program, options.aws_cli, aws, sink, folder)
        scale = Scale(program, folder, min(options.runs, 5), options.size)
        stack.callback(scale.stop)
        here = machine()
        print(described(here))
        if options.count:
            document = {"machine": here, "counts": counted(bench, scale)}
        else:
            document = timed(options, here, bench, scale)
    if options.json:
        options.json.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def counted(bench, scale):
    rows = counting.counts(bench, scale)
    print(counting.table(rows))
    counting.check(rows)
    return rows


def timed(options, here, bench, scale):
    """Every comparison, every figure at scale, and the table that they make."""
    if here["load"][0] > here["cores"] / 2:
        print("The machine is busy: trust CPU and its ratios more than the clock.")
    if not options.aws_cli:
        print("The AWS CLI isn't installed, so its rows are left out (--aws-cli PATH names one).")
    results, measured = [], {"binary": os.path.getsize(bench.cdnotify)}
    if lines.FOUNDATION in bench.floors:
        measured["floor_binary"] = os.path.getsize(bench.floors[lines.FOUNDATION])
    for name in options.only or COMPARISONS:
        if name in SCALES or name in JOURNEYS:
            continue
        comparison = getattr(bench, name)()
        compare(comparison.contenders, options.runs, progress(comparison.title))
        results.append(summary(comparison))
        measured[name] = {each.name: each for each in comparison.contenders}
        print(f"\n{table(results[-1])}", flush=True)
    for name in options.only or SCALES:
        if name in SCALES:
            measured["burst" if name == "burst_slow" else name] = getattr(scale, SCALES[name])()
    journeys = Journeys(bench, scale)
    for name in options.only or JOURNEYS:
        if name in JOURNEYS:
            measured[name] = getattr(journeys, name)()
    if "burst_slow" not in (options.only or SCALES):
        measured.pop("burst", None)
    rows = list(lines.rows(measured))
    after = os.getloadavg()[0]
    text = lines.markdown(rows)
    print(f"\n{text}\n\nload at the end {after:.2f}")
    if options.results:
        options.results.write_text(written(here, after, options, rows, results))
        options.results.with_suffix(".svg").write_text(picture.svg(rows, described(here)))
    return {"machine": here, "load_at_end": after, "comparisons": results, "lines": rows}


def described(here):
    cli = f", AWS CLI {here['aws_cli']}" if here.get("aws_cli") else ""
    return (f"{here['cores']} cores, {here['architecture']}, {here['system']}, curl {here['curl']}, "
            f"Python {here['python']}, boto3 {here['boto3']}{cli}, load {here['load'][0]}")


def written(here, after, options, rows, results):
    """The page that is kept beside this script."""
    runs = options.runs
    tables = "\n\n".join(f"```\n{table(each)}\n```" for each in results)
    return (f"# Results\n\nMade by `make bench`; [README.md](README.md) says how each figure is taken. "
            f"Medians of {runs} runs, alternating.\n\n{described(here)} at the start, "
            f"{after:.2f} at the end.\n\n![Figure to goal]({options.results.stem}.svg)\n\n"
            f"{lines.markdown(rows)}\n\nA line that this run didn't measure is left out.\n\n{tables}\n")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cdnotify", type=Path, help="the release build")
    parser.add_argument("-n", "--runs", type=int, default=20, help="runs of each contender (default 20)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    parser.add_argument("--results", type=Path, metavar="FILE.md",
                        help="write the table there, and a picture of it beside it")
    parser.add_argument("--count", action="store_true", help="count instead of timing")
    parser.add_argument("--size", type=float, default=1.0,
                        help="of the big stores, to try this script (default 1)")
    parser.add_argument("--only", action="append", choices=[*COMPARISONS, *SCALES, *JOURNEYS])
    parser.add_argument("--aws-cli", metavar="PATH", default=aws_cli(),
                        help="default: the one beside this Python, or on PATH")
    options = parser.parse_args()
    if options.results and options.size != 1:
        parser.error("--results are of stores in full size")
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
