"""What `check` and `status` find."""

import fcntl
import json
import os
import sqlite3
import time

HOOK = ("--channel", "webhook,url=http://127.0.0.1:9")


def scene_regions(cdnotify):
    cdnotify.aws
    cdnotify("register", "checkout", *HOOK, "--no-verify", AWS_REGION=None)
    cdnotify("check")
    cdnotify("check", AWS_REGION=None)


def scene_permissions(cdnotify):
    cdnotify.deploy()
    cdnotify("register", "checkout", *HOOK)
    cdnotify.ask("/_peer/deny", {"deny": ["codedeploy:*GetApplication*"]})
    cdnotify("check")


def scene_status(cdnotify):
    cdnotify.deploy()
    cdnotify("register", "checkout", *HOOK)
    cdnotify("poll")
    with sqlite3.connect(cdnotify.home / "cdnotify.db") as store:
        store.execute("UPDATE scope SET mark = mark - 7200000")
    cdnotify("status", "--max-silence", "1h")
    with open(cdnotify.home / "cdnotify.db.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        json.dump({"pid": os.getpid(), "since": int(time.time() * 1000)}, lock)
        lock.flush()
        cdnotify("status")
