"""PagerDuty's Events API v2: alerts and change events.

Sources: github.com/PagerDuty/developer-docs, docs/events-API-v2 (overview: statuses, 512 KB;
trigger events: fields, lengths, deduplication; change events: fields), and the answers quoted at
v2.developer.pagerduty.com/docs/send-an-event-events-api-v2. That an unknown key is a 400, and the
413 for a long event, are decided here; the documentation names the bounds only.
"""

import datetime

from ..wire import Answer
from . import json_checks
from .json_checks import Refusal, json_object, only, text

DEFAULT_KEY = "0123456789abcdef0123456789abcdef"
SIZE_LIMIT = 512 * 1024


class PagerDuty:
    control_path = "/_sink/pagerduty"

    def __init__(self, recorder):
        self.reset()

    def reset(self):
        self.routing_keys = [DEFAULT_KEY]
        self.clear()

    def clear(self):
        self.events, self.alerts, self.changes = [], [], []

    def inspect(self, request, record):
        pass

    def answer(self, request, record):
        handlers = {"/v2/enqueue": self.alert_event, "/v2/change/enqueue": self.change_event}
        handler = handlers.get(request.path)
        if handler is None or request.method != "POST":
            return None
        try:
            event = json_object(request, SIZE_LIMIT)
            self.check_key(event)
            return Answer.of_json({"status": "success", **handler(event)}, 202)
        except Refusal as refusal:
            return Answer.of_json({"status": "invalid event", "message": "Event object is invalid",
                                   "errors": [refusal.reason]}, refusal.status)

    def check_key(self, event):
        key = event.pop("routing_key", None)
        if not isinstance(key, str) or len(key) != 32:
            raise Refusal(400, "Length of 'routing_key' is incorrect (should be 32 characters)")
        if key not in self.routing_keys:
            raise Refusal(400, "'routing_key' is not known")

    def alert_event(self, event):
        only(event, {"event_action", "dedup_key", "payload", "images", "links", "client",
                     "client_url"}, "the event")
        action = event.get("event_action")
        if action not in ("trigger", "acknowledge", "resolve"):
            raise Refusal(400, "'event_action' must be trigger, acknowledge or resolve")
        key = text(event.get("dedup_key"), "dedup_key", 255)
        if action == "trigger":
            check_payload(event.get("payload"), {"severity", "component", "group", "class"})
            if event["payload"].get("severity") not in ("critical", "error", "warning", "info"):
                raise Refusal(400, "'payload.severity' is invalid")
            text(event["payload"].get("source"), "payload.source", 4096)
        check_links(event)
        self.events.append(event)
        self.apply(action, key, event)
        return {"message": "Event processed", "dedup_key": key}

    def apply(self, action, key, event):
        """Triggers join an open alert; other events without one are dropped."""
        alert = next((each for each in self.alerts
                      if each["dedup_key"] == key and each["status"] != "resolved"), None)
        if action == "trigger" and alert is None:
            self.alerts.append({"dedup_key": key, "status": "triggered", "triggers": [event]})
        elif action == "trigger":
            alert["triggers"].append(event)
        elif alert is not None:
            alert["status"] = "resolved" if action == "resolve" else "acknowledged"

    def change_event(self, event):
        only(event, {"payload", "links"}, "the change event")
        check_payload(event.get("payload"), set())
        check_links(event)
        self.changes.append(event)
        return {"message": "Change event processed"}

    def control(self, method, body):
        if method == "POST":
            json_checks.change(self, body, {"routing_keys"})
        elif method == "DELETE":
            self.clear()
        return 200, {"routing_keys": self.routing_keys, "events": self.events,
                     "alerts": self.alerts, "changes": self.changes}


def check_payload(payload, more):
    if not isinstance(payload, dict):
        raise Refusal(400, "'payload' is missing or blank")
    only(payload, {"summary", "source", "timestamp", "custom_details"} | more, "payload")
    text(payload.get("summary"), "payload.summary", 1024)
    if "timestamp" in payload:
        try:
            datetime.datetime.fromisoformat(payload["timestamp"].replace("Z", "+00:00"))
        except (ValueError, AttributeError):
            raise Refusal(400, "'payload.timestamp' is not ISO 8601")
    if not isinstance(payload.get("custom_details", {}), dict):
        raise Refusal(400, "'payload.custom_details' must be an object")
    for name, value in payload.get("custom_details", {}).items():
        text(value, f"payload.custom_details.{name}", SIZE_LIMIT)


def check_links(event):
    for link in event.get("links", []):
        only(link, {"href", "text"}, "a link")
        if not text(link.get("href"), "links.href", 2048).startswith("https://"):
            raise Refusal(400, "'links.href' is not a URL")
