#!/usr/bin/env python3
"""Which sentences of trouble have been brought about: said.py FILE…

docs/troubleshooting.md has every sentence that the sources can say. Each FILE holds what commands
printed: of the tests and of produce.py (`make said`), or of runs by hand. A sentence is *printed* if
its fixed parts stand in one of them; a short one that is fixed as a whole may stand in longer ones,
and has to end where a clause does. The few that the command can't come to say stand in
unreachable.txt, each with its reason. Every other sentence is listed, and makes this end with 1, as
does a line of unreachable.txt that was printed or that the page doesn't have.
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


def continuations(sentences):
    """What sentences say behind something that is filled in, which may be a short sentence."""
    return tuple(part for sentence in sentences for part in parts("x" + sentence)[1:] if " " in part)


class Texts:
    """Lines to look for sentences in, each once."""

    # The most words of a sentence that may stand in another one.
    SHORT = 5

    def __init__(self, text, continuations=()):
        self.text = "\n".join(dict.fromkeys(plain(text).lower().splitlines()))
        self.continuations = continuations

    def has(self, sentence):
        """Whether the fixed parts stand in a line, one behind the other."""
        fixed = parts(sentence)
        if len(fixed) == 1 and "…" not in sentence and len(fixed[0].split()) <= self.SHORT:
            return self.has_clause(fixed[0])
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

    def has_clause(self, clause):
        """Whether a clause stands in a line and ends there, or goes on as another sentence does."""
        at = self.text.find(clause)
        while at >= 0:
            rest = self.text[at + len(clause):at + len(clause) + 200].lstrip(" ")
            if not clause[-1].isalnum() or re.match(r'$|[\n.;:,)?"”(]', rest):
                return True
            if rest.startswith(self.continuations):
                return True
            at = self.text.find(clause, at + 1)
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


def unreachable():
    """The sentences of unreachable.txt: those indented, under their reason."""
    lines = (TOP / "contrib/said/unreachable.txt").read_text().splitlines()
    return {line.strip() for line in lines if line.startswith("  ")}


def main(files):
    printed = Texts(
        "\n".join(pathlib.Path(file).read_text(errors="replace") for file in files),
        continuations(sentence for _, sentence in sentences()))
    count, missing, page, excused = collections.Counter(), [], set(), unreachable()
    for section, sentence in sentences():
        page.add(sentence)
        state = ("printed" if printed.has(sentence) else
                 "unreachable" if sentence in excused else "missing")
        count[state] += 1
        if state == "missing":
            missing.append((section, sentence))
        elif state == "printed" and sentence in excused:
            missing.append(("unreachable.txt, but it was printed", sentence))
    missing += [("unreachable.txt, but not in the page", sentence) for sentence in sorted(excused - page)]
    last = None
    for section, sentence in missing:
        if section != last:
            print(f"\n{section}")
            last = section
        print(f"  {sentence}")
    print(f"\n{sum(count.values())} sentences: {count['printed']} printed, "
          f"{count['unreachable']} that the command can't say, {count['missing']} missing")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
