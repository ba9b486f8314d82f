"""Discord: executing webhooks.

Source: github.com/discord/discord-api-docs, developers/resources/webhook.mdx (Execute Webhook),
message.mdx (embeds and their limits, allowed mentions), reference.mdx (versions, error messages),
topics/rate-limits.mdx and opcodes-and-status-codes.mdx. Without a version in the path it is version
6, whose times are in milliseconds and whose errors have no tree of fields (change-log.mdx, version
8). Fields that aren't known are ignored, among them `nonce` (pull request 6647 there): they are kept
in `ignored`. Characters are counted as Unicode code points, without blanks at the ends.

Decided here: 204 without `wait`; the ids of messages.
"""

import json
import re
from datetime import datetime

from ..wire import Answer
from . import discord_markdown

WEBHOOK = re.compile(r"/api(?:/v(\d+))?/webhooks/(\d+)/([^/]+)")
KNOWN = {"content", "username", "avatar_url", "tts", "embeds", "allowed_mentions", "components",
         "attachments", "flags", "thread_name", "applied_tags", "poll"}
EMBED = {"title", "type", "description", "url", "timestamp", "color", "footer", "image", "thumbnail",
         "author", "fields"}


class Discord:
    control_path = "/_sink/discord"
    SETTINGS = ("webhook", "token", "threads", "forum", "limited", "retry_after")

    def __init__(self, recorder):
        self.reset()

    def reset(self):
        self.webhook, self.token = "223704706495545344", "3d89bb7572e0fb30d8128367b3b1b44f-PEER_token"
        self.threads = []
        self.forum = False
        # So many requests to come are over the rate limit, and have to wait that long.
        self.limited, self.retry_after = 0, 0.35
        self.messages = []

    def inspect(self, request, record):
        pass

    def answer(self, request, record):
        match = WEBHOOK.fullmatch(request.path)
        if not match:
            return None
        version = int(match[1] or 6)
        if version not in range(6, 11):
            return error(400, 50041, "Invalid API version")
        if match[2] != self.webhook:
            return error(404, 10015, "Unknown Webhook")
        if match[3] != self.token:
            return error(401, 50027, "Invalid Webhook Token")
        if request.method != "POST":
            return error(405, 0, "405: Method Not Allowed")
        if self.limited > 0:
            self.limited -= 1
            return self.too_many(version)
        return self.execute(request, record, version)

    def too_many(self, version):
        unit = 1 if version >= 8 else 1000
        answer = Answer.of_json({"message": "You are being rate limited.", "global": False,
                                 "retry_after": self.retry_after * unit}, 429)
        answer.headers += [
            ("Retry-After", str(round(self.retry_after * unit + 0.4999))),
            ("X-RateLimit-Limit", "5"), ("X-RateLimit-Remaining", "0"),
            ("X-RateLimit-Reset-After", str(self.retry_after)), ("X-RateLimit-Scope", "user")]
        return answer

    def execute(self, request, record, version):
        if not (request.header("Content-Type") or "").lower().startswith("application/json"):
            return error(400, 50035, "Invalid Form Body")
        try:
            message = json.loads(request.body)
        except ValueError:
            return error(400, 50109, "The request body contains invalid JSON.")
        form = Form()
        form.check_message(message)
        if form.errors:
            return error(400, 50035, "Invalid Form Body", form.errors if version >= 8 else None)
        if not message.get("content") and not message.get("embeds"):
            return error(400, 50006, "Cannot send an empty message")
        thread = request.query("thread_id")
        if thread is not None and thread not in self.threads:
            return error(404, 10003, "Unknown Channel")
        if self.forum and thread is None and not message.get("thread_name"):
            return error(400, 220001,
                         "Webhooks posted to forum channels must have a thread_name or thread_id")
        posted = {"id": str(1100000000000000000 + record["sequence"]), "request": record["sequence"],
                  "thread_id": thread, "content": message.get("content"),
                  "embeds": message.get("embeds", []),
                  "allowed_mentions": message.get("allowed_mentions"),
                  "pings": pings(message), "ignored": sorted(set(message) - KNOWN),
                  "texts": [texts(embed) for embed in message.get("embeds", [])]}
        self.messages.append(posted)
        if request.query("wait") not in ("true", "True", "1"):
            return Answer(204, [("Content-Length", "0")])
        return Answer.of_json({"id": posted["id"], "type": 0, "channel_id": thread or "1",
                               "webhook_id": self.webhook, "content": posted["content"] or "",
                               "embeds": posted["embeds"]})

    def control(self, method, body):
        if method == "POST":
            if not isinstance(body, dict) or set(body) - set(self.SETTINGS):
                raise ValueError(f"expected an object with some of {self.SETTINGS}")
            for name, value in body.items():
                setattr(self, name, value)
        elif method == "DELETE":
            self.messages = []
        return 200, {name: getattr(self, name) for name in self.SETTINGS} | {"messages": self.messages}


