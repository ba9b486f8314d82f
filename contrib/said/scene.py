"""A scene: cdnotify in a folder of its own, against local servers, everything it prints kept."""

import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "demo"))
from stage import ACCESS_KEY, SECRET_KEY, Server  # noqa: E402

# Runs cdnotify as somebody whom nothing belongs to. Needs root.
NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
KEPT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TZ")


def mounting(command, *arguments):
    """Runs cdnotify where this command of the shell has mounted something that nobody else sees;
    its `"$1"` is the first of the arguments. Needs root."""
    shifted = f"shift {len(arguments)}" if arguments else ":"
    return ("unshare", "-m", "sh", "-c", f'{command} && {shifted} && exec "$@"', "sh", *arguments)


class Scene:
    """`with Scene(program, out) as scene:` — a fresh home and store; the servers that it asks for
    start with their first use by any scene, and have forgotten what other scenes did."""

    # How a server is told to forget: the address, and the path there.
    RESETS = {"aws": ("endpoint", "/_peer/reset"), "sink": ("control", "/_sink/reset"),
              "mail": ("control", "/_mail/reset")}
    _running = {}

    def __init__(self, program, out):
        self.program, self.out = program, out
        self.servers = {}

    def __enter__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="cdnotify-said-")
        self.home = pathlib.Path(self._folder.name)
        self.environment = {name: os.environ[name] for name in KEPT if name in os.environ} | {
            "HOME": str(self.home), "TERM": "dumb", "NO_COLOR": "1",
            "CDNOTIFY_STORE": str(self.home / "cdnotify.db"),
            "AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
            # Nothing of a scene reaches a real host: without a local server there is none.
            "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        }
        return self

    def __exit__(self, *_):
        self._folder.cleanup()

    def server(self, module):
        """A server of Tests/Peers, such as "sink"."""
        if module not in self.servers:
            if module not in self._running:
                self._running[module] = Server(module).__enter__()
            elif module in self.RESETS:
                name, path = self.RESETS[module]
                server = self._running[module]
                server.ask(server.address(name) + path, method="POST")
            self.servers[module] = self._running[module]
        return self.servers[module]

    @property
    def aws(self):
        """The local AWS, which this scene's commands use from now on."""
        server = self.server("aws")
        self.environment["AWS_ENDPOINT_URL"] = server.address("endpoint")
        return server

    @property
    def identity(self):
        """The services that give out credentials, which this scene's commands use from now on."""
        server = self.server("identity")
        self.environment["AWS_ENDPOINT_URL"] = server.address("endpoint")
        return server

    @property
    def sink(self):
        """The local providers."""
        return self.server("sink")

    def ask(self, path, body=None, method=None):
        """A request to the local AWS's control API, as `ask("/_peer/faults", {…})`."""
        return self.aws.ask(self.aws.address("endpoint") + path, body, method)

    def tell(self, path, body=None, method=None):
        """A request to the control API of the local providers, as `tell("/_sink/script", {…})`."""
        return self.sink.ask(self.sink.address("control") + path, body, method)

    def deploy(self, application="checkout", **deployment):
        """Creates the application and a deployment of its group `prod`; returns the answer."""
        self.ask("/_peer/applications", {"names": [application], "groups": ["prod"]})
        return self.ask("/_peer/deployments",
                        {"application": application, "group": "prod", "status": "Succeeded"} | deployment)

    def write(self, name, text, mode=0o600):
        """A file in the scene's home; returns its path."""
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        path.chmod(mode)
        return str(path)

    @property
    def quick(self):
        """Variables with which a clock runs twenty times as fast for cdnotify, so that a minute is
        over in three seconds."""
        return self.preload(pathlib.Path(__file__).with_name("quick.c").read_text())

    def preload(self, source):
        """Variables with which functions in C replace the system's for cdnotify."""
        library = self.home / f"{abs(hash(source))}.so"
        if not library.exists():
            compiler = next(filter(shutil.which, ("cc", "clang")))
            subprocess.run([compiler, "-x", "c", "-shared", "-fPIC", "-o", library, "-"],
                           input=source, text=True, check=True)
        return {"LD_PRELOAD": str(library)}

    def __call__(self, *arguments, input=None, seconds=60, under=(), **variables):
        """Runs cdnotify and keeps what it printed; a variable of None is left out of its
        environment. `under` is a command to run it with, such as `("setpriv", …)`. Returns the
        finished process, with text in `output`."""
        environment = self.environment | variables
        environment = {name: str(value) for name, value in environment.items() if value is not None}
        began = time.monotonic()
        run = subprocess.run(
            [*under, self.program, *arguments], env=environment, cwd=self.home, timeout=seconds,
            input=input if isinstance(input, bytes) else (input or "").encode(),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        run.output = run.stdout.decode(errors="replace")
        self.keep(arguments, run.output, run.returncode, time.monotonic() - began)
        return run

    def keep(self, arguments, output, status, seconds=0):
        """Adds to what was said. A crash is no sentence: it ends the whole run."""
        self.out.write(f"$ cdnotify {shlex.join(arguments)}\n{output}[exit {status}, {seconds:.1f} s]\n")
        self.out.flush()
        if status < 0 or status >= 128 or "Fatal error" in output:
            raise SystemExit(f"cdnotify {shlex.join(arguments)} ended with {status}:\n{output}")
