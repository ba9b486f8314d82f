"""The metadata service of EC2 instances.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html and
…/instancedata-data-retrieval.html (the errors): a PUT with a TTL of 1 to 21600 seconds for the
token, 400 without one, 403 for a PUT that a proxy forwarded, 401 for a missing or unknown token.
"""

import hashlib
import threading

from aws.credentials import defaults
from aws.messages import Reply

from .keys import document, dumped, plain

ROLES = "latest/meta-data/iam/security-credentials/"
NAMES = {"ok", "peer", "version1", "norole", "refused", "expired", "badtoken", "broken", "silent"}
TOKEN = "x-aws-ec2-metadata-token"


def answer(services, request, name, path):
    if name not in NAMES:
        return Reply(404)
    if name == "broken":
        return plain("Internal error", 500)
    if path == "latest/api/token":
        return token(request, name)
    if request.method != "GET":
        return Reply(405)
    if name == "silent":
        return Reply(401)
    if name != "version1" and request.header(TOKEN) != token_of(name):
        return plain("Unauthorized", 401)
    if path == ROLES:
        return Reply(404) if name == "norole" else plain("peer" if name == "peer" else "app")
    if path not in (ROLES + "app", ROLES + "peer"):
        return Reply(404)
    return keys(services, name)


def token(request, name):
    if name == "version1":
        return Reply(404)
    if name == "silent":
        # Until the client leaves: as when the answer's hops run out before a container is reached.
        while not request.client_left():
            threading.Event().wait(0.05)
        return Reply(200, silent=True)
    if request.method != "PUT":
        return Reply(405)
    if request.header("X-Forwarded-For"):
        return Reply(403)
    ttl = request.header(f"{TOKEN}-ttl-seconds") or ""
    if name == "badtoken" or not ttl.isdigit() or not 1 <= int(ttl) <= 21600:
        return plain("Bad Request", 400)
    return Reply(200, [("Content-Type", "text/plain"), (f"{TOKEN}-ttl-seconds", ttl)], token_of(name).encode())


def token_of(name):
    return hashlib.sha256(f"token of {name}".encode()).hexdigest()


def keys(services, name):
    now = services.clock.now()
    if name == "refused":
        return dumped({"Code": "AssumeRoleUnauthorizedAccess", "Message":
                       "EC2 cannot assume the role app. Please see documentation."})
    if name == "peer":
        return dumped({"Code": "Success", "Type": "AWS-HMAC"} | document(defaults()[1], now))
    made = services.keys.temporary(f"ASIA_instance_{name}", now)
    lifetime = -3600 if name == "expired" else 3600
    return dumped({"Code": "Success", "Type": "AWS-HMAC"} | document(made, now, lifetime))
