"""The DynamoDB store: tables of others, busy ones, and answers that aren't DynamoDB's."""

import json

import boto3

from answers import Answers
from stage import ACCESS_KEY, SECRET_KEY

STORE = ("--store", "dynamodb:cdnotify")
HOOK = ("--channel", "webhook,url=http://127.0.0.1:9")
SCHEMA = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]


def dynamodb(cdnotify):
    """boto3's client for the local AWS."""
    return boto3.client(
        "dynamodb", endpoint_url=cdnotify.aws.address("endpoint"), region_name="us-east-1",
        aws_access_key_id=ACCESS_KEY, aws_secret_access_key=SECRET_KEY)


def create(cdnotify, *names):
    dynamodb(cdnotify).create_table(
        TableName="cdnotify", BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
        KeySchema=[{"AttributeName": name, "KeyType": kind}
                   for name, kind in zip(names, ("HASH", "RANGE"))])


def scene_other_tables(cdnotify):
    create(cdnotify, "id")
    cdnotify("check", *STORE)
    cdnotify("list", *STORE)
    cdnotify("register", "checkout", *HOOK, "--no-verify", *STORE)


def scene_settings(cdnotify):
    create(cdnotify, "pk", "sk")
    cdnotify("check", *STORE)
    cdnotify.ask("/_peer/deny", {"deny": ["dynamodb:DescribeTable"]})
    cdnotify("check", *STORE)


def scene_newer(cdnotify):
    create(cdnotify, "pk", "sk")
    dynamodb(cdnotify).put_item(TableName="cdnotify", Item={
        "pk": {"S": "desk"}, "sk": {"S": "schema"}, "version": {"N": "99"}})
    cdnotify("register", "checkout", *HOOK, "--no-verify", *STORE)
    cdnotify("poll", *STORE)


def scene_being_created(cdnotify):
    """A table that takes more than a minute and a half."""
    creating = {"Table": {"TableStatus": "CREATING", "KeySchema": SCHEMA}}
    with Answers(lambda request: creating) as server:
        cdnotify("check", *STORE, "--create-table", AWS_ENDPOINT_URL_DYNAMODB=server.url,
                 **cdnotify.quick)
    others = {"CreateTable": creating, "DescribeTable": creating,
              "DescribeTimeToLive": {"TimeToLiveDescription": {}},
              "DescribeContinuousBackups": {"ContinuousBackupsDescription": {}}}
    with Answers(lambda request: others[request.headers["X-Amz-Target"].split(".")[1]]) as server:
        cdnotify("check", *STORE, AWS_ENDPOINT_URL_DYNAMODB=server.url)


def scene_answers(cdnotify):
    with Answers(lambda request: {"Items": "none"}) as server:
        cdnotify("list", *STORE, AWS_ENDPOINT_URL_DYNAMODB=server.url)
    create(cdnotify, "pk", "sk")
    cdnotify.ask("/_peer/faults", {
        "kind": "error", "service": "dynamodb", "status": 400, "count": -1,
        "code": "ItemCollectionSizeLimitExceededException", "message": "Collection size exceeded"})
    cdnotify("list", *STORE)


def scene_busy(cdnotify):
    """Whatever is written, somebody else was faster."""
    create(cdnotify, "pk", "sk")
    cdnotify.deploy()
    cdnotify("register", "checkout", *HOOK, "--since", "1h", *STORE)
    for operation in ("PutItem", "TransactWriteItems"):
        cdnotify.ask("/_peer/faults", {
            "kind": "error", "operation": operation, "status": 400, "count": -1,
            "code": "ConditionalCheckFailedException", "message": "The conditional request failed"})
    cdnotify("poll", *STORE, **cdnotify.quick)
    cdnotify("unregister", "checkout", *STORE, **cdnotify.quick)


def scene_large(cdnotify):
    create(cdnotify, "pk", "sk")
    channels = [{"webhook_notification": {
        "name": f"hook{number}", "url": "http://127.0.0.1:9", "title": "x" * 4000}}
        for number in range(110)]
    cdnotify("register", "--file", "-", "--no-verify", *STORE, input=json.dumps(
        {"codedeploy_application_name": "checkout", "notifications": channels}))
