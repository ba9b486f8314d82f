"""What of a text in an embed would be more than text in Discord's client.

Discord's Markdown as its help center describes it (support.discord.com, "Markdown Text 101") and the
syntaxes of discord.com/developers/docs/reference#message-formatting. The client parses with rules in
the manner of simple-markdown: at each place the first that fits, and a backslash before any
punctuation is an escape.
"""

import re

RULES = [
    ("escape", r"\\([^0-9A-Za-z\s])"),
    ("code_block", r"```(?:[a-z0-9_+\-.#]+?\n)?\n*([^\n][\s\S]*?)\n*```"),
    ("code", r"(`+)([\s\S]*?[^`])\1(?!`)"),
    ("link", r"\[((?:\\.|[^\[\]\\])+)\]\((https?://[^\s()]+)\)"),
    ("mention", r"<(?:@[!&]?|#)\d+>|<a?:\w+:\d+>|<t:-?\d+(?::\w)?>|</[^>]+:\d+>|<id:\w+>"),
    ("everyone", r"@(?:everyone|here)"),
    ("autolink", r"<?[a-z]+://[^\s<]+[^<.,:;\"')\]\s]>?"),
    ("bold", r"\*\*(?=\S)([\s\S]+?)\*\*(?!\*)"),
    ("underline", r"__([\s\S]+?)__(?!_)"),
    ("italic", r"\b_((?:__|\\.|[^\\_])+?)_\b|\*(?=\S)((?:\*\*|\\.|[^\\*])+?)\*(?!\*)"),
    ("strikethrough", r"~~([\s\S]+?)~~(?!_)"),
    ("spoiler", r"\|\|([\s\S]+?)\|\|"),
]
LINE_RULES = [
    ("heading", r"#{1,3} +\S"), ("subtext", r"-# +\S"), ("quote", r">(?:>>)? +\S"),
    ("list", r" *(?:[-*]|\d+\.) +\S"),
]
RULES = [(name, re.compile(rule)) for name, rule in RULES]
LINE_RULES = [(name, re.compile(rule)) for name, rule in LINE_RULES]


def read(text):
    """(the text as it is shown, the markup that takes effect)."""
    shown, tokens, place = "", [], 0
    while place < len(text):
        if place == 0 or text[place - 1] == "\n":
            tokens += [name for name, rule in LINE_RULES if rule.match(text, place)]
        for name, rule in RULES:
            match = rule.match(text, place)
            if match:
                break
        else:
            shown += text[place]
            place += 1
            continue
        place = match.end()
        if name == "escape":
            shown += match[1]
        elif name in ("code", "code_block"):
            shown += match[2] if name == "code" else match[1]
            tokens.append(name)
        else:
            inner = next((group for group in match.groups() if group), "")
            inner_shown, inner_tokens = read(inner) if inner else (match[0], [])
            shown += inner_shown
            tokens += [f"link {match[2]}" if name == "link" else name, *inner_tokens]
    return shown, tokens
