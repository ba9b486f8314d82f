"""Datadog: what it takes, what it refuses, and whom a text would notify."""

import json
import time

from .providers.datadog import DEFAULT_KEY
from .selftest_support import SinkCase


class DatadogEvents(SinkCase):
    def post(self, key=DEFAULT_KEY, **changed):
        event = {"title": "t", "text": "x", "tags": ["env:prod"], "alert_type": "success", **changed}
        headers = {"Content-Type": "application/json", "DD-API-KEY": key}
        status, body, _ = self.send("/api/v1/events", json.dumps(event).encode(), headers)
        return status, json.loads(body)

    def test_events(self):
        status, answer = self.post(date_happened=int(time.time()) - 17 * 3600)
        self.assertEqual((status, answer["status"]), (202, "ok"))
        self.post(text="ask @ops or @\u200bnobody, ada@example.com")
        held = self.control("GET", "/_sink/datadog")["events"]
        self.assertEqual([each["mentions"] for each in held], [[], ["@ops"]])

    def test_refusals(self):
        self.assertEqual(self.post(key="wrong"),
                         (403, {"status": "error", "code": 403, "errors": ["Forbidden"]}))
        for changed in ({"title": "t" * 101}, {"title": ""}, {"text": "x" * 4001}, {"titel": "t"},
                        {"tags": ["Env:Prod"]}, {"tags": ["1st"]}, {"tags": ["env:"]},
                        {"tags": ["a b"]}, {"tags": ["a" * 201]}, {"alert_type": "bad"},
                        {"aggregation_key": "k" * 101}, {"priority": "high"},
                        {"date_happened": "1"}, {"date_happened": int(time.time()) - 19 * 3600},
                        {"text": "a\u001bb"}):
            self.assertEqual(self.post(**changed)[0], 400, changed)
        self.assertEqual(self.control("GET", "/_sink/datadog")["events"], [])
