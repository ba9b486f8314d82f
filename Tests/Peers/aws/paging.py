"""Pages with opaque tokens. A token belongs to the query it was handed out for."""

import base64
import binascii
import hashlib
import json

from .errors import AwsError


def page(keys, values, query, token, size, empty_first=False):
    """One page of `values`, sorted by their `keys`, and the token of the next page or None.

    A token remembers the last key, not a number, so that what is created between two pages
    neither repeats nor hides anything.
    """
    bound = digest(query)
    items = sorted(zip(keys, values), key=lambda item: item[0])
    if token is not None:
        after = position(token, bound)
        items = [item for item in items if after is None or list(item[0]) > after]
    elif empty_first and items:
        # AWS may answer a page without items and with a token; clients have to go on.
        return [], encode(bound, None)
    shown, rest = items[:size], items[size:]
    return [value for _, value in shown], encode(bound, list(shown[-1][0])) if rest else None


def digest(query):
    return hashlib.sha256(json.dumps(query, sort_keys=True).encode()).hexdigest()[:16]


def encode(bound, after):
    return base64.b64encode(json.dumps([bound, after]).encode()).decode()


def position(token, bound):
    try:
        found, after = json.loads(base64.b64decode(token, validate=True))
    except (ValueError, TypeError, binascii.Error):
        raise AwsError("InvalidNextTokenException", "The next token was specified in an invalid format.") from None
    if found != bound:
        raise AwsError("InvalidNextTokenException", "The next token doesn't belong to this query.")
    return after
