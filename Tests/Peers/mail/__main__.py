"""python -m mail: start, say where, serve until SIGTERM or the end of standard input."""

import json
import os
import signal
import sys
import tempfile
import threading

from sink import certificates

from .control import Control
from .exim import Exim, Unavailable
from .mailbox import Mailbox
from .scripted import Scripted


def main():
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with tempfile.TemporaryDirectory("-cdnotify-mail") as folder:
        ca_file, server_file = certificates.make(os.path.join(folder, "tls"))
        mailbox = Mailbox()
        scripted = Scripted(mailbox, server_file)
        places = {"scripted": scripted.port, "ca_file": ca_file, "pid": os.getpid()}
        exim = None
        try:
            exim = Exim(os.path.join(folder, "exim"), server_file, mailbox)
            places |= {"exim": True, "smtp": exim.port, "smtps": exim.tls_port,
                       "username": exim.USERNAME, "password": exim.PASSWORD}
        except Unavailable as reason:
            places |= {"exim": False, "reason": str(reason)}
        control = Control(mailbox, scripted, exim)
        places["control"] = f"http://127.0.0.1:{control.port}"
        print(json.dumps(places), flush=True)
        threading.Thread(target=watch_standard_input, args=(stop,), daemon=True).start()
        stop.wait()
        control.close()
        scripted.close()
        if exim:
            exim.close()
    # Threads that still serve a connection end with the process.
    sys.stdout.flush()
    os._exit(0)


def watch_standard_input(stop):
    """A parent that died, however it died, closed its end of the pipe."""
    try:
        while os.read(0, 4096):
            pass
    except OSError:
        pass
    stop.set()


if __name__ == "__main__":
    main()
