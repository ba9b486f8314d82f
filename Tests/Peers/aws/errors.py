"""AWS errors, and how each wire protocol spells them."""

import json
import re
from xml.sax.saxutils import escape

# The front door names the same refusal differently for JSON and query services. The third column
# is the status of the query form; JSON 1.x services answer 400 to all of these.
REFUSALS = {
    "missing": ("MissingAuthenticationTokenException", "MissingAuthenticationToken", 403),
    "incomplete": ("IncompleteSignatureException", "IncompleteSignature", 400),
    "unknown-key": ("UnrecognizedClientException", "InvalidClientTokenId", 403),
    "signature": ("InvalidSignatureException", "SignatureDoesNotMatch", 403),
    "expired": ("ExpiredTokenException", "ExpiredToken", 403),
    "denied": ("AccessDeniedException", "AccessDenied", 403),
    "validation": ("ValidationException", "ValidationError", 400),
    "serialization": ("SerializationException", "MalformedInput", 400),
    "operation": ("UnknownOperationException", "InvalidAction", 400),
}

NAMESPACES = {
    "sns": "http://sns.amazonaws.com/doc/2010-03-31/",
    "sts": "https://sts.amazonaws.com/doc/2011-06-15/",
    "iam": "https://iam.amazonaws.com/doc/2010-05-08/",
    "ses": "http://ses.amazonaws.com/doc/2010-12-01/",
}


class AwsError(Exception):
    """An answer that isn't success. `kind` picks a front-door refusal instead of a code."""

    def __init__(self, code=None, message="", status=None, kind=None):
        super().__init__(f"{code or kind}: {message}")
        self.code, self.message, self.status, self.kind = code, message, status, kind


def refusal(kind, message):
    return AwsError(kind=kind, message=message)


def resolve(error, protocol, service):
    """The code and the HTTP status of an error in a protocol."""
    if error.kind is None:
        return error.code, error.status or 400
    json_code, query_code, query_status = REFUSALS[error.kind]
    if protocol == "query":
        if error.kind == "denied" and service == "sns":
            query_code = "AuthorizationError"
        return query_code, error.status or query_status
    # REST services answer 403 to what they don't let in, JSON 1.x services 400.
    front_door = error.kind not in ("validation", "serialization", "operation", "incomplete")
    return json_code, error.status or (403 if protocol == "rest-json" and front_door else 400)


def render(error, protocol, service, request_id):
    """Status, headers and body of an error."""
    code, status = resolve(error, protocol, service)
    fault = "Receiver" if status >= 500 else "Sender"
    if protocol == "query":
        body = (
            f'<ErrorResponse xmlns="{NAMESPACES.get(service, "http://aws.amazon.com/")}">\n'
            f"  <Error>\n    <Type>{fault}</Type>\n    <Code>{escape(code)}</Code>\n"
            f"    <Message>{escape(error.message)}</Message>\n  </Error>\n"
            f"  <RequestId>{request_id}</RequestId>\n</ErrorResponse>\n"
        )
        headers = [("Content-Type", "text/xml"), ("x-amzn-RequestId", request_id)]
        return status, headers, body.encode()

    # Clients have to cope with three spellings; each is used where AWS uses it: a capital
    # "Message" from the authorizer, a namespace before the code in DynamoDB, a header in REST.
    key = "Message" if error.kind in ("denied", "serialization") else "message"
    headers = [("x-amzn-RequestId", request_id)]
    if protocol == "rest-json":
        headers += [("Content-Type", "application/json"), ("x-amzn-ErrorType", code)]
        return status, headers, json.dumps({key: error.message}).encode()
    spelled = code
    if service == "dynamodb":
        inside = error.kind is None or error.kind == "validation"
        spelled = ("com.amazonaws.dynamodb.v20120810#" if inside else "com.amazon.coral.service#") + code
    headers.append(("Content-Type", "application/x-amz-json-1.1"))
    return status, headers, json.dumps({"__type": spelled, key: error.message}).encode()


def error_code(reply):
    """The code in an error that another server rendered, for the log."""
    found = re.search(rb'<Code>([^<]+)</Code>|"__type": *"(?:[^"]*#)?([^"#]+)"', reply.body)
    if found:
        return (found[1] or found[2]).decode()
    return next((value for key, value in reply.headers if key.lower() == "x-amzn-errortype"), None)
