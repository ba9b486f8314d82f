"""Microsoft Teams: webhooks of workflows, and the Office 365 connectors before them.

Sources:
- The message: learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/
  connectors-using. A workflow's template posts each attachment's content as a card.
- The trigger answers 202 with no body, and 401 DirectApiAuthorizationRequired without the signature
  in the query (issue 51 of github.com/ericferon/glpi-webhook); any body that isn't declared as JSON
  is a 400 (issue 2664 of github.com/secureCodeBox/secureCodeBox).
- The flow runs after that, and where the card is wrong it fails unseen: the message of such a run
  stands in issue 11901 of github.com/MicrosoftDocs/msteams-docs. Here it is in `failed_runs`.
- Connectors answer 200 and "1", and wrap failures of Teams in a 200 too (issues 1810, 7425, 400
  there); 400 "Summary or Text is required." for what they don't understand.
- 28 KB a message by the documentation; connectors refused more than 21 KB
  (rubydoc.info/gems/msteams_hermes).

Decided here: 404 WorkflowNotFound and 400 WorkflowTriggerIsNotEnabled are the trigger's words for a
flow that is deleted or turned off, after those of Azure Logic Apps.
"""

import json
import re

from ..wire import Answer
from . import adaptive_card

TRIGGER = re.compile(r".*/workflows/([0-9a-f]+)/triggers/manual/paths/invoke/?")
CONNECTOR = re.compile(r"/webhookb2/.+/IncomingWebhook/.+")
LARGEST = 21_000


class Teams:
    control_path = "/_sink/teams"
    SETTINGS = ("workflow", "signature", "enabled", "teams_status")

    def __init__(self, recorder):
        self.reset()

    def reset(self):
        self.workflow = "36e0836ee6804d5fa6f5b09b67693953"
        self.signature = "pEErS1gnature-0123456789_abcdefghijklmnopq"
        self.enabled = True
        # What Teams says to a connector behind its 200.
        self.teams_status = 200
        self.posts, self.failed_runs = [], []

    def inspect(self, request, record):
        pass

    def answer(self, request, record):
        trigger = TRIGGER.fullmatch(request.path)
        if trigger:
            return self.run(request, record, trigger[1])
        if CONNECTOR.fullmatch(request.path):
            return self.connect(request, record)
        return None

    def run(self, request, record, workflow):
        if request.method != "POST":
            return error(405, "MethodNotAllowed", "The method is not allowed.")
        if workflow != self.workflow:
            return error(404, "WorkflowNotFound", f"The workflow '{workflow}' could not be found.")
        if request.query("sig") != self.signature or not request.query("sp") or not request.query("sv"):
            return error(401, "DirectApiAuthorizationRequired",
                         "The request must be authenticated only by Shared Access scheme.")
        if not self.enabled:
            return error(400, "WorkflowTriggerIsNotEnabled",
                         f"Could not execute workflow '{workflow}' trigger 'manual' with state "
                         "'Disabled': trigger is not enabled.")
        try:
            message = self.json(request)
        except ValueError as reason:
            return error(400, "InvalidRequestContent", str(reason))
        try:
            self.post(message, request, record)
        except adaptive_card.Refused as reason:
            self.failed_runs.append({"request": record["sequence"], "reason": str(reason)})
        return Answer(202, [("Content-Length", "0")])

    def connect(self, request, record):
        try:
            self.post(self.json(request), request, record)
        except ValueError:
            return Answer.of_text("Bad payload received by generic incoming webhook.", 400)
        except adaptive_card.Refused as reason:
            return Answer.of_text(f"Summary or Text is required. ({reason})", 400)
        if self.teams_status != 200:
            self.posts.pop()
            return Answer.of_text(
                "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP "
                f"error {self.teams_status} with ContextId tcid=0,server=PEER,cv=peer.0..")
        return Answer.of_text("1")

    def json(self, request):
        if not (request.header("Content-Type") or "").lower().startswith("application/json"):
            raise ValueError("the content type is not application/json")
        return json.loads(request.body)

    def post(self, message, request, record):
        if len(request.body) > LARGEST:
            raise adaptive_card.Refused("RequestEntityTooLarge")
        if not isinstance(message, dict) or message.get("type") != "message" \
                or not isinstance(message.get("attachments"), list) or not message["attachments"]:
            raise adaptive_card.Refused("a message has the type 'message' and attachments")
        for attachment in message["attachments"]:
            if attachment.get("contentType") != "application/vnd.microsoft.card.adaptive":
                raise adaptive_card.Refused("an attachment's contentType must be that of a card")
            adaptive_card.check(attachment.get("content"))
        for attachment in message["attachments"]:
            card = attachment["content"]
            self.posts.append({"request": record["sequence"], "card": card,
                               "markup": adaptive_card.markup(card)})

    def control(self, method, body):
        if method == "POST":
            if not isinstance(body, dict) or set(body) - set(self.SETTINGS):
                raise ValueError(f"expected an object with some of {self.SETTINGS}")
            for name, value in body.items():
                setattr(self, name, value)
        elif method == "DELETE":
            self.posts, self.failed_runs = [], []
        settings = {name: getattr(self, name) for name in self.SETTINGS}
        return 200, settings | {"posts": self.posts, "failed_runs": self.failed_runs}


def error(status, code, message):
    return Answer.of_json({"error": {"code": code, "message": message}}, status)
