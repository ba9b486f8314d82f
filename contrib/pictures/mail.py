#!/usr/bin/env python3
"""Makes the pictures of a mail in docs/images: a failed deployment, announced by the built program through the
local servers, as a browser shows what arrived.

    make pictures

It takes Chromium, which nothing else here needs.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
PEERS = ROOT / "Tests" / "Peers"
sys.path.insert(0, str(PEERS))

from aws.peer import Peer  # noqa: E402

# File, width, and whether it is dark.
PICTURES = [("email-failure-light.png", 760, False), ("email-failure-dark.png", 360, True)]

LOG = """LifecycleEvent - ValidateService
Script - scripts/smoke-test.sh
[stdout]waiting for http://127.0.0.1:8080/health
[stdout]attempt 1: 503 Service Unavailable
[stdout]attempt 2: 503 Service Unavailable
[stdout]attempt 3: 503 Service Unavailable
[stderr]curl: (22) The requested URL returned error: 503
[stderr]basket-db: connection refused (10.0.12.7:5432)
"""

DEPLOYMENT = {
    "application": "checkout", "group": "production", "id": "d-A1B2C3D4E", "status": "Failed",
    "create_time": -300, "start_time": -298, "complete_time": -108, "config": "CodeDeployDefault.OneAtATime",
    "description": "Faster carts: price rules are read once a basket, not once an item. deployed-by: ada@example.com",
    "revision": {"revisionType": "GitHub", "gitHubLocation": {
        "repository": "example/checkout", "commitId": "4f2a91c5f60718293a4b5c6d7e8f900112233445"}},
    "previous_revision": {"revisionType": "GitHub", "gitHubLocation": {
        "repository": "example/checkout", "commitId": "1b2c3d4e5f60718293a4b5c6d7e8f90011223344"}},
    "overview": {"Succeeded": 10, "Failed": 1, "Skipped": 1, "InProgress": 0, "Pending": 0},
    "error": {"code": "HEALTH_CONSTRAINTS", "message":
              "The overall deployment failed because too many individual instances failed deployment, too few healthy "
              "instances are available for deployment, or some instances in your deployment group are experiencing "
              "problems."},
    "rollback_info": {"rollbackDeploymentId": "d-F5G6H7J8K"},
    "targets": [{"instanceTarget": {
        "targetId": "i-0abc0abc0abc0abc0", "status": "Failed", "lifecycleEvents": [
            {"lifecycleEventName": "ValidateService", "status": "Failed", "diagnostics": {
                "errorCode": "ScriptFailed", "scriptName": "scripts/smoke-test.sh",
                "message": "Script at specified location: scripts/smoke-test.sh run as user deploy failed with exit "
                           "code 22",
                "logTail": LOG}}]}}],
}


def main():
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        sys.exit("pictures: Chromium isn't installed (apt-get install chromium)")
    with tempfile.TemporaryDirectory() as folder:
        page = pathlib.Path(folder, "mail.html")
        page.write_text(mail(sys.argv[1], folder), encoding="utf-8")
        for name, width, is_dark in PICTURES:
            picture(browser, page, ROOT / "docs" / "images" / name, width, is_dark)
            print(f"docs/images/{name}")


def mail(program, folder):
    """The HTML of the mail that the program sends about the deployment."""
    aws = Peer()
    server = subprocess.Popen([sys.executable, "-m", "mail"], cwd=PEERS, text=True, stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE)
    try:
        places = json.loads(server.stdout.readline())
        aws.post("applications", name="checkout", groups=["production"])
        aws.post("deployments", **DEPLOYMENT)
        environment = {
            "PATH": os.environ["PATH"], "HOME": folder, "CDNOTIFY_STORE": os.path.join(folder, "store.db"),
            "AWS_ENDPOINT_URL": aws.endpoint, "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE00000PEER",
            "AWS_SECRET_ACCESS_KEY": "peer-secret-key-0123456789abcdefghijklmn"}
        channel = (f"email,host=127.0.0.1,port={places['scripted']},security=none,from=ci@example.com,"
                   "to=ada@example.com")
        for arguments in (["register", "checkout", "--channel", channel], ["poll", "--deployment", "d-A1B2C3D4E"]):
            subprocess.run([program, *arguments], env=environment, check=True, stdout=subprocess.DEVNULL)
        with urllib.request.urlopen(f"{places['control']}/_mail/messages?count=1") as answer:
            return json.load(answer)["messages"][0]["html"]
    finally:
        server.stdin.close()
        server.wait(10)
        aws.stop()


def picture(browser, page, path, width, is_dark):
    """A picture of the whole page and no more of it."""
    # The page is as high as it is; only a browser knows.
    measure = page.with_name("measure.html")
    measure.write_text(
        f'<body style="margin:0"><iframe id="mail" src="{page.name}" style="border:0;width:{width}px"></iframe><script>'
        'onload = () => { const page = document.getElementById("mail").contentDocument;'
        ' document.title = page.querySelector("table").scrollHeight; };</script>')
    shown = run(browser, page.parent, "--window-size=1200,800", "--dump-dom", "--allow-file-access-from-files",
                measure.as_uri())
    height = int(re.search(r"<title>(\d+)</title>", shown).group(1))
    run(browser, page.parent, f"--window-size={width},{height}", f"--screenshot={path}",
        f"--blink-settings=preferredColorScheme={0 if is_dark else 1}", page.as_uri())


def run(browser, folder, *options):
    # Without a sandbox, which a container has no rights for; the page is our own and loads nothing.
    return subprocess.run(
        [browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
         "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={folder}/profile", *options],
        check=True, capture_output=True, text=True, timeout=120).stdout


if __name__ == "__main__":
    main()
