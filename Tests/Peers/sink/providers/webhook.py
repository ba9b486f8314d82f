"""Receivers of signed webhooks, as Standard Webhooks describes them.

Source: the specification, github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md:
headers webhook-id, webhook-timestamp (seconds) and webhook-signature (a space-separated list, for
key rotation), signed content "id.timestamp.body", HMAC-SHA256, secrets as whsec_ + base64.
"""

import base64
import binascii
import hashlib
import hmac
import time

from ..wire import Answer

DEFAULT_TOLERANCE = 300  # seconds; the specification leaves the number to the receiver


def key_bytes(secret):
    if not secret.startswith("whsec_"):
        return secret.encode()
    try:
        return base64.b64decode(secret[len("whsec_"):], validate=True)
    except binascii.Error as error:
        raise ValueError(f"secret after whsec_ is not base64: {error}")


def sign(secret, identifier, timestamp, body):
    content = identifier.encode() + b"." + timestamp.encode() + b"." + body
    digest = hmac.new(key_bytes(secret), content, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode("ascii")


def problem(secret, request, tolerance):
    """Why the request isn't to be believed, or None."""
    names = ("webhook-id", "webhook-timestamp", "webhook-signature")
    for name in names:
        if not request.header(name):
            return f"no {name} header"
    identifier, timestamp, signatures = (request.header(name) for name in names)
    if not timestamp.isdigit():
        return "webhook-timestamp is not a number of seconds"
    if abs(time.time() - int(timestamp)) > tolerance:
        return f"webhook-timestamp is more than {tolerance} s off"
    expected = sign(secret, identifier, timestamp, request.body)
    if not any(hmac.compare_digest(expected.encode(), each.encode()) for each in signatures.split(" ")):
        return "webhook-signature does not match"
    return None


class Webhook:
    control_path = "/_sink/webhook-secrets"

    def __init__(self, recorder):
        self.reset()

    def reset(self):
        self.endpoints = []
        self.seen = {}

    def endpoint(self, request):
        fitting = [each for each in self.endpoints if request.target.startswith(each["path"])]
        return max(fitting, key=lambda each: len(each["path"]), default=None)

    def inspect(self, request, record):
        identifier = request.header("webhook-id")
        if identifier:
            earlier = self.seen.setdefault((request.path, identifier), [])
            record["repeat"] = bool(earlier)
            # The repeat that users see: one whose forerunner was answered with success in full.
            record["repeat_after_success"] = any(delivered(each) for each in earlier)
            earlier.append(record)
        endpoint = self.endpoint(request)
        if endpoint:
            reason = problem(endpoint["secret"], request, endpoint["tolerance"])
            record["verified"] = reason is None
            if reason:
                record["verification_problem"] = reason

    def answer(self, request, record):
        if record.get("verified") is False:
            return Answer.of_json({"error": record["verification_problem"]}, 401)
        return None

    def control(self, method, body):
        if method == "POST":
            if not isinstance(body, dict) or not {"path", "secret"} <= set(body):
                raise ValueError('expected {"path": prefix, "secret": text, "tolerance"?: seconds}')
            key_bytes(body["secret"])
            self.endpoints.append({"path": body["path"], "secret": body["secret"],
                                   "tolerance": body.get("tolerance", DEFAULT_TOLERANCE)})
        elif method == "DELETE":
            self.endpoints = []
        return 200, {"endpoints": self.endpoints}


def delivered(record):
    answered = record["answered"]
    return bool(answered and answered["complete"] and 200 <= (answered["status"] or 0) < 300)
