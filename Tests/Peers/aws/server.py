"""HTTP/1.1 on a thread per connection.

Written on http.server, not werkzeug's server: faults have to end a connection after a given
byte, and the client under test relies on connections being kept alive.
"""

import itertools
import socket
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .messages import Request


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    numbers = itertools.count(1)

    def setup(self):
        super().setup()
        self.number = next(self.numbers)

    def handle_request(self):
        length = self.headers.get("Content-Length")
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            # AWS wants a length too.
            self.close_connection = True
            self.wfile.write(b"HTTP/1.1 411 Length Required\r\nContent-Length: 0\r\n\r\n")
            return
        body = self.rfile.read(int(length)) if length else b""
        path, _, query = self.path.partition("?")
        request = Request(
            self.command, path, query, list(self.headers.items()), body, self.number, self.connection
        )
        self.write(self.server.answer(request))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = handle_request

    def write(self, reply):
        if reply.silent:
            return self.hang_up()
        head = reply.head(self.server.date())
        if reply.cut_headers:
            # Inside a header line, after a complete status line: the shape that some clients
            # mistake for an empty success.
            self.wfile.write(head[: head.index(b"\r\n") + 12])
            return self.hang_up()
        if reply.cut_after is not None:
            self.wfile.write(head + reply.body[: reply.cut_after])
            return self.hang_up()
        self.wfile.write(head + (b"" if self.command == "HEAD" else reply.body))

    def hang_up(self):
        self.wfile.flush()
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def log_message(self, format, *arguments):
        if self.server.verbose:
            print(f"aws: {self.address_string()} {format % arguments}", file=sys.stderr)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address, answer, date, verbose):
        self.answer, self.date, self.verbose = answer, date, verbose
        super().__init__(address, Handler)

    def handle_error(self, request, client_address):
        # A client that hangs up on us is what several tests are about.
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)
