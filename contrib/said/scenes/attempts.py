"""What keeps a notification from being attempted, or its outcome from being recorded."""

import sqlite3
import threading

HOOK = "webhook,url={http}/in"


def poll(cdnotify, *options, **variables):
    run = cdnotify("poll", *options, **variables)
    cdnotify("history")
    return run


def change(cdnotify, statement, *values):
    """Changes the store, as another host or version would."""
    with sqlite3.connect(cdnotify.environment["CDNOTIFY_STORE"], timeout=10) as store:
        store.execute(statement, values)
    store.close()


def register(cdnotify, *channels):
    cdnotify("register", "checkout", "--no-verify",
             *[word for channel in channels for word in ("--channel", channel)])


def pace(cdnotify):
    """More messages than a cycle of three seconds has time for."""
    cdnotify.write("slow", "#!/bin/sh\nsleep 0.7\n", mode=0o700)
    slack = "slack,webhook_url={http}/services/T00000001/B00000001/peerpeerpeerpeerpeerpeer"
    register(cdnotify, f"exec,command={cdnotify.home}/slow",
             slack.format(http=cdnotify.sink.address("http")))
    cdnotify.deploy(count=5)
    poll(cdnotify, "--deadline", "3s")


def took_over(cdnotify):
    """Another host claims a notification while this one sends it."""
    http = cdnotify.sink.address("http")
    register(cdnotify, HOOK.format(http=http))
    cdnotify.deploy()
    cdnotify.tell("/_sink/script", {"path": "/in", "answer": {"delay": 1}})
    other = threading.Thread(target=take_over, args=(cdnotify,))
    other.start()
    cdnotify("poll", "--verbose")
    other.join()


def take_over(cdnotify):
    cdnotify.tell("/_sink/wait?path=/in&count=1&timeout=20")
    change(cdnotify, "UPDATE notification SET claim_token = 'other' WHERE state = 'sending'")


def muted(cdnotify):
    http = cdnotify.sink.address("http")
    register(cdnotify, HOOK.format(http=http))
    cdnotify.deploy()
    cdnotify.tell("/_sink/script", {"path": "/in", "count": -1, "answer": {"status": 404}})
    poll(cdnotify)
    cdnotify("mute", "checkout", "--for", "1h")
    cdnotify("retry", "--all")
    poll(cdnotify)


def newer(cdnotify):
    """A newer version registered a type of channel that this one doesn't know."""
    register(cdnotify, HOOK.format(http="http://127.0.0.1:9"))
    change(cdnotify, "UPDATE registration SET record = replace(record, ?, ?)",
           '"type":"webhook"', '"type":"fax"')
    cdnotify.deploy()
    poll(cdnotify)
    # Or it knew a type whose address this one can't do without.
    change(cdnotify, "UPDATE registration SET record = replace(replace(record, ?, ?), ?, ?)",
           '"type":"fax"', '"type":"webhook"', '"url":', '"addresses":')
    cdnotify("retry", "--all")
    poll(cdnotify)


def conflict(cdnotify):
    """Others change a registration all the time: it is another one whenever it is read."""
    register(cdnotify, HOOK.format(http="http://127.0.0.1:9"))
    change(cdnotify, "ALTER TABLE registration RENAME TO kept")
    change(cdnotify, """CREATE VIEW registration AS SELECT scope_id, application, is_settled,
        external_id, json_set(record, '$.registration.labels.at', hex(randomblob(8))) AS record
        FROM kept""")
    cdnotify("register", "checkout", "--no-verify", "--on", "failed")


def scene_attempts(cdnotify):
    for play in (pace, took_over, muted, newer, conflict):
        cdnotify.ask("/_peer/reset", {})
        cdnotify.tell("/_sink/reset", {})
        cdnotify.environment["CDNOTIFY_STORE"] = str(cdnotify.home / f"{play.__name__}.db")
        play(cdnotify)
