"""The services of docs/recipes.md: each takes what its documentation says, below /recipes/HOST.

Sources: developers.mattermost.com/integrate/webhooks/incoming; docs.rocket.chat/docs/integrations;
zulip.com/api/send-message; core.telegram.org/bots/api#sendmessage; spec.matrix.org/v1.11/client-server-api
(PUT …/send, m.mentions); gotify.net/api-docs (createMessage); pushover.net/api;
developer.webex.com/messaging/docs (incoming webhooks, 7,439 bytes); open.larksuite.com/document/client-docs/bot-v3
(add-custom-bot: errors come with HTTP 200); docs.honeycomb.io/api/markers; docs.sentry.io/api/releases/
create-a-deploy; docs.rootly.com/integrations/generic-webhook-alert-source; api-docs.incident.io (alert events).
"""

import base64
import re
from urllib.parse import parse_qsl, unquote

from ..wire import Answer
from .json_checks import Refusal, bearer, json_object, only, text

PREFIX = "/recipes/"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


class Recipes:
    control_path = "/_sink/recipes"

    def __init__(self, recorder):
        self.reset()

    def reset(self):
        self.messages = []

    def inspect(self, request, record):
        pass

    def answer(self, request, record):
        if not request.target.startswith(PREFIX):
            return None
        host, _, rest = request.target[len(PREFIX):].partition("/")
        service = SERVICES.get(host)
        if service is None:
            return Answer.of_text(f"no service {host}", 404)
        try:
            message, answer = service(request, "/" + rest, self)
        except Refusal as refusal:
            return REFUSALS.get(host, refuse)(refusal)
        self.messages.append({"service": host, **message})
        return answer

    def control(self, method, body):
        if method == "DELETE":
            self.reset()
        return 200, {"messages": self.messages}


def refuse(refusal):
    return Answer.of_json({"error": refusal.reason, "ok": False, "success": False, "result": "error",
                           "status": 0, "errors": [refusal.reason]}, refusal.status)


def need(condition, status, reason):
    if not condition:
        raise Refusal(status, reason)


def route(request, path, method, pattern):
    need(request.method == method, 405, f"{request.method} isn't allowed")
    # A server decodes a path before it looks at it.
    found = re.fullmatch(pattern, unquote(path))
    need(found, 404, f"no {path}")
    return found


def form(request):
    kind = (request.header("Content-Type") or "").split(";")[0]
    need(kind == "application/x-www-form-urlencoded", 400, f"Invalid content type {kind}")
    return dict(parse_qsl(request.body.decode(), keep_blank_values=True, strict_parsing=True))


def calls(words, pattern):
    return re.findall(pattern, words)


def mattermost(request, path, state):
    route(request, path, "POST", "/hooks/mattermostmattermost12345")
    body = json_object(request)
    only(body, {"text", "channel", "username", "icon_url", "icon_emoji", "attachments", "props", "type"}, "the post")
    words = text(body.get("text"), "text", 16383)
    return {"words": words, "calls": calls(words, r"(?<!\w)@(?:all|channel|here|ada)\b")}, Answer.of_text("ok")


def rocket_chat(request, path, state):
    route(request, path, "POST", "/hooks/64f0c0ffee/rocketrocketrocket12345")
    body = json_object(request)
    only(body, {"text", "alias", "avatar", "emoji", "attachments", "channel"}, "the message")
    words = text(body.get("text"), "text", 5000)
    return ({"words": words, "calls": calls(words, r"(?<!\w)@(?:all|here|ada)\b")},
            Answer.of_json({"success": True}))


def zulip(request, path, state):
    route(request, path, "POST", "/api/v1/messages")
    expected = "Basic " + base64.b64encode(b"deploy-bot@zulip.example.com:zulipzulipzulip12345").decode()
    need(request.header("Authorization") == expected, 401, "Invalid API key")
    body = form(request)
    only(body, {"type", "to", "topic", "content"}, "the message")
    need(body.get("type") in ("stream", "channel"), 400, "Invalid type")
    need(body.get("to"), 400, "Missing 'to' argument")
    text(body.get("topic"), "topic", 60)
    words = text(body.get("content"), "content", 10000)
    return ({"words": words, "calls": calls(words, r"@_?\*\*[^*]+\*\*")},
            Answer.of_json({"result": "success", "msg": "", "id": 42}))


