"""An Apprise API server, as far as sending under a key goes.

Source: github.com/caronc/apprise-api, README (POST /notify/KEY with title, body, type, format and tag) and
apprise_api/api/views.py (200 sent, 204 nothing under that key, 400 no body or a wrong type, 424 a service failed).
"""

from ..wire import Answer
from . import json_checks
from .json_checks import Refusal, json_object, only

PREFIX = "/apprise/notify/"


class Apprise:
    control_path = "/_sink/apprise"

    def __init__(self, recorder):
        self.reset()

    def reset(self):
        self.keys, self.failing, self.empty = {"deployments": ["all", "team"]}, 0, []
        self.notifications = []

    def inspect(self, request, record):
        pass

    def answer(self, request, record):
        if not request.path.startswith(PREFIX) or request.method != "POST":
            return None
        key = request.path[len(PREFIX):]
        try:
            body = json_object(request)
            only(body, {"title", "body", "type", "format", "tag"}, "the notification")
            if not body.get("body"):
                raise Refusal(400, "Bad FORM Payload provided")
            if body.get("type", "info") not in ("info", "success", "warning", "failure"):
                raise Refusal(400, "An invalid type was specified")
            if body.get("format", "text") not in ("text", "html", "markdown"):
                raise Refusal(400, "An invalid format was specified")
        except Refusal as refusal:
            return Answer.of_json({"error": refusal.reason}, refusal.status)
        tags = self.keys.get(key)
        wanted = [each for each in body.get("tag", "").split(",") if each]
        if tags is None or key in self.empty or wanted and not set(wanted) & set(tags):
            return Answer(204)
        if self.failing > 0:
            self.failing -= 1
            return Answer.of_json({"error": "One or more notification could not be sent."}, 424)
        self.notifications.append({"key": key, **body})
        return Answer.of_json({"error": "", "details": []})

    def control(self, method, body):
        if method == "POST":
            json_checks.change(self, body, {"keys", "failing", "empty"})
        elif method == "DELETE":
            self.notifications = []
        return 200, {"keys": self.keys, "failing": self.failing, "empty": self.empty,
                     "notifications": self.notifications}
