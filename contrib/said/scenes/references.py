"""References that can't be resolved, and what a host doesn't allow."""

import os

HOOK = "webhook,url=http://127.0.0.1:9/in,secret="

# A reference, and the variables of the run.
REFERENCES = [
    ("env:HOOK_SECRET", {}),
    ("env:HOOK_SECRET", {"CDNOTIFY_ALLOW_REFERENCES": "file:/etc/cdnotify/*"}),
    ("env:HOOK_SECRET", {"CDNOTIFY_ALLOW_REFERENCES": "HOOK_SECRET"}),
    ("file:/etc", {}),
    ("file:missing", {}),
    ("file:large", {}),
    ("file:binary", {}),
    ("file:empty", {}),
    ("file:link", {}),
    ("credential:hook", {}),
    ("credential:etc/hook", {"CREDENTIALS_DIRECTORY": "/"}),
    ("ssm:/hook", {"AWS_REGION": None}),
]

COMMANDS = [
    ("/usr/bin/true", "/usr/local/bin"),
    ("/usr/bin/true", "bin"),
    ("true", "/usr/bin"),
    ("true", ""),
]

SECRETS = [
    ("hook#url", '{"url": 1}'),
    ("hook#key", '{"url": "x"}'),
    ("hook#url", "x"),
]


def scene_references(cdnotify):
    cdnotify.write("large", "x" * (65 << 10))
    cdnotify.write("binary", b"\xff")
    cdnotify.write("empty", "\n")
    (cdnotify.home / "link").symlink_to("/proc/self/environ")
    for reference, variables in REFERENCES:
        cdnotify("test-channel", "--channel", HOOK + reference, **variables)
    for command, allowed in COMMANDS:
        cdnotify("test-channel", "--channel", f"exec,command={command}",
                 CDNOTIFY_ALLOW_EXEC=allowed)


def scene_pipe(cdnotify):
    """A pipe that has a writer, from which nothing comes."""
    path = cdnotify.home / "pipe"
    os.mkfifo(path)
    writer = os.open(path, os.O_RDWR)
    cdnotify("test-channel", "--channel", HOOK + f"file:{path}")
    os.close(writer)


def scene_aws(cdnotify):
    for reference, value in SECRETS:
        cdnotify.ask("/_peer/reset", {})
        cdnotify.ask("/_peer/secrets", {"name": "hook", "value": value})
        cdnotify("test-channel", "--channel", HOOK + f"secretsmanager:{reference}")
    cdnotify.ask("/_peer/faults", {
        "kind": "http", "status": 200, "body": '{"SecretBinary": "AA=="}',
        "operation": "GetSecretValue", "count": -1})
    cdnotify("test-channel", "--channel", HOOK + "secretsmanager:hook")
    # With a table that other hosts poll too, a host reads and runs only what it allows.
    table = {"CDNOTIFY_STORE": "dynamodb:cdnotify"}
    cdnotify("check", "--create-table", **table)
    cdnotify("register", "checkout", "--no-verify", "--channel", HOOK + "file:/etc/hostname",
             "--channel", "exec,command=/usr/bin/true", **table)
    cdnotify("test-channel", "checkout", **table)
