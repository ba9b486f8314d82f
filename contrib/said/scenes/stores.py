"""The store's file and folder: of others, not files, full, locked, or written by something else."""

import os

from scene import NOBODY, mounting

HOOK = ("--channel", "webhook,url=http://127.0.0.1:9", "--no-verify")


def scene_files(cdnotify):
    """What isn't a file, in the store's place and beside a store."""
    fifo = cdnotify.home / "fifo"
    os.mkfifo(fifo)
    cdnotify("list", "--store", str(fifo))
    cdnotify("register", "checkout", *HOOK)
    os.mkfifo(cdnotify.home / "cdnotify.db-journal")
    cdnotify("list")


def scene_folders(cdnotify):
    # Closed to others.
    closed = cdnotify.home / "closed"
    closed.mkdir(0o700)
    os.chmod(cdnotify.home, 0o711)
    cdnotify("list", "--store", str(closed / "cdnotify.db"), under=NOBODY)
    cdnotify("register", "checkout", *HOOK, under=NOBODY, CDNOTIFY_STORE=None,
             XDG_STATE_HOME=str(closed))


def scene_owners(cdnotify):
    """Of somebody else, where root may not become that user."""
    folder = cdnotify.home / "theirs"
    folder.mkdir(0o700)
    os.chown(folder, 65534, 65534)
    cdnotify("list", "--store", str(folder / "cdnotify.db"), "--trust-store-owner",
             under=("setpriv", "--bounding-set=-setuid,-setgid"))


def scene_full_disk(cdnotify):
    """A disk that has no room for another file."""
    cdnotify("register", "checkout", *HOOK, "--store", "/mnt/cdnotify.db",
             under=mounting("mount -t tmpfs -o nr_inodes=1,mode=700 none /mnt"))
