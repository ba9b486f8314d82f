"""Programs that do nothing but start, or the least of a poll: what the parts that we are built on cost
by themselves."""

import platform
import shutil
import subprocess
from pathlib import Path

SOURCES = Path(__file__).with_name("floors")
# Where `make build` puts the libstdc++ that it links in.
LINKED = Path(__file__).resolve().parents[1] / ".build/linked"
NAMES = {"libcurl": "Swift and libcurl, doing nothing",
         "foundation": "Swift, Foundation and libcurl, doing nothing"}
POLL = "Swift, Foundation, SQLite and libcurl, one row and one request"


def built(folder):
    """The programs by the names of their contenders, linked as the release build is; none without
    a Swift compiler."""
    compiler = shutil.which("swiftc")
    if not compiler:
        return {}
    programs = {}
    for source, name in (NAMES | {"poll": POLL}).items():
        program = folder / source
        subprocess.run(
            [compiler, "-O", "-static-stdlib", str(SOURCES / f"{source}.swift"), "-o", str(program),
             "-use-ld=lld", "-L", str(LINKED), *packed_relocations(),
             "-Xlinker", "--gc-sections", "-Xlinker", "-s", "-Xlinker", "-z", "-Xlinker", "relro",
             "-Xlinker", "-z", "-Xlinker", "now", "-lcurl", "-lsqlite3"],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        programs[name] = program
    return programs


def packed_relocations():
    """As the Makefile has it: where glibc reads them."""
    version = tuple(map(int, platform.libc_ver()[1].split(".")[:2]))
    return ["-Xlinker", "-z", "-Xlinker", "pack-relative-relocs"] if version >= (2, 36) else []
