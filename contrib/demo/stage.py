"""What the demo plays on: the local servers, a terminal for cdnotify, and a way to print."""

import json
import os
import pathlib
import pty
import re
import select
import shlex
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

PEERS = pathlib.Path(__file__).resolve().parents[2] / "Tests" / "Peers"
# The local AWS knows these keys and no others.
ACCESS_KEY, SECRET_KEY = "AKIDEXAMPLE00000PEER", "peer-secret-key-0123456789abcdefghijklmn"

WIDTH = 100


class DemoFailed(Exception):
    """Something that the demo claims did not hold."""


def check(condition, sentence):
    if not condition:
        raise DemoFailed(sentence)


class Server:
    """A server of Tests/Peers, over when the `with` block is: it ends when its input does."""

    # Not through a proxy, whatever the environment says: everything here is on this machine.
    _opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def __init__(self, module):
        self.module = module

    def __enter__(self):
        # In a session of its own, so that a Ctrl-C is ours alone to handle.
        self.process = subprocess.Popen(
            [sys.executable, "-m", self.module], cwd=PEERS, text=True, start_new_session=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        return self

    def address(self, name):
        """One of the addresses it prints once it listens; waits for that line first."""
        if not hasattr(self, "_addresses"):
            ready, _, _ = select.select([self.process.stdout], [], [], 30)
            line = self.process.stdout.readline() if ready else ""
            check(line, f"the local server {self.module} does not start: "
                        f"run `{sys.executable} -m {self.module}` in {PEERS} to see why")
            self._addresses = json.loads(line)
        return self._addresses[name]

    def __exit__(self, *_):
        self.process.stdin.close()
        try:
            self.process.wait(2)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()

    def ask(self, url, body=None, method=None):
        """A request to the server's control API."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
        try:
            with self._opener.open(request, timeout=10) as answer:
                return json.loads(answer.read() or b"{}")
        except urllib.error.HTTPError as error:
            raise DemoFailed(f"{url} answered {error.code}: {error.read().decode()}") from None


class Screen:
    """Prints the story: bold where a terminal shows it, plain in a pipe."""

    def __init__(self, out=sys.stdout):
        self.out = out
        self.is_bold = out.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    def line(self, text=""):
        print(text, file=self.out, flush=True)

    def bold(self, text):
        self.line(f"\033[1m{text}\033[0m" if self.is_bold else text)

    def heading(self, text):
        self.line()
        self.bold(text)

    def facts(self, title, pairs):
        """What a provider got: a line for each thing worth reading, the first of it at least."""
        self.line()
        self.line(f"  {title}")
        width = max(len(name) for name, _ in pairs)
        for name, value in pairs:
            line = f"    {name:{width}}  {value}"
            self.line(line if len(line) <= WIDTH else line[:WIDTH - 1] + "…")


class Command:
    """cdnotify, run as a person at a terminal would run it, in an environment of its own."""

    def __init__(self, program, screen, folder, variables):
        self.program, self.screen = program, screen
        kept = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH")
        self.environment = {name: os.environ[name] for name in kept if name in os.environ}
        # Neither this user's AWS settings nor a proxy may reach in.
        self.environment |= {
            "HOME": folder, "TERM": "dumb", "NO_COLOR": "1", "CDNOTIFY_STORE": f"{folder}/cdnotify.db",
        } | variables

    def __call__(self, *arguments):
        """Shows the command, what it prints and how it ends, and returns its output."""
        self.screen.line()
        self.screen.bold(f"$ cdnotify {self._shown(arguments)}")
        output, status = self._run(arguments)
        for line in output.splitlines():
            self.screen.line(line)
        self.screen.line(f"[exit {status}]")
        check(status == 0, f"cdnotify {arguments[0]} ended with {status}, where 0 was expected")
        return output

    @staticmethod
    def _shown(arguments):
        """As one would type it, an option a line where it is long."""
        text = " ".join(Command._quoted(argument) for argument in arguments)
        return re.sub(r" (?=--channel)", " \\\n    ", text) if len(text) > 90 else text

    @staticmethod
    def _quoted(argument):
        return shlex.quote(argument) if re.search(r"[^\w./:=,@%+-]", argument) else argument

    def _run(self, arguments):
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            [self.program, *arguments], env=self.environment, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs)
        os.close(theirs)
        output, deadline = b"", time.monotonic() + 30
        try:
            while True:
                ready, _, _ = select.select([ours], [], [], max(0, deadline - time.monotonic()))
                check(ready, f"cdnotify {arguments[0]} did not come to an end within 30 s")
                try:
                    piece = os.read(ours, 65536)
                except OSError:  # Linux says so when the other side of a terminal is closed.
                    break
                if not piece:
                    break
                output += piece
            # What a progress line showed was wiped from the terminal, and so it is here.
            text = re.sub(r"[^\n]*\r\033\[K", "", output.decode(errors="replace"))
            return text.replace("\r\n", "\n"), process.wait(5)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
            os.close(ours)


def temporary_folder():
    return tempfile.TemporaryDirectory(prefix="cdnotify-demo-")


def query(**values):
    return urllib.parse.urlencode(values)
