"""`python -m identity`: serve until SIGTERM, or until standard input ends."""

import argparse
import json
import os
import signal
import threading

from aws.__main__ import leave_with_parent
from aws.clock import Clock
from aws.server import Server

from . import signin
from .services import Services
from .sts import tokens


def main():
    options = argparse.ArgumentParser(prog="python -m identity", description=__doc__)
    options.add_argument("--port", type=int, default=0)
    chosen = options.parse_args()

    clock = Clock()
    services = Services(clock)
    server = Server(("127.0.0.1", chosen.port), services.answer, clock.http_date, False)
    endpoint = f"http://127.0.0.1:{server.server_address[1]}"
    told = {"endpoint": endpoint, "pid": os.getpid(), "tokens": tokens(clock), "login_key": signin.pem()}
    print(json.dumps(told), flush=True)

    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    threading.Thread(target=leave_with_parent, daemon=True).start()
    server.serve_forever()


if __name__ == "__main__":
    main()
