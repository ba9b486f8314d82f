"""The sink: connections in, records and answers out."""

import asyncio

from . import scripts
from .delivery import CutOff, Delivery
from .providers import make_providers
from .records import Recorder
from .wire import Answer, Malformed, Request, read_request


class Sink:
    def __init__(self):
        self.recorder = Recorder()
        self.scripts = scripts.ScriptBook()
        self.providers = make_providers(self.recorder)
        self._connections = 0

    def reset(self):
        self.recorder.clear()
        self.scripts.clear()
        for provider in self.providers:
            provider.reset()

    def connection_handler(self, scheme):
        async def handle(reader, writer):
            self._connections += 1
            await converse(writer, self.serve(reader, writer, self._connections, scheme))
        return handle

    async def serve(self, reader, writer, number, scheme):
        try:
            while (request := await read_request(reader, writer)) is not None:
                record = self.recorder.add(request, number, scheme)
                if not await self.respond(reader, writer, request, record):
                    return
        except Malformed as error:
            await self.refuse(reader, writer, number, scheme, error)

    async def respond(self, reader, writer, request, record):
        fault = self.scripts.take(request)
        for provider in self.providers:
            provider.inspect(request, record)
        answer = self.ask_providers(request, record) if scripts.asks_provider(fault) else None
        answer = scripts.apply(fault, answer, request)
        outcome = self.recorder.answering(record, answer, fault or None)
        if scripts.NO_ANSWER & set(fault):
            outcome.update(status=None, headers=[], body="")
        return await Delivery(reader, writer, request, fault, outcome).send(answer)

    def ask_providers(self, request, record):
        for provider in self.providers:
            answer = provider.answer(request, record)
            if answer is not None:
                return answer
        return Answer.of_text("ok")

    async def refuse(self, reader, writer, number, scheme, error):
        request = error.request or Request()
        record = self.recorder.add(request, number, scheme, malformed=error.reason)
        answer = Answer.of_text(error.reason, error.status)
        answer.set_header("Connection", "close")
        outcome = self.recorder.answering(record, answer, None)
        await Delivery(reader, writer, request, {}, outcome).send(answer)


async def converse(writer, conversation):
    """A connection's life, up to its closing."""
    try:
        await conversation
    except (ConnectionError, CutOff):
        pass  # the record says how far it came
    except asyncio.CancelledError:
        writer.transport.abort()  # the sink is stopping: don't wait for a client that doesn't read
    finally:
        writer.close()
        try:
            await asyncio.wait_for(writer.wait_closed(), 5)
        except (ConnectionError, OSError, asyncio.TimeoutError):
            pass
