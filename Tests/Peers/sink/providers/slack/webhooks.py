"""Incoming webhooks.

Sources: docs.slack.dev/messaging/sending-messages-using-incoming-webhooks ("ok" as plain text, the
errors as plain text) and api.slack.com/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks
(400 invalid_payload, 403 action_prohibited, 404 channel_not_found, 410 channel_is_archived, 500
rollup_error). A webhook's channel, name and icon are fixed: arguments for them are refused here,
where Slack ignores them.
"""

import json

from ...wire import Answer
from .block_kit import Invalid, check_message

ARGUMENTS = {"text", "blocks", "attachments", "parse", "link_names", "unfurl_links", "unfurl_media",
             "mrkdwn"}


def answer(workspace, request):
    planned = workspace.refusal("webhook", False)
    if planned:
        limited = Answer.of_text(planned["error"], 429)
        limited.set_header("Retry-After", str(planned.get("retry_after", 1)))
        return limited
    if request.target not in workspace.webhooks:
        return Answer.of_text("no_service", 404)
    channel = workspace.channel(workspace.webhooks[request.target])
    if channel is None:
        return Answer.of_text("channel_not_found", 404)
    if channel.archived:
        return Answer.of_text("channel_is_archived", 410)
    kind = (request.header("Content-Type") or "").split(";")[0].strip().lower()
    try:
        message = json.loads(request.body)
    except ValueError:
        message = None
    if request.method != "POST" or kind != "application/json" or not isinstance(message, dict) \
            or set(message) - ARGUMENTS:
        return Answer.of_text("invalid_payload", 400)
    try:
        check_message(message)
    except Invalid as invalid:
        return Answer.of_text(invalid.error, 400)
    content = {name: message[name] for name in ("text", "blocks", "attachments") if name in message}
    workspace.post(channel, "webhook", content)
    return Answer.of_text("ok")
