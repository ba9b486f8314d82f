"""Slack: incoming webhooks and the part of the Web API that posts messages.

Sources, each at the top of its module: docs.slack.dev. A workspace here has channels, bot tokens
and webhooks; what was posted is kept with its edits and threads, so that a test sees the channel as
a person would.
"""

from . import web_api, webhooks
from .workspace import Workspace


class Slack:
    control_path = "/_sink/slack"

    def __init__(self, recorder):
        self.reset()

    def reset(self):
        self.workspace = Workspace()

    def inspect(self, request, record):
        pass

    def answer(self, request, record):
        if request.path.startswith("/services/"):
            return webhooks.answer(self.workspace, request)
        if request.path.startswith("/api/"):
            return web_api.answer(self.workspace, request)
        return None

    def control(self, method, body):
        if method == "POST":
            if not isinstance(body, dict):
                raise ValueError("expected a JSON object")
            self.workspace.change(body)
        elif method == "DELETE":
            self.workspace.forget()
        return 200, self.workspace.describe()
