"""Datadog's Events API v1.

Sources: docs.datadoghq.com/api/latest/events/post-an-event and the models of
datadog-api-client-rust, EventCreateRequest (fields, enumerations, 100 characters of title and of
aggregation key, 4,000 of text, 18 hours); docs.datadoghq.com/getting_started/tagging; the body of a
403 as in DataDog/datadogpy issue 724; "Event too far in the past" as in DataDog/documentation pull
request 2196; docs.datadoghq.com/api/latest/rate-limits. Datadog cuts or converts some of what is
refused here (titles, tags): a channel that relies on that would lose what it meant to say.

And the DORA metrics' deployments, docs.datadoghq.com/api/latest/dora-metrics/send-a-deployment-event: an id of 16 to
128 characters, times as integers, 202.
"""

import re
import time

from ..wire import Answer
from . import json_checks
from .json_checks import Refusal, json_object, only, text

DEFAULT_KEY = "datadog0123456789abcdef012345678"
FIELDS = {"title", "text", "alert_type", "tags", "aggregation_key", "date_happened", "priority",
          "source_type_name", "host", "device_name", "related_event_id"}
ALERT_TYPES = {"error", "warning", "info", "success", "user_update", "recommendation", "snapshot"}
TAG = re.compile(r"[^\W\d_][\w:./-]{0,199}")
# Whom an event's text would notify.
MENTION = re.compile(r"(?<!\w)@[\w.+-]+")


class Datadog:
    control_path = "/_sink/datadog"

    def __init__(self, recorder):
        self.reset()

    def reset(self):
        self.api_keys = [DEFAULT_KEY]
        self.events = []
        self.deployments = {}

    def inspect(self, request, record):
        pass

    def answer(self, request, record):
        if request.path not in ("/api/v1/events", "/api/v2/dora/deployment") or request.method != "POST":
            return None
        if request.header("DD-API-KEY") not in self.api_keys:
            return Answer.of_json({"status": "error", "code": 403, "errors": ["Forbidden"]}, 403)
        if request.path == "/api/v2/dora/deployment":
            return self.dora(request)
        try:
            event = check(json_object(request, 5 * 1024 * 1024))
        except Refusal as refusal:
            return Answer.of_json({"errors": [refusal.reason]}, refusal.status)
        mentions = MENTION.findall(event["title"] + "\n" + event["text"])
        self.events.append({**event, "mentions": mentions})
        return Answer.of_json({"status": "ok", "event": {"id": len(self.events), **event}}, 202)

    def dora(self, request):
        try:
            body = json_object(request)
            only(body, {"data"}, "the body")
            only(body.get("data", {}), {"attributes", "type"}, "data")
            deployment = body.get("data", {}).get("attributes", {})
            only(deployment, {"id", "service", "env", "version", "started_at", "finished_at", "git", "team",
                              "custom_tags"}, "attributes")
            text(deployment.get("service"), "service", 100)
            if not re.fullmatch(r"[A-Za-z0-9_.:-]{16,128}", deployment.get("id", "0" * 16)):
                raise Refusal(400, "id")
            for name in ("started_at", "finished_at"):
                if type(deployment.get(name)) is not int:
                    raise Refusal(400, f"{name} must be an integer")
            if deployment["finished_at"] < deployment["started_at"]:
                raise Refusal(400, "finished_at is before started_at")
            git = deployment.get("git")
            if git is not None and (set(git) != {"commit_sha", "repository_url"}):
                raise Refusal(400, "git")
            for tag in deployment.get("custom_tags", []):
                if not TAG.fullmatch(tag) or ":" not in tag:
                    raise Refusal(400, f"Invalid tag {tag!r}")
        except Refusal as refusal:
            return Answer.of_json({"errors": [{"status": str(refusal.status), "detail": refusal.reason}]}, refusal.status)
        self.deployments[deployment["id"]] = deployment
        return Answer.of_json({"data": {"id": deployment["id"], "type": "dora_deployment"}}, 202)

    def control(self, method, body):
        if method == "POST":
            json_checks.change(self, body, {"api_keys"})
        elif method == "DELETE":
            self.events, self.deployments = [], {}
        return 200, {"api_keys": self.api_keys, "events": self.events,
                     "deployments": list(self.deployments.values())}


def check(event):
    only(event, FIELDS, "the event")
    text(event.get("title"), "title", 100)
    text(event.get("text"), "text", 4000)
    text(event.get("aggregation_key", "-"), "aggregation_key", 100)
    text(event.get("source_type_name", "-"), "source_type_name", 100)
    if event.get("alert_type", "info") not in ALERT_TYPES:
        raise Refusal(400, "Invalid alert_type")
    if event.get("priority", "normal") not in ("normal", "low"):
        raise Refusal(400, "Invalid priority")
    happened = event.get("date_happened", int(time.time()))
    if isinstance(happened, bool) or not isinstance(happened, int):
        raise Refusal(400, "date_happened must be an integer")
    if happened < time.time() - 18 * 3600:
        raise Refusal(400, "Event too far in the past")
    if happened > time.time() + 600:
        raise Refusal(400, "Event too far in the future")
    for tag in event.get("tags", []):
        if not isinstance(tag, str) or not TAG.fullmatch(tag) or tag != tag.lower() or tag[-1] == ":":
            raise Refusal(400, f"Invalid tag {tag!r}")
    return event
