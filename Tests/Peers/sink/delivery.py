"""Sending an answer, well or badly."""

import asyncio
import socket
import struct

from .wire import head_bytes

FILLER = b"sink filler " * 5461  # about 64 KiB


class Delivery:
    """One answer on its way. `outcome` is the record's account of it and is kept up to date."""

    def __init__(self, reader, writer, request, fault, outcome):
        self.reader, self.writer, self.request = reader, writer, request
        self.fault, self.outcome = fault, outcome
        self.budget = fault.get("cut_after")

    async def send(self, answer):
        """True if the connection can carry another request."""
        if "delay" in self.fault and not await self.stay_silent(self.fault["delay"]):
            return False
        if "hang" in self.fault:
            await self.stay_silent(self.fault["hang"])
            return False
        if self.fault.get("close"):
            return False
        if self.fault.get("reset"):
            self.reset()
            return False
        keep_alive = await self.send_bytes(answer)
        await self.writer.drain()
        self.outcome["complete"] = self.budget is None or self.budget > 0
        return keep_alive and self.outcome["complete"]

    async def send_bytes(self, answer):
        if answer.raw is not None:
            await self.write(answer.raw)
            return False
        body_allowed = self.request.method != "HEAD" and answer.status not in (204, 304)
        filler = int(self.fault.get("body_repeat", 0) * 1024 * 1024) if body_allowed else 0
        chunked = self.fault.get("chunked") and body_allowed
        if chunked:
            answer.set_header("Transfer-Encoding", "chunked")
        elif answer.status != 204 and not answer.has_header("Content-Length"):
            answer.set_header("Content-Length", str(len(answer.body) + filler))
        if not self.request.keep_alive:
            answer.set_header("Connection", "close")
        self.outcome["headers"] = [list(pair) for pair in answer.headers]
        await self.write(head_bytes(answer))
        if body_allowed:
            for piece in self.pieces(answer.body, filler):
                await self.write(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
                if "drip" in self.fault:
                    await self.writer.drain()
                    if not await self.stay_silent(self.fault["drip"]["every"]):
                        raise ConnectionResetError("the client left")
            if chunked:
                await self.write(b"0\r\n\r\n")
        # A Content-Length that the script made up leaves no way to tell where the next answer
        # would begin.
        return self.request.keep_alive and "Content-Length" not in self.fault.get("headers", {})

    def pieces(self, body, filler):
        step = int(self.fault["drip"]["bytes"]) if "drip" in self.fault else 64 * 1024
        for start in range(0, len(body), step):
            yield body[start:start + step]
        while filler > 0:
            piece = FILLER[: min(step, filler)]
            filler -= len(piece)
            yield piece

    async def write(self, data):
        """Everything passes here, so `cut_after` counts from the response's first byte."""
        if self.budget is not None:
            data = data[: self.budget]
            self.budget -= len(data)
        if data:
            self.writer.write(data)
            self.outcome["bytes_sent"] += len(data)
            await self.writer.drain()
        if self.budget == 0:
            raise CutOff()

    async def stay_silent(self, seconds):
        """Sleep, but not past the client's leaving: False if it left."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        while (left := began + seconds - loop.time()) > 0:
            await asyncio.sleep(min(left, 0.02))
            if self.reader.at_eof():
                self.outcome["client_left_after"] = round(loop.time() - began, 3)
                return False
        return True

    def reset(self):
        # Closing a socket that lingers for 0 seconds sends RST instead of FIN.
        raw = self.writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


class CutOff(Exception):
    """The script's last byte was sent."""
