"""Keys whose id tells how they were come by."""

import hashlib
import json
import time

from aws.credentials import Credential, Credentials
from aws.messages import Reply


class Keys(Credentials):
    """The keys that were handed out, and every long-term key that a test thinks of."""

    def find(self, access_key):
        if access_key.startswith("AKID"):
            return Credential(access_key, f"secret-{access_key}")
        return super().find(access_key)

    def temporary(self, access_key, now, lifetime=3600):
        """The same id has the same secret and token each time, so that two clients compare."""
        digest = hashlib.sha256(access_key.encode()).hexdigest()
        made = Credential(access_key, digest[:40], f"token-{digest}", now + lifetime)
        self.add(made)
        return made


def iso(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def document(credential, now, lifetime=3600):
    """The JSON that instances and containers give keys in."""
    return {
        "AccessKeyId": credential.access_key, "SecretAccessKey": credential.secret_key,
        "Token": credential.session_token, "Expiration": iso(now + lifetime),
    }


def plain(text, status=200):
    return Reply(status, [("Content-Type", "text/plain")], text.encode())


def dumped(value, status=200):
    return Reply(status, [("Content-Type", "application/json")], json.dumps(value).encode())
