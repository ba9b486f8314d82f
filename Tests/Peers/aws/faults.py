"""Trouble on demand: which requests it befalls, and what it does to them."""

import itertools
import json
import threading

from .errors import AwsError
from .messages import Reply

KINDS = {
    "throttle", "error", "http", "garbage", "empty", "truncated", "cut", "cut_headers", "drop", "hang", "delay", "omit",
    "odd", "endless",
}
# A cut answer was an answer: the operation has taken place, which is what makes it dangerous.
EXECUTED = {"truncated", "cut", "cut_headers", "delay", "omit", "hang", "odd"}
FIELDS = {
    "kind", "service", "operation", "region", "application", "access_key", "nth", "count",
    "code", "message", "status", "body", "after", "seconds", "delay", "retry_after", "ids", "executed", "same",
    "key", "elements",
}
HTML = b"<!DOCTYPE html><html><head><title>Welcome</title></head><body>Please log in.</body></html>\n"


class Fault:
    def __init__(self, number, settings):
        self.id = f"fault-{number}"
        self.settings = settings
        self.kind = settings["kind"]
        self.skip = settings.get("nth", 1) - 1
        self.left = settings.get("count", 1)
        self.hits = 0
        self.first_hit = None
        self.released = threading.Event()
        self.pages = itertools.count(1)

    @property
    def executed(self):
        return self.settings.get("executed", self.kind in EXECUTED)

    def matches(self, call, applications):
        wanted = self.settings
        if self.kind == "omit" and (call.service, call.operation) != ("codedeploy", "BatchGetDeployments"):
            return False
        if wanted.get("service") not in (None, call.service):
            return False
        if wanted.get("operation") not in (None, call.operation):
            return False
        if wanted.get("region") not in (None, call.region):
            return False
        if wanted.get("access_key") not in (None, call.credential and call.credential.access_key):
            return False
        if wanted.get("same") and self.hits and (call.operation, call.input) != self.first_hit:
            return False
        return wanted.get("application") is None or wanted["application"] in applications

    def wait(self, request):
        """Before the answer: the delay, or hanging until released, timed out, or left alone."""
        seconds = self.settings.get("delay", 0)
        if self.kind == "delay":
            seconds = self.settings.get("seconds", seconds)
        if seconds:
            self.released.wait(seconds)
        if self.kind == "hang":
            limit = self.settings.get("seconds")
            step = 0.05
            for _ in itertools.count() if limit is None else range(max(1, int(limit / step))):
                if self.released.wait(step) or request.client_left():
                    break

    def error(self, protocol):
        """The AWS error that stands in for the answer, if this kind is one."""
        settings = self.settings
        if self.kind == "throttle":
            usual = "Throttling" if protocol == "query" else "ThrottlingException"
            return AwsError(settings.get("code", usual), settings.get("message", "Rate exceeded"),
                            settings.get("status", 400))
        if self.kind == "error":
            return AwsError(settings["code"], settings.get("message", ""), settings.get("status", 400))
        return None

    def spoil(self, reply):
        settings = self.settings
        if self.kind == "http":
            body = settings.get("body", "<html><body><b>Http/1.1 Service Unavailable</b></body></html>")
            reply = Reply(settings.get("status", 503), [("Content-Type", "text/html")], body.encode())
        elif self.kind == "garbage":
            body = settings["body"].encode() if "body" in settings else HTML
            reply = Reply(settings.get("status", 200), [("Content-Type", "text/html")], body)
        elif self.kind == "empty":
            reply = Reply(settings.get("status", 200), [("Content-Type", "application/x-amz-json-1.1")])
        elif self.kind == "truncated":
            reply.body = reply.body[: settings.get("after", len(reply.body) // 2)]
        elif self.kind == "odd":
            answer = json.loads(reply.body)
            if isinstance(answer.get(settings["key"]), list):
                answer[settings["key"]] = settings["elements"] + answer[settings["key"]] + settings["elements"]
                reply.body = json.dumps(answer).encode()
        elif self.kind == "endless":
            page = next(self.pages)
            ids = [f"d-{page:05d}{number:04d}" for number in range(100)]
            answer = {settings.get("key", "deployments"): ids, "nextToken": f"page-{page}"}
            reply = Reply(200, [("Content-Type", "application/x-amz-json-1.1")], json.dumps(answer).encode())
        elif self.kind == "cut":
            reply.cut_after = settings.get("after", len(reply.body) // 2)
        reply.cut_headers = self.kind == "cut_headers"
        reply.silent = self.kind == "drop"
        if "retry_after" in settings:
            reply.headers.append(("Retry-After", str(settings["retry_after"])))
        return reply


class Faults:
    def __init__(self):
        self.lock = threading.Lock()
        self.numbers = itertools.count(1)
        self.queue = []

    def add(self, settings):
        fault = Fault(next(self.numbers), settings)
        with self.lock:
            self.queue.append(fault)
        return fault

    def take(self, call, applications):
        """The first fault that is due for this call. Counts are used up in the order queued."""
        with self.lock:
            for fault in self.queue:
                if fault.left == 0 or not fault.matches(call, applications):
                    continue
                if fault.skip > 0:
                    fault.skip -= 1
                    continue
                fault.left -= 1 if fault.left > 0 else 0
                fault.hits += 1
                fault.first_hit = fault.first_hit or (call.operation, call.input)
                return fault
        return None

    def remove(self, number=None):
        with self.lock:
            chosen = [each for each in self.queue if number in (None, each.id)]
            self.queue = [each for each in self.queue if each not in chosen]
        for fault in chosen:
            fault.released.set()
        return len(chosen)

    def all(self):
        with self.lock:
            return [dict(each.settings, fault_id=each.id, hits=each.hits, left=each.left) for each in self.queue]
