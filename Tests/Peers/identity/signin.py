"""AWS Sign-In, for `aws login`.

https://docs.aws.amazon.com/signin/latest/APIReference/API_CreateOAuth2Token.html, as botocore's
model has it, and RFC 9449 for the proof: made with the key that the refresh token was given for,
for this address, now, and once.
"""

import base64
import hashlib
import json

from aws.errors import AwsError
from aws.messages import json_reply
from aws.models import json_object
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

CLIENT = "arn:aws:signin:::devtools/same-device"
KEY = ec.generate_private_key(ec.SECP256R1())
seen = set()


def pem():
    """The key that the refresh token `login-refresh` is bound to, as the AWS CLI keeps it."""
    return KEY.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption()).decode()


def answer(services, request):
    given = json_object(request.body)
    if request.method != "POST" or set(given) != {"clientId", "refreshToken", "grantType"}:
        raise refused("INVALID_REQUEST", "Invalid request", 400)
    if given["clientId"] != CLIENT or given["grantType"] != "refresh_token":
        raise refused("INVALID_REQUEST", "Invalid client or grant", 400)
    check_proof(request, services.clock.now())
    if given["refreshToken"] != "login-refresh":
        raise refused("TOKEN_EXPIRED", "The refresh token has expired", 401)
    made = services.keys.temporary("ASIA_login_renewed", services.clock.now(), 900)
    return json_reply({
        "accessToken": {
            "accessKeyId": made.access_key, "secretAccessKey": made.secret_key,
            "sessionToken": made.session_token,
        },
        "tokenType": "aws_sigv4", "expiresIn": 900, "refreshToken": "login-refresh-next",
    })


def check_proof(request, now):
    try:
        head, body, signature = (request.header("DPoP") or "").split(".")
        header, claims = json.loads(decoded(head)), json.loads(decoded(body))
        jwk = header["jwk"]
        number = ec.EllipticCurvePublicNumbers(
            int.from_bytes(decoded(jwk["x"]), "big"), int.from_bytes(decoded(jwk["y"]), "big"), ec.SECP256R1())
        raw = decoded(signature)
        pair = utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        number.public_key().verify(pair, f"{head}.{body}".encode(), ec.ECDSA(hashes.SHA256()))
        fits = (
            (header["typ"], header["alg"]) == ("dpop+jwt", "ES256")
            and number == KEY.public_key().public_numbers()
            and claims["htm"] == "POST" and claims["htu"] == f"http://{request.header('Host')}/v1/token"
            and abs(claims["iat"] - now) <= 300
        )
    except (ValueError, KeyError, InvalidSignature):
        raise refused("INVALID_REQUEST", "The DPoP proof is not valid", 400) from None
    digest = hashlib.sha256(claims["jti"].encode()).digest()
    if not fits or digest in seen:
        raise refused("INVALID_REQUEST", "The DPoP proof does not fit", 400)
    seen.add(digest)


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Refused(AwsError):
    """Its answers have a member `error` beside the message."""


def refused(error, message, status):
    made = Refused("ValidationException" if status == 400 else "AccessDeniedException", message, status)
    made.error = error
    return made


def render(error):
    reply = json_reply({"error": error.error, "message": error.message}, error.status)
    reply.headers.append(("x-amzn-ErrorType", error.code))
    return reply
