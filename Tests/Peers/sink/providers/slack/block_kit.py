"""Whether a message has the form that Block Kit asks for.

Sources: docs.slack.dev/reference/block-kit/blocks/{header,section,context,divider,actions}-block,
…/block-elements/button-element, …/composition-objects/text-object, the legacy secondary
attachments' page (color, fallback, blocks; 100 at the most), docs.slack.dev/reference/methods/
chat.postMessage (text: 40,000). Block types that the program has no use for are refused as unknown.
Slack doesn't say what it counts as a character: UTF-16 here, the most it can be but for bytes.
Members that Slack would ignore are refused: one that is misspelt would have no effect there.
"""

import re

COLOUR = re.compile(r"#[0-9a-fA-F]{6}|good|warning|danger")
BLOCK_MEMBERS = {
    "header": {"text"},
    "section": {"text", "fields", "accessory", "expand"},
    "context": {"elements"},
    "divider": set(),
    "actions": {"elements"},
}


class Invalid(Exception):
    def __init__(self, error, *messages):
        super().__init__(error)
        self.error, self.messages = error, list(messages)


def length(text):
    return len(text.encode("utf-16-le")) // 2


def check_message(message):
    """Text, blocks and attachments of a message; raises Invalid."""
    text, blocks, attachments = (message.get(name) for name in ("text", "blocks", "attachments"))
    if not text and not blocks and not attachments:
        raise Invalid("no_text")
    if text is not None and not isinstance(text, str):
        raise Invalid("invalid_arguments", "[ERROR] text must be a string")
    if text and length(text) > 40000:
        raise Invalid("msg_too_long")
    if blocks is not None:
        check_blocks(blocks, "/blocks", "invalid_blocks")
    if attachments is not None:
        check_attachments(attachments)


def check_attachments(attachments):
    if not isinstance(attachments, list):
        raise Invalid("invalid_attachments")
    if len(attachments) > 100:
        raise Invalid("too_many_attachments")
    for number, each in enumerate(attachments):
        place = f"/attachments/{number}"
        need(isinstance(each, dict), place, "an attachment is an object", "invalid_attachments")
        need(set(each) <= {"color", "fallback", "blocks"}, place,
             f"members {sorted(each)}; with blocks only color and fallback count", "invalid_attachments")
        need(COLOUR.fullmatch(each.get("color", "good")), place, "no colour", "invalid_attachments")
        need(isinstance(each.get("fallback", ""), str), place, "fallback is text", "invalid_attachments")
        check_blocks(each.get("blocks", []), place + "/blocks", "invalid_attachments")


def check_blocks(blocks, place, error):
    need(isinstance(blocks, list), place, "must be an array", "invalid_blocks_format")
    need(len(blocks) <= 50, place, "no more than 50 items allowed", error)
    for number, each in enumerate(blocks):
        check_block(each, f"{place}/{number}", error)


def check_block(block, place, error):
    need(isinstance(block, dict) and block.get("type") in BLOCK_MEMBERS, place, "unsupported type", error)
    kind = block["type"]
    unknown = set(block) - BLOCK_MEMBERS[kind] - {"type", "block_id"}
    need(not unknown, place, f"unknown members {sorted(unknown)}", error)
    if kind == "header":
        check_text(block.get("text"), place + "/text", error, 150, {"plain_text"})
    elif kind == "section":
        need("text" in block or "fields" in block, place, "text or fields is required", error)
        if "text" in block:
            check_text(block["text"], place + "/text", error, 3000)
        check_list(block.get("fields", [None]), place + "/fields", error, 10)
        for number, each in enumerate(block.get("fields", [])):
            check_text(each, f"{place}/fields/{number}", error, 2000)
        need("accessory" not in block, place, "accessories aren't known here", error)
    elif kind == "context":
        check_list(block.get("elements"), place + "/elements", error, 10)
        for number, each in enumerate(block["elements"]):
            check_text(each, f"{place}/elements/{number}", error, 3000)
    elif kind == "actions":
        check_list(block.get("elements"), place + "/elements", error, 25)
        for number, each in enumerate(block["elements"]):
            check_button(each, f"{place}/elements/{number}", error)


def check_list(value, place, error, most):
    need(isinstance(value, list) and 1 <= len(value) <= most, place, f"must have 1 to {most} items", error)


def check_text(text, place, error, most, kinds=frozenset({"plain_text", "mrkdwn"})):
    need(isinstance(text, dict), place, "must be a text object", error)
    need(text.get("type") in kinds, place, f"type must be one of {sorted(kinds)}", error)
    own = "emoji" if text["type"] == "plain_text" else "verbatim"
    need(set(text) <= {"type", "text", own}, place, f"unknown members in {sorted(text)}", error)
    need(isinstance(text.get(own, False), bool), place, f"{own} must be a boolean", error)
    value = text.get("text")
    need(isinstance(value, str) and value.strip(), place, "must be more than 0 characters", error)
    need(length(value) <= most, place, f"must be less than {most + 1} characters", error)


def check_button(button, place, error):
    need(isinstance(button, dict) and button.get("type") == "button", place, "must be a button", error)
    need(set(button) <= {"type", "text", "url", "action_id", "value", "style"}, place, "unknown members", error)
    check_text(button.get("text"), place + "/text", error, 75, {"plain_text"})
    need(length(button.get("url", "")) <= 3000, place, "url: must be less than 3001 characters", error)
    need(length(button.get("action_id", "")) <= 255, place, "action_id is too long", error)


def need(condition, place, problem, error):
    if not condition:
        raise Invalid(error, f"[ERROR] {problem} [json-pointer:{place}]")
