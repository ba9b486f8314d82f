"""A request as it arrived and an answer as it will be written."""

import json
import select
import socket
from dataclasses import dataclass, field
from http import HTTPStatus


@dataclass
class Request:
    method: str
    path: str  # as sent, still percent-encoded
    query: str
    headers: list  # (name, value) in the order they came
    body: bytes
    connection: int = 0  # requests on one TCP connection share the number
    socket: object = None

    def header(self, name):
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return ",".join(values) if values else None

    def client_left(self):
        """Whether the client closed its end while it was kept waiting."""
        if self.socket is None or not select.select([self.socket], [], [], 0)[0]:
            return False
        try:
            return self.socket.recv(1, socket.MSG_PEEK) == b""
        except OSError:
            return True


@dataclass
class Reply:
    status: int
    headers: list = field(default_factory=list)
    body: bytes = b""
    cut_after: int = None  # bytes of the body written before the connection is closed
    cut_headers: bool = False  # close in the middle of the headers
    silent: bool = False  # close without a byte

    def head(self, date):
        try:
            phrase = HTTPStatus(self.status).phrase
        except ValueError:
            phrase = "Unknown"
        dropped = ("content-length", "date", "connection", "transfer-encoding", "server")
        lines = [f"HTTP/1.1 {self.status} {phrase}", f"Date: {date}"]
        lines += [f"{key}: {value}" for key, value in self.headers if key.lower() not in dropped]
        if self.status not in (204, 304):
            lines.append(f"Content-Length: {len(self.body)}")
        if self.cut_after is not None:
            lines.append("Connection: close")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


def json_reply(value, status=200, content_type="application/json"):
    return Reply(status, [("Content-Type", content_type)], json.dumps(value).encode())
