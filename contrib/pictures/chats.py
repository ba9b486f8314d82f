"""Draws docs/images/teams.png, discord.png and googlechat.png: what the local providers of the tests
received, as the chats would show it.

    make pictures

Runs the command given against the local servers, a failure and its rollback, draws what arrived, and
photographs that with chromium (Debian's package of that name).
"""

import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
IMAGES = HERE.parents[1] / "docs" / "images"
sys.path.insert(0, str(HERE.parent / "demo"))

import chat_looks  # noqa: E402
from stage import ACCESS_KEY, SECRET_KEY, Server, temporary_folder  # noqa: E402

GOOD, BAD = "8f3c1d2a9b7e6f5d4c3b2a190817263544536271", "5e0b7c4d1a2f3e4d5c6b7a8990a1b2c3d4e5f607"
LOG = """LifecycleEvent - ApplicationStart
Script - scripts/start.sh
[stdout]starting checkout 5e0b7c4
[stderr]checkout: config/payments.yml: no key "timeout" in <defaults>
[stderr]checkout: giving up after 3 attempts
"""
# The name of the chat, what it holds its messages in, its looks, and the picture's height.
CHATS = {"teams": ("posts", chat_looks.teams, 930), "discord": ("messages", chat_looks.discord, 860),
         "googlechat": ("messages", chat_looks.googlechat, 1130)}


def github(commit):
    return {"revisionType": "GitHub", "gitHubLocation": {"repository": "example/checkout", "commitId": commit}}


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


def deploy(aws, number, begun, took, revision, previous, **more):
    aws.ask(aws.address("endpoint") + "/_peer/deployments", {
        "id": number, "application": "checkout", "group": "production", "create_time": -begun,
        "start_time": -begun + 2, "complete_time": -begun + took, "revision": github(revision),
        "previous_revision": github(previous), **more})


def received(program, folder):
    """What each chat holds after two cycles."""
    with Server("aws") as aws, Server("sink") as sink:
        aws.ask(aws.address("endpoint") + "/_peer/applications", {"name": "checkout", "groups": ["production"]})

        def cdnotify(*arguments):
            subprocess.run([program, *arguments], check=True, stdout=subprocess.DEVNULL, env={
                "HOME": folder, "PATH": "/usr/bin:/bin", "AWS_ENDPOINT_URL": aws.address("endpoint"),
                "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": ACCESS_KEY,
                "AWS_SECRET_ACCESS_KEY": SECRET_KEY, "CDNOTIFY_STORE": folder + "/cdnotify.db"})

        options = [text for each in channels(sink) for text in ("--channel", each)]
        cdnotify("register", "checkout", "--since", "2h", *options)
        counts = {"Succeeded": 12, "Failed": 0, "Skipped": 0, "InProgress": 0, "Pending": 0}
        deploy(aws, "d-5E0B7C4D1", 600, 96, BAD, GOOD, status="Failed",
               description="Retry payments, deployed-by: grace@example.com",
               error={"code": "HEALTH_CONSTRAINTS", "message":
                      "The overall deployment failed because too many individual instances failed deployment."},
               overview={**counts, "Succeeded": 10, "Failed": 1, "Skipped": 1},
               rollback_info={"rollbackDeploymentId": "d-7A6B5C4D3"},
               targets=[{"instanceTarget": {"targetId": "i-0abc12de34f567890", "status": "Failed", "lifecycleEvents": [{
                   "lifecycleEventName": "ApplicationStart", "status": "Failed", "diagnostics": {
                       "errorCode": "ScriptFailed", "scriptName": "scripts/start.sh", "logTail": LOG,
                       "message": "Script at specified location: scripts/start.sh failed with exit code 1"}}]}}])
        cdnotify("poll")
        deploy(aws, "d-7A6B5C4D3", 500, 71, GOOD, BAD, creator="codeDeployRollback", overview=counts,
               rollback_info={"rollbackTriggeringDeploymentId": "d-5E0B7C4D1"})
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
