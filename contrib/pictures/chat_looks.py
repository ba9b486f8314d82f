"""How Teams, Discord and Google Chat show a message, near enough: each takes what the local provider
of the tests accepted and gives HTML. Markdown and escapes are read by the same code as in the tests.
"""

import html
import re

from markdown_it import MarkdownIt

MARKDOWN = MarkdownIt("commonmark", {"html": False})

STYLE = """
body { margin: 0; padding: 16px; background: #fff; font: 14px/1.4 'Liberation Sans', sans-serif;
  width: 640px; display: grid; gap: 14px }
footer { color: #616061; font-size: 11px } pre, .mono { font: 12px/1.4 'DejaVu Sans Mono' }
.teams { border: 1px solid #ddd; border-radius: 6px; padding: 12px 16px; overflow: hidden; color: #242424 }
.teams p { margin: 0 } .teams a { color: #4f52b2 } .teams .bleed { margin: -12px -16px 8px; padding: 12px 16px }
.teams .box { padding: 8px 12px; margin-top: 4px } .teams .good { background: #e7f2da }
.teams .attention { background: #fcf4f6 } .teams .warning { background: #fbf6d9 }
.teams .accent { background: #ebf3fc } .teams .emphasis { background: #f0f0f0 }
.teams .text { margin-top: 8px } .teams .medium { font-size: 17px; font-weight: 600 }
.teams table { font: inherit; margin-top: 8px; border-spacing: 0 3px }
.teams td { vertical-align: top; padding: 0 14px 0 0 }
.teams .action { display: inline-block; border: 1px solid #ccc; border-radius: 4px; padding: 5px 14px;
  margin: 12px 8px 0 0; font-weight: 600 }
.discord { background: #313338; padding: 14px; border-radius: 6px }
.discord > div { background: #2b2d31; border-left: 4px solid; border-radius: 4px; padding: 12px 16px;
  max-width: 520px } .discord * { color: #dbdee1 } .discord a, .discord h3 * { color: #00a8fc }
.discord h3 { margin: 0 0 8px; font-size: 16px; color: #00a8fc } .discord small { color: #949ba4 }
.discord pre { background: #1e1f22; padding: 8px; border-radius: 4px; white-space: pre-wrap; margin: 6px 0 0 }
.discord .fields { display: grid; grid-template-columns: 1fr 1fr 1fr; gap: 8px; margin: 8px 0; font-size: 13px }
.discord .wide { grid-column: span 3 } .discord > div + div { margin-top: 6px }
.discord blockquote { margin: 0; border-left: 4px solid #4e5058; padding-left: 10px }
.chat { border: 1px solid #dadce0; border-radius: 8px; max-width: 480px; color: #202124 }
.chat section, .chat header { padding: 10px 16px } .chat section { border-top: 1px solid #e0e0e0 }
.chat header, .chat h4 { font-weight: 500; margin: 0 } .chat small { color: #5f6368; display: block }
.chat .row { display: flex; gap: 12px; padding: 5px 0 } .chat a { color: #1967d2 }
.chat .button { background: #e8f0fe; color: #1967d2; border-radius: 16px; padding: 6px 14px; margin-right: 8px }
"""


def tag(name, inner, kind=""):
    return f"<{name} class='{kind}'>{inner}</{name}>"


def teams(post):
    card = post["card"]
    actions = "".join(tag("span", html.escape(each["title"]), "action") for each in card.get("actions", []))
    return tag("div", "".join(map(element, card["body"])) + actions, "teams")


def element(each):
    if each["type"] == "Container":
        kind = each["style"] + (" bleed" if each.get("bleed") else " box")
        return tag("div", "".join(map(element, each["items"])), kind)
    if each["type"] == "FactSet":
        rows = (tag("td", tag("b", MARKDOWN.renderInline(fact["title"])))
                + tag("td", MARKDOWN.renderInline(fact["value"])) for fact in each["facts"])
        return tag("table", "".join(tag("tr", row) for row in rows))
    if each["type"] == "TextBlock":
        return tag("div", MARKDOWN.render(each["text"]), "medium" if each.get("size") == "Medium" else "text")
    runs = (tag("b" if run.get("weight") == "Bolder" else "span", html.escape(run["text"]),
                "mono" if run.get("fontType") == "Monospace" else "") for run in each["inlines"])
    return tag("div", "".join(runs), "" if each.get("spacing") == "None" else "text")


DISCORD = re.compile(r"```\n(?P<code>[\s\S]*?)\n```|\\(?P<escaped>[^0-9A-Za-z\s])|\*\*(?P<bold>.+?)\*\*"
                     r"|\[(?P<label>(?:\\.|[^\[\]\\])+)\]\((?P<url>https?://[^\s()]+)\)")


def discord_text(text):
    shown, place = "", 0
    for match in DISCORD.finditer(text):
        shown += html.escape(text[place:match.start()])
        place = match.end()
        if match["code"] is not None:
            shown += tag("pre", html.escape(match["code"]))
        elif match["escaped"]:
            shown += html.escape(match["escaped"])
        else:
            shown += tag("b", discord_text(match["bold"])) if match["bold"] else tag("a", discord_text(match["label"]))
    return shown + html.escape(text[place:])


def discord(message):
    return tag("div", "".join(map(embed, message["embeds"])), "discord")


def embed(each):
    fields = "".join(tag("div", tag("b", discord_text(field["name"])) + "<br>" + discord_text(field["value"]),
                         "" if field["inline"] else "wide") for field in each.get("fields", []))
    title = tag("h3", discord_text(each["title"])) if "title" in each else ""
    lines = (tag("blockquote", line[2:]) if line.startswith("> ") else line + "\n"
             for line in discord_text(each.get("description", "")).replace("&gt; ", "> ").split("\n"))
    footer = each.get("footer", {}).get("text", "")
    if "timestamp" in each:
        footer += f" • Today at {each['timestamp'][11:16]}"
    body = (title + f"<div style='white-space: pre-line'>{''.join(lines)}</div>"
            + (tag("div", fields, "fields") if fields else "") + tag("small", footer))
    return f"<div style='border-color: #{each['color']:06x}'>{body}</div>"


ICONS = {"check_circle": "✔", "error": "✖", "warning": "⚠", "schedule": "◷"}


def googlechat(message):
    card = message["message"]["cardsV2"][0]["card"]
    header = html.escape(card["header"]["title"]) + tag("small", html.escape(card["header"]["subtitle"]))
    inner = tag("header", header)
    for section in card["sections"]:
        shown = section["widgets"]
        more = ""
        if section.get("collapsible"):
            more = tag("div", "Show more ⌄", "row") if len(shown) > section["uncollapsibleWidgetsCount"] else ""
            shown = shown[:section["uncollapsibleWidgetsCount"]]
        title = tag("h4", html.escape(section["header"])) if "header" in section else ""
        inner += tag("section", title + "".join(map(widget, shown)) + more)
    return tag("div", inner, "chat")


def widget(each):
    if "buttonList" in each:
        buttons = each["buttonList"]["buttons"]
        return tag("div", "".join(tag("span", html.escape(button["text"]), "button") for button in buttons), "row")
    if "textParagraph" in each:
        return tag("div", tag("div", each["textParagraph"]["text"]), "row")
    text = each["decoratedText"]
    icon = tag("span", ICONS[text["startIcon"]["materialIcon"]["name"]]) if "startIcon" in text else ""
    label = tag("small", html.escape(text["topLabel"])) if "topLabel" in text else ""
    return tag("div", icon + tag("div", label + text["text"]), "row")
