"""`python -m aws`: serve until SIGTERM, or until standard input ends."""

import argparse
import json
import os
import signal
import sys
import threading

from .control import Control
from .gateway import Gateway
from .models import service_model
from .server import Server
from .signature import regions
from .world import World


def main():
    options = argparse.ArgumentParser(prog="python -m aws", description=__doc__)
    options.add_argument("--host", default="127.0.0.1")
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--verbose", action="store_true", help="log each request to standard error")
    chosen = options.parse_args()

    world = World()
    gateway = Gateway(world)
    control = Control(gateway)

    def answer(request):
        return (control if request.path.startswith("/_peer/") else gateway).handle(request)

    # Read the models that every run needs before saying that we listen.
    service_model("codedeploy")
    regions()
    server = Server((chosen.host, chosen.port), answer, world.clock.http_date, chosen.verbose)
    endpoint = f"http://{chosen.host}:{server.server_address[1]}"
    print(json.dumps({"endpoint": endpoint, "pid": os.getpid()}), flush=True)

    # Connections may hang on purpose, so leaving doesn't wait for them.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    threading.Thread(target=leave_with_parent, daemon=True).start()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


def leave_with_parent():
    """A parent that dies closes our standard input, however it dies."""
    while sys.stdin.buffer.read1(4096):
        pass
    os._exit(0)


if __name__ == "__main__":
    main()
