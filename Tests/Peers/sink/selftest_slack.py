"""Slack: what it takes, what it refuses, and what a channel then looks like."""

import json

from .providers.slack import reading
from .providers.slack.workspace import TOKEN, WEBHOOK
from .selftest_support import SinkCase

JSON_TYPE = "application/json; charset=utf-8"


def section(text):
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


class Slack(SinkCase):
    def call(self, method, token=TOKEN, kind=JSON_TYPE, **arguments):
        headers = {"Content-Type": kind, "Authorization": f"Bearer {token}"} if token else \
            {"Content-Type": kind}
        status, text, _ = self.send(f"/api/{method}", json.dumps(arguments).encode(), headers)
        self.assertEqual(status, 200, text)
        return json.loads(text)

    def error(self, method="chat.postMessage", **arguments):
        arguments = {"channel": "C00000001", "text": "hello", **arguments}
        return self.call(method, **arguments).get("error")

    def messages(self):
        return self.control("GET", "/_sink/slack")["channels"][0]["messages"]

    def hook(self, message, path=WEBHOOK):
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        status, text, _ = self.send(path, body, {"Content-Type": JSON_TYPE})
        return status, text.decode()

    def test_a_message_its_update_and_its_thread(self):
        posted = self.call("chat.postMessage", channel="#deployments", text="one")
        self.assertEqual((posted["ok"], posted["channel"]), (True, "C00000001"))
        place = {"channel": posted["channel"], "ts": posted["ts"]}
        self.assertTrue(self.call("chat.update", text="two", **place)["ok"])
        reply = self.call("chat.postMessage", channel="C00000001", thread_ts=posted["ts"], text="why")
        self.assertTrue(reply["ok"])
        message, = self.messages()
        self.assertEqual(message["shown"], ["two"])
        self.assertEqual([each["shown"] for each in message["history"]], [["one"]])
        self.assertEqual([each["shown"] for each in message["thread"]], [["why"]])
        query = f"/api/chat.getPermalink?channel=C00000001&message_ts={posted['ts']}"
        text = self.send(query, None, {"Authorization": f"Bearer {TOKEN}"}, method="GET")[1]
        self.assertTrue(json.loads(text)["permalink"].startswith("https://example.slack.com/archives/C00000001/p"))

    def test_what_is_refused(self):
        ts = self.call("chat.postMessage", channel="C00000001", text="one")["ts"]
        reply = self.call("chat.postMessage", channel="C00000001", text="two", thread_ts=ts)["ts"]
        for expected, arguments in (
                ("not_authed", {"token": None}), ("invalid_auth", {"token": "xoxb-other"}),
                ("invalid_post_type", {"kind": "text/plain"}), ("channel_not_found", {"channel": "C9"}),
                ("no_text", {"text": ""}), ("msg_too_long", {"text": "x" * 40001}),
                ("thread_not_found", {"thread_ts": "1.2"}), ("cannot_reply_to_message", {"thread_ts": reply}),
                ("invalid_arguments", {"reply_broadcast": True}), ("invalid_arguments", {"textt": "x"}),
                ("invalid_metadata_format", {"metadata": {"event_type": "x"}}),
                ("message_not_found", {"method": "chat.update", "ts": "1.2"}),
                ("channel_not_found", {"method": "chat.update", "ts": ts, "channel": "deployments"})):
            self.assertEqual(self.error(**arguments), expected)
        self.assertEqual(self.call("chat.postMessage", kind="application/json", channel="C00000001",
                                   text="x")["warning"], "missing_charset")
        for change, expected in (
                ({"tokens": {TOKEN: []}}, "missing_scope"),
                ({"tokens": {TOKEN: ["chat:write"]}, "channels": [{"id": "C00000001", "name": "d", "member": False}]},
                 "not_in_channel"),
                ({"channels": [{"id": "C00000001", "name": "d", "archived": True}]}, "is_archived")):
            self.control("POST", "/_sink/slack", change)
            self.assertEqual(self.error(), expected)
        self.control("POST", "/_sink/slack", {"surprise": 1}, status=400)

    def test_another_apps_message_stays_as_it_is(self):
        self.control("POST", "/_sink/slack", {"tokens": {TOKEN: ["chat:write"], "xoxb-b": ["chat:write"]}})
        ts = self.call("chat.postMessage", channel="C00000001", text="one")["ts"]
        self.assertEqual(self.error("chat.update", token="xoxb-b", ts=ts), "cant_update_message")

    def test_forms_of_blocks(self):
        text = {"type": "mrkdwn", "text": "x"}
        plain = {"type": "plain_text", "text": "x"}
        for block, good in (
                ({"type": "header", "text": plain}, True), ({"type": "header", "text": text}, False),
                ({"type": "header", "text": {**plain, "text": "x" * 151}}, False),
                (section("x" * 3000), True), (section("x" * 3001), False), (section(""), False),
                (section("😀" * 1501), False), ({"type": "section"}, False),
                ({"type": "section", "fields": [text] * 10}, True),
                ({"type": "section", "fields": [text] * 11}, False), ({"type": "section", "fields": []}, False),
                ({"type": "section", "fields": [{**text, "text": "x" * 2001}]}, False),
                ({"type": "section", "text": {**text, "emoji": True}}, False),
                ({"type": "context", "elements": [text]}, True), ({"type": "context", "elements": []}, False),
                ({"type": "divider"}, True), ({"type": "sections", "text": text}, False),
                ({"type": "actions", "elements": [{"type": "button", "text": plain, "url": "https://e.example"}]},
                 True),
                ({"type": "actions", "elements": [{"type": "button", "text": text}]}, False)):
            self.assertEqual(self.error(blocks=[block]), None if good else "invalid_blocks", block)
        self.assertEqual(self.error(blocks=[section("x")] * 51), "invalid_blocks")
        self.assertEqual(self.error(attachments=[{"color": "#2eb67d", "blocks": [section("x")]}]), None)
        self.assertEqual(self.error(attachments=[{"color": "green"}]), "invalid_attachments")
        self.assertEqual(self.error(attachments=[{}] * 101), "too_many_attachments")

    def test_planned_refusals_are_used_once(self):
        self.control("POST", "/_sink/slack", {"refusals": [
            {"method": "chat.postMessage", "error": "internal_error", "thread": True},
            {"method": "chat.update", "error": "ratelimited", "retry_after": 7}]})
        ts = self.call("chat.postMessage", channel="C00000001", text="one")["ts"]
        self.assertEqual([self.error(thread_ts=ts) for _ in range(2)], ["internal_error", None])
        body = json.dumps({"channel": "C00000001", "ts": ts, "text": "x"}).encode()
        status, _, headers = self.send("/api/chat.update", body, {
            "Content-Type": JSON_TYPE, "Authorization": f"Bearer {TOKEN}"})
        self.assertEqual((status, headers.getheader("Retry-After")), (429, "7"))

    def test_webhooks(self):
        self.assertEqual(self.hook({"text": "a &lt;b&gt;", "blocks": [section("*x* <https://e.example|e>")]}),
                         (200, "ok"))
        message, = self.messages()
        self.assertEqual((message["shown"], message["styled"]), (["*x* e"], ["*x*"]))
        self.assertEqual(message["links"], [{"url": "https://e.example", "text": "e"}])
        for answer, message in (((400, "invalid_payload"), b"{"), ((400, "no_text"), {}),
                                ((400, "invalid_payload"), {"text": "x", "channel": "#other"}),
                                ((400, "invalid_blocks"), {"blocks": [{}]}),
                                ((400, "too_many_attachments"), {"attachments": [{}] * 101})):
            self.assertEqual(self.hook(message), answer)
        self.assertEqual(self.hook({"text": "x"}, "/services/T0/B0/other"), (404, "no_service"))
        self.control("POST", "/_sink/slack", {"channels": [{"id": "C00000001", "name": "d", "archived": True}]})
        self.assertEqual(self.hook({"text": "x"}), (410, "channel_is_archived"))

    def test_reading(self):
        for text, pings in (("<!channel>", ["!channel"]), ("<@U1> <#C1|x>", ["@U1", "#C1|x"]),
                            ("&lt;!channel&gt;", []), ("<!date^1^{date}|1970>", [])):
            self.assertEqual(reading.pings({"text": text}), pings)
        for text, emoji in ((":fire: main.go:100:12", ["fire", "100"]), (":\u2060fire: a:b 12:30", []),
                            ("```\n:fire:\n```", [])):
            self.assertEqual(reading.emoji({"text": text}), emoji)
        for text, styled in (("a *b* c", ["*b*"]), ("snake_case_name 2*3*4", []), ("_i_, ~s~", ["_i_", "~s~"]),
                             ("`x`", ["`x`"]), ("```\n*x*\n```", ["```\n*x*\n```"]), ("a\n&gt; q", ["&gt; q"])):
            self.assertEqual(reading.styled({"text": text}), styled)
