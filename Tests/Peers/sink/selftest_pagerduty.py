"""PagerDuty: what it takes, what it refuses, and how triggers and resolves meet."""

import json

from .providers.pagerduty import DEFAULT_KEY
from .selftest_support import SinkCase

JSON = {"Content-Type": "application/json"}


class Alerts(SinkCase):
    def post(self, path, event, headers=JSON):
        status, body, _ = self.send(path, json.dumps(event).encode(), headers)
        return status, json.loads(body)

    def trigger(self, key="k", **changed):
        event = {"routing_key": DEFAULT_KEY, "event_action": "trigger", "dedup_key": key,
                 "payload": {"summary": "s", "source": "here", "severity": "error"}, **changed}
        return self.post("/v2/enqueue", event)

    def resolve(self, key="k"):
        event = {"routing_key": DEFAULT_KEY, "event_action": "resolve", "dedup_key": key}
        return self.post("/v2/enqueue", event)

    def alerts(self):
        held = self.control("GET", "/_sink/pagerduty")["alerts"]
        return [(each["dedup_key"], each["status"], len(each["triggers"])) for each in held]

    def test_triggers_join_and_resolves_close(self):
        self.assertEqual(self.resolve()[0], 202)  # dropped
        self.assertEqual(self.trigger(), (202, {"status": "success", "message": "Event processed",
                                                "dedup_key": "k"}))
        self.trigger()
        self.trigger("other")
        self.assertEqual(self.alerts(), [("k", "triggered", 2), ("other", "triggered", 1)])
        self.resolve()
        self.trigger()  # a resolved alert stays what it is
        self.assertEqual(self.alerts(), [("k", "resolved", 2), ("other", "triggered", 1),
                                         ("k", "triggered", 1)])

    def test_changes(self):
        event = {"routing_key": DEFAULT_KEY, "payload": {"summary": "s"}}
        self.assertEqual(self.post("/v2/change/enqueue", event)[0], 202)
        self.assertEqual(len(self.control("GET", "/_sink/pagerduty")["changes"]), 1)
        event["payload"]["severity"] = "info"
        self.assertEqual(self.post("/v2/change/enqueue", event)[0], 400)

    def test_refusals(self):
        good = {"summary": "s", "source": "here", "severity": "error"}
        for changed, reason in (
                ({"routing_key": "short"}, "should be 32 characters"),
                ({"routing_key": "f" * 32}, "not known"),
                ({"event_action": "open"}, "event_action"),
                ({"dedup_key": "k" * 256}, "dedup_key"),
                ({"dedupkey": "k"}, "unknown in the event"),
                ({"payload": {**good, "summary": "s" * 1025}}, "payload.summary"),
                ({"payload": {**good, "summary": ""}}, "payload.summary"),
                ({"payload": {**good, "summary": "a\u001bb"}}, "control characters"),
                ({"payload": {**good, "source": None}}, "payload.source"),
                ({"payload": {**good, "severity": "bad"}}, "severity"),
                ({"payload": {**good, "timestamp": "soon"}}, "timestamp"),
                ({"payload": {**good, "custom_details": "x"}}, "custom_details"),
                ({"links": [{"href": "javascript:x"}]}, "links.href")):
            status, answer = self.trigger(**changed)
            self.assertEqual((status, answer["status"]), (400, "invalid event"))
            self.assertIn(reason, answer["errors"][0])
        details = {"log": "x" * (512 * 1024)}
        self.assertEqual(self.trigger(payload={**good, "custom_details": details})[0], 413)
        self.assertEqual(self.post("/v2/enqueue", {}, {})[0], 400)
        self.assertEqual(self.alerts(), [])
