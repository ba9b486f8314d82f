"""What was asked of the sink, and what it answered."""

import asyncio
import base64
import time

# An answer's body is kept for reading, not for replaying: megabytes of filler are cut.
KEPT_ANSWER_BYTES = 16 * 1024


def as_text(data):
    """(text, encoding): UTF-8 where it is that, else base64."""
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return base64.b64encode(data).decode("ascii"), "base64"


class Recorder:
    def __init__(self):
        self.records = []
        self._sequence = 0
        self._changed = asyncio.Event()

    def add(self, request, connection, scheme, malformed=None):
        """Called the moment a request was read, so that a hanging answer is seen while it hangs."""
        body, encoding = as_text(request.body)
        self._sequence += 1
        record = {
            "sequence": self._sequence,
            "connection": connection,
            "scheme": scheme,
            "time": time.time(),
            "method": request.method,
            "path": request.target,
            "headers": [list(pair) for pair in request.headers],
            "body": body,
            "body_encoding": encoding,
            "answered": None,
        }
        if malformed:
            record["malformed"] = malformed
        self.records.append(record)
        self.touch()
        return record

    def answering(self, record, answer, fault):
        """Set before the first byte leaves: a client that has its answer finds it recorded."""
        body, encoding = as_text((answer.body or b"")[:KEPT_ANSWER_BYTES])
        record["answered"] = {
            "status": answer.status,
            "headers": [list(pair) for pair in answer.headers],
            "body": body,
            "body_encoding": encoding,
            "fault": fault,
            "bytes_sent": 0,
            "complete": False,
        }
        return record["answered"]

    def touch(self):
        self._changed.set()
        self._changed = asyncio.Event()

    def clear(self):
        self.records.clear()

    def matching(self, prefix):
        return [record for record in self.records if record["path"].startswith(prefix)]

    async def wait(self, prefix, count, timeout):
        """True once `count` requests below `prefix` are on record, False at the timeout."""
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout
        while len(self.matching(prefix)) < count:
            try:
                await asyncio.wait_for(self._changed.wait(), max(0.0, end - loop.time()))
            except asyncio.TimeoutError:
                return len(self.matching(prefix)) >= count
        return True