class Form:
    """The tree of what is wrong with a message, as Discord gives it."""

    def __init__(self):
        self.errors = {}

    def add(self, path, code, message):
        node = self.errors
        for key in path:
            node = node.setdefault(str(key), {})
        node.setdefault("_errors", []).append({"code": code, "message": message})

    def text(self, value, path, limit, required=False):
        """The length, as it counts."""
        if not isinstance(value, str):
            self.add(path, "BASE_TYPE_STRING", "Could not interpret value as string.")
            return 0
        length = len(value.strip())
        if required and length == 0:
            self.add(path, "BASE_TYPE_REQUIRED", "This field is required")
        if length > limit:
            self.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {limit} or fewer in length.")
        return length

    def url(self, value, path):
        if not isinstance(value, str) or not re.match(r"https?://[^\s]+$", value):
            self.add(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")

    def check_message(self, message):
        if not isinstance(message, dict):
            return self.add([], "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
        if message.get("content") is not None:
            self.text(message["content"], ["content"], 2000)
        embeds = message.get("embeds", [])
        if not isinstance(embeds, list) or len(embeds) > 10:
            return self.add(["embeds"], "BASE_TYPE_BAD_LENGTH", "Must be between 0 and 10 in length.")
        total = sum(self.check_embed(embed, ["embeds", number]) for number, embed in enumerate(embeds))
        if total > 6000:
            self.add(["embeds"], "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")
        self.check_mentions(message.get("allowed_mentions", {}))

    def check_mentions(self, allowed):
        kinds = allowed.get("parse", []) if isinstance(allowed, dict) else None
        if kinds is None or set(kinds) - {"users", "roles", "everyone"}:
            self.add(["allowed_mentions"], "BASE_TYPE_CHOICES", "Value must be one of the types.")
        elif any(kind in kinds and allowed.get(kind) for kind in ("users", "roles")):
            self.add(["allowed_mentions"], "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                     "parse and ids are mutually exclusive")
        for kind in ("users", "roles"):
            ids = (allowed.get(kind) or []) if isinstance(allowed, dict) else []
            if len(ids) > 100:
                self.add(["allowed_mentions", kind], "BASE_TYPE_BAD_LENGTH", "Must be between 0 and 100 in length.")
            for number, each in enumerate(ids):
                if not isinstance(each, str) or not re.fullmatch(r"\d{1,20}", each):
                    self.add(["allowed_mentions", kind, number], "NUMBER_TYPE_COERCE",
                             "Value is not snowflake.")

    def check_embed(self, embed, path):
        if not isinstance(embed, dict) or set(embed) - EMBED:
            self.add(path, "MODEL_TYPE_CONVERT", "This is no embed.")
            return 0
        total = 0
        for name, limit in (("title", 256), ("description", 4096)):
            if name in embed:
                total += self.text(embed[name], [*path, name], limit)
        if "footer" in embed:
            total += self.text(embed["footer"].get("text"), [*path, "footer", "text"], 2048, True)
        if "url" in embed:
            self.url(embed["url"], [*path, "url"])
        color = embed.get("color", 0)
        if isinstance(color, bool) or not isinstance(color, int) or not 0 <= color <= 0xFFFFFF:
            self.add([*path, "color"], "NUMBER_TYPE_MAX", "int value should be less than or equal to 16777215.")
        if "timestamp" in embed:
            try:
                datetime.fromisoformat(embed["timestamp"].replace("Z", "+00:00"))
            except (ValueError, AttributeError):
                self.add([*path, "timestamp"], "DATE_TIME_TYPE_PARSE", "Could not parse. Should be ISO8601.")
        fields = embed.get("fields", [])
        if len(fields) > 25:
            self.add([*path, "fields"], "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
        for number, field in enumerate(fields):
            for name, limit in (("name", 256), ("value", 1024)):
                total += self.text(field.get(name), [*path, "fields", number, name], limit, True)
        return total


def error(status, code, message, errors=None):
    body = {"message": message, "code": code}
    return Answer.of_json(body | ({"errors": errors} if errors else {}), status)


def pings(message):
    """Whom the content mentions; embeds never do. Webhooks allow users where nothing is said."""
    mentions = message.get("allowed_mentions", {"parse": ["users"]})
    allowed = mentions.get("parse", [])
    content = message.get("content") or ""
    named = [f"<@{each}>" for each in mentions.get("users") or []]
    named += [f"<@&{each}>" for each in mentions.get("roles") or []]
    patterns = {"everyone": r"@everyone|@here", "users": r"<@!?\d+>", "roles": r"<@&\d+>"}
    return [found for kind, pattern in patterns.items() if kind in allowed
            for found in re.findall(pattern, content)] + [each for each in named if each in content]


def texts(embed):
    """Each text as it is shown, with what of it is markup."""
    named = [(name, embed[name]) for name in ("title", "description") if name in embed]
    named += [(field["name"], field["value"]) for field in embed.get("fields", [])]
    read = [(name, *discord_markdown.read(text)) for name, text in named]
    return [{"name": name, "shown": shown, "tokens": tokens} for name, shown, tokens in read]
