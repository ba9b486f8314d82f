"""The control API that tests speak: /_sink/… on an address of its own.

On its own address so that no path of a provider is taken and no call of a test is recorded.
"""

import json

from .delivery import Delivery
from .server import converse
from .wire import Answer, Malformed, read_request

LONGEST_WAIT = 600


class Control:
    def __init__(self, sink):
        self.sink = sink

    async def handle(self, reader, writer):
        await converse(writer, self.serve(reader, writer))

    async def serve(self, reader, writer):
        try:
            while (request := await read_request(reader, writer)) is not None:
                outcome = {"bytes_sent": 0}
                delivery = Delivery(reader, writer, request, {}, outcome)
                if not await delivery.send(await self.answer(request)):
                    return
        except Malformed:
            pass  # tests speak through ordinary clients; nothing to tell them

    async def answer(self, request):
        try:
            status, value = await self.route(request)
        except (ValueError, TypeError, AttributeError) as error:  # whatever the input was wrong in
            status, value = 400, {"error": str(error)}
        return Answer.of_json(value, status)

    async def route(self, request):
        method, path = request.method, request.path
        body = json.loads(request.body) if request.body else None
        if path == "/_sink/requests":
            return self.requests(method, request)
        if path == "/_sink/script":
            return self.script(method, body)
        if path == "/_sink/wait" and method == "GET":
            return await self.wait(request)
        if path == "/_sink/reset" and method == "POST":
            self.sink.reset()
            return 200, {}
        for provider in self.sink.providers:
            if path == provider.control_path:
                return provider.control(method, body)
        return 404, {"error": f"no {method} {path}"}

    def requests(self, method, request):
        if method == "DELETE":
            self.sink.recorder.clear()
        return 200, {"requests": self.sink.recorder.matching(request.query("path", ""))}

    def script(self, method, body):
        if method == "POST":
            return 200, {"scripts": self.sink.scripts.add(body)}
        if method == "DELETE":
            self.sink.scripts.clear()
        return 200, {"scripts": [each.describe() for each in self.sink.scripts.scripts]}

    async def wait(self, request):
        prefix = request.query("path", "")
        count = int(request.query("count", "1"))
        timeout = min(float(request.query("timeout", "10")), LONGEST_WAIT)
        reached = await self.sink.recorder.wait(prefix, count, timeout)
        value = {"reached": reached, "requests": self.sink.recorder.matching(prefix)}
        return (200 if reached else 408), value
