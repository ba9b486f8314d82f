"""STS, in the words of https://docs.aws.amazon.com/STS/latest/APIReference/.

The messages are AWS's own: of AssumeRole's AccessDenied as IAM's troubleshooting pages quote it, of
AssumeRoleWithWebIdentity's as in the SDKs' issue threads (aws-actions/configure-aws-credentials).
"""

import base64
import binascii
import hashlib
import hmac
import json
import re
from xml.sax.saxutils import escape

from aws.errors import NAMESPACES, AwsError, refusal
from aws.messages import Reply
from aws.models import form, service_model
from aws.query import parse_query
from aws.signature import verify
from aws.validation import problems

from .keys import iso

ISSUER = "https://issuer.example.com"


def answer(services, request):
    fields = dict(form(request))
    action = fields.get("Action")
    if fields.get("Version") != "2011-06-15" or action not in ACTIONS:
        raise refusal("operation", f"Could not find operation {action} for version {fields.get('Version')}")
    caller = None
    if action == "AssumeRoleWithWebIdentity":
        if request.header("Authorization"):
            raise refusal("validation", "AssumeRoleWithWebIdentity is not signed.")
    else:
        caller, _ = verify(request, "sts", services.keys, services.clock.now())
    shape = service_model("sts").operation_model(action).input_shape
    given = parse_query(form(request), shape)
    found = problems(shape, given)
    if found:
        raise refusal("validation", "; ".join(found))
    result = ACTIONS[action](services, given, caller)
    return Reply(200, [("Content-Type", "text/xml")], (
        f'<{action}Response xmlns="{NAMESPACES["sts"]}"><{action}Result>{result}</{action}Result>'
        f"<ResponseMetadata><RequestId>0</RequestId></ResponseMetadata></{action}Response>").encode())


def identity(services, given, caller):
    return (f"<Arn>{escape(caller.arn)}</Arn><UserId>{escape(caller.access_key)}</UserId>"
            f"<Account>{caller.account}</Account>")


def assume(services, given, caller):
    name = role_name(given["RoleArn"])
    denied = name.startswith(("unknown", "web"))
    if name.startswith("external") and given.get("ExternalId") != "shared":
        denied = True
    if denied:
        raise AwsError("AccessDenied", f"User: {caller.arn} is not authorized to perform: "
                       f"sts:AssumeRole on resource: {given['RoleArn']}", 403)
    check_duration(name, given)
    return issued(services, given, f"ASIA_{name}_{caller.access_key}")


def assume_with_web_identity(services, given, caller):
    claims = read(given["WebIdentityToken"])
    now = services.clock.now()
    if claims.get("exp", 0) <= now:
        raise AwsError("ExpiredTokenException", "Token expired: current date/time "
                       f"{int(now)} must be before the expiration date/time {claims.get('exp')}", 400)
    name = role_name(given["RoleArn"])
    if not name.startswith("web"):
        raise AwsError("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", 403)
    check_duration(name, given)
    return issued(services, given, f"ASIA_{name}_{claims['sub']}")


ACTIONS = {
    "AssumeRole": assume,
    "AssumeRoleWithWebIdentity": assume_with_web_identity,
    "GetCallerIdentity": identity,
}


def role_name(arn):
    found = re.fullmatch(r"arn:aws:iam::\d{12}:role/([\w+=,.@/-]+)", arn)
    if not found:
        raise refusal("validation", f"{arn} is invalid")
    return re.sub(r"\W", "_", found[1])


def check_duration(name, given):
    if name.startswith("hour") and given.get("DurationSeconds", 3600) > 3600:
        raise AwsError("ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration "
                       "set for this role.", 400)


def issued(services, given, access_key):
    now = services.clock.now()
    lifetime = given.get("DurationSeconds", 3600)
    made = services.keys.temporary(access_key, now, lifetime)
    arn = f"{given['RoleArn'].replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/{given['RoleSessionName']}"
    return (
        f"<AssumedRoleUser><Arn>{escape(arn)}</Arn><AssumedRoleId>AROA:{given['RoleSessionName']}</AssumedRoleId>"
        f"</AssumedRoleUser><Credentials><AccessKeyId>{made.access_key}</AccessKeyId>"
        f"<SecretAccessKey>{made.secret_key}</SecretAccessKey><SessionToken>{made.session_token}</SessionToken>"
        f"<Expiration>{iso(now + lifetime)}</Expiration></Credentials>"
    )


# Web identity tokens: JSON Web Tokens of an issuer of ours, signed with a secret.


def tokens(clock):
    return {
        "current": token("ci", clock.now() + 900),
        "expired": token("ci", clock.now() - 60),
        "foreign": token("ci", clock.now() + 900, issuer="https://elsewhere.example.com"),
    }


def token(subject, expires, issuer=ISSUER):
    claims = {"iss": issuer, "sub": subject, "aud": "sts.amazonaws.com", "exp": int(expires)}
    parts = [encoded({"alg": "HS256", "typ": "JWT"}), encoded(claims)]
    return ".".join([*parts, signature(parts)])


def read(text):
    invalid = AwsError("InvalidIdentityToken", "The ID Token provided is not a valid JWT.", 400)
    parts = text.split(".")
    if len(parts) != 3 or not hmac.compare_digest(signature(parts[:2]), parts[2]):
        raise invalid
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, binascii.Error):
        raise invalid from None
    if claims.get("iss") != ISSUER:
        raise AwsError("InvalidIdentityToken", "No OpenIDConnect provider found in your account for "
                       f"{claims.get('iss')}", 400)
    return claims


def encoded(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def signature(parts):
    digest = hmac.new(b"issuer", ".".join(parts).encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
