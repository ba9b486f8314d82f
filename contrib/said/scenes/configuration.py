"""The AWS configuration: its files, regions and endpoints."""

HOOK = ("--channel", "webhook,url=http://127.0.0.1:9")

SETTINGS = {
    "a key of no section": "region = us-east-1\n",
    "a value without a key": "[default]\n= us-east-1\n",
    "a line that is nothing": "[default]\nregion\n",
    "a block that is none": "[services local]\ncodedeploy =\n  endpoint_url\n",
    "services that are nowhere": "[default]\nservices = local\n",
    "no URL": "[default]\nendpoint_url = localhost:4566\n",
    "no URL of a service": "[default]\nservices = local\n[services local]\nsts =\n"
                           "  endpoint_url = localhost:4566\n",
    "no host": "[default]\nendpoint_url = http://me@localhost\n",
    "a path with a blank": "[default]\nendpoint_url = http://127.0.0.1:9/a b\n",
    "no number": "[default]\nmax_attempts = many\n",
    "no mode": "[default]\nretry_mode = eager\n",
}


def scene_settings(cdnotify):
    for config in SETTINGS.values():
        cdnotify.write(".aws/config", config)
        cdnotify("check", AWS_ENDPOINT_URL=None)


def scene_regions(cdnotify):
    for region in ("eu_west_1", "us-east-9", None):
        # No request leaves this host.
        cdnotify("check", AWS_REGION=region, AWS_ENDPOINT_URL=None, AWS_MAX_ATTEMPTS="1",
                 HTTPS_PROXY="http://127.0.0.1:9")
    cdnotify("register", "checkout", *HOOK, "--region", "eu_west_1")
    cdnotify("wait", "d-ABCDEF123", AWS_REGION="eu_west_1")
    cdnotify("check", AWS_ENDPOINT_URL="http://localstack.example:9", AWS_MAX_ATTEMPTS="1",
             http_proxy="http://127.0.0.1:9")
    # The region of IAM Identity Center, where nothing else has read it before.
    cdnotify.write(".aws/config", """[default]
sso_start_url = https://example.awsapps.com/start
sso_region = eu west 1
sso_account_id = 123456789012
sso_role_name = Poll
""")
    cdnotify.write(".aws/sso/cache/e8be5486177c5b5392bd9aa76563515b29358e6e.json",
                   '{"accessToken": "sso-current", "expiresAt": "2999-01-01T00:00:00Z"}')
    cdnotify("check", AWS_ACCESS_KEY_ID=None, AWS_SECRET_ACCESS_KEY=None)
