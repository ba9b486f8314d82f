"""Mistakes in one channel's settings, which `register` refuses: TYPE,key=value,…"""

import json

HOOK = "https://hooks.slack.com/services/T0/B0/0123456789abcdef"
TEAMS = "https://prod-1.westus.logic.azure.com/workflows/0/triggers/manual/paths/invoke"
CHAT = "https://chat.googleapis.com/v1/spaces/AAAA/messages"
MAIL = "email,host=smtp.example.com,from=ci@example.com"
LONG = "x" * 101

MISTAKES = [
    # The type itself, and what all channels have.
    "https://hooks.example.com/in",
    "webhok,url=https://hooks.example.com/in",
    "webhook",
    "webhook,url",
    "webhook,url=ftp://hooks.example.com/in",
    "webhook,url=https://[::1/in",
    "webhook,url=https://hooks%20example/in",
    "webhook,url=",
    'webhook,"url=https://hooks.example.com/in',
    "webhook,url=https://hooks.example.com/in,url=https://hooks.example.com/on",
    "webhook,url=https://hooks.example.com/a b",
    "webhook,url= https://hooks.example.com/in",
    "webhook,url=https://hooks.example.com/in ",
    "webhook,url=https://hooks.example.com:99999/in",
    "webhook,url=https://{{region}}.example.com/in",
    "webhook,url=https://hooks.example.com/in,header.=x",
    "webhook,url=https://hooks.example.com/in,header.X-Team=a,header.x-team=b",
    "webhook,url=https://hooks.example.com/in,secret=a\tb",
    f"webhook,url=https://hooks.example.com/{LONG * 700}",
    "webhook,url=https://hooks.example.com/in,secret=env:",
    "webhook,url=https://hooks.example.com/in,secret=env:A\tB",
    "webhook,url=https://hooks.example.com/in,secret=env:AWS_SECRET_ACCESS_KEY",
    "webhook,url=https://hooks.example.com/in,secret=file:///etc/cdnotify/secret",
    "webhook,url=https://hooks.example.com/in,secret=file:/proc/self/environ",
    "webhook,url=https://hooks.example.com/in,digest_above=3",
    f"webhook,url=https://hooks.example.com/in,name={'x' * 65}",
    "webhook,url=https://hooks.example.com/in,on=broken",
    # Slack
    "slack",
    "slack,token=xoxb-0123456789",
    f"slack,webhook_url={HOOK},channel=C024BE91L",
    "slack,token=xoxb 0123456789,channel=C024BE91L",
    "slack,token=xoxb-0123456789,channel=#",
    "slack,token=xoxb-0123456789,channel=C024BE91L,base_url=https://slack.example.com/?a=b",
    f"slack,webhook_url={HOOK},mention=Ada",
    # New Relic
    "newrelic",
    "newrelic,application_name=Checkout,entity_guid=MTIzfEFQTXxB",
    "newrelic,entity_guid=Checkout API",
    "newrelic,application_name=Checkout,api=rest-v2,account_id=1",
    "newrelic,application_name=Checkout,account_id=none",
    # Teams, Discord, Google Chat
    f"teams,webhook_url={TEAMS}?api-version=2016-06-01",
    "googlechat,webhook_url=https://chat.googleapis.com/v1/spaces",
    f"googlechat,webhook_url={CHAT}?key=k",
    "discord,webhook_url=https://discord.com/channels/1",
    "discord,webhook_url=https://discord.com/api/webhooks/1/token/slack",
    # Datadog, Grafana, HipChat, PagerDuty
    "datadog,api_key=datadog key",
    "datadog,api_key=key,tags=1st",
    "datadog,api_key=key,send=dora",
    "datadog,api_key=key,send=dora,service=checkout,site=ddog-gov.com",
    "datadog,api_key=key,send=dora,service=checkout,on=started",
    "datadog,api_key=key,service=checkout",
    "grafana,url=https://grafana.example.com/api,token=glsa_0",
    "grafana,url=https://grafana.example.com/?orgId=1,token=glsa_0",
    f"grafana,url=https://grafana.example.com,token=glsa_0,tags={LONG}",
    f"grafana,url=https://grafana.example.com,token=glsa_0,tags={'x' * 90},tags={'y' * 90}",
    "hipchat,base_url=https://hipchat.example.com,token=t,room=.",
    "hipchat,base_url=https://hipchat.example.com,token=t,room=Releases,notify=maybe",
    "pagerduty,routing_key=0123",
    # SNS, SES, mail
    "sns,topic_arn=deployments",
    "sns,topic_arn=arn:aws:sns:us-east-1:123456789012:deployments,format=xml",
    "ses,from=ci@example.com,to=ada@example.com,region=Ireland",
    "ses,from=ci@example.com,to=ada@example.com,configuration_set=my set",
    MAIL,
    f"{MAIL},to=Ada",
    f"{MAIL},to=ada@example.com,username=ci",
    f"{MAIL},to=ada@example.com,hello=-",
    f"{MAIL},to=ada@example.com,deployer_fallback=duty@example.com",
    f"{MAIL},to=deployer,digest_above=5",
    MAIL + "".join(f",to=ada+{number}@example.com" for number in range(101)),
    "email,host=smtp://smtp.example.com,from=ci@example.com,to=ada@example.com",
    # GitHub
    "github,token=ghp_0,repository=checkout",
    "github,token=ghp_0,as=status,environment=production",
    "github,token=ghp_0,context=codedeploy",
    "github,token=ghp_0,environment_url={{application}}.example.com",
    # Apprise and commands
    "apprise",
    "apprise,url=ntfy",
    "apprise,url=ntfys://ntfy.example.com/t,key=k",
    "apprise,base_url=https://apprise.example.com,key=a key",
    "apprise,base_url=https://apprise.example.com,key=k,tags=a b",
    "exec,command=bin/announce",
    "exec,command=true,timeout=13h",
    "exec,command=true,timeout=soon",
]

