"""What mail servers reply, and who pushed."""

MAIL = "email,host=127.0.0.1,port={port},from=ci@example.com,to=ada@example.com,"
PLAIN = MAIL + "security=none,"
LOGIN = PLAIN + "username=ci,password=literal:peer-password,"

# A channel, what the server offers, and its replies.
REPLIES = [
    (MAIL, [], []),
    (LOGIN, [], []),
    (LOGIN, ["AUTH PLAIN"], [("AUTH", "250 2.0.0 OK")]),
    (LOGIN, ["AUTH PLAIN"], [("AUTH", "535 5.7.8 Wrong")]),
    (PLAIN + "to=bob@example.com", [], [("RCPT TO:<bob", "450 4.2.2 Mailbox full")]),
    (PLAIN, [], [("RCPT", "550 5.1.1 No such user")]),
    (PLAIN, [], [("MAIL", "451 4.7.1 Try again later")]),
]


def scene_replies(cdnotify):
    server = cdnotify.server("mail")
    control = server.address("control") + "/_mail/"
    for spec, offers, replies in REPLIES:
        server.ask(control + "reset", {})
        server.ask(control + "offers", {"offers": offers})
        for command, reply in replies:
            server.ask(control + "script", {"at": command, "reply": reply})
        cdnotify("test-channel", "--channel",
                 spec.format(port=server.address("scripted")).rstrip(","))


def scene_silence(cdnotify):
    """A server that takes the connection and says nothing."""
    server = cdnotify.server("mail")
    server.ask(server.address("control") + "/_mail/script", {"at": "connect", "do": "hang"})
    cdnotify("test-channel", "--channel",
             PLAIN.format(port=server.address("scripted")).rstrip(","))


COMMIT = "0123456789abcdef0123456789abcdef01234567"
PUSHED = {"revision": {"revisionType": "GitHub", "gitHubLocation": {
    "repository": "example/checkout", "commitId": COMMIT}}}

# What GitHub answers about who wrote the commit.
AUTHORS = [
    {"status": 403, "headers": {"X-RateLimit-Remaining": "0", "Retry-After": "60"}},
    {"status": 500},
    {"status": 404},
    {"body": "fine"},
    {"close": True},
]


def scene_pushed(cdnotify):
    """A mail to whoever pushed waits until that can be found out."""
    port = cdnotify.server("mail").address("scripted")
    http = cdnotify.sink.address("http")
    channel = PLAIN.format(port=port).replace("ada@example.com", "deployer").rstrip(",")
    for number, answer in enumerate([None, *AUTHORS]):
        cdnotify.ask("/_peer/reset", {})
        cdnotify.tell("/_sink/reset", {})
        if answer:
            cdnotify.tell("/_sink/script", {"path": "/", "count": -1, "answer": answer})
            # Without it, only GitHub may know.
            cdnotify.ask("/_peer/deny", {"deny": ["cloudtrail:*"]})
        store = str(cdnotify.home / f"{number}.db")
        cdnotify("register", "checkout", "--no-verify", "--channel", channel, CDNOTIFY_STORE=store)
        cdnotify.deploy(**PUSHED)
        cdnotify("poll", CDNOTIFY_STORE=store, GITHUB_API_URL=http)
