"""chat.postMessage, chat.update and chat.getPermalink.

Sources: docs.slack.dev/reference/methods/chat.postMessage, chat.update, chat.getPermalink (their
arguments and errors), docs.slack.dev/apis/web-api (JSON bodies, the Authorization header, ok:false
at HTTP 200, the warning missing_charset), …/rate-limits (429 with Retry-After and ratelimited). Not
in the documentation and decided here: a thread_ts without its message is thread_not_found.
"""

import json

from ...wire import Answer
from .block_kit import Invalid, check_message

CONTENT = ("text", "blocks", "attachments", "metadata")
COMMON = {"channel", "link_names", "parse", *CONTENT}
ARGUMENTS = {
    "chat.postMessage": COMMON | {"thread_ts", "reply_broadcast", "unfurl_links", "unfurl_media", "mrkdwn"},
    "chat.update": COMMON | {"ts", "reply_broadcast"},
}


def answer(workspace, request):
    method = request.path.removeprefix("/api/")
    try:
        value = call(workspace, request, method)
    except Invalid as invalid:
        value = {"ok": False, "error": invalid.error}
        if invalid.messages:
            value["response_metadata"] = {"messages": invalid.messages}
    except Refused as refused:
        if refused.retry_after is not None:
            limited = Answer.of_json({"ok": False, "error": refused.error}, 429)
            limited.set_header("Retry-After", str(refused.retry_after))
            return limited
        value = {"ok": False, "error": refused.error, **refused.more}
    if request.method == "POST" and "charset" not in (request.header("Content-Type") or ""):
        value["warning"] = "missing_charset"
    return Answer.of_json(value)


class Refused(Exception):
    def __init__(self, error, retry_after=None, **more):
        super().__init__(error)
        self.error, self.retry_after, self.more = error, retry_after, more


def call(workspace, request, method):
    if method == "chat.getPermalink":
        token_of(workspace, request)
        return permalink(workspace, request.query("channel"), request.query("message_ts"))
    if method not in ARGUMENTS:
        raise Refused("unknown_method", req_method=method)
    token = token_of(workspace, request, "chat:write")
    arguments = json_of(request)
    if set(arguments) - ARGUMENTS[method]:
        raise Invalid("invalid_arguments", f"[ERROR] unknown: {sorted(set(arguments) - ARGUMENTS[method])}")
    planned = workspace.refusal(method, "thread_ts" in arguments)
    if planned:
        more = {"needed": planned["needed"], "provided": "none"} if "needed" in planned else {}
        raise Refused(planned["error"], planned.get("retry_after"), **more)
    check_arguments(arguments)
    return post(workspace, token, arguments) if method == "chat.postMessage" else \
        update(workspace, token, arguments)


def token_of(workspace, request, scope=None):
    scheme, _, token = (request.header("Authorization") or "").partition(" ")
    if not token:
        raise Refused("not_authed")
    if scheme != "Bearer" or token not in workspace.tokens:
        raise Refused("invalid_auth")
    scopes = workspace.tokens[token]
    if scope and scope not in scopes:
        raise Refused("missing_scope", needed=scope, provided=",".join(scopes))
    return token


def json_of(request):
    kind = (request.header("Content-Type") or "").split(";")[0].strip().lower()
    if request.method != "POST" or kind != "application/json":
        raise Refused("invalid_post_type" if kind else "missing_post_type")
    try:
        arguments = json.loads(request.body)
    except ValueError:
        raise Refused("invalid_json")
    if not isinstance(arguments, dict):
        raise Refused("json_not_object")
    return arguments


def check_arguments(arguments):
    check_message(arguments)
    for name in ("link_names", "reply_broadcast", "unfurl_links", "unfurl_media", "mrkdwn"):
        if not isinstance(arguments.get(name, False), bool):
            raise Invalid("invalid_arguments", f"[ERROR] {name} must be a boolean")
    if arguments.get("parse", "none") not in ("none", "full"):
        raise Invalid("invalid_arguments", "[ERROR] parse is none or full")
    metadata = arguments.get("metadata")
    if metadata is not None:
        if not isinstance(metadata, dict) or set(metadata) != {"event_type", "event_payload"}:
            raise Invalid("invalid_metadata_format")
        if not isinstance(metadata["event_type"], str) or not isinstance(metadata["event_payload"], dict):
            raise Invalid("invalid_metadata_schema")


def writable(channel):
    if channel is None:
        raise Refused("channel_not_found")
    if channel.archived:
        raise Refused("is_archived")
    if not channel.member:
        raise Refused("not_in_channel")
    return channel


def content_of(arguments):
    return {name: arguments[name] for name in CONTENT if name in arguments}


def post(workspace, token, arguments):
    channel = writable(workspace.channel(arguments.get("channel")))
    thread_ts = arguments.get("thread_ts")
    if thread_ts is not None:
        parent = channel.message(thread_ts)
        if parent is None:
            raise Refused("thread_not_found")
        if parent.thread_ts is not None:
            raise Refused("cannot_reply_to_message")
    elif arguments.get("reply_broadcast"):
        raise Invalid("invalid_arguments", "[ERROR] reply_broadcast needs thread_ts")
    message = workspace.post(channel, token, content_of(arguments), thread_ts,
                             arguments.get("reply_broadcast", False))
    return {"ok": True, "channel": channel.id, "ts": message.ts, "message": content_of(arguments)}


def update(workspace, token, arguments):
    channel = writable(workspace.channel(arguments.get("channel"), by_name=False))
    message = channel.message(arguments.get("ts"))
    if message is None:
        raise Refused("message_not_found")
    if message.author != token:
        raise Refused("cant_update_message")
    message.update(content_of(arguments))
    return {"ok": True, "channel": channel.id, "ts": message.ts, "text": message.content.get("text")}


def permalink(workspace, identifier, ts):
    channel = workspace.channel(identifier, by_name=False)
    if channel is None:
        raise Refused("channel_not_found")
    message = channel.message(ts)
    if message is None:
        raise Refused("message_not_found")
    address = f"https://example.slack.com/archives/{channel.id}/p{ts.replace('.', '')}"
    if message.thread_ts:
        address += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"ok": True, "channel": channel.id, "permalink": address}
