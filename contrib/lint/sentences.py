#!/usr/bin/env python3
"""Tests that have no sentence: sentences.py PATH…

Each `@Test` in the Swift files there has to begin with a string, which says what holds:
`@Test("A redirect is not followed") func redirect()`. It may stand on the next line.
"""

import pathlib
import re
import sys

# Comments and strings are read first, so that what they hold is no test.
PARTS = re.compile(
    r"""
      //[^\n]*
    | /\*.*?\*/
    | (?P<hashes>\#*) \"{3} .*? \"{3} (?P=hashes)
    | (?P<raw>\#+) "[^\n]*?" (?P=raw)
    | "(?:\\.|[^"\\\n])*"
    | @Test\b (?P<sentence> \s* \( (?:\s | //[^\n]*)* \#*" [^"] )?
    """,
    re.VERBOSE | re.DOTALL,
)


def lacking(text):
    """The lines of the tests without a sentence, counted from 1."""
    for part in PARTS.finditer(text):
        if part[0].startswith("@Test") and not part["sentence"]:
            yield text.count("\n", 0, part.start()) + 1


def files(path):
    return [path] if path.is_file() else sorted(path.rglob("*.swift"))


def main(paths):
    found = [
        f'{file}:{line}: a test without a sentence; write @Test("What holds") func name()'
        for path in paths
        for file in files(pathlib.Path(path))
        for line in lacking(file.read_text(encoding="utf-8"))
    ]
    print(*found, sep="\n", end="\n" if found else "", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