HOOKS = "https://hooks.example.com/in"

# Of a webhook: each is in a document, because a template has commas and quotes.
WEBHOOKS = [
    {"timeout": "31s"},
    {"ok_when": "ok=true"},
    {"content_type": "application/json"},
    {"content_type": "image/png", "request_body": "{}"},
    {"format": "cloudevents", "request_body": "{}"},
    {"log_limit": 100},
    {"header.Host": "example.com"},
    {"header.Content-Type": "text/plain"},
    {"header.X Team": "a"},
    {"secret.a:b": "x"},
    {"request_body": "{\"token\": \"{{secret.token}}\"}"},
    {"request_body": "{\"token\": \"{{secret.tokn}}\"}", "secret.token": "env:TOKEN"},
    {"url": "https://hooks.example.com/in#{{application}}"},
]

# Bodies that aren't JSON when filled in; register says where.
BODIES = [
    "{\"text\": ",
    "{\"text\": \"a\nb\"}",
    "{\"text\": \"a",
    "{\"text\": \"\\x\"}",
    "{\"text\": \"\\u12\"}",
    "{\"text\": {{title}}}",
    "{\"text\": tru}",
    "{\"text\": 1.}",
    "{text: 1}",
    "{\"text\" 1}",
    "{\"text\": 1 2}",
    "[1 2]",
    "{} {}",
    "[" * 201,
    "{\"ended\": {{epoch(completed_at)}}}",
]


def scene_settings(cdnotify):
    for spec in MISTAKES:
        cdnotify("register", "checkout", "--no-verify", "--channel", spec)


def scene_webhooks(cdnotify):
    channels = WEBHOOKS + [{"request_body": body} for body in BODIES]
    register(cdnotify, [
        {"webhook_notification": {"url": HOOKS, "name": f"hook {number}"} | settings}
        for number, settings in enumerate(channels)])


def register(cdnotify, channels):
    document = {"codedeploy_application_name": "checkout", "notifications": channels}
    return cdnotify("register", "--no-verify", "--file", "-", input=json.dumps(document, indent=1))
