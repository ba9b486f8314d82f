"""The store's file and folder: of others, not files, full, locked, or written by something else."""

import os
import socket
import sqlite3
import subprocess

HOOK = ("--channel", "webhook,url=http://127.0.0.1:9", "--no-verify")
NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")


def scene_files(cdnotify):
    """What isn't a file, in the store's place and beside a store."""
    fifo = cdnotify.home / "fifo"
    os.mkfifo(fifo)
    cdnotify("list", "--store", str(fifo))
    cdnotify("register", "checkout", *HOOK)
    os.mkfifo(cdnotify.home / "cdnotify.db-journal")
    cdnotify("list")


def scene_folders(cdnotify):
    """Needs root, to run as somebody else."""
    # Of root, and closed to others.
    closed = cdnotify.home / "closed"
    closed.mkdir(0o700)
    os.chmod(cdnotify.home, 0o711)
    cdnotify("list", "--store", str(closed / "cdnotify.db"), under=NOBODY)
    cdnotify("register", "checkout", *HOOK, under=NOBODY, CDNOTIFY_STORE=None,
             XDG_STATE_HOME=str(closed))


def scene_owners(cdnotify):
    """Needs root, without the right to become somebody else."""
    folder = cdnotify.home / "theirs"
    folder.mkdir(0o700)
    os.chown(folder, 65534, 65534)
    cdnotify("list", "--store", str(folder / "cdnotify.db"), "--trust-store-owner",
             under=("setpriv", "--bounding-set=-setuid,-setgid"))


def scene_full_disk(cdnotify):
    """A disk with room for a few names, which are taken. Needs root, to mount it."""
    cdnotify("register", "checkout", *HOOK, "--store", "/mnt/cdnotify.db", under=(
        "unshare", "-m", "sh", "-c", 'mount -t tmpfs -o nr_inodes=1,mode=700 none /mnt && exec "$@"',
        "sh"))
