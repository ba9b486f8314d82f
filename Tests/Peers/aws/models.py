"""Which operation of which service a request is, by botocore's models."""

import json
import re
from functools import lru_cache
from urllib.parse import parse_qsl, unquote

import botocore.session

from .errors import refusal
from .query import parse_query

# Requests are recognised by what they say they are, not by their signature's scope, so that a
# scope that names another service can be refused as AWS does.
TARGETS = {
    "CodeDeploy_20141006": "codedeploy",
    "AmazonSQS": "sqs",
    "AmazonSSM": "ssm",
    "secretsmanager": "secretsmanager",
    "DynamoDB_20120810": "dynamodb",
    "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101": "cloudtrail",
    "CloudTrail_20131101": "cloudtrail",
}
VERSIONS = {
    "2010-03-31": "sns",
    "2011-06-15": "sts",
    "2010-05-08": "iam",
    "2010-12-01": "ses",
}
SIGNING_NAMES = {"sesv2": "ses"}
UNSIGNED = {"AssumeRoleWithWebIdentity", "AssumeRoleWithSAML"}

session = botocore.session.Session()


@lru_cache
def service_model(service):
    return session.get_service_model(service)


class Call:
    """A request, what it asks for, and (once verified) who asks."""

    def __init__(self, request, protocol, service=None, operation=None):
        self.request = request
        self.protocol = protocol  # json, query, rest-json, or other for what moto alone knows
        self.service = service
        self.operation = operation
        self.model = None
        self.input = {}
        self.credential = None
        self.region = None

    @property
    def signing_name(self):
        return SIGNING_NAMES.get(self.service, self.service)

    @property
    def needs_signature(self):
        return not (self.service == "sts" and self.operation in UNSIGNED)

    @property
    def action(self):
        return f"{self.signing_name}:{self.operation}"

    def parse(self):
        """Read the input. Only after the signature: strangers learn nothing of a service."""
        request = self.request
        if self.protocol == "other":
            return
        model = service_model(self.service)
        if self.protocol == "json":
            version = model.metadata["jsonVersion"]
            kind = (request.header("Content-Type") or "").split(";")[0].strip()
            if request.method != "POST" or request.path != "/" or request.query:
                raise refusal("operation", "POST / is the only request there is.")
            if kind != f"application/x-amz-json-{version}":
                raise refusal("operation", f"Content-Type must be application/x-amz-json-{version}, not '{kind}'.")
        if self.operation not in model.operation_names:
            raise refusal("operation", f"The action {self.operation} is not valid for this service.")
        self.model = model.operation_model(self.operation)
        if self.protocol == "query":
            self.input = parse_query(form(request), self.model.input_shape)
        else:
            self.input = json_object(request.body)
            if self.protocol == "rest-json":
                self.input |= self.from_path()

    def from_path(self):
        found = rest_match(self.model, self.request)
        return {key: unquote(value) for key, value in found.items()} if found else {}


def identify(request):
    target = request.header("X-Amz-Target")
    if target:
        prefix, _, operation = target.rpartition(".")
        return Call(request, "json", TARGETS.get(prefix), operation)
    kind = request.header("Content-Type") or ""
    if request.path == "/" and (kind.startswith("application/x-www-form-urlencoded") or "Action=" in request.query):
        fields = dict(form(request))
        service = VERSIONS.get(fields.get("Version"))
        protocol = "query" if service else "other"
        return Call(request, protocol, service, fields.get("Action"))
    if request.path.startswith("/v2/email/"):
        model = service_model("sesv2")
        for name in model.operation_names:
            if rest_match(model.operation_model(name), request) is not None:
                return Call(request, "rest-json", "sesv2", name)
        return Call(request, "rest-json", "sesv2", None)
    # A JSON call without its target: AWS knows the service by its host name, we by the scope.
    scope = re.search(r"Credential=[^/]+/[^/]+/[^/]+/([^/,]+)/", request.header("Authorization") or "")
    if scope and scope[1] in TARGETS.values():
        return Call(request, "json", scope[1], None)
    if kind.startswith("application/x-amz-json"):
        return Call(request, "json", "codedeploy", None)
    return Call(request, "other", scope[1] if scope else None)


def rest_match(operation, request):
    if operation.http["method"] != request.method:
        return None
    template = operation.http["requestUri"].split("?")[0]
    found = re.fullmatch(re.sub(r"\{(\w+)\+?\}", r"(?P<\1>[^/]+)", template), request.path)
    return found.groupdict() if found else None


def form(request):
    try:
        text = request.body.decode("utf-8") if request.body else request.query
        return parse_qsl(text, keep_blank_values=True)
    except UnicodeDecodeError:
        raise refusal("serialization", "The request's body is not UTF-8.") from None


def not_json(constant):
    raise ValueError(f"{constant} is not JSON")


def json_object(body):
    if not body:
        return {}
    try:
        value = json.loads(body, parse_constant=not_json)
    except ValueError as error:
        raise refusal("serialization", f"Unexpected token at byte {getattr(error, 'pos', 0)}.") from None
    if not isinstance(value, dict):
        raise refusal("serialization", "Start of structure or map expected.")
    return value
