#!/usr/bin/env python3
"""Brings about what no test prints: produce.py CDNOTIFY OUT [SCENE…].

Runs the scenes of contrib/said/scenes, or those named, and writes all that cdnotify prints to OUT
(- for the terminal), where said.py looks for the sentences of docs/troubleshooting.md. A scene is a
module there; each of its functions whose name begins with `scene_` gets a Scene of its own. Modules
run beside each other, with servers of their own: most of them wait.
"""

import concurrent.futures
import importlib
import io
import os
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from scene import Scene  # noqa: E402

AT_ONCE = 4


def main(program, out, *names):
    if os.geteuid() != 0:
        print("Some scenes mount disks or run as others, which needs root.", file=sys.stderr)
    names = names or sorted(path.stem for path in (HERE / "scenes").glob("[a-z]*.py"))
    program = str(pathlib.Path(program).resolve())
    with (sys.stdout if out == "-" else open(out, "a")) as file, \
            concurrent.futures.ProcessPoolExecutor(AT_ONCE) as pool:
        for said in pool.map(played, [program] * len(names), names):
            file.write(said)


def played(program, name):
    """What the commands of a module's scenes print. The servers end with this process."""
    out = io.StringIO()
    module = importlib.import_module(f"scenes.{name}")
    for play in [value for key, value in vars(module).items() if key.startswith("scene_")]:
        with Scene(program, out) as scene:
            play(scene)
    return out.getvalue()


if __name__ == "__main__":
    main(*sys.argv[1:])
