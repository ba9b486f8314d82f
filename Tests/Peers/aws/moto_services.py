"""The services that moto serves: called in process, with what it is lax about made strict."""

import re
import sys
import threading
import uuid
from collections import defaultdict
from datetime import datetime, timezone
from io import BytesIO
from urllib.parse import unquote
from xml.etree import ElementTree

from .credentials import Credential
from .errors import NAMESPACES, AwsError
from .messages import Reply
from .ses_mail import SesMail


class MotoServices:
    def __init__(self, world):
        self.world = world
        self.loading = threading.Lock()
        self.app = None
        self.ses = SesMail()
        # moto's backends aren't written for threads. One request at a time and service also
        # makes a conditional write in its DynamoDB as atomic as the real one.
        self.locks = defaultdict(threading.Lock)

    def answer(self, call):
        check = {"Publish": check_publish, "AssumeRole": self.check_role}.get(call.operation)
        if check and call.protocol == "query":
            check(call)
        if (call.service, call.operation) == ("sesv2", "SendEmail"):
            backend = self.backend("ses", call.credential.account, call.region)
            self.ses.check(call, backend._is_verified_address)
        if (call.service, call.operation) == ("sts", "GetCallerIdentity"):
            return identity(call)
        reply = self.forward(call)
        if reply.status == 200 and call.protocol in ("query", "rest-json"):
            self.remember(call, reply)
        return reply

    def forward(self, call):
        from werkzeug.test import run_wsgi_app

        with self.loading:
            if self.app is None:
                # Imported on first use: a run that needs CodeDeploy alone starts sooner.
                from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

                self.app = DomainDispatcherApplication(create_backend_app)
            lock = self.locks[call.service]
        with lock:
            body, status, headers = run_wsgi_app(self.app, environ(call), buffered=True)
            return Reply(int(status.split()[0]), list(headers.items()), b"".join(body))

    def reset(self):
        self.ses.reset()
        if "moto.core" in sys.modules:
            from moto.moto_api._internal.models import moto_api_backend

            moto_api_backend.reset()

    def backend(self, service, account, region):
        import moto.backends

        return moto.backends.get_backend(service)[account][region]

    def remember(self, call, reply):
        place = {"account": call.credential.account if call.credential else None, "region": call.region}
        root = ElementTree.fromstring(reply.body) if call.protocol == "query" else None
        if call.service == "sns" and call.operation == "Publish":
            self.world.published.append(published(call.input, place, text(root, "MessageId")))
        if call.service == "sns" and call.operation == "PublishBatch":
            for entry in call.input["PublishBatchRequestEntries"]:
                self.world.published.append(published(entry | {"TopicArn": call.input["TopicArn"]}, place))
        if call.service in ("ses", "sesv2") and (call.operation or "").startswith("Send"):
            self.world.mail.append({"operation": call.operation, "input": call.input} | place)
        if call.service == "sts" and text(root, "AccessKeyId"):
            self.register(call, root, reply)

    def register(self, call, root, reply):
        """Credentials that STS handed out are good for signing from now on."""
        role = call.input.get("RoleArn")
        account = role.split(":")[4] if role else call.credential.account
        told = text(root, "Expiration")
        expires = datetime.fromisoformat(told).timestamp() + self.world.clock.offset
        # moto knows the real time only.
        moved = datetime.fromtimestamp(expires, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        reply.body = reply.body.replace(told.encode(), moved.encode())
        arn = text(root, "Arn") or (call.credential and call.credential.arn)
        self.world.credentials.add(Credential(
            text(root, "AccessKeyId"), text(root, "SecretAccessKey"), text(root, "SessionToken"),
            expires, account, arn, role,
        ))

    def check_role(self, call):
        """A role that was told what it expects accepts nobody else; any other role is open."""
        role = self.world.credentials.roles.get(call.input.get("RoleArn"))
        if role is None:
            return
        wrong_id = role.get("external_id") not in (None, call.input.get("ExternalId"))
        wrong_caller = role.get("trusted") is not None and call.credential.arn not in role["trusted"]
        if wrong_id or wrong_caller:
            raise AwsError("AccessDenied", f"User: {call.credential.arn} is not authorized to perform: "
                           f"sts:AssumeRole on resource: {call.input['RoleArn']}", 403)


def environ(call):
    request = call.request
    headers = {name.lower(): value for name, value in request.headers}
    found = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(request.path, "latin-1"),
        "RAW_URI": request.path + (f"?{request.query}" if request.query else ""),
        "QUERY_STRING": request.query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": headers.pop("content-type", ""),
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(request.body),
        "wsgi.errors": BytesIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    headers.pop("content-length", None)
    if call.credential is not None:
        headers["x-moto-account-id"] = call.credential.account
    return found | {"HTTP_" + name.upper().replace("-", "_"): value for name, value in headers.items()}


def identity(call):
    """Who calls, as the peer knows it: moto would name a user of its own."""
    caller = call.credential
    body = (
        f'<GetCallerIdentityResponse xmlns="{NAMESPACES["sts"]}"><GetCallerIdentityResult>'
        f"<Arn>{caller.arn}</Arn><UserId>{caller.access_key}</UserId><Account>{caller.account}</Account>"
        f"</GetCallerIdentityResult><ResponseMetadata><RequestId>{uuid.uuid4()}</RequestId></ResponseMetadata>"
        "</GetCallerIdentityResponse>"
    )
    return Reply(200, [("Content-Type", "text/xml")], body.encode())


def text(root, name):
    if root is None:
        return None
    return next((each.text for each in root.iter() if re.sub(r"\{.*\}", "", each.tag) == name), None)


def published(given, place, message_id=None):
    attributes = {
        name: value.get("StringValue", value.get("BinaryValue"))
        for name, value in (given.get("MessageAttributes") or {}).items()
    }
    return place | {
        "topic_arn": given.get("TopicArn") or given.get("TargetArn"),
        "message_id": message_id,
        "subject": given.get("Subject"),
        "message": given.get("Message"),
        "attributes": attributes,
        "group_id": given.get("MessageGroupId"),
        "deduplication_id": given.get("MessageDeduplicationId"),
        "structure": given.get("MessageStructure"),
    }


def check_publish(call):
    given = call.input
    subject, message = given.get("Subject"), given.get("Message") or ""
    arn = given.get("TopicArn") or given.get("TargetArn")
    if not arn and not given.get("PhoneNumber"):
        reason = "TopicArn or TargetArn Reason: no value for required parameter"
        raise AwsError("InvalidParameter", f"Invalid parameter: {reason}")
    if arn and not re.fullmatch(r"arn:[^:]+:sns:[^:]+:\d{12}:.+", arn):
        raise AwsError("InvalidParameter", "Invalid parameter: TopicArn")
    if arn and arn.split(":")[3] != call.region:
        # A topic answers only at its own region's endpoint.
        raise AwsError("InvalidParameter", "Invalid parameter: TopicArn")
    if not message:
        raise AwsError("InvalidParameter", "Invalid parameter: Empty message")
    if subject is not None and (not subject or len(subject) > 100 or re.search(r"[\x00-\x1f\x7f]", subject)):
        raise AwsError("InvalidParameter", "Invalid parameter: Subject")
    if len(message.encode()) > 262144:
        raise AwsError("InvalidParameter", "Invalid parameter: Message too long")
    fifo = bool(arn) and arn.endswith(".fifo")
    if fifo and not given.get("MessageGroupId"):
        reason = "The MessageGroupId parameter is required for FIFO topics"
        raise AwsError("InvalidParameter", f"Invalid parameter: {reason}")
