"""Draws docs/images/teams.png, discord.png and googlechat.png: what the local providers of the tests
received, as the chats would show it.

    make pictures

Runs the command given against the local servers, a failure and its rollback, draws what arrived, and
photographs that with chromium (Debian's package of that name).
"""

import pathlib
import subprocess
import sys

import chat_looks
from scene import IMAGES, command, fail, roll_back
from stage import Server, temporary_folder

# The name of the chat, what it holds its messages in, its looks, and the picture's height.
CHATS = {"teams": ("posts", chat_looks.teams, 1010), "discord": ("messages", chat_looks.discord, 950),
         "googlechat": ("messages", chat_looks.googlechat, 1260)}


def channels(sink):
    """A channel for each chat, at the addresses that the local providers take."""
    base = sink.address("http")

    def settings(name):
        return sink.ask(sink.address("control") + "/_sink/" + name)

    teams, discord, chat = settings("teams"), settings("discord"), settings("googlechat")
    return [
        f"teams,webhook_url={base}/workflows/{teams['workflow']}/triggers/manual/paths/invoke"
        f"?sp=run&sv=1.0&sig={teams['signature']}",
        f"discord,webhook_url={base}/api/webhooks/{discord['webhook']}/{discord['token']}",
        f"googlechat,webhook_url={base}/v1/spaces/{chat['space']}/messages?key={chat['key']}"
        f"&token={chat['token'].replace('=', '%3D')}",
    ]


def received(program, folder):
    """What each chat holds after two cycles."""
    with Server("aws") as aws, Server("sink") as sink:
        cdnotify = command(program, aws, folder)
        options = [text for each in channels(sink) for text in ("--channel", each)]
        cdnotify("register", "checkout", "--since", "2h", *options)
        fail(aws)
        cdnotify("poll")
        roll_back(aws)
        cdnotify("poll")
        return {name: sink.ask(sink.address("control") + "/_sink/" + name)[held]
                for name, (held, _, _) in CHATS.items()}


def photograph(page, picture, height, folder):
    source = pathlib.Path(folder, "page.html")
    source.write_text(f"<!doctype html><meta charset=utf-8><style>{chat_looks.STYLE}</style>{page}", encoding="utf-8")
    subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
         f"--user-data-dir={folder}/chromium", "--force-device-scale-factor=1.5",
         f"--window-size=672,{height}", f"--screenshot={picture}", source.as_uri()],
        check=True, stderr=subprocess.DEVNULL)


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    footer = "<footer>Drawn from what the local server of the tests received; the real picture differs in detail.</footer>"
    with temporary_folder() as folder:
        for name, messages in received(program, folder).items():
            _, look, height = CHATS[name]
            page = "".join(map(look, messages)) + footer
            photograph(page, IMAGES / f"{name}.png", height, folder)


if __name__ == "__main__":
    main()
