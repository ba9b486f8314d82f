"""Grafana's annotations: POST /api/annotations, at the root or below a server's sub-path.

Sources: grafana.com/docs/grafana/latest/developers/http_api/annotations (fields, answer, the
permission annotations:create in the scope annotations:type:organization) and grafana/grafana:
pkg/api/annotations.go ("text field should not be empty"), pkg/services/annotations ("Tags length
exceeds the maximum allowed.", 500 bytes of JSON unless configured), pkg/services/accesscontrol (the
403). Grafana swaps a time and an earlier timeEnd and sanitises text when it shows it; both are
refused or reported here.
"""

import json

from ..wire import Answer
from . import json_checks
from .json_checks import Refusal, bearer, json_object, only, text
from .markup import Markup

DEFAULT_TOKEN = "glsa_PEERPEERPEERPEERPEERPEERPEERPEER_00000000"
# js-xss's list, which Grafana's sanitiser begins with, as far as a tooltip has use for it.
ALLOWED = {"a", "b", "br", "code", "em", "i", "li", "p", "pre", "span", "strong", "u", "ul"}


class Grafana:
    control_path = "/_sink/grafana"

    def __init__(self, recorder):
        self.reset()

    def reset(self):
        self.tokens = {DEFAULT_TOKEN: "Editor"}
        self.tags_length = 500
        self.annotations = []

    def inspect(self, request, record):
        pass

    def answer(self, request, record):
        if not request.path.endswith("/api/annotations") or request.method != "POST":
            return None
        role = self.tokens.get(bearer(request))
        if role is None:
            return error(401, "Invalid API key", "api-key.invalid")
        if role not in ("Editor", "Admin"):
            return Answer.of_json({
                "accessErrorId": "ACE0000000000", "title": "Access denied",
                "message": "You'll need additional permissions to perform this action. "
                           "Permissions needed: annotations:create"}, 403)
        try:
            annotation = self.check(json_object(request, 10 * 1024 * 1024))
        except Refusal as refusal:
            return error(refusal.status, refusal.reason, "annotations.bad-request")
        self.annotations.append(annotation)
        return Answer.of_json({"message": "Annotation added", "id": len(self.annotations)})

    def check(self, annotation):
        only(annotation, {"dashboardUID", "panelId", "time", "timeEnd", "tags", "text"},
             "the annotation")
        times = [annotation.get("time", 0), annotation.get("timeEnd", annotation.get("time", 0))]
        # Seconds in place of milliseconds would be in 1970.
        if any(isinstance(each, bool) or not isinstance(each, int) or each < 10 ** 11 for each in times):
            raise Refusal(400, "bad request data: times are in milliseconds")
        if times[1] < times[0]:
            raise Refusal(400, "timeEnd is before time")
        for tag in annotation.get("tags", []):
            text(tag, "tags", 100)
        length = len(json.dumps(annotation.get("tags", []), separators=(",", ":"),
                                ensure_ascii=False).encode())
        if length > self.tags_length:
            raise Refusal(400, "Tags length exceeds the maximum allowed.")
        if not annotation.get("text"):
            raise Refusal(400, "text field should not be empty")
        seen = Markup(text(annotation["text"], "text", 65535))
        if seen.problem or set(seen.elements) - ALLOWED:
            raise Refusal(400, f"text is no clean HTML: {seen.problem or seen.elements}")
        return {**annotation, "seen": seen.describe()}

    def control(self, method, body):
        if method == "POST":
            json_checks.change(self, body, {"tokens", "tags_length"})
        elif method == "DELETE":
            self.annotations = []
        return 200, {"tokens": self.tokens, "tags_length": self.tags_length,
                     "annotations": self.annotations}


def error(status, message, identifier):
    return Answer.of_json({"message": message, "messageId": identifier, "statusCode": status,
                           "traceID": ""}, status)
