"""Programs that do nothing but start: what the parts that we are built on cost by themselves."""

import shutil
import subprocess
from pathlib import Path

SOURCES = Path(__file__).with_name("floors")
NAMES = {"libcurl": "Swift and libcurl, doing nothing",
         "foundation": "Swift, Foundation and libcurl, doing nothing"}


def built(folder):
    """The programs by the names of their contenders, linked as the release build is; none without
    a Swift compiler."""
    compiler = shutil.which("swiftc")
    if not compiler:
        return {}
    programs = {}
    for source, name in NAMES.items():
        program = folder / source
        subprocess.run(
            [compiler, "-O", "-static-stdlib", str(SOURCES / f"{source}.swift"), "-o", str(program),
             "-Xlinker", "--gc-sections", "-Xlinker", "-s", "-Xlinker", "-z", "-Xlinker", "relro",
             "-Xlinker", "-z", "-Xlinker", "now", "-lcurl"],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        programs[name] = program
    return programs
