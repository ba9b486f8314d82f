"""Exports that nobody should import, files for them, and a document that is no text."""

import copy
import json

from scene import mounting

SCOPE = {"region": "us-east-1", "profile": "", "roleARN": ""}
IDENTITY = {"application": "checkout", "scope": SCOPE}
DEPLOYMENT = {"deployment": {
    "deployment": {
        "application": "checkout", "createdAt": 1796038205057, "deploymentGroup": "prod",
        "id": "d-ABCDEF123", "status": "Succeeded", "completedAt": 1796038265057},
    "events": [{"at": 1796038265057, "event": "succeeded", "content": {
        "application": "checkout", "created_at": 1796038205057, "deployment_group": "prod",
        "deployment_id": "d-ABCDEF123", "event": "succeeded", "id": "", "region": "us-east-1",
        "status": "Succeeded", "version": 1}}],
    "key": {"id": "d-ABCDEF123", "scope": SCOPE}, "notes": {},
    "notifications": [{
        "attempts": 1, "channel": "webhook", "event": "succeeded", "failed_cycles": 0,
        "next_attempt_at": 1796038265425, "odd_answers": 0, "reason": "200: ok", "state": "sent",
        "tries": []}],
    "seen_at": 1796038265425}}
MUTE = {"mute": {"identity": IDENTITY, "since": 1796038265494, "until": 1796041865494}}


def export(*records, end=None):
    """An export of these records."""
    lines = [{"cdnotify_export": 1, "program": ""}, *records,
             {"end_of_records": len(records) if end is None else end}]
    return "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)


def changed(record, change):
    """A copy of a record's content, changed."""
    record = copy.deepcopy(record)
    change(*record.values())
    return record


def twice(key):
    return lambda content: content[key].append(content[key][0])


def setting(*path, value):
    """A change that puts a value to a place."""
    def change(content):
        for key in path[:-1]:
            content = content[key]
        content[path[-1]] = value
    return change


CHANGES = {
    "deployment": (DEPLOYMENT, [
        twice("notifications"), twice("events"),
        setting("notifications", 0, "state", value="sending"),
        setting("deployment", "id", value="d-ABCDEF124"),
        setting("notifications", 0, "event", value="failed"),
    ]),
    "mute": (MUTE, [
        setting("channel", value=""), setting("until", value=1),
    ]),
}


def scene_lines(cdnotify):
    for record, changes in CHANGES.values():
        for change in changes:
            cdnotify("import", input=export(changed(record, change)))
    cdnotify("import", input=export(MUTE) + "more\n")
    cdnotify("import", input=export(*[{"none": number} for number in range(30)]))
    cdnotify("import", input=export(end=1)[:-1] + "x" * (17 << 20))


def scene_conflicts(cdnotify):
    cdnotify("import", input=export(DEPLOYMENT, MUTE))
    for record in [changed(MUTE, setting("until", value=1796041865495)),
                   changed(DEPLOYMENT, setting("notifications", 0, "attempts", value=2))]:
        cdnotify("import", input=export(record))


def scene_files(cdnotify):
    cdnotify("check")
    cdnotify("export", "--output", "export.jsonl")
    cdnotify("export", "--output", "export.jsonl")
    # Room for a name, and for nothing in it.
    cdnotify("export", "--output", "/mnt/export.jsonl", under=mounting(
        "mount -t tmpfs -o size=4k,mode=700 none /mnt && head -c 4096 /dev/zero > /mnt/full"))
    cdnotify("import", "none.jsonl")
    cdnotify("register", "--file", "-", input=b"codedeploy_application_name: caf\xe9")
