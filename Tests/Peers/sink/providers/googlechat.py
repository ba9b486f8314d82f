"""Google Chat: incoming webhooks, which call spaces.messages.create with a key and a token.

Sources: developers.google.com/workspace/chat/quickstart/webhooks and .../api/reference/rest/v1/
spaces.messages/create (32,000 bytes; the answer holds `name`, `thread.name` and what the request
held); google/chat/v1/message.proto for `requestId` (an existing one returns the message made with
it), `messageReplyOption` and `thread.threadKey` (4000 characters); cloud.google.com/apis/design/errors
for the form of errors. A wrong key and a missing token are answered as in issue 30 of
github.com/ericferon/glpi-webhook; 429 above one message a second and space.

Decided here: the words of the other refusals.
"""

import json
import re
from urllib.parse import parse_qsl

from ..wire import Answer
from . import googlechat_card

MESSAGES = re.compile(r"/v1/spaces/([^/]+)/messages")
QUERY = {"key", "token", "threadKey", "requestId", "messageReplyOption", "messageId"}
OPTIONS = {"MESSAGE_REPLY_OPTION_UNSPECIFIED", "REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD",
           "REPLY_MESSAGE_OR_FAIL"}
STATUSES = {400: "INVALID_ARGUMENT", 403: "PERMISSION_DENIED", 404: "NOT_FOUND",
            429: "RESOURCE_EXHAUSTED", 503: "UNAVAILABLE"}


class GoogleChat:
    control_path = "/_sink/googlechat"
    SETTINGS = ("space", "key", "token", "limited", "unavailable", "errors_as_200")

    def __init__(self, recorder):
        self.reset()

    def reset(self):
        self.space = "AAAApeer"
        self.key, self.token = "AIzaSyPEERPEERPEERPEERPEERPEERPEERPEER1", "t0ken-PEER_0123456789abcdefghij="
        # So many requests to come are over the quota, or meet an outage.
        self.limited, self.unavailable = 0, 0
        # Whether errors come with HTTP 200.
        self.errors_as_200 = False
        self.messages, self.threads, self.repeats = [], {}, 0

    def inspect(self, request, record):
        pass

    def answer(self, request, record):
        match = MESSAGES.fullmatch(request.path)
        if not match:
            return None
        for name, status in (("limited", 429), ("unavailable", 503)):
            if getattr(self, name) > 0:
                setattr(self, name, getattr(self, name) - 1)
                return self.error(status, "Resource has been exhausted (e.g. check quota)."
                                  if status == 429 else "The service is currently unavailable.")
        if request.query("key") != self.key:
            return self.error(400, "API key not valid. Please pass a valid API key.")
        if request.query("token") != self.token:
            return self.error(403, "The API is called without a valid token. Instructions on how to use "
                              "incoming webhooks can be found at "
                              "https://developers.google.com/chat/how-tos/webhooks")
        if match[1] != self.space:
            return self.error(404, "Requested entity was not found.")
        try:
            return self.create(request, record)
        except googlechat_card.Refused as reason:
            return self.error(400, str(reason))

    def create(self, request, record):
        for name, _ in parse_qsl(request.target.partition("?")[2], keep_blank_values=True):
            if name not in QUERY:
                raise googlechat_card.Refused(
                    f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter.')
        option = request.query("messageReplyOption", "MESSAGE_REPLY_OPTION_UNSPECIFIED")
        if option not in OPTIONS:
            raise googlechat_card.Refused(f"Invalid value at 'message_reply_option': {option!r}")
        identifier = request.query("requestId")
        earlier = next((each for each in self.messages if identifier and each["request_id"] == identifier),
                       None)
        if earlier:
            self.repeats += 1
            return Answer.of_json(earlier["answer"])
        if len(request.body) > 32_000:
            raise googlechat_card.Refused("The message is longer than 32000 bytes.")
        if not (request.header("Content-Type") or "").lower().startswith("application/json"):
            raise googlechat_card.Refused("The content type is not application/json.")
        try:
            message = json.loads(request.body)
        except ValueError:
            raise googlechat_card.Refused("Invalid JSON payload received.")
        googlechat_card.check(message)
        if not message.get("text") and not message.get("cardsV2"):
            raise googlechat_card.Refused("Message cannot be empty. Please set text, card or cards_v2.")
        key = (message.get("thread") or {}).get("threadKey") or request.query("threadKey")
        if key and len(key) > 4000:
            raise googlechat_card.Refused("thread_key is too long")
        thread, replies = self.thread(key, option, record)
        name = f"spaces/{self.space}/messages/peer.{record['sequence']}"
        answer = message | {"name": name, "thread": {"name": thread}}
        self.messages.append({
            "name": name, "request": record["sequence"], "request_id": identifier, "thread": thread,
            "thread_key": key, "is_reply": replies, "message": message, "answer": answer,
            "mentions": googlechat_card.mentions(message),
            "texts": googlechat_card.texts(message.get("cardsV2", []))})
        return Answer.of_json(answer)

    def thread(self, key, option, record):
        """The thread's name, and whether it was there. Without an option a key is ignored."""
        fresh = f"spaces/{self.space}/threads/peer.{record['sequence']}"
        if not key or option == "MESSAGE_REPLY_OPTION_UNSPECIFIED":
            return fresh, False
        there = key in self.threads
        return self.threads.setdefault(key, fresh), there

    def error(self, status, message):
        body = {"error": {"code": status, "message": message, "status": STATUSES[status]}}
        return Answer.of_json(body, 200 if self.errors_as_200 else status)

    def control(self, method, body):
        if method == "POST":
            if not isinstance(body, dict) or set(body) - set(self.SETTINGS):
                raise ValueError(f"expected an object with some of {self.SETTINGS}")
            for name, value in body.items():
                setattr(self, name, value)
        elif method == "DELETE":
            self.messages, self.repeats = [], 0
        settings = {name: getattr(self, name) for name in self.SETTINGS}
        return 200, settings | {"messages": self.messages, "repeats": self.repeats}
