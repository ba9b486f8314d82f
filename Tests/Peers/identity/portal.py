"""IAM Identity Center: the portal and the OIDC service.

https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html
https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html
"""

import re
from urllib.parse import parse_qs

from aws.errors import AwsError, refusal
from aws.messages import json_reply
from aws.models import json_object


def answer(services, request):
    if request.header("Authorization"):
        raise refusal("validation", "The portal's and OIDC's operations are not signed.")
    return create_token(request) if request.path == "/token" else role_credentials(services, request)


def role_credentials(services, request):
    if request.method != "GET":
        raise AwsError("UnknownOperationException", "", 404)
    token = request.header("x-amz-sso_bearer_token")
    if not token or not token.startswith("sso-") or token == "sso-revoked":
        raise AwsError("UnauthorizedException", "Session token not found or invalid", 401)
    query = {key: values[0] for key, values in parse_qs(request.query).items()}
    if set(query) != {"role_name", "account_id"} or not re.fullmatch(r"\d{12}", query["account_id"]):
        raise AwsError("InvalidRequestException", "Invalid request", 400)
    if query["role_name"] == "Forbidden":
        raise AwsError("ForbiddenException", "No access", 403)
    name = re.sub(r"\W", "_", query["role_name"])
    now = services.clock.now()
    made = services.keys.temporary(f"ASIA_{name}_{query['account_id']}_{token.replace('-', '_')}", now)
    return json_reply({"roleCredentials": {
        "accessKeyId": made.access_key, "secretAccessKey": made.secret_key,
        "sessionToken": made.session_token, "expiration": int((now + 3600) * 1000),
    }})


def create_token(request):
    given = json_object(request.body)
    if request.method != "POST" or not (request.header("Content-Type") or "").startswith("application/json"):
        raise AwsError("InvalidRequestException", "Invalid request", 400)
    missing = {"clientId", "clientSecret", "grantType", "refreshToken"} - set(given)
    if missing or given["grantType"] != "refresh_token":
        raise AwsError("InvalidRequestException", f"Invalid request: {sorted(missing)}", 400)
    if (given["clientId"], given["clientSecret"]) != ("client", "client-secret"):
        raise AwsError("InvalidClientException", "Invalid client", 401)
    if given["refreshToken"] != "refresh":
        raise AwsError("InvalidGrantException", "Invalid refresh token provided", 400)
    return json_reply({
        "accessToken": "sso-renewed", "expiresIn": 28800, "refreshToken": "refresh-next", "tokenType": "Bearer",
    })
