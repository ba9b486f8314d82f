"""What a workflow accepts as an Adaptive Card, and which of its texts would be markup.

Properties and values are those of version 1.4 of the schema (github.com/microsoft/AdaptiveCards,
schemas/1.4.0/adaptive-card.json), for the elements a notification can be made of. Workflows post
cards through a parser of that version: a higher one isn't displayed (issues 8965, 7676 there), an
element it doesn't know fails the run (github.com/MicrosoftDocs/msteams-docs, issue 11901).

TextBlock and facts are Markdown, and HTML is none (learn.microsoft.com/microsoftteams/platform/
task-modules-and-cards/cards/cards-format); the web client parses it with markdown-it, of which
markdown-it-py is a port. A TextRun is plain text.
"""

import re

from markdown_it import MarkdownIt

COLORS = {"default", "dark", "light", "accent", "good", "warning", "attention"}
SIZES = {"default", "small", "medium", "large", "extralarge"}
WEIGHTS = {"default", "lighter", "bolder"}
FONTS = {"default", "monospace"}
STYLES = {"default", "emphasis", "good", "attention", "warning", "accent"}
SPACINGS = {"none", "small", "default", "medium", "large", "extralarge", "padding"}
ALIGNMENTS = {"left", "center", "right"}

ELEMENT = {"id": str, "isVisible": bool, "separator": bool, "spacing": SPACINGS}
TEXT = {"text": str, "color": COLORS, "size": SIZES, "weight": WEIGHTS, "fontType": FONTS,
        "isSubtle": bool}
ELEMENTS = {
    "TextBlock": ELEMENT | TEXT | {"wrap": bool, "maxLines": int, "horizontalAlignment": ALIGNMENTS},
    "RichTextBlock": ELEMENT | {"inlines": list, "horizontalAlignment": ALIGNMENTS},
    "Container": ELEMENT | {"items": list, "style": STYLES, "bleed": bool, "minHeight": str},
    "FactSet": ELEMENT | {"facts": list},
    "TextRun": TEXT | {"italic": bool, "strikethrough": bool, "underline": bool, "highlight": bool},
    "Action.OpenUrl": {"id": str, "title": str, "url": str, "iconUrl": str, "tooltip": str},
}
REQUIRED = {"TextBlock": ["text"], "RichTextBlock": ["inlines"], "Container": ["items"],
            "FactSet": ["facts"], "TextRun": ["text"], "Action.OpenUrl": ["url"]}
CARD = {"type": str, "$schema": str, "version": str, "fallbackText": str, "body": list,
        "actions": list, "msteams": dict, "speak": str, "lang": str}


class Refused(Exception):
    pass


def check(card):
    """Raises Refused unless it is a card that would be posted and displayed."""
    if not isinstance(card, dict) or card.get("type") != "AdaptiveCard":
        raise Refused("Property 'type' must be 'AdaptiveCard'")
    properties(card, "AdaptiveCard", CARD)
    version = re.fullmatch(r"(\d+)\.(\d+)", card.get("version", ""))
    if not version or (int(version[1]), int(version[2])) > (1, 4):
        raise Refused(f"version {card.get('version')!r} can't be displayed")
    if set(card.get("msteams", {})) - {"width", "entities"}:
        raise Refused("msteams has unknown properties")
    mentions(card)
    if not card.get("body"):
        raise Refused("the card is empty")
    for each in card["body"]:
        element(each, {"TextBlock", "RichTextBlock", "Container", "FactSet"})
    for each in card.get("actions", []):
        element(each, {"Action.OpenUrl"})
        if not re.match(r"https?://[^\s/]+", each["url"]):
            raise Refused(f"{each['url']!r} is no absolute URL")


def mentions(card):
    """Whom the card calls. A mention whose text stands nowhere in the card fails the whole card."""
    texts = " ".join(each["text"] for each in elements(card.get("body")) if isinstance(each.get("text"), str))
    for entity in card.get("msteams", {}).get("entities", []):
        if not isinstance(entity, dict) or entity.get("type") != "mention":
            raise Refused("an entity must be a mention")
        mentioned, text = entity.get("mentioned"), entity.get("text")
        if not isinstance(mentioned, dict) or not mentioned.get("id") or not mentioned.get("name"):
            raise Refused("a mention has an id and a name")
        if not isinstance(text, str) or not re.fullmatch(r"<at>[^<>]+</at>", text) or text not in texts:
            raise Refused(f"the mention {text!r} stands nowhere in the card")


def element(value, allowed):
    kind = value.get("type") if isinstance(value, dict) else None
    if kind not in allowed:
        raise Refused(f"Unable to cast {kind!r} to one of {sorted(allowed)}")
    properties(value, kind, ELEMENTS[kind] | {"type": str})
    for name in REQUIRED[kind]:
        if name not in value:
            raise Refused(f"Required property '{name}' not found on '{kind}'")
    for each in value.get("items", []):
        element(each, {"TextBlock", "RichTextBlock", "Container", "FactSet"})
    for each in value.get("inlines", []):
        element(each, {"TextRun"})
    for fact in value.get("facts", []):
        if not isinstance(fact, dict) or set(fact) != {"title", "value"}:
            raise Refused("a fact has a title and a value")
        properties(fact, "Fact", {"title": str, "value": str})


def properties(value, kind, known):
    for name, content in value.items():
        if name not in known:
            raise Refused(f"unknown property '{name}' on '{kind}'")
        wanted = known[name]
        if isinstance(wanted, set):
            if not isinstance(content, str) or content.lower() not in wanted:
                raise Refused(f"{content!r} is no value of '{name}' on '{kind}'")
        elif not isinstance(content, wanted) or (wanted is int and isinstance(content, bool)):
            raise Refused(f"'{name}' on '{kind}' is of the wrong type")


def elements(value):
    """Every object of the card, from the top."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from elements(each)


def markup(card):
    """What of its Markdown takes effect: each text as it is displayed, and every token that isn't
    a paragraph's text."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").enable("strikethrough")
    shown, tokens = [], []
    for each in elements(card):
        if each.get("type") == "TextBlock":
            texts = [each["text"]]
        elif set(each) == {"title", "value"}:
            texts = [each["title"], each["value"]]
        else:
            continue
        for text in texts:
            inline = [token for block in parser.parse(text) for token in [block, *(block.children or [])]]
            shown.append("".join(token.content for token in inline if token.type in ("text", "text_special")))
            tokens += [token.type + (f" {token.attrs['href']}" if "href" in token.attrs else "")
                       for token in inline if token.nesting >= 0 and token.type not in
                       ("paragraph_open", "inline", "text", "text_special", "softbreak")]
    return {"shown": shown, "tokens": tokens}
