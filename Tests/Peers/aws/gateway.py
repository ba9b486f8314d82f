"""The way of every AWS request: recognise, verify, authorize, validate, trouble, answer, log."""

import sys
import time
import traceback
import uuid

from .codedeploy import CodeDeploy
from .errors import AwsError, error_code, refusal, render, resolve
from .faults import Faults
from .messages import Reply, json_reply
from .models import identify
from .moto_services import MotoServices
from .requests_log import RequestLog
from .signature import verify
from .trail import creation_event, lookup
from .validation import check_types, validate_call


class Gateway:
    def __init__(self, world):
        self.world = world
        self.codedeploy = CodeDeploy(world)
        self.moto = MotoServices(world)
        self.faults = Faults()
        self.log = RequestLog()

    def reset(self):
        self.faults.remove()
        self.moto.reset()
        self.world.reset()
        self.log.clear()

    def handle(self, request):
        call = identify(request)
        begun = time.monotonic()
        entry = self.log.begin(call, self.world.clock.now())
        fault = None
        try:
            self.admit(call, entry)
            fault = self.faults.take(call, self.applications(call))
            reply = self.troubled(call, fault) if fault else self.answer(call)
            if reply.status >= 400:
                entry["error"] = error_code(reply)
        except AwsError as error:
            reply = self.refuse(call, error, entry)
            if fault:
                reply = fault.spoil(reply)
        except Exception:
            traceback.print_exc(file=sys.stderr)
            failure = AwsError("InternalFailure", "The peer itself failed; see its standard error.", 500)
            reply = self.refuse(call, failure, entry)
        if fault:
            entry["fault"] = fault.id
        entry["status"] = reply.status
        entry["milliseconds"] = round((time.monotonic() - begun) * 1000, 1)
        return reply

    def admit(self, call, entry):
        if call.needs_signature or call.request.header("Authorization"):
            credential, region = verify(
                call.request, call.signing_name, self.world.credentials, self.world.clock.now()
            )
            call.credential, call.region = credential, region
            entry |= {"region": region, "access_key": credential.access_key, "principal": credential.arn}
        if call.service is None and call.protocol == "json":
            raise refusal("operation", "The target names no service that is known here.")
        call.parse()
        entry["input"] = call.input
        # As AWS does: what can't be read, what isn't allowed, what isn't valid, in this order.
        check_types(call)
        if call.credential is not None:
            self.authorize(call)
        validate_call(call)

    def authorize(self, call):
        if call.service == "codedeploy":
            resources = self.codedeploy.resources(call)
        else:
            named = [call.input.get(key) for key in ("TopicArn", "RoleArn", "TableName", "SecretId", "Name")]
            resources = [str(each) for each in named if each] or ["*"]
        denied = self.world.credentials.denied_resource(call.credential, call.action, resources)
        if denied is not None:
            raise refusal("denied", f"User: {call.credential.arn} is not authorized to perform: {call.action} on "
                          f"resource: {denied} because no identity-based policy allows the {call.action} action")

    def applications(self, call):
        return self.codedeploy.applications_of(call) if call.service == "codedeploy" else []

    def troubled(self, call, fault):
        error = fault.error(call.protocol)
        if error is not None:
            if fault.executed:
                self.answer(call)
            fault.wait(call.request)
            raise error
        reply = self.answer(call, fault) if fault.executed else Reply(200)
        fault.wait(call.request)
        return fault.spoil(reply)

    def answer(self, call, fault=None):
        if call.service == "codedeploy":
            result = self.codedeploy.answer(call)
            if call.operation == "CreateDeployment":
                self.note_creation(call, result["deploymentId"])
            if fault and fault.kind == "omit":
                left_out = fault.settings.get("ids")
                result = {
                    key: [each for each in value if left_out and each.get("deploymentId") not in left_out]
                    for key, value in result.items()
                }
        elif (call.service, call.operation) == ("cloudtrail", "LookupEvents"):
            result = lookup(self.world, call)
        else:
            return self.moto.answer(call)
        reply = json_reply(result, content_type="application/x-amz-json-1.1")
        reply.headers.append(("x-amzn-RequestId", str(uuid.uuid4())))
        return reply

    def note_creation(self, call, deployment_id):
        noted = creation_event(call, deployment_id, self.world.clock.now())
        with self.world.lock:
            self.world.trail[call.credential.account, call.region].append(noted)

    def refuse(self, call, error, entry):
        protocol = "json" if call.protocol == "other" else call.protocol
        entry["error"] = resolve(error, protocol, call.service)[0]
        return Reply(*render(error, protocol, call.service, str(uuid.uuid4())))
