"""What providers answer, and what channels make of it: `test-channel` against the local ones."""

import json

HOOK = "/services/T00000001/B00000001/peerpeerpeerpeerpeerpeer"
SLACK = "slack,token=xoxb-0123456789,channel=C024BE91L,base_url={http}"
SLACK_HOOK = "slack,webhook_url={http}" + HOOK
NEWRELIC = "newrelic,entity_guid=MTIzfEFQTXxB,api_key=NRAK-0123456789,base_url={http}"
NEWRELIC_NAME = "newrelic,application_name=Checkout,api_key=NRAK-0123456789,base_url={http}"
REST_V2 = NEWRELIC_NAME + ",api=rest-v2"
DATADOG = "datadog,api_key=0123456789,base_url={http}"
DORA = DATADOG + ",send=dora,service=checkout"
GRAFANA = "grafana,token=glsa_0123456789,url={http}"
HIPCHAT = "hipchat,token=0123456789,room=Releases,base_url={http}"
PAGERDUTY = "pagerduty,routing_key=0123456789abcdef0123456789abcdef,base_url={http}"
DISCORD = "discord,webhook_url={http}/api/webhooks/1/token"
CHAT = "googlechat,webhook_url={http}/v1/spaces/AAAA/messages?key=k&token=t"
TEAMS = "teams,webhook_url={http}/workflows/0/triggers/manual/paths/invoke?sig=s"
GITHUB = "github,token=ghp_0123456789,repository=example/checkout,ref=main,base_url={http}"
COMMIT = GITHUB.replace("main", "0123456789abcdef0123456789abcdef01234567") + ",as=status"
APPRISE = "apprise,key=deployments,base_url={http}"
WEBHOOK = "webhook,url={http}/in"

PAGE = {"headers": {"Content-Type": "text/html"}, "body": "<!DOCTYPE html><html>Log in</html>"}


def slack(error, **more):
    return {"body": {"ok": False, "error": error} | more}


def newrelic(kind):
    return {"body": {"errors": [{"message": "no", "extensions": {"errorClass": kind}}]}}


# A channel, and the answer to each of its requests.
ANSWERS = [
    (WEBHOOK, {"status": 302, "headers": {"Location": "/login"}}),
    (WEBHOOK + ",ok_when=/ok=true", {"body": "fine"}),
    (WEBHOOK + ",ok_when=/ok=true", {"body": {"okay": True}}),
    (WEBHOOK + ",ok_when=/ok=true", {"body": {"ok": False}}),
    (SLACK, slack("ratelimited")),
    (SLACK, slack("invalid_blocks")),
    (SLACK, slack("missing_scope", needed="chat:write")),
    (SLACK, slack("not_in_channel")),
    (SLACK, slack("is_archived")),
    (SLACK, slack("invalid_auth")),
    (SLACK, slack("no_permission")),
    (SLACK, slack("restricted_action")),
    (SLACK, {"body": {"ok": True}}),
    (SLACK, {"body": "fine"}),
    (SLACK_HOOK, {"body": "fine"}),
    (SLACK_HOOK, {"status": 404, "body": "no_service"}),
    (NEWRELIC, {"body": {"data": {}}}),
    (NEWRELIC, {"body": "fine"}),
    (NEWRELIC, newrelic("SERVER_ERROR")),
    (NEWRELIC, newrelic("BAD_API_KEY")),
    (NEWRELIC, newrelic("INVALID_INPUT")),
    (NEWRELIC_NAME, {"body": {"data": {"actor": {"entitySearch": {"results": {"entities": []}}}}}}),
    (NEWRELIC_NAME, {"body": {"data": {"actor": {"entitySearch": {"results": {"entities": [
        {"guid": "A", "name": "Checkout", "accountId": 1},
        {"guid": "B", "name": "Checkout", "accountId": 2}]}}}}}}),
    (REST_V2, {"body": {"applications": [{"id": 1, "name": "Checkout API"}]}}),
    (REST_V2, {"body": "fine"}),
    (TEAMS, {"status": 401}),
    (TEAMS, {"status": 403}),
    (TEAMS, {"status": 404}),
    (DISCORD, {"status": 401}),
    (DISCORD, {"status": 404}),
    (DISCORD, {"body": {}}),
    (CHAT, {"status": 401}),
    (CHAT, {"status": 404}),
    (CHAT, {"body": {}}),
    (DATADOG, {"status": 202, "body": {"status": "error"}}),
    (DATADOG, {"status": 403}),
    (GRAFANA, PAGE),
    (GRAFANA, {"status": 403}),
    (GRAFANA, {"status": 404}),
    (HIPCHAT, {"status": 401}),
    (HIPCHAT, {"status": 403}),
    (PAGERDUTY, {"body": {"status": "invalid event"}}),
    (GITHUB, {"status": 301}),
    (GITHUB, {"status": 401}),
    (GITHUB, {"status": 403}),
    (GITHUB, {"status": 404}),
    (GITHUB, {"status": 409}),
    (GITHUB, {"status": 422}),
    (GITHUB, {"status": 429, "headers": {"Retry-After": "1"}}),
    (COMMIT, {"status": 403}),
    (COMMIT, {"status": 404}),
    (COMMIT, {"status": 422}),
    (APPRISE, {"status": 204}),
    (APPRISE, {"status": 424}),
    (APPRISE, {"status": 403}),
    (APPRISE, {"status": 404}),
    (APPRISE, PAGE),
]

