"""Mistakes in options, which no server is needed for."""


def scene_options(cdnotify):
    cdnotify("report", "--html", "")
    cdnotify("register", "checkout", "--prune")
    cdnotify("register", "checkout", "--replace")
    cdnotify("poll", "--deadline", "0")
