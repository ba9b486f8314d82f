"""A message as a person in the channel reads it.

Sources: docs.slack.dev/messaging/formatting-message-text: what stands in < > is a mention (<@U1>,
<!channel>, <!subteam^S1>, <#C1>), a date (<!date^seconds^format|fallback>) or a link (<url|text>);
&amp; &lt; &gt; are the characters; *bold*, _italic_, ~strike~ and `code`, where a mark doesn't stand
inside a word.
"""

import re

CONTROL = re.compile(r"<([^<>]*)>")
BOUNDARY = r"(?<![^\W_]){0}(?=\S)[^\n]+?(?<=\S){0}(?![^\W_])"
STYLES = [re.compile(BOUNDARY.format(re.escape(mark))) for mark in "*_~"] + [re.compile("`[^`\n]+`")]
# Before the entities are read: `&gt;` at a line's beginning is a quote too.
QUOTE = re.compile(r"(?:^|\n)(?:>|&gt;)[^\n]*")
CODE = re.compile(r"```(.*?)```", re.DOTALL)
# Names may be in any script; an invisible character within one makes it another text.
EMOJI = re.compile(r":([\w+'-]+):")


def texts(content):
    """The texts in the order in which they stand, with whether they are mrkdwn. Where there are
    blocks, `text` isn't shown but in notifications."""
    blocks = content.get("blocks") or []
    if not blocks and content.get("text"):
        yield content["text"], True
    for block in blocks + [each for attachment in content.get("attachments") or []
                           for each in attachment.get("blocks") or []]:
        for text in [block.get("text")] + block.get("fields", []) + block.get("elements", []):
            if text and "text" in text:
                text = text["text"] if text["type"] == "button" else text
                yield text["text"], text["type"] == "mrkdwn"


def entities(text):
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def plain(text):
    return entities(CONTROL.sub(lambda match: match.group(1).rpartition("|")[2] or match.group(1), text))


def shown(content):
    return [plain(text) if markup else entities(text) for text, markup in texts(content)]


def controls(content):
    """What stands in < >, also in the text of notifications."""
    fallback = [(content.get("text") or "", True)] if content.get("blocks") else []
    for text, markup in [*texts(content), *fallback]:
        if markup:
            for found in CONTROL.findall(text):
                yield found


def pings(content):
    return [each for each in controls(content)
            if each[:1] in ("@", "#", "!") and not each.startswith("!date^")]


def emoji(content):
    """The names that are shown as emoji, in mrkdwn and in plain text alike; not in code."""
    return [name for text, _ in texts(content)
            for name in EMOJI.findall(CONTROL.sub("", CODE.sub("", text)))]


def links(content):
    found = [each.partition("|") for each in controls(content) if each[:1] not in ("@", "#", "!")]
    return [{"url": entities(url), "text": entities(text)} for url, _, text in found]


def styled(content):
    """Every span that a mark of style takes effect on, with the marks."""
    spans = []
    for text, markup in texts(content):
        if not markup:
            continue
        spans += ["```" + code + "```" for code in CODE.findall(text)]
        rest = CODE.sub("", text)
        for pattern in STYLES:
            spans += pattern.findall(CONTROL.sub(lambda match: match.group(1).rpartition("|")[2], rest))
        spans += [each.strip("\n") for each in QUOTE.findall(rest)]
    return spans
