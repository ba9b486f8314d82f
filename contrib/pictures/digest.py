"""Draws docs/images/slack-digest.png: what the local Slack of the tests received after an outage,
with digest_above=3, as Slack would show it.

    make pictures
"""

import pathlib
import sys

from scene import COUNTS, GOOD, OLD, command, deploy, fail, roll_back
from slack import STYLE, TOKEN, message, photograph
from stage import Server, temporary_folder

WIDTH, HEIGHT = 680, 460


def received(program, folder):
    """The channel after the first cycle since hours."""
    with Server("aws") as aws, Server("sink") as sink:
        cdnotify = command(program, aws, folder, SLACK_TOKEN=TOKEN)
        cdnotify("register", "checkout", "--since", "1d", "--channel",
                 f"slack,token=env:SLACK_TOKEN,channel=#deployments,base_url={sink.address('http')},digest_above=3")
        deploy(aws, "d-8F3C1D2A9", 11_000, 194, GOOD, OLD, overview=COUNTS,
               description="Faster carts, deployed-by: ada@example.com")
        deploy(aws, "d-2B4D6F8A1", 9_000, 188, OLD, GOOD, overview=COUNTS,
               description="Slower carts, deployed-by: ada@example.com")
        fail(aws)
        roll_back(aws)
        cdnotify("poll", "--window", "1d")
        return sink.ask(sink.address("control") + "/_sink/slack")["channels"][0]["messages"]


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    with temporary_folder() as folder:
        messages = received(program, folder)
        assert len(messages) == 1, "a digest is one message"
        page = f"""<!doctype html><meta charset=utf-8><style>{STYLE}</style>
<main><h1># deployments</h1>{message(messages[0])}</main>
<footer>Drawn from what the local Slack of the tests received; Slack's own picture differs in detail.</footer>"""
        photograph(page, "slack-digest.png", (WIDTH, HEIGHT), folder)


if __name__ == "__main__":
    main()
