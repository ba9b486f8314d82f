"""Discord: what a webhook takes, and in which words it refuses."""

import json
import unittest

from .providers.discord_markdown import read
from .selftest_support import SinkCase


class Discord(SinkCase):
    PATH = "/api/v10/webhooks/223704706495545344/3d89bb7572e0fb30d8128367b3b1b44f-PEER_token"
    EMBED = {"title": "Hi", "footer": {"text": "f"}, "color": 255, "timestamp": "2027-01-15T08:00:00Z",
             "fields": [{"name": "n", "value": "v", "inline": True}]}

    def post(self, message, path=PATH, query="?wait=true", kind="application/json"):
        status, text, answer = self.send(path + query, json.dumps(message), {"Content-Type": kind})
        return status, json.loads(text) if text else None, answer

    def messages(self):
        return self.control("GET", "/_sink/discord")["messages"]

    def test_a_message_is_posted(self):
        message = {"embeds": [self.EMBED], "allowed_mentions": {"parse": []}, "nonce": "1"}
        status, posted, _ = self.post(message)
        self.assertEqual((status, posted["id"]), (200, self.messages()[0]["id"]))
        self.assertEqual(self.messages()[0]["ignored"], ["nonce"])
        self.assertEqual(self.post(message, query="")[0], 204)
        self.control("POST", "/_sink/discord", {"threads": ["77"]})
        self.assertEqual(self.post(message, query="?thread_id=77&wait=true")[0], 200)
        self.assertEqual([each["thread_id"] for each in self.messages()], [None, None, "77"])

    def test_who_is_pinged(self):
        content = "@everyone <@1> <@&2>"
        for allowed, pinged in ((None, ["<@1>"]), ({"parse": []}, []),
                                ({"parse": ["everyone"]}, ["@everyone"])):
            self.post({"content": content, **({"allowed_mentions": allowed} if allowed else {})})
            self.assertEqual(self.messages()[-1]["pings"], pinged)

    def test_refusals_of_the_address(self):
        for path, status, code in (
                (self.PATH + "x", 401, 50027), (self.PATH.replace("223", "224"), 404, 10015),
                (self.PATH.replace("v10", "v11"), 400, 50041)):
            answer = self.post({"content": "a"}, path)
            self.assertEqual((answer[0], answer[1]["code"]), (status, code))

    def test_refusals_of_the_message(self):
        def embed(**changed):
            return {"embeds": [{**self.EMBED, **changed}]}
        fields = [{"name": "n" * 250, "value": "v" * 1000}] * 5
        for message, place in (
                (embed(title="x" * 257), ["embeds", "0", "title"]),
                (embed(description="x" * 4097), ["embeds", "0", "description"]),
                (embed(fields=[{"name": "n", "value": " "}]), ["embeds", "0", "fields", "0", "value"]),
                (embed(fields=[{"name": "n", "value": "v" * 1025}]), ["embeds", "0", "fields", "0", "value"]),
                (embed(fields=self.EMBED["fields"] * 26), ["embeds", "0", "fields"]),
                (embed(url="x"), ["embeds", "0", "url"]), (embed(color=-1), ["embeds", "0", "color"]),
                (embed(timestamp="soon"), ["embeds", "0", "timestamp"]),
                (embed(fields=fields), ["embeds"]),
                ({"content": "a", "allowed_mentions": {"parse": ["all"]}}, ["allowed_mentions"])):
            status, answer, _ = self.post(message)
            self.assertEqual((status, answer["code"]), (400, 50035))
            node = answer["errors"]
            for key in place:
                node = node[key]
            self.assertIn("message", node["_errors"][0])
        self.assertEqual(self.post({"embeds": []})[1]["code"], 50006)
        self.assertEqual(self.post({}, kind="text/plain")[1]["code"], 50035)
        self.control("POST", "/_sink/discord", {"forum": True})
        self.assertEqual(self.post({"content": "a"})[1]["code"], 220001)
        self.assertEqual(self.messages(), [])

    def test_the_rate_limit_and_old_versions(self):
        self.control("POST", "/_sink/discord", {"limited": 2, "retry_after": 0.35})
        status, text, answer = self.post({"content": "a"})
        self.assertEqual((status, text["retry_after"], answer.getheader("Retry-After")), (429, 0.35, "1"))
        old = self.post({"content": "a"}, self.PATH.replace("/v10", ""))
        self.assertEqual((old[0], old[1]["retry_after"]), (429, 350))
        self.assertEqual(self.post({"content": "a"})[0], 200)


class DiscordMarkdown(unittest.TestCase):
    def test_markup(self):
        for text, shown, tokens in (
                ("**a** *b* _c_ __d__ ~~e~~ ||f||", "a b c d e f",
                 ["bold", "italic", "italic", "underline", "strikethrough", "spoiler"]),
                (r"\*\*a\*\* \_c\_ \[x\](http:\//e.example)", "**a** _c_ [x](http://e.example)", []),
                ("[x](http://e.example) http://e.example", "x http://e.example",
                 ["link http://e.example", "autolink"]),
                ("<@1> @everyone <t:1:R>", "<@1> @everyone <t:1:R>", ["mention", "everyone", "mention"]),
                ("# a\n> b\n- c\n1. d", "# a\n> b\n- c\n1. d", ["heading", "quote", "list", "list"]),
                ("```\n*a*\n```b", "*a*b", ["code_block"]), ("`*a*`", "*a*", ["code"])):
            self.assertEqual(read(text), (shown, tokens))
