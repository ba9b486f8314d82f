"""What was asked, in order. An entry is there from the moment its request arrives."""

import itertools
import threading


class RequestLog:
    def __init__(self):
        self.lock = threading.Lock()
        self.numbers = itertools.count(1)
        self.entries = []

    def begin(self, call, now):
        with self.lock:
            entry = {
                "sequence": next(self.numbers),
                "time": round(now, 3),
                "connection": call.request.connection,
                "service": call.service,
                "operation": call.operation,
                "region": None,
                "access_key": None,
                "principal": None,
                "input": None,
                "status": None,  # until it is answered
                "error": None,
                "fault": None,
                "milliseconds": None,
                "user_agent": call.request.header("User-Agent"),
            }
            self.entries.append(entry)
            return entry

    def select(self, **wanted):
        with self.lock:
            return [dict(each) for each in self.entries if all(str(each.get(k)) == v for k, v in wanted.items())]

    def clear(self):
        with self.lock:
            self.entries = []
