"""Teams: what a workflow and a connector accept, and how they refuse."""

import json

from .selftest_support import SinkCase

CARD = {"type": "AdaptiveCard", "version": "1.4",
        "body": [{"type": "TextBlock", "text": "**Hi** [a](http://e.example) \\*b\\*"}]}


class Teams(SinkCase):
    FLOW = ("/powerautomate/automations/direct/workflows/36e0836ee6804d5fa6f5b09b67693953"
            "/triggers/manual/paths/invoke?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=")
    SIGNATURE = "pEErS1gnature-0123456789_abcdefghijklmnopq"
    CONNECTOR = "/webhookb2/a@b/IncomingWebhook/c/d"

    def post(self, path, card=CARD, kind="application/json", **message):
        body = {"type": "message", "attachments": [
            {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}], **message}
        status, text, _ = self.send(path, json.dumps(body), {"Content-Type": kind})
        return status, text.decode()

    def state(self):
        return self.control("GET", "/_sink/teams")

    def test_a_flow_accepts_and_posts(self):
        self.assertEqual(self.post(self.FLOW + self.SIGNATURE), (202, ""))
        state = self.state()
        self.assertEqual(state["failed_runs"], [])
        self.assertEqual(state["posts"][0]["card"], CARD)
        self.assertEqual(state["posts"][0]["markup"], {
            "shown": ["Hi a *b*"], "tokens": ["strong_open", "link_open http://e.example"]})

    def test_a_trigger_refuses(self):
        for path, kind, settings, status, code in (
                (self.FLOW + "wrong", "application/json", {}, 401, "DirectApiAuthorizationRequired"),
                (self.FLOW.replace("36e", "36f") + self.SIGNATURE, "application/json", {}, 404,
                 "WorkflowNotFound"),
                (self.FLOW + self.SIGNATURE, "text/plain", {}, 400, "InvalidRequestContent"),
                (self.FLOW + self.SIGNATURE, "application/json", {"enabled": False}, 400,
                 "WorkflowTriggerIsNotEnabled")):
            self.control("POST", "/_sink/teams", settings)
            answer = self.post(path, kind=kind)
            self.assertEqual((answer[0], json.loads(answer[1])["error"]["code"]), (status, code))
        self.assertEqual(self.state()["posts"], [])

    def test_a_run_fails_unseen(self):
        wrong = [{**CARD, "version": "1.5"}, {**CARD, "body": [{"type": "CodeBlock"}]},
                 {**CARD, "body": []}, {**CARD, "body": [{"type": "TextBlock"}]},
                 {**CARD, "body": [{"type": "TextBlock", "text": "a", "size": "huge"}]},
                 {**CARD, "body": [{"type": "TextBlock", "text": "a", "colour": "good"}]},
                 {**CARD, "actions": [{"type": "Action.OpenUrl", "url": "javascript:x"}]},
                 {**CARD, "body": [{"type": "TextBlock", "text": "x" * 21_000}]}]
        for card in wrong:
            self.assertEqual(self.post(self.FLOW + self.SIGNATURE, card), (202, ""))
        self.assertEqual(self.post(self.FLOW + self.SIGNATURE, attachments=[]), (202, ""))
        self.assertEqual(len(self.state()["failed_runs"]), len(wrong) + 1)
        self.assertEqual(self.state()["posts"], [])

    def test_a_connector_wraps_failures(self):
        self.assertEqual(self.post(self.CONNECTOR), (200, "1"))
        self.control("POST", "/_sink/teams", {"teams_status": 429})
        status, text = self.post(self.CONNECTOR)
        self.assertEqual(status, 200)
        self.assertIn("returned HTTP error 429 with ContextId", text)
        self.assertEqual(self.post(self.CONNECTOR, {})[0], 400)
        self.assertEqual(len(self.state()["posts"]), 1)
