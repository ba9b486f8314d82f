"""CloudTrail's LookupEvents, which moto doesn't have: who called CreateDeployment."""

import json
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
    return event(call.region, caller.account, identity, caller.user_name, call.input, deployment_id, now)


def event(region, account, identity, user, request, deployment_id, now):
    number = str(uuid.uuid4())
    record = {
        "eventVersion": "1.08",
        "userIdentity": identity,
        "eventTime": now,
        "eventSource": "codedeploy.amazonaws.com",
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
        "EventTime": round(now, 3),
        "EventSource": "codedeploy.amazonaws.com",
        "Username": user,
        "Resources": [{"ResourceType": "AWS::CodeDeploy::Deployment", "ResourceName": deployment_id}],
        "CloudTrailEvent": json.dumps(record),
    }


def lookup(world, call):
    given = call.input
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
