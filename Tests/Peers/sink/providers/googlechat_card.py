"""The shape of a message with cards, and what its HTML does.

Fields from github.com/googleapis/googleapis, google/chat/v1/message.proto and google/apps/card/v1/
card.proto, in their JSON names; the ones a notification can be made of. `materialIcon` is newer than
the copy of the proto that was read: developers.google.com/workspace/chat/format-messages. Tags are
those that page lists for cards.
"""

import html
import re
from html.parser import HTMLParser

OPEN_LINK = {"openLink": {"url!": str}}
ICON = {"knownIcon": str, "iconUrl": str, "altText": str, "imageType": str,
        "materialIcon": {"name!": str, "fill": bool, "weight": int, "grade": int}}
BUTTON = {"text": str, "icon": ICON, "onClick!": OPEN_LINK, "disabled": bool, "altText": str,
          "color": {"red": float, "green": float, "blue": float, "alpha": float}}
WIDGET = {"textParagraph": {"text!": str, "maxLines": int}, "divider": {},
          "decoratedText": {"startIcon": ICON, "topLabel": str, "text!": str, "wrapText": bool,
                            "bottomLabel": str, "onClick": OPEN_LINK, "button": BUTTON,
                            "endIcon": ICON},
          "buttonList": {"buttons!": [BUTTON]}}
SECTION = {"header": str, "widgets!": [WIDGET], "collapsible": bool, "uncollapsibleWidgetsCount": int}
CARD = {"header": {"title!": str, "subtitle": str, "imageUrl": str, "imageType": str,
                   "imageAltText": str}, "sections": [SECTION], "name": str}
MESSAGE = {"text": str, "fallbackText": str, "thread": {"name": str, "threadKey": str},
           "cardsV2": [{"cardId": str, "card!": CARD}]}

TAGS = {"b": set(), "i": set(), "u": set(), "s": set(), "strike": set(), "del": set(), "br": set(),
        "a": {"href"}, "font": {"color"}}


class Refused(Exception):
    pass


def check(value, shape=None, path="message"):
    """Raises Refused where a field isn't known, is of another type, or is missing."""
    shape = MESSAGE if shape is None else shape
    if isinstance(shape, list):
        if not isinstance(value, list):
            raise Refused(f"Invalid value at '{path}', expected a list")
        for number, each in enumerate(value):
            check(each, shape[0], f"{path}[{number}]")
    elif isinstance(shape, dict):
        if not isinstance(value, dict):
            raise Refused(f"Invalid value at '{path}', expected an object")
        known = {name.rstrip("!"): name for name in shape}
        for name, content in value.items():
            if name not in known:
                raise Refused(f"Invalid JSON payload received. Unknown name \"{name}\" at '{path}': "
                              "Cannot find field.")
            check(content, shape[known[name]], f"{path}.{name}")
        for name in shape:
            if name.endswith("!") and not value.get(name[:-1]):
                raise Refused(f"'{path}.{name[:-1]}' is required")
        if shape is WIDGET and len(value) != 1:
            raise Refused(f"'{path}' must have one kind of content")
    elif not isinstance(value, shape) or (shape is int and isinstance(value, bool)):
        raise Refused(f"Invalid value at '{path}' ({shape.__name__})")


class Reader(HTMLParser):
    """The text as it is shown, and the tags that take effect."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.shown, self.tags, self.unknown, self.open = "", [], [], []

    def handle_starttag(self, tag, attributes):
        if tag not in TAGS or {name for name, _ in attributes} - TAGS[tag]:
            self.unknown.append(tag)
        elif tag == "br":
            self.shown += "\n"
        else:
            self.tags.append(" ".join([tag, *(value or "" for _, value in attributes)]))
            self.open.append(tag)

    def handle_endtag(self, tag):
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.unknown.append("/" + tag)

    def handle_data(self, data):
        self.shown += data

    def handle_comment(self, data):
        self.unknown.append("comment")


def read(text):
    reader = Reader()
    reader.feed(text)
    reader.close()
    return {"shown": reader.shown.replace("\u00a0", " "), "tags": reader.tags,
            "unknown": reader.unknown + reader.open}


def texts(value):
    """Every text of the cards that is HTML."""
    if isinstance(value, list):
        return [each for item in value for each in texts(item)]
    if not isinstance(value, dict):
        return []
    own = [read(value["text"])] if isinstance(value.get("text"), str) and "onClick" not in value else []
    return own + [each for item in value.values() for each in texts(item)]


def mentions(message):
    """Whom the plain text mentions."""
    return re.findall(r"<users/[^>]+>", html.unescape(message.get("text", "")))
