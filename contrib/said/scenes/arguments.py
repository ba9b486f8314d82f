"""Mistakes in options and arguments, which no server is needed for."""

HOOK = "webhook,url=https://hooks.example.com/in"

COMMANDS = [
    ["report", "--html", ""],
    ["report", "--html", "missing/report.html"],
    ["register", "checkout", "--prune"],
    ["register", "checkout", "--channel", HOOK, "--since", "30"],
    ["register", "checkout", "--channel", HOOK, "--since", "2100-01-01"],
    ["register", "checkout", "--channel", HOOK, "--group", ""],
    ["register", "checkout", "--channel", HOOK, "--on", ""],
    ["register", "checkout", "--channel", HOOK, "--label", "a=1", "--label", "a=2"],
    ["register", "checkout", "--no-verify"],
    ["register", "checkout", "--no-verify", "--channel", HOOK, "--channel", HOOK],
    ["poll", "--deadline", "0"],
    ["poll", "--deadline", "0s"],
    ["wait", "d-ABCDEF123", "--timeout", "0s"],
    ["wait", ""],
    ["test-channel"],
    ["test-channel", "checkout", "pager", "--channel", HOOK],
    ["test-channel", "--channel", HOOK, "--channel", HOOK],
    ["mute", "checkout", "--for", "0s"],
    ["retry"],
    ["retry", "--all", "cdn_0"],
    ["check", "--create-table"],
]


def scene_options(cdnotify):
    for command in COMMANDS:
        cdnotify(*command)
    cdnotify("wait", "d-ABCDEF123", AWS_REGION=None)


def scene_replace(cdnotify):
    cdnotify("register", "checkout", "--no-verify", "--channel", HOOK)
    cdnotify("register", "checkout", "--no-verify", "--replace")
    cdnotify("register", "--no-verify", "--prune", "--file", "-", input="[]")
    cdnotify("retry", "cdn_0")
