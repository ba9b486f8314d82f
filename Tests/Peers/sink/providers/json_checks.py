"""What the providers that take JSON check alike."""

import json


class Refusal(Exception):
    """The provider's answer to a request that it doesn't take."""

    def __init__(self, status, reason):
        super().__init__(reason)
        self.status, self.reason = status, reason


def json_object(request, limit=None):
    """The body as a JSON object. A refusal names what is wrong with it."""
    kind = (request.header("Content-Type") or "").split(";")[0].strip().lower()
    if kind != "application/json":
        raise Refusal(400, f"Invalid content type: {kind or None}")
    if limit is not None and len(request.body) > limit:
        raise Refusal(413, f"The payload has {len(request.body)} bytes, {limit} are allowed")
    try:
        value = json.loads(request.body)
    except ValueError:
        raise Refusal(400, "The payload is not valid JSON")
    if not isinstance(value, dict):
        raise Refusal(400, "The payload is not an object")
    return value


def only(value, allowed, where):
    """Most providers ignore what they don't know; here a misspelt name must not pass."""
    unknown = set(value) - set(allowed)
    if unknown:
        raise Refusal(400, f"unknown in {where}: {', '.join(sorted(unknown))}")


def text(value, name, longest, shortest=1):
    """A text of at most so many characters, counted as UTF-16 as most providers do."""
    if not isinstance(value, str):
        raise Refusal(400, f"'{name}' must be a string")
    length = len(value.encode("utf-16-le")) // 2
    if not shortest <= length <= longest:
        raise Refusal(400, f"'{name}' has {length} characters, not {shortest} to {longest}")
    if any((ord(each) < 32 and each not in "\n\t") or ord(each) == 127 for each in value):
        raise Refusal(400, f"'{name}' has control characters")
    return value


def bearer(request):
    """The token of `Authorization: Bearer`, or None."""
    scheme, _, token = (request.header("Authorization") or "").partition(" ")
    return token if scheme == "Bearer" and token else None


def change(state, wanted, allowed):
    """Sets what a test's control call names."""
    if not isinstance(wanted, dict) or set(wanted) - set(allowed):
        raise ValueError(f"expected an object with some of {sorted(allowed)}")
    for name, value in wanted.items():
        setattr(state, name, value)
