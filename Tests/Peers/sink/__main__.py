"""python -m sink: start, say where, serve until SIGTERM or the end of standard input."""

import argparse
import asyncio
import contextlib
import ipaddress
import json
import os
import signal
import sys
import tempfile
import threading

from . import certificates
from .control import Control
from .server import Sink
from .wire import MAX_HEAD_BYTES


def loopback(text):
    if not ipaddress.ip_address(text).is_loopback:
        raise argparse.ArgumentTypeError("the sink listens on loopback only")
    return text


def arguments():
    parser = argparse.ArgumentParser(prog="sink", description="Provider servers for cdnotify's tests.")
    parser.add_argument("--host", type=loopback, default="127.0.0.1")
    parser.add_argument("--tls", action="store_true",
                        help="serve https too, with certificates in a folder that goes at the end")
    parser.add_argument("--tls-directory", help="the same, with certificates made here and kept")
    for name in ("http", "https", "control"):
        parser.add_argument(f"--{name}-port", type=int, default=0, help="default: a free one")
    return parser.parse_args()


def port_of(server):
    return server.sockets[0].getsockname()[1]


async def serve(options):
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    # A client that distrusts the certificate is a test, not an error of the sink's.
    loop.set_exception_handler(lambda _, context: complain(context))

    sink = Sink()

    async def listen(handler, port, tls=None):
        return await asyncio.start_server(handler, options.host, port, limit=MAX_HEAD_BYTES, ssl=tls)

    servers = {"http": await listen(sink.connection_handler("http"), options.http_port)}
    places = {"http": f"http://{options.host}:{port_of(servers['http'])}"}
    if options.tls_directory:
        ca_file, server_file = certificates.make(options.tls_directory)
        servers["https"] = await listen(sink.connection_handler("https"), options.https_port,
                                        certificates.server_context(server_file))
        places["https"] = f"https://localhost:{port_of(servers['https'])}"
        places["ca_file"] = ca_file
    servers["control"] = await listen(Control(sink).handle, options.control_port)
    places["control"] = f"http://{options.host}:{port_of(servers['control'])}"
    places["pid"] = os.getpid()
    print(json.dumps(places), flush=True)

    threading.Thread(target=watch_standard_input, args=(loop, stop), daemon=True).start()
    await stop.wait()
    for server in servers.values():
        server.close()


def watch_standard_input(loop, stop):
    """A parent that died, however it died, closed its end of the pipe."""
    try:
        while os.read(0, 4096):
            pass
    except OSError:
        pass
    loop.call_soon_threadsafe(stop.set)


def complain(context):
    error = context.get("exception")
    # A connection that is cut off by the end of the sink is no error either.
    if not isinstance(error, (OSError, asyncio.CancelledError, type(None))):
        print(f"sink: {context.get('message')}: {error!r}", file=sys.stderr, flush=True)


def main():
    options = arguments()
    with contextlib.ExitStack() as stack:
        if options.tls and not options.tls_directory:
            options.tls_directory = stack.enter_context(tempfile.TemporaryDirectory("-cdnotify-sink"))
        asyncio.run(serve(options))


if __name__ == "__main__":
    main()
