#!/usr/bin/env python3
"""Brings about what no test prints: produce.py CDNOTIFY OUT [SCENE…].

Runs the scenes of contrib/said/scenes, or those named, and writes all that cdnotify prints to OUT
(- for the terminal), where said.py looks for the sentences of docs/troubleshooting.md. A scene is a
module there; each of its functions whose name begins with `scene_` gets a Scene of its own.
"""

import importlib
import os
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from scene import Scene  # noqa: E402


def main(program, out, *names):
    if os.geteuid() != 0:
        print("Some scenes mount disks or run as others, which needs root.", file=sys.stderr)
    names = names or sorted(path.stem for path in (HERE / "scenes").glob("[a-z]*.py"))
    with (sys.stdout if out == "-" else open(out, "a")) as file:
        for name in names:
            module = importlib.import_module(f"scenes.{name}")
            for play in [value for key, value in vars(module).items() if key.startswith("scene_")]:
                with Scene(str(pathlib.Path(program).resolve()), file) as scene:
                    play(scene)
    Scene.end()


if __name__ == "__main__":
    main(*sys.argv[1:])
