"""HipChat's API v2: send_room_notification of a server of one's own.

Sources: developer.atlassian.com/server/hipchat (messages: fields, lengths, elements of HTML; rate
limits: headers, 30 messages a minute), the length of `from` as in netdata's and others' clients;
error bodies as in invernizzi/hiplogging issue 14 (401, 403) and saltstack/salt pull request 25542
(400). That an unknown field or element is a 400 is decided here.
"""

import re
from urllib.parse import unquote, urlsplit

from ..wire import Answer
from . import json_checks
from .json_checks import Refusal, bearer, json_object, only, text
from .markup import Markup

DEFAULT_TOKEN = "HipChatPeerTokenHipChatPeerTokenHipChatP"
# The target as sent: a room's name keeps its percent-encoding until it is taken apart.
ROOM = re.compile(r"/v2/room/([^/]+)/notification")
ALLOWED = {"a", "b", "i", "strong", "em", "br", "img", "pre", "code", "ul", "ol", "li", "table",
           "tr", "td", "th", "tbody", "thead"}
TYPES = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found"}


class HipChat:
    control_path = "/_sink/hipchat"

    def __init__(self, recorder):
        self.reset()

    def reset(self):
        self.tokens = {DEFAULT_TOKEN: ["send_notification"]}
        self.rooms = ["Releases"]
        self.messages = []

    def inspect(self, request, record):
        pass

    def answer(self, request, record):
        match = ROOM.fullmatch(urlsplit(request.target).path)
        if match is None or request.method != "POST":
            return None
        scopes = self.tokens.get(bearer(request))
        room = unquote(match.group(1))
        try:
            if scopes is None:
                raise Refusal(401, "Invalid OAuth session")
            if "send_notification" not in scopes:
                raise Refusal(403, "This action requires one of the following scopes: "
                                   "[u'send_notification']")
            if room not in self.rooms:
                raise Refusal(404, "Room not found")
            message = check(json_object(request))
        except Refusal as refusal:
            return Answer.of_json({"error": {"code": refusal.status, "message": refusal.reason,
                                             "type": TYPES[refusal.status]}}, refusal.status)
        self.messages.append({"room": room, **message})
        return Answer(204, [], b"")

    def control(self, method, body):
        if method == "POST":
            json_checks.change(self, body, {"tokens", "rooms"})
        elif method == "DELETE":
            self.messages = []
        return 200, {"tokens": self.tokens, "rooms": self.rooms, "messages": self.messages}


def check(message):
    only(message, {"color", "message", "message_format", "notify", "from", "card", "attach_to"},
         "the notification")
    if message.get("color", "yellow") not in ("yellow", "green", "red", "purple", "gray", "random"):
        raise Refusal(400, "Value for field 'color' is not one of the enumeration")
    if not isinstance(message.get("notify", False), bool):
        raise Refusal(400, "Value for field 'notify' is not of type boolean")
    text(message.get("from", ""), "from", 64, shortest=0)
    text(message.get("message"), "message", 10000)
    form = message.get("message_format", "html")
    if form not in ("html", "text"):
        raise Refusal(400, "Value for field 'message_format' is not one of the enumeration")
    if form == "text":
        return message
    seen = Markup(message["message"])
    if seen.problem or set(seen.elements) - ALLOWED:
        raise Refusal(400, f"Value for field 'message' is not valid HTML: {seen.problem or seen.elements}")
    return {**message, "seen": seen.describe()}