def telegram(request, path, state):
    route(request, path, "POST", "/bot123456:AAtelegramtelegram12345/sendMessage")
    body = json_object(request)
    only(body, {"chat_id", "text", "parse_mode", "disable_notification", "link_preview_options"}, "the message")
    need(str(body.get("chat_id")) == "-1001234567890", 400, "Bad Request: chat not found")
    words = text(body.get("text"), "text", 4096)
    return ({"words": words, "calls": calls(words, r"(?<!\w)@[A-Za-z]\w{4,}")},
            Answer.of_json({"ok": True, "result": {"message_id": 1}}))


def matrix(request, path, state):
    found = route(request, path, "PUT", r"/_matrix/client/v3/rooms/([^/]+)/send/m\.room\.message/([^/?]+)")
    need(bearer(request) == "syt_matrixmatrixmatrix12345", 401, "M_UNKNOWN_TOKEN")
    need(unquote(found[1]) == "!deployments:example.org", 403, "M_FORBIDDEN")
    body = json_object(request, 65536)
    only(body, {"msgtype", "body", "m.mentions", "format", "formatted_body"}, "the event")
    need(body.get("msgtype") in ("m.text", "m.notice"), 400, "M_BAD_JSON")
    words = text(body.get("body"), "body", 60000)
    pings = [] if "m.mentions" in body and not body["m.mentions"] else calls(words, "@room")
    return ({"words": words, "calls": pings, "transaction": found[2]},
            Answer.of_json({"event_id": "$" + found[2]}))


def gotify(request, path, state):
    route(request, path, "POST", "/message")
    need(request.header("X-Gotify-Key") == "AgotifygotifyG1", 401, "Unauthorized")
    body = json_object(request)
    only(body, {"title", "message", "priority", "extras"}, "the message")
    words = text(body.get("message"), "message", 100000)
    need(isinstance(body.get("priority", 0), int), 400, "priority must be an integer")
    return ({"words": body.get("title", "") + "\n" + words, "calls": [], "priority": body.get("priority")},
            Answer.of_json({"id": 25, "appid": 5, **body}))


def pushover(request, path, state):
    route(request, path, "POST", r"/1/messages\.json")
    body = form(request)
    only(body, {"token", "user", "message", "title", "url", "url_title", "timestamp", "priority"}, "the message")
    need(body.get("token") == "apushoverpushoverpushover12345", 400, "application token is invalid")
    need(body.get("user") == "upushoverpushoverpushover12345", 400, "user identifier is not valid")
    words = text(body.get("message"), "message", 1024)
    text(body.get("title", "-"), "title", 250)
    need(len(body.get("url", "")) <= 512, 400, "url is too long")
    need(body.get("timestamp", "1").isdigit(), 400, "timestamp is invalid")
    need(body.get("priority", "0") in ("-2", "-1", "0", "1"), 400, "priority is invalid")
    return {"words": words, "calls": []}, Answer.of_json({"status": 1, "request": "5042853c"})


def webex(request, path, state):
    route(request, path, "POST", "/v1/webhooks/incoming/Y2lzY29webexwebex12345")
    body = json_object(request)
    only(body, {"markdown", "text"}, "the message")
    words = text(body.get("markdown", body.get("text")), "markdown", 7439)
    need(len(words.encode()) <= 7439, 400, "the message is too long")
    return {"words": words, "calls": calls(words, r"<@[^>]+>")}, Answer(204)


