"""Google Chat: what a webhook takes, threads, repetitions, and how it refuses."""

import json
from urllib.parse import urlencode

from .selftest_support import SinkCase


class GoogleChat(SinkCase):
    SECRETS = {"key": "AIzaSyPEERPEERPEERPEERPEERPEERPEERPEER1", "token": "t0ken-PEER_0123456789abcdefghij="}
    REPLY = {"messageReplyOption": "REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD"}

    def post(self, message, space="AAAApeer", **query):
        path = f"/v1/spaces/{space}/messages?" + urlencode({**self.SECRETS, **query})
        status, text, _ = self.send(path, json.dumps(message), {"Content-Type": "application/json"})
        return status, json.loads(text)

    def state(self):
        return self.control("GET", "/_sink/googlechat")

    def card(self, *widgets, **changed):
        return {"cardsV2": [{"cardId": "a", "card": {"sections": [{"widgets": list(widgets)}], **changed}}]}

    def test_threads(self):
        keyed = {"text": "a", "thread": {"threadKey": "d-1"}}
        names = [self.post(message, **query)[1]["thread"]["name"] for message, query in (
            (keyed, self.REPLY), (keyed, self.REPLY), (keyed, {}),
            ({"text": "a"}, {**self.REPLY, "threadKey": "d-1"}), ({"text": "a"}, self.REPLY))]
        self.assertEqual([names.index(name) for name in names], [0, 0, 2, 0, 4])
        self.assertEqual([each["is_reply"] for each in self.state()["messages"]],
                         [False, True, False, True, False])

    def test_a_repetition_is_the_message_that_is_there(self):
        first = self.post({"text": "a"}, requestId="1")
        self.assertEqual(self.post({"text": "b"}, requestId="1"), first)
        self.assertEqual((len(self.state()["messages"]), self.state()["repeats"]), (1, 1))

    def test_html_and_mentions(self):
        self.post(self.card({"textParagraph": {
            "text": '<b>a</b> &lt;i&gt; <a href="https://e.example">x</a><br>b<img>c'}}))
        self.assertEqual(self.state()["messages"][0]["texts"], [{
            "shown": "a <i> x\nbc", "tags": ["b", "a https://e.example"], "unknown": ["img"]}])
        self.post({"text": "<users/all> a"})
        self.assertEqual(self.state()["messages"][1]["mentions"], ["<users/all>"])

    def test_refusals(self):
        text = {"textParagraph": {"text": "a"}}
        for message, query, status in (
                ({"text": "a"}, {"key": "x"}, 400), ({"text": "a"}, {"token": "x"}, 403),
                ({"text": "a"}, {"space": "B"}, 404), ({"text": "a"}, {"other": "1"}, 400),
                ({"text": "a"}, {"messageReplyOption": "x"}, 400), ({}, {}, 400),
                ({"text": "x" * 32_000}, {}, 400), ({"texts": "a"}, {}, 400),
                (self.card(), {}, 400), (self.card({}), {}, 400),
                (self.card({**text, "divider": {}}), {}, 400),
                (self.card({"textParagraph": {"text": 1}}), {}, 400),
                (self.card({"textParagraph": {}}), {}, 400),
                (self.card({"buttonList": {"buttons": [{"text": "a"}]}}), {}, 400),
                (self.card(text, header={"subtitle": "a"}), {}, 400),
                ({"text": "a", "thread": {"threadKey": "x" * 4001}}, {}, 400)):
            answer = self.post(message, **query)
            self.assertEqual((answer[0], answer[1]["error"]["code"]), (status, status), message)
        self.assertEqual(self.state()["messages"], [])

    def test_quota_and_outage(self):
        self.control("POST", "/_sink/googlechat", {"limited": 1, "unavailable": 1, "errors_as_200": True})
        answers = [self.post({"text": "a"}) for _ in range(3)]
        self.assertEqual([status for status, _ in answers], [200, 200, 200])
        self.assertEqual([answer.get("error", {}).get("status") for _, answer in answers],
                         ["RESOURCE_EXHAUSTED", "UNAVAILABLE", None])
