"""CloudTrail's LookupEvents, which moto doesn't have: who called CreateDeployment.

Sources: the service model for the input's limits (one attribute, at most 50 results), the API reference
(docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html) for the rate, two requests a second
per account and region, and for newest first; the user guide's "CloudTrail userIdentity element" for identities.
Times are in whole seconds, and the record has its own as text. That a deployment isn't among an event's resources
is a belief; a client that matches the record needs none.
"""

import json
import math
import time
import uuid

from .errors import AwsError
from .paging import page

FIELDS = {
    "EventId": "EventId",
    "EventName": "EventName",
    "EventSource": "EventSource",
    "Username": "Username",
    "AccessKeyId": "AccessKeyId",
    "ReadOnly": "ReadOnly",
}


def creation_event(call, deployment_id, now):
    caller = call.credential
    kind = "AssumedRole" if caller.role_arn else "IAMUser"
    identity = {"type": kind, "arn": caller.arn, "accountId": caller.account, "accessKeyId": caller.access_key}
    if kind == "IAMUser":
        identity["userName"] = caller.user_name
    else:
        role = caller.role_arn.split("/")[-1]
        issuer = {"type": "Role", "arn": caller.role_arn, "accountId": caller.account, "userName": role}
        identity["principalId"] = f"AROAEXAMPLE00000PEER:{caller.user_name}"
        identity["sessionContext"] = {"sessionIssuer": issuer}
    return event(call.region, caller.account, identity, caller.user_name, call.input, deployment_id, now)


def event(region, account, identity, user, request, deployment_id, now, source="codedeploy.amazonaws.com"):
    number = str(uuid.uuid4())
    record = {
        "eventVersion": "1.08",
        "userIdentity": identity,
        "eventTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now)),
        "eventSource": source,
        "eventName": "CreateDeployment",
        "awsRegion": region,
        "requestParameters": request,
        "responseElements": {"deploymentId": deployment_id},
        "eventID": number,
        "recipientAccountId": account,
    }
    return {
        "EventId": number,
        "EventName": "CreateDeployment",
        "ReadOnly": "false",
        "AccessKeyId": identity.get("accessKeyId", ""),
        "EventTime": math.floor(now),
        "EventSource": source,
        "Username": user,
        "Resources": [],
        "CloudTrailEvent": json.dumps(record),
    }


class Rate:
    """So many requests a second in an account and region, and no more saved up than one second's."""

    def __init__(self, per_second):
        self.per_second, self.left, self.at = per_second, per_second, time.monotonic()

    def take(self):
        now = time.monotonic()
        self.left = min(self.per_second, self.left + (now - self.at) * self.per_second)
        self.at = now
        if self.left < 1:
            raise AwsError("ThrottlingException", "Rate exceeded")
        self.left -= 1


def lookup(world, call):
    given = call.input
    with world.lock:
        world.trail_rate[call.credential.account, call.region].take()
    if len(given.get("LookupAttributes") or []) > 1:
        raise AwsError("InvalidLookupAttributesException", "You can specify only one lookup attribute.")
    start, end = given.get("StartTime") or 0, given.get("EndTime") or float("inf")
    if start > end:
        raise AwsError("InvalidTimeRangeException", "The start time must be before the end time.")
    with world.lock:
        events = list(world.trail[call.credential.account, call.region])
    events = [each for each in events if start <= each["EventTime"] <= end and wanted(each, given)]
    query = {key: value for key, value in given.items() if key != "NextToken"}
    keys = [[-each["EventTime"], each["EventId"]] for each in events]
    shown, token = page(keys, events, query, given.get("NextToken"), given.get("MaxResults") or 50)
    return {"Events": shown} | ({"NextToken": token} if token else {})


def wanted(each, given):
    for attribute in given.get("LookupAttributes") or []:
        key, value = attribute["AttributeKey"], attribute["AttributeValue"]
        if key in ("ResourceName", "ResourceType"):
            if value not in [resource[key] for resource in each["Resources"]]:
                return False
        elif each.get(FIELDS.get(key)) != value:
            return False
    return True
