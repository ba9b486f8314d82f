"""Scripts: answers and faults queued for requests to come."""

import base64
import html
import json
import re
from urllib.parse import quote, unquote

from .wire import Answer

NUMBERS = {"body_repeat", "delay", "hang", "cut_after", "truncate_json", "status", "echo"}
FLAGS = {"close", "reset", "chunked", "accept"}
OPTIONS = NUMBERS | FLAGS | {"headers", "body", "raw", "drip"}
# With one of these the script gives the answer itself; the provider isn't asked.
REPLACES_ANSWER = {"status", "body", "raw", "echo"}
# With one of these nothing is answered.
NO_ANSWER = {"hang", "close", "reset"}


class BadScript(ValueError):
    pass


class Script:
    def __init__(self, source):
        if not isinstance(source, dict):
            raise BadScript("a script is a JSON object")
        source = dict(source)
        self.path = source.pop("path", None)
        self.method = source.pop("method", None)
        self.count = source.pop("count", 1)
        self.same = source.pop("same", False)
        self.answer = dict(source.pop("answer", {}))
        if "truncate_json" in source:  # the short form, beside the path
            self.answer["truncate_json"] = source.pop("truncate_json")
        if source:
            raise BadScript(f"unknown keys {sorted(source)}")
        self.check()
        self.used = 0
        self.first = None

    def check(self):
        if not isinstance(self.path, str) or not self.path.startswith(("/", "http://")):
            # What a proxy is asked for is a whole address.
            raise BadScript("path is a prefix that begins with /, or with http:// for a proxy")
        if not isinstance(self.count, int) or self.count == 0 or self.count < -1:
            raise BadScript("count is a positive number, or -1 for always")
        if not isinstance(self.same, bool):
            raise BadScript("same is true or false")
        # A misspelt fault would be no fault, and a test that passes without having tested.
        unknown = set(self.answer) - OPTIONS
        if unknown:
            raise BadScript(f"unknown answer options {sorted(unknown)}")
        for name in NUMBERS & set(self.answer):
            value = self.answer[name]
            if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
                raise BadScript(f"{name} is a number, 0 or more")
        for name, kind in (("headers", dict), ("raw", str)):
            if not isinstance(self.answer.get(name, kind()), kind):
                raise BadScript(f"{name} is a JSON {'object' if kind is dict else 'string'}")
        drip = self.answer.get("drip")
        if drip is not None and not (isinstance(drip, dict) and set(drip) == {"bytes", "every"}):
            raise BadScript('drip is {"bytes": n, "every": seconds}')

    def fits(self, request):
        return (self.count == -1 or self.used < self.count) and \
            request.target.startswith(self.path) and self.method in (None, request.method) and \
            not (self.same and self.first not in (None, (request.target, request.body)))

    def use(self, request):
        self.used += 1
        self.first = self.first or (request.target, request.body)

    def describe(self):
        left = -1 if self.count == -1 else self.count - self.used
        return {"path": self.path, "method": self.method, "left": left, "used": self.used,
                "answer": self.answer}


class ScriptBook:
    def __init__(self):
        self.scripts = []

    def add(self, source):
        added = [Script(each) for each in (source if isinstance(source, list) else [source])]
        self.scripts += added
        return [script.describe() for script in added]

    def clear(self):
        self.scripts.clear()

    def take(self, request):
        """The fault for this request: the first script that fits, in the order they came."""
        for script in self.scripts:
            if script.fits(request):
                script.use(request)
                return script.answer
        return {}


def asks_provider(fault):
    """Whether the provider gets the request. `accept` says it: a request can be accepted and its
    answer lost all the same, which is how duplicates come about."""
    return fault.get("accept", not (REPLACES_ANSWER | NO_ANSWER) & set(fault))


def echo(request, first=0):
    """Everything that was sent, in the encodings that providers and proxies say it again in. Only
    the beginning of an answer is read, so that a script says which of them comes first."""
    values = [request.target, *(value for _, value in request.headers)]
    for value in list(values):
        word = value.rsplit(" ", 1)[-1]
        try:
            values.append(base64.b64decode(word, validate=True).decode())
        except ValueError:
            pass
    values.append(request.body.decode(errors="replace"))
    lines = []
    for value in values:
        lines += [value, unquote(value), quote(value, safe=""), 
                  re.sub("%..", lambda sign: sign.group().lower(), quote(value, safe="")),
                  json.dumps(value), html.escape(value),
                  base64.b64encode(value.encode()).decode(), value.encode().hex()]
    lines = list(dict.fromkeys(lines))
    first = int(first) % len(lines)
    return "\n".join(lines[first:] + lines[:first])


def apply(fault, answer, request=None):
    """The provider's answer (None: it wasn't asked) as the script changes it."""
    if answer is None or REPLACES_ANSWER & set(fault):
        answer = Answer.of_text("ok")
    if "status" in fault:
        answer.status = int(fault["status"])
    body = fault.get("body")
    if isinstance(body, str):
        answer.body = body.encode()
    elif body is not None:
        answer = Answer(answer.status, Answer.of_json(body).headers, Answer.of_json(body).body)
    for name, value in fault.get("headers", {}).items():
        answer.set_header(name, str(value))
    if "echo" in fault:
        answer.body = echo(request, fault["echo"]).encode()
    if "raw" in fault:
        answer.raw = fault["raw"].encode()
    if "truncate_json" in fault:
        # Well-formed HTTP around JSON that stops in the middle.
        answer.body = answer.body[: int(fault["truncate_json"])]
    return answer