# Channels that send nothing, and the event of the sample.
UNSENT = [
    (DORA, "started"),
    (GITHUB + ",as=status", "succeeded"),
    ("github,token=ghp_0123456789,base_url={http}", "succeeded"),
]

# An incoming webhook of Office 365, which the providers play as a proxy.
CONNECTOR = "teams,webhook_url=http://example.webhook.office.com/webhookb2/a/IncomingWebhook/b/c"


def scene_answers(cdnotify):
    http = cdnotify.sink.address("http")
    for spec, answer in ANSWERS:
        cdnotify.tell("/_sink/reset", {})
        cdnotify.tell("/_sink/script", {"path": "/", "count": -1, "answer": answer})
        cdnotify("test-channel", "--channel", spec.format(http=http), "--event", "failed")
    for spec, event in UNSENT:
        cdnotify("test-channel", "--channel", spec.format(http=http), "--event", event)
    cdnotify.tell("/_sink/script", {"path": "http://", "count": -1, "answer": {"body": "0"}})
    cdnotify("test-channel", "--channel", CONNECTOR, http_proxy=http)


def scene_templates(cdnotify):
    """What a deployment fills in may be what no sample had."""
    http = cdnotify.sink.address("http")
    channels = [
        {"name": "body", "request_body": "{\"count\": {{^labels.odd}}1{{/labels.odd}}}"},
        {"name": "path", "url": http + "/{{labels.part}}/in"},
        {"name": "field", "header.X-Text": "x" * 9000 + " {{application}}"},
    ]
    document = {
        "codedeploy_application_name": "checkout", "labels": {"odd": "yes", "part": ".."},
        "notifications": [
            {"webhook_notification": {"url": http + "/in"} | channel} for channel in channels]}
    cdnotify("register", "--no-verify", "--file", "-", input=json.dumps(document))
    cdnotify("test-channel", "checkout")


def scene_aws(cdnotify):
    cdnotify.ask("/_peer/identities", {"domain": "example.com"})
    topic = cdnotify.ask("/_peer/topics", {"name": "deployments"})["topic_arn"]
    # Only the beginning of SNS's answer is looked through.
    blanks = " " * (65 << 10)
    for spec, operation, body in [
            (f"sns,topic_arn={topic}", "Publish", "<fine/>"),
            (f"sns,topic_arn={topic}", "Publish", blanks + "<PublishResponse/>"),
            ("ses,from=ci@example.com,to=ada@example.com", "SendEmail", "{}")]:
        cdnotify.ask("/_peer/faults", method="DELETE")
        cdnotify.ask("/_peer/faults", {
            "kind": "http", "status": 200, "body": body, "operation": operation, "count": -1})
        cdnotify("test-channel", "--channel", spec)
    # GitHub shows deployments at commits, and this one came from S3.
    cdnotify("register", "checkout", "--no-verify", "--channel", "github,token=ghp_0123456789")
    cdnotify.deploy(revision={"revisionType": "S3", "s3Location": {
        "bucket": "artifacts", "key": "checkout.zip", "bundleType": "zip"}})
    cdnotify("poll")
