#!/usr/bin/env python3
"""Which sentences of trouble have been brought about: said.py FILE…

docs/troubleshooting.md has every sentence that the sources can say. Each FILE holds what commands
printed: of the tests (`make said`), or of runs by hand. A sentence is *printed* if its fixed parts
stand in one of them, *asserted* if only a test's source has them, else *neither*. Those are listed.
"""

import collections
import pathlib
import re
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]


def sentences():
    """Each sentence with the section that it stands in."""
    section = ""
    for line in (TOP / "docs/troubleshooting.md").read_text().splitlines():
        if found := re.match(r"<!-- sentences of (.*), made by", line):
            section = found[1]
        elif found := re.match(r"- (`` (.*) ``|`(.*)`)$", line):
            yield section, found[2] or found[3]


def parts(sentence):
    """Its fixed parts, blanks being equal and letters small."""
    return [
        " ".join(part.split()).lower() for part in re.split("…+", plain(sentence)) if part.strip()
    ]


class Texts:
    """Lines to look for sentences in, each once."""

    def __init__(self, text):
        self.text = "\n".join(dict.fromkeys(plain(text).lower().splitlines()))

    def has(self, sentence):
        """Whether the fixed parts stand in a line, one behind the other."""
        fixed = parts(sentence)
        rarest = max(fixed, key=len)
        at = self.text.find(rarest)
        while at >= 0:
            begin = self.text.rfind("\n", 0, at) + 1
            end = self.text.find("\n", at)
            end = len(self.text) if end < 0 else end
            if self.stand(fixed, self.text[begin:end]):
                return True
            at = self.text.find(rarest, end)
        return False

    @staticmethod
    def stand(fixed, line):
        at = 0
        for part in fixed:
            at = line.find(part, at)
            if at < 0:
                return False
            at += len(part)
        return True


def plain(text):
    """Without what JSON and Swift put before quotes and backslashes; blanks being equal."""
    return re.sub(r"[ \t]+", " ", re.sub(r'\\(["\\/])', r"\1", text))


def literals():
    """The texts in the tests' sources, those joined by + as one."""
    for path in sorted((TOP / "Tests").rglob("*.swift")):
        text = path.read_text()
        text = re.sub(r'"#*\s*\n?\s*\+\s*#*"', "", text)
        text = re.sub(r"\\#*\((?:[^()]|\([^()]*\))*\)", "VALUE", text)
        text = re.sub(r"\\\n\s*", "", text)
        yield text


def main(files):
    printed = Texts("\n".join(pathlib.Path(file).read_text(errors="replace") for file in files))
    tests = Texts("\n".join(literals()))
    count, missing = collections.Counter(), []
    for section, sentence in sentences():
        state = ("printed" if printed.has(sentence) else
                 "asserted" if tests.has(sentence) else "neither")
        count[state] += 1
        if state == "neither":
            missing.append((section, sentence))
    last = None
    for section, sentence in missing:
        if section != last:
            print(f"\n{section}")
            last = section
        print(f"  {sentence}")
    print(f"\n{sum(count.values())} sentences: {count['printed']} printed, "
          f"{count['asserted']} asserted by a test alone, {count['neither']} neither")


if __name__ == "__main__":
    main(sys.argv[1:])
