"""Documents of `register --file` that aren't JSON or YAML, and registrations with mistakes."""

import json

SLACK = {"slack_notification": {"webhook_url": "env:SLACK_URL"}}


def app(**members):
    return {"codedeploy_application_name": "checkout", "notifications": [SLACK]} | members


# Texts that can't be read, or are too large.
TEXTS = [
    "",
    "null",
    b"\xff\xfe",
    "[",
    "[{",
    "{\"a\": \"b",
    "{\"a\": \"b\\q\"}",
    "{\"a\": \"b\\u12\"}",
    "{\"a\": \"b\tc\\q\"}",
    "{\"a\": \"b\" \"c\": 1}",
    "[1 2 {]",
    "{a: 1, \"b\": }",
    "{\"a\" 1}",
    "{\"a\": tru, \"b}",
    "{\"a\": 1, \"a\": 2}",
    "{\"a\": 1} {",
    "[" * 65 + "]" * 65,
    # No YAML, because that has no surrogates, so the depth is what the reader of JSON finds.
    "[\"\\ud83d\\ude00\", " + "[" * 65,
    "? [a]\n: b",
    "a: 1\na: 2",
    "a: [1, 2",
    "a: 'b",
    "a: *b",
    "a: &a [*a]",
    "<<: 1",
    "a:\n- b\n c",
    "a: &a [0,0,0,0,0,0,0,0,0,0]\n" + "\n".join(
        f"{name}: &{name} [{','.join(['*' + before] * 10)}]"
        for before, name in zip("abcdefg", "bcdefgh")),
    "x" * (33 << 20),
]

# Each is the only registration of a document, or one of its mistakes.
REGISTRATIONS = [
    {"notifications": [SLACK]},
    app(codedeploy_application_name=1),
    app(codedeploy_application_name=""),
    app(codedeploy_application_name="x" * 101),
    app(codedeploy_application_name="checkout\u202e"),
    app(aplication="checkout"),
    {"application": "checkout", "notifications": [SLACK]},
    app(profile="x" * 201),
    app(role_arn="deployments"),
    app(region="Ireland"),
    app(external_id="?"),
    app(deployment_groups="prod["),
    app(deployment_groups=["prod\\"]),
    app(deployment_groups=[""]),
    app(deployment_groups=["x" * 501]),
    app(deployment_groups=["prod\t"]),
    app(deployment_groups=["x"] * 1001),
    app(deployment_groups=True),
    app(events=[]),
    app(events=["broken"]),
    app(creators=["x" * 101]),
    app(deployers={"": "ada@example.com", "ada": "Ada", "bob": {"phone": "1", "slack": "Bob"}}),
    app(deployers=[]),
    app(deployer_domains=["example"]),
    app(labels={"": "x"}),
    app(labels={"team": "x" * 201}),
    app(labels={f"label {number}": "x" for number in range(51)}),
    app(accounts={"production": "x"}),
    app(overdue_after=30),
    app(overdue_after="30"),
    {"codedeploy_application_name": "checkout"},
    app(notifications=SLACK),
    app(notifications=[]),
    app(notifications=[SLACK] * 1001),
    app(notifications=[SLACK, SLACK]),
    app(notifications=["team"]),
    app(notifications=[SLACK | {"webhook_notification": {}}]),
    app(notifications=[{"slak_notification": {}}]),
    app(notifications=[{"fax": {}}]),
    app(notifications=[{"slack_notification": []}]),
    app(notifications=[{"slack_notification": {"webhook_url": ["env:A"]}}]),
    app(notifications=[{"slack_notification": {"webhook_url": {}}}]),
    app(notifications=[{"slack_notification": {"webhook_url": "env:A", "mention": []}}]),
    app(notifications=[{"slack_notification": {"webhook_url": "env:A", "name": " a"}}]),
    app(),
    app(),
]

FILES = [
    # One object for a registration, twice the same key in it.
    '[{"codedeploy_application_name": "a", "codedeploy_application_name": "b"}]',
    json.dumps({"registrations": [app(notifications=["taem"])], "targets": {"team": SLACK}}),
    json.dumps({"targets": {}, "acounts": {}}),
    json.dumps([1] * 1002),
    json.dumps(app(notifications=[{"webhook_notification": {
        "url": "https://hooks.example.com/in", "secret": "********"}}])),
    json.dumps(app(notifications=[{"webhook_notification": {
        "url": "https://hooks.example.com/in", "events": ["overdue"]}}])),
]


def scene_texts(cdnotify):
    for text in TEXTS:
        cdnotify("register", "--no-verify", "--file", "-", input=text)
    cdnotify("register", "--no-verify", "--file", "missing.json")


def scene_registrations(cdnotify):
    """All mistakes of a document at once."""
    cdnotify("register", "--no-verify", "--file", "-", input=json.dumps(REGISTRATIONS, indent=1))
    for text in FILES:
        cdnotify("register", "--no-verify", "--file", "-", input=text)


def scene_masks(cdnotify):
    """`list --json` masks secrets. A mask stands for what is registered, if that is there."""
    hook = {"webhook_notification": {"url": "https://hooks.example.com/in?token=0123456789abcdef"}}
    cdnotify("register", "--no-verify", "--file", "-", input=json.dumps(app(notifications=[hook])))
    shown = cdnotify("list", "--json").output
    cdnotify("register", "--no-verify", "--file", "-",
             input=shown.replace("hooks.example.com", "other.example.com"))
