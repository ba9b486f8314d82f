"""AWS Signature Version 4, recomputed from the request as it arrived."""

import calendar
import hashlib
import hmac
import re
import time
from functools import lru_cache
from urllib.parse import quote, unquote

from botocore.loaders import Loader

from .errors import refusal

ALGORITHM = "AWS4-HMAC-SHA256"
TOLERANCE = 300


@lru_cache
def regions():
    partitions = Loader().load_data("partitions")["partitions"]
    return {name for partition in partitions for name in partition["regions"]}


def verify(request, signing_name, credentials, now):
    """The caller's credential and region, or the refusal AWS would answer.

    `signing_name` is what the service signs as, or None when any will do.
    """
    header = request.header("Authorization")
    if not header:
        raise refusal("missing", "Request is missing Authentication Token")
    access_key, scope, signed, signature = parse(header)
    moment = timestamp(request)
    region = check_scope(scope, moment, signing_name)

    credential = credentials.find(access_key)
    token = request.header("X-Amz-Security-Token")
    if credential is None or credential.session_token != token:
        raise refusal("unknown-key", "The security token included in the request is invalid.")
    check_signed_headers(request, signed)
    canonical = canonical_request(request, signed, scope[2])
    to_sign = "\n".join([ALGORITHM, moment, "/".join(scope), sha256(canonical.encode())])
    expected = sign(credential.secret_key, scope, to_sign)
    if not hmac.compare_digest(expected, signature):
        raise refusal(
            "signature",
            "The request signature we calculated does not match the signature you provided. Check "
            "your AWS Secret Access Key and signing method. Consult the service documentation for "
            f"details.\n\nThe Canonical String for this request should have been\n'{canonical}'\n\n"
            f"The String-to-Sign should have been\n'{to_sign}'\n",
        )
    check_age(moment, now)
    if credential.expires is not None and credential.expires <= now:
        raise refusal("expired", "The security token included in the request is expired")
    return credential, region


def parse(header):
    algorithm, _, rest = header.partition(" ")
    if algorithm != ALGORITHM:
        raise refusal("incomplete", f"Unsupported AWS 'algorithm': '{algorithm}'")
    parts = dict(part.strip().partition("=")[::2] for part in rest.split(","))
    missing = [name for name in ("Credential", "Signature", "SignedHeaders") if not parts.get(name)]
    if missing:
        needs = " ".join(f"Authorization header requires '{name}' parameter." for name in missing)
        raise refusal("incomplete", f"{needs} Authorization={algorithm}")
    access_key, *scope = parts["Credential"].split("/")
    if len(scope) != 4:
        raise refusal("incomplete", f"Credential must have exactly 5 slash-delimited elements, "
                      f"e.g. keyid/date/region/service/term, got '{parts['Credential']}'")
    return access_key, scope, parts["SignedHeaders"].split(";"), parts["Signature"]


def timestamp(request):
    moment = request.header("X-Amz-Date")
    if not moment:
        raise refusal("incomplete", "Authorization header requires existence of either a "
                      "'X-Amz-Date' or a 'Date' header.")
    if not re.fullmatch(r"\d{8}T\d{6}Z", moment):
        raise refusal("incomplete", "Date must be in ISO-8601 'basic format'. Got "
                      f"'{moment}'. See http://en.wikipedia.org/wiki/ISO_8601")
    return moment


def check_scope(scope, moment, signing_name):
    date, region, service, terminator = scope
    if region not in regions():
        raise refusal("signature", f"Credential should be scoped to a valid region, not '{region}'. ")
    if signing_name is not None and service != signing_name:
        raise refusal("signature", f"Credential should be scoped to correct service: '{signing_name}'. ")
    if terminator != "aws4_request":
        raise refusal("signature", "Credential should be scoped with a valid terminator: "
                      f"'aws4_request', not '{terminator}'. ")
    if date != moment[:8]:
        raise refusal("signature", f"Date in Credential scope does not match YYYYMMDD from ISO-8601 "
                      f"version of date from HTTP: '{date}' != '{moment[:8]}', from '{moment}'.")
    return region


def check_signed_headers(request, signed):
    if "host" not in signed:
        raise refusal("signature", "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
    for name, _ in request.headers:
        if name.lower().startswith("x-amz-") and name.lower() not in signed:
            raise refusal("signature", f"'{name}' must be a 'SignedHeader' in the AWS Authorization.")
    if signed != sorted(signed):
        raise refusal("signature", "SignedHeaders must be sorted.")


def check_age(moment, now):
    def basic(seconds):
        return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(seconds))

    then = calendar.timegm(time.strptime(moment, "%Y%m%dT%H%M%SZ"))
    if then < now - TOLERANCE:
        raise refusal("signature", f"Signature expired: {moment} is now earlier than "
                      f"{basic(now - TOLERANCE)} ({basic(now)} - 5 min.)")
    if then > now + TOLERANCE:
        raise refusal("signature", f"Signature not yet current: {moment} is still later than "
                      f"{basic(now + TOLERANCE)} ({basic(now)} + 5 min.)")


def canonical_request(request, signed, service):
    # S3 signs the path as it is sent; every other service encodes it a second time.
    path = request.path or "/"
    if service != "s3":
        path = quote(normalized(path), safe="/-_.~")
    lines = [request.method, path, canonical_query(request.query)]
    for name in signed:
        value = request.header(name)
        if value is None:
            raise refusal("signature", f"The signed header '{name}' is missing from the request.")
        lines.append(f"{name}:{' '.join(value.split())}")
    payload = sha256(request.body)
    if service == "s3" and request.header("X-Amz-Content-Sha256"):
        payload = request.header("X-Amz-Content-Sha256")
    return "\n".join([*lines, "", ";".join(signed), payload])


def normalized(path):
    kept = []
    for part in path.split("/"):
        if part == "..":
            kept = kept[:-1]
        elif part not in ("", "."):
            kept.append(part)
    end = "/" if path.endswith("/") and kept else ""
    return "/" + "/".join(kept) + end


def canonical_query(query):
    def encoded(text):
        return quote(unquote(text), safe="-_.~")

    pairs = [part.partition("=")[::2] for part in query.split("&") if part]
    return "&".join(f"{key}={value}" for key, value in sorted((encoded(k), encoded(v)) for k, v in pairs))


def sign(secret, scope, to_sign):
    key = ("AWS4" + secret).encode()
    for part in scope:
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()


def sha256(data):
    return hashlib.sha256(data).hexdigest()
