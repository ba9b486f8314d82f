"""Polls that can't read everything, and `wait` where nothing can be announced."""

import sqlite3

from answers import Answers

from scenes.tables import dynamodb

HOOK = ("--channel", "webhook,url=http://127.0.0.1:9/hook,secret=whsec_c2VjcmV0")


def scene_deleted_application(cdnotify):
    """Noticed where the groups of each application are listed."""
    cdnotify.deploy()
    cdnotify("register", "checkout", *HOOK)
    cdnotify.ask("/_peer/deny", {"deny": ["codedeploy:ListDeployments"], "account_wide": True})
    cdnotify("poll")
    cdnotify.ask("/_peer/applications/checkout", method="DELETE")
    cdnotify("poll")


def scene_endless_listing(cdnotify):
    with Answers(lambda request: {"deployments": [], "nextToken": "again"}) as codedeploy:
        cdnotify("register", "checkout", *HOOK, "--no-verify")
        cdnotify("poll", AWS_ENDPOINT_URL_CODEDEPLOY=codedeploy.url)


def scene_masked_secret(cdnotify):
    """In a store that somebody else has written."""
    cdnotify("register", "checkout", *HOOK, "--since", "1h", "--no-verify")
    with sqlite3.connect(cdnotify.home / "cdnotify.db") as store:
        store.execute(
            "UPDATE registration SET record = replace(record, 'whsec_c2VjcmV0', '********')")
    cdnotify("test-channel", "checkout")


def scene_stopped(cdnotify):
    cdnotify.deploy()
    cdnotify("register", "checkout", *HOOK)
    cdnotify.ask("/_peer/faults", {"kind": "hang", "operation": "ListDeployments", "count": -1})
    cdnotify("poll", under=("timeout", "--foreground", "--preserve-status", "0.5"))


def scene_options(cdnotify):
    cdnotify("poll", "--deadline", "13h")
    cdnotify("poll", CDNOTIFY_HEARTBEAT_URL="monitor.example")


def scene_deployments(cdnotify):
    cdnotify.deploy("checkout", id="d-CHECKOUT1")
    cdnotify.deploy("basket", id="d-BASKET001")
    cdnotify("register", "checkout", *HOOK, "--since", "1h")
    cdnotify("poll", "--deployment", "d-BASKET001")
    cdnotify("poll", "--deployment", "d-CHECKOUT1")
    cdnotify("history", "--deployment", "d-CHECKOUT1", "--state", "sent")
    cdnotify.write("notes.txt", "no database")
    cdnotify("wait", "d-CHECKOUT1", "--store", "notes.txt")


def scene_unreadable_deployment(cdnotify):
    """In a table, whose items anybody with the permission can change."""
    cdnotify.deploy("checkout", id="d-CHECKOUT1")
    table = ("--store", "dynamodb:cdnotify")
    cdnotify("check", "--create-table", *table)
    cdnotify("register", "checkout", *HOOK, "--since", "1h", *table)
    cdnotify("poll", *table)
    client = dynamodb(cdnotify)
    for item in client.scan(TableName="cdnotify")["Items"]:
        if "entry" in item:
            client.put_item(TableName="cdnotify", Item=item | {"entry": {"S": "{}"}})
    cdnotify("poll", *table)
    cdnotify("history", *table)


def scene_reasons(cdnotify):
    """Why something is, or isn't, announced."""
    cdnotify.deploy("checkout", id="d-CHECKOUT1")
    cdnotify.deploy("checkout", id="d-SCALEOUT1", creator="autoscaling")
    cdnotify("register", "checkout", "--group", "prd", *HOOK)
    cdnotify("register", "checkout", "--group", "*", *HOOK, "--since", "1h")
    cdnotify("poll", "--deployment", "d-CHECKOUT1", "--dry-run")
    cdnotify("poll", "--json")
    cdnotify("history", "--channel", "hook")
    cdnotify("mute", "checkout", "--for", "1h")
    cdnotify.deploy("checkout", id="d-CHECKOUT2")
    cdnotify("poll", "--json")
    cdnotify("unmute", "checkout")
    cdnotify("poll", "--deployment", "d-CHECKOUT2", "--dry-run")
    cdnotify("history")


def scene_muted_while_pending(cdnotify):
    cdnotify.deploy("checkout", id="d-CHECKOUT3")
    cdnotify("register", "checkout", *HOOK, "--since", "1h")
    cdnotify("poll")
    cdnotify("mute", "checkout", "--for", "1h")
    with sqlite3.connect(cdnotify.home / "cdnotify.db") as store:
        store.execute("UPDATE notification SET next_attempt_at = 0")
    cdnotify("poll", "--json")
    cdnotify("poll", "--deployment", "d-CHECKOUT3", "--json")


def scene_odd_region(cdnotify):
    """In a store that somebody has changed."""
    cdnotify("register", "checkout", *HOOK, "--no-verify")
    with sqlite3.connect(cdnotify.home / "cdnotify.db") as store:
        store.execute("UPDATE scope SET region = 'eu west 1'")
        store.execute(
            "UPDATE registration SET record = replace(record, 'us-east-1', 'eu west 1')")
    cdnotify("poll")