def lark(request, path, state):
    route(request, path, "POST", "/open-apis/bot/v2/hook/larklark-1234-5678-90ab-larklarklark")
    body = json_object(request, 20 * 1024)
    only(body, {"msg_type", "content", "timestamp", "sign"}, "the message")
    need(body.get("msg_type") == "text" and isinstance(body.get("content"), dict), 400, "params error")
    only(body["content"], {"text"}, "the content")
    words = text(body["content"].get("text"), "text", 20000)
    return ({"words": words, "calls": calls(words, r"<at [^>]*>")},
            Answer.of_json({"code": 0, "msg": "success", "data": {}, "StatusCode": 0}))


def lark_refuses(refusal):
    return Answer.of_json({"code": 19001, "msg": refusal.reason, "data": {}}, 200)


def honeycomb(request, path, state):
    route(request, path, "POST", "/1/markers/__all__")
    need(request.header("X-Honeycomb-Team") == "hcaik_honeycomb12345", 401, "unknown API key")
    body = json_object(request)
    only(body, {"start_time", "end_time", "message", "type", "url"}, "the marker")
    for name in ("start_time", "end_time"):
        need(isinstance(body.get(name, 1), int), 400, f"{name} must be an integer")
    need(body.get("end_time", 2**40) >= body.get("start_time", 0), 400, "end_time is before start_time")
    return {"words": text(body.get("message"), "message", 1000), "calls": [], "marker": body}, \
        Answer.of_json({"id": "d1c84ec0", **body}, 201)


def sentry(request, path, state):
    found = route(request, path, "POST", r"/api/0/organizations/example/releases/([^/]+)/deploys/")
    need(bearer(request) == "sntrys_sentrysentry12345", 401, "Invalid token")
    need(re.fullmatch("[0-9a-f]{40}", found[1]), 404, "The requested resource does not exist")
    body = json_object(request)
    only(body, {"environment", "name", "url", "dateStarted", "dateFinished", "projects"}, "the deploy")
    need("/" not in text(body.get("environment"), "environment", 64), 400, "Invalid environment")
    text(body.get("name", "-"), "name", 64)
    for name in ("dateStarted", "dateFinished"):
        need(TIME.fullmatch(body.get(name, "2026-01-01T00:00:00Z")), 400, f"{name} is no time")
    return {"words": body.get("name", ""), "calls": [], "version": found[1]}, Answer.of_json({"id": "1", **body}, 201)


def rootly(request, path, state):
    route(request, path, "POST", "/webhooks/incoming/generic_webhooks/notify/Service/rootly-service-id")
    need(bearer(request) == "rootlyrootlyrootly12345", 401, "Unauthorized")
    body = json_object(request)
    need(body.get("state") in ("open", "resolved"), 400, "state")
    text(body.get("external_id"), "external_id", 255)
    words = text(body.get("title"), "title", 255)
    return {"words": words, "calls": [], "state": body["state"], "key": body["external_id"]}, Answer.of_json({}, 202)


def incident_io(request, path, state):
    route(request, path, "POST", "/v2/alert_events/http/01HINCIDENTIO")
    need(bearer(request) == "incidentincident12345", 401, "Unauthorized")
    body = json_object(request)
    only(body, {"title", "status", "description", "deduplication_key", "source_url", "metadata"}, "the event")
    need(body.get("status") in ("firing", "resolved"), 422, "status")
    words = text(body.get("title"), "title", 255)
    need(isinstance(body.get("metadata", {}), dict), 422, "metadata")
    key = text(body.get("deduplication_key"), "deduplication_key", 255)
    return ({"words": words, "calls": [], "state": body["status"], "key": key},
            Answer.of_json({"status": "success", "deduplication_key": key,
                            "message": "Event accepted for processing"}, 202))


REFUSALS = {"open.larksuite.com": lark_refuses}
SERVICES = {
    "mattermost.example.com": mattermost, "rocket.example.com": rocket_chat, "zulip.example.com": zulip,
    "api.telegram.org": telegram, "matrix.example.org": matrix, "gotify.example.com": gotify,
    "api.pushover.net": pushover, "webexapis.com": webex, "open.larksuite.com": lark,
    "api.honeycomb.io": honeycomb, "sentry.io": sentry, "webhooks.rootly.com": rootly,
    "api.incident.io": incident_io,
}
