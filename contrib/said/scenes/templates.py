"""Mistakes in Mustache templates, with their places."""

import json

TITLES = [
    "{{#failure}}x{{/error}}",
    "{{deployment group}}",
    "{{#failure}}x",
    "{{=<% %}}",
    "{{% FORMAT:HTML}}",
    "{{<parent}}text{{/parent}}",
    "{{<parent}}{{application}}{{/parent}}",
    "{{>partial}}",
    "{{application",
    "{{application}} {{",
    "{{}}",
    "{{.}}",
    "{{revision}}",
    "{{#a}}" * 201 + "{{/a}}" * 201,
    "x" * (64 << 10) + "x",
]

BODIES = [
    "{\"text\": \"{{>partial}}\"}",
    "{\"text\": \"{{}}\"}",
    "{\"text\": \"{{secret}}\"}",
    "{\"text\": \"{{uppercased(secret.token)}}\"}",
    "{\"text\": \"{{revision}}\"}",
]


def scene_templates(cdnotify):
    channels = [{"slack_notification": {
        "name": f"title {number}", "webhook_url": "env:SLACK_URL", "title": title}}
        for number, title in enumerate(TITLES)]
    channels += [{"webhook_notification": {
        "name": f"body {number}", "url": "https://hooks.example.com/in",
        "secret.token": "env:TOKEN", "request_body": body}}
        for number, body in enumerate(BODIES)]
    channels += [{"webhook_notification": {
        "name": "field", "url": "https://hooks.example.com/in?app={{application",
        "header.X-App": "{{application"}}]
    document = {"codedeploy_application_name": "checkout", "notifications": channels}
    cdnotify("register", "--no-verify", "--file", "-", input=json.dumps(document, indent=1))
