"""What container platforms hand credentials out by.

https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html and, for the
members, https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
"""

from aws.credentials import defaults
from aws.messages import Reply

from .keys import document, dumped, plain

TOKEN = "peer-container-token"


def answer(services, request, name):
    if request.method != "GET":
        return Reply(405)
    if name == "broken":
        return dumped({"code": "InternalError", "message": "no credentials today"}, 500)
    if name == "garbage":
        return plain("<html>Welcome</html>")
    if name not in ("open", "peer", "token", "expired", "incomplete"):
        return Reply(404)
    if name == "token" and request.header("Authorization") != TOKEN:
        return dumped({"code": "AccessDenied", "message": "the authorization token is missing or wrong"}, 401)
    now = services.clock.now()
    made = defaults()[1] if name == "peer" else services.keys.temporary(f"ASIA_container_{name}", now)
    found = {"RoleArn": "arn:aws:iam::123456789012:role/task"}
    found |= document(made, now, -3600 if name == "expired" else 3600)
    if name == "incomplete":
        del found["SecretAccessKey"]
    return dumped(found)
