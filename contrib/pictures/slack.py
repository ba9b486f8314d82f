"""Draws docs/images/slack.png: what the local Slack of the tests received, as Slack would show it.

    make pictures

Runs the command given against the local servers: a success, a failure and its rollback. Draws the
channel and the failure's thread from what arrived, with the rules of mrkdwn, and photographs that
with chromium (Debian's packages chromium and fonts-noto-color-emoji).
"""

import html
import pathlib
import re
import subprocess
import sys
import time

from scene import COUNTS, GOOD, IMAGES, OLD, command, deploy, fail, roll_back
from stage import Server, temporary_folder

TOKEN = "xoxb-peer-0123456789-abcdefghijklmnop"


def received(program, folder):
    """The channel after three cycles."""
    with Server("aws") as aws, Server("sink") as sink:
        cdnotify = command(program, aws, folder, SLACK_TOKEN=TOKEN)
        cdnotify("register", "checkout", "--since", "2h", "--channel",
                 f"slack,token=env:SLACK_TOKEN,channel=#deployments,base_url={sink.address('http')}")
        deploy(aws, "d-8F3C1D2A9", 840, 194, GOOD, OLD, overview=COUNTS,
               description="Faster carts, deployed-by: ada@example.com")
        cdnotify("poll")
        fail(aws)
        cdnotify("poll")
        roll_back(aws)
        cdnotify("poll")
        state = sink.ask(sink.address("control") + "/_sink/slack")
        return state["channels"][0]["messages"]


def control(match):
    inside, _, label = match.group(1).partition("|")
    if inside.startswith("!date^"):
        moment = time.gmtime(int(inside.split("^")[1]))
        return time.strftime("today %-I:%M:%S %p", moment)
    return f'<a>{label or inside}</a>'


def mrkdwn(text):
    """The mrkdwn of a message as HTML; `&lt;` and its like are the same in both."""
    parts = re.split(r"```\n?(.*?)\n?```", text, flags=re.DOTALL)
    for index, part in enumerate(parts):
        if index % 2:
            parts[index] = f"<pre>{part}</pre>"
            continue
        part = re.sub(r"<([^<>]*)>", control, part)
        part = re.sub(r"(?<!\w)\*(\S[^\n*]*)\*(?!\w)", r"<b>\1</b>", part)
        part = re.sub(r"(?m)^> (.*)$\n?", r"<blockquote>\1</blockquote>", part.strip("\n"))
        parts[index] = re.sub(r"\n(?!<blockquote>)", "<br>", part).replace("\n", "")
    return "".join(parts)


def block(each):
    if each["type"] == "header":
        return f"<h2>{each['text']['text']}</h2>"
    if each["type"] == "context":
        return f"<p class=context>{mrkdwn(each['elements'][0]['text'])}</p>"
    if "fields" in each:
        fields = "".join(f"<div>{mrkdwn(field['text'])}</div>" for field in each["fields"])
        return f"<div class=fields>{fields}</div>"
    return f"<div class=section>{mrkdwn(each['text']['text'])}</div>"


def message(each, replies=True):
    body = "".join(map(block, each.get("blocks") or []))
    for attachment in each.get("attachments") or []:
        inner = "".join(map(block, attachment["blocks"]))
        body += f'<div class=attachment style="border-color:{html.escape(attachment["color"])}">{inner}</div>'
    thread = each.get("thread")
    if replies and thread:
        body += f"<p class=replies>{len(thread)} replies</p>"
    return f"<article><i>c</i><div><p><b>cdnotify</b> <small>APP</small></p>{body}</div></article>"


STYLE = """
body { margin: 0; font: 15px/1.46 Lato, 'DejaVu Sans', 'Noto Color Emoji', sans-serif; font-size: 13.5px;
  color: #1d1c1d; display: grid; grid-template-columns: 640px 520px; }
main, aside { padding: 12px 20px; } aside { border-left: 1px solid #ddd; }
h1 { font-size: 16px; margin: 0 0 10px; padding-bottom: 10px; border-bottom: 1px solid #ddd; }
h2 { font-size: 16px; line-height: 1.3; margin: 2px 0 6px; } p { margin: 0 } a { color: #1264a3 }
article { display: flex; gap: 10px; margin-bottom: 18px } article > div { flex: 1; min-width: 0 }
article i { width: 36px; height: 36px; border-radius: 6px; background: #4a154b; color: #fff; flex: none;
  font: bold 20px/36px 'DejaVu Sans'; text-align: center }
small { background: #e8e8e8; color: #616061; font-size: 9px; padding: 1px 3px; border-radius: 2px }
.attachment { border-left: 4px solid; border-radius: 2px; padding: 2px 0 2px 12px; margin-top: 4px }
.section { margin: 6px 0 } .fields { display: grid; grid-template-columns: 1fr 1fr; gap: 8px 16px; margin: 8px 0 }
.context { color: #616061; font-size: 12px; margin: 6px 0 } .replies { color: #1264a3; font-weight: bold }
blockquote { margin: 0; border-left: 4px solid #ddd; padding-left: 10px }
pre { font: 12px/1.5 'DejaVu Sans Mono'; background: #f8f8f8; border: 1px solid #ddd; border-radius: 4px;
  padding: 8px; margin: 4px 0; white-space: pre-wrap; overflow-wrap: anywhere }
footer { grid-column: 1 / 3; color: #616061; font-size: 11px; padding: 4px 20px 12px }
"""


def page(messages):
    failed = next(each for each in messages if each["thread"])
    channel = "".join(map(message, messages))
    thread = "".join(message(each, replies=False) for each in failed["thread"])
    return f"""<!doctype html><meta charset=utf-8><style>{STYLE}</style>
<main><h1># deployments</h1>{channel}</main>
<aside><h1>Thread</h1>{message(failed, replies=False)}{thread}</aside>
<footer>Drawn from what the local Slack of the tests received; Slack's own picture differs in detail.</footer>"""


def photograph(page, name, size, folder):
    source = pathlib.Path(folder, "slack.html")
    source.write_text(page, encoding="utf-8")
    subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
         f"--user-data-dir={folder}/chromium", "--force-device-scale-factor=1.5",
         f"--window-size={size[0]},{size[1]}", f"--screenshot={IMAGES / name}", source.as_uri()],
        check=True, stderr=subprocess.DEVNULL)


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    with temporary_folder() as folder:
        photograph(page(received(program, folder)), "slack.png", (1160, 1125), folder)


if __name__ == "__main__":
    main()
