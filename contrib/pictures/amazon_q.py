"""Draws docs/images/amazon-q.png: what a topic of the local AWS got with format=chatbot, as Amazon Q
would show it in a thread of Slack.

    make pictures
"""

import html
import json
import pathlib
import sys

from scene import command, fail, roll_back
from slack import STYLE, mrkdwn, photograph
from stage import Server, temporary_folder

WIDTH, HEIGHT = 680, 1185


def received(program, folder):
    """The topic's messages: a failure, and its rollback in the same thread."""
    with Server("aws") as aws:
        peer = aws.address("endpoint") + "/_peer"
        topic = aws.ask(f"{peer}/topics", {"name": "deployments"})["topic_arn"]
        cdnotify = command(program, aws, folder)
        cdnotify("register", "checkout", "--since", "1d", "--channel", f"sns,topic_arn={topic},format=chatbot")
        fail(aws)
        cdnotify("poll")
        roll_back(aws)
        cdnotify("poll")
        messages = aws.ask(f"{peer}/sns?topic_arn={topic}")["messages"]
        return [json.loads(each["message"]) for each in messages]


def card(message):
    content = message["content"]
    steps = "".join(f"<li>{mrkdwn(step)}</li>" for step in content.get("nextSteps", []))
    keywords = " ".join(f"<code>{html.escape(word)}</code>" for word in content["keywords"])
    body = (f"<p><b>{mrkdwn(content['title'])}</b></p><div class=section>{mrkdwn(content['description'])}</div>"
            f"<p><b>Next steps</b></p><ul>{steps}</ul><p>{keywords}</p>")
    return (f"<article><i style='background: #7d5bbe'>Q</i><div><p><b>Amazon Q</b> <small>APP</small></p>"
            f"<div class=attachment style='border-color: #7d5bbe'>{body}</div></div></article>")


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    with temporary_folder() as folder:
        messages = received(program, folder)
        assert len({each["metadata"]["threadId"] for each in messages}) == 1, "a rollback is in the failure's thread"
        page = f"""<!doctype html><meta charset=utf-8><style>{STYLE} ul {{ margin: 2px 0 8px; overflow-wrap: anywhere }}</style>
<main><h1>Thread</h1>{"".join(map(card, messages))}</main>
<footer>Drawn from what the local SNS of the tests received; Amazon Q's own picture differs in detail.</footer>"""
        photograph(page, "amazon-q.png", (WIDTH, HEIGHT), folder)


if __name__ == "__main__":
    main()
