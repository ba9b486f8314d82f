"""HTTP/1.1 as bytes: reading requests, building answers.

Written by hand rather than taken from a library because the sink has to misbehave at byte level
(cut a header in half, drip a body) and has to notice a client that does.
"""

import asyncio
import http
import json
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

MAX_HEAD_BYTES = 64 * 1024
MAX_BODY_BYTES = 64 * 1024 * 1024


class Malformed(Exception):
    """The client broke HTTP/1.1. Carries what was understood so far, for the record."""

    def __init__(self, reason, status=400, request=None):
        super().__init__(reason)
        self.reason, self.status, self.request = reason, status, request


@dataclass
class Request:
    method: str = ""
    target: str = ""
    version: str = ""
    headers: list = field(default_factory=list)  # (name as sent, value) in order
    body: bytes = b""

    def header(self, name, default=None):
        for key, value in self.headers:
            if key.lower() == name.lower():
                return value
        return default

    @property
    def path(self):
        return urlsplit(self.target).path

    def query(self, name, default=None):
        values = parse_qs(urlsplit(self.target).query, keep_blank_values=True).get(name)
        return values[0] if values else default

    @property
    def keep_alive(self):
        connection = (self.header("Connection") or "").lower()
        return "close" not in connection if self.version == "HTTP/1.1" else "keep-alive" in connection


@dataclass
class Answer:
    status: int = 200
    headers: list = field(default_factory=list)
    body: bytes = b""
    raw: bytes = None  # the whole response, byte for byte, instead of all the above

    @classmethod
    def of_text(cls, text, status=200):
        return cls(status, [("Content-Type", "text/plain; charset=utf-8")], text.encode())

    @classmethod
    def of_json(cls, value, status=200):
        body = json.dumps(value, ensure_ascii=False).encode()
        return cls(status, [("Content-Type", "application/json; charset=utf-8")], body)

    def set_header(self, name, value):
        self.headers = [pair for pair in self.headers if pair[0].lower() != name.lower()]
        self.headers.append((name, value))

    def has_header(self, name):
        return any(key.lower() == name.lower() for key, _ in self.headers)


def head_bytes(answer):
    try:
        reason = http.HTTPStatus(answer.status).phrase
    except ValueError:
        reason = "Unassigned"
    lines = [f"HTTP/1.1 {answer.status} {reason}"]
    lines += [f"{name}: {value}" for name, value in answer.headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8")


async def read_request(reader, writer):
    """One request, or None when the client closed the connection between two requests."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if not error.partial.strip():
            return None
        raise Malformed(f"connection ended inside the headers, after {len(error.partial)} bytes")
    except asyncio.LimitOverrunError:
        raise Malformed(f"headers longer than {MAX_HEAD_BYTES} bytes", status=431)
    request = parse_head(head)
    try:
        request.body = await read_body(reader, writer, request)
    except Malformed as error:
        error.request = request
        raise
    return request


def parse_head(head):
    lines = head[:-4].decode("iso-8859-1").split("\r\n")
    parts = lines[0].split(" ")
    if len(parts) != 3 or parts[2] not in ("HTTP/1.1", "HTTP/1.0"):
        raise Malformed(f"request line {lines[0][:200]!r}")
    request = Request(method=parts[0], target=parts[1], version=parts[2])
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():
            raise Malformed(f"header line {line[:200]!r}", request=request)
        # Header bytes are recorded as UTF-8 where they are that, so a test can compare text.
        text = value.strip().encode("iso-8859-1").decode("utf-8", "replace")
        request.headers.append((name, text))
    if request.version == "HTTP/1.1" and request.header("Host") is None:
        raise Malformed("no Host header", request=request)
    return request


async def read_body(reader, writer, request):
    encoding = (request.header("Transfer-Encoding") or "").lower()
    length = request.header("Content-Length")
    if encoding and length is not None:
        raise Malformed("both Transfer-Encoding and Content-Length")
    if not encoding and length is None:
        return b""
    if (request.header("Expect") or "").lower() == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        await writer.drain()
    if encoding:
        if encoding != "chunked":
            raise Malformed(f"Transfer-Encoding {encoding!r}", status=501)
        return await read_chunks(reader)
    if not length.isdigit():
        raise Malformed(f"Content-Length {length!r}")
    if int(length) > MAX_BODY_BYTES:
        raise Malformed(f"body of {length} bytes", status=413)
    return await read_exactly(reader, int(length))


async def read_chunks(reader):
    body = b""
    while True:
        line = await read_line(reader)
        digits = line.split(b";")[0].strip()
        try:
            size = int(digits, 16)
        except ValueError:
            raise Malformed(f"chunk size {digits[:40]!r}")
        if len(body) + size > MAX_BODY_BYTES:
            raise Malformed("chunked body too long", status=413)
        if size == 0:
            while await read_line(reader):  # trailers, up to the empty line
                pass
            return body
        body += await read_exactly(reader, size)
        if await read_line(reader):
            raise Malformed("no line end after a chunk")


async def read_line(reader):
    line = await reader.readline()
    if not line.endswith(b"\r\n"):
        raise Malformed("connection ended inside a chunked body")
    return line[:-2]


async def read_exactly(reader, count):
    try:
        return await reader.readexactly(count)
    except asyncio.IncompleteReadError as error:
        raise Malformed(f"body ended after {len(error.partial)} of {count} bytes")
