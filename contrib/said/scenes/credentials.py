"""Where AWS credentials come from, each source with what can be wrong there."""

import hashlib
import json
import time

from answers import Answers
from scene import mounting

SSO = """
[default]
{session}sso_start_url = https://example.awsapps.com/start
sso_region = us-east-1
sso_account_id = 123456789012
sso_role_name = {role}
"""


def clock(seconds):
    """A time so many seconds from now, as the AWS CLI writes it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))


def check(cdnotify, config="", *, credentials=None, **variables):
    """Looks for credentials where no keys are in the environment, and asks whose they are."""
    cdnotify.write(".aws/config", config)
    path = cdnotify.home / ".aws/credentials"
    path.unlink(missing_ok=True)
    if credentials is not None:
        cdnotify.write(".aws/credentials", credentials)
    return cdnotify("check", **{"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None,
                                "CDNOTIFY_CREDENTIAL_CACHE": "off"} | variables)


ROLE = "role_arn = arn:aws:iam::123456789012:role/{}\n"
BASE = "[profile base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = secret-AKIDBASE\n"

# Profiles that contradict themselves, or lack something.
PROFILES = {
    "no secret key": "[default]\naws_access_key_id = AKIDBASE\n",
    "no source": "[default]\n" + ROLE.format("deploy"),
    "two sources": "[default]\n" + ROLE.format("deploy")
                   + "source_profile = base\ncredential_source = Environment\n" + BASE,
    "a source that is none": "[default]\n" + ROLE.format("deploy")
                             + "credential_source = environment\n",
    "an empty source": "[default]\n" + ROLE.format("deploy") + "credential_source = Environment\n",
    "a circle": "[default]\n" + ROLE.format("deploy") + "source_profile = other\n"
                "[profile other]\n" + ROLE.format("other") + "source_profile = default\n",
    "no session": "[default]\nsso_session = team\nsso_account_id = 123456789012\n"
                  "sso_role_name = Poll\n",
    "two regions": "[default]\nsso_session = team\nsso_account_id = 123456789012\n"
                   "sso_role_name = Poll\nsso_region = us-east-1\n[sso-session team]\n"
                   "sso_start_url = https://example.awsapps.com/start\nsso_region = eu-west-1\n",
    "half of Identity Center": "[default]\nsso_account_id = 123456789012\n",
}


def scene_environment(cdnotify):
    cdnotify.identity
    check(cdnotify, AWS_ACCESS_KEY_ID="AKIDBASE")
    check(cdnotify, AWS_ACCESS_KEY_ID="AKIDBASE", AWS_SECRET_ACCESS_KEY="secrét-AKIDBASE")
    check(cdnotify, AWS_ACCESS_KEY_ID="AKIDBASE", AWS_SECRET_ACCESS_KEY="secret-AKIDBASE",
          AWS_CREDENTIAL_EXPIRATION="soon")
    check(cdnotify, AWS_ACCESS_KEY_ID="AKIDBASE", AWS_SECRET_ACCESS_KEY="secret-AKIDBASE",
          AWS_CREDENTIAL_EXPIRATION=clock(-60))
    # Only AWS knows that they have expired.
    expired = (400, {"__type": "ExpiredTokenException", "message": "The token has expired"}, {})
    with Answers(lambda request: expired) as aws:
        check(cdnotify, AWS_ACCESS_KEY_ID="ASIABASE", AWS_SECRET_ACCESS_KEY="s",
              AWS_SESSION_TOKEN="t", AWS_ENDPOINT_URL=aws.url)


def scene_profiles(cdnotify):
    cdnotify.identity
    for key in ("aws_access_key_id", "aws_secret_access_key", "aws_session_token"):
        keys = {"aws_access_key_id": "AKIDBASE", "aws_secret_access_key": "secret-AKIDBASE"}
        keys[key] = f"one {keys.get(key, 'token')}"
        check(cdnotify, credentials="[default]\n" + "".join(
            f"{name} = {value}\n" for name, value in keys.items()))
    for config in PROFILES.values():
        check(cdnotify, config)
    # Nothing is looked for in the environment once a profile is named.
    other = "[profile other]\nregion = us-east-1\n"
    check(cdnotify, other, credentials="[other]\nregion = us-east-1\n")
    cdnotify("register", "checkout", "--profile", "other", "--region", "us-east-1", "--no-verify",
             "--channel", "webhook,url=http://127.0.0.1:9")
    cdnotify("check")
    check(cdnotify, other, credentials="[third]\nregion = us-east-1\n")


def scene_roles(cdnotify):
    cdnotify.identity
    for config in [
        # Keys of a source that aren't complete, beside a role.
        "[default]\n" + ROLE.format("deploy") + "source_profile = half\n"
        "[profile half]\n" + ROLE.format("deploy") + "aws_secret_access_key = x\n",
        "[default]\n" + ROLE.format("external1") + "source_profile = base\nexternal_id = wrong\n",
        "[default]\n" + ROLE.format("deploy") + "source_profile = base\n"
        "mfa_serial = arn:aws:iam::123456789012:mfa/ada\n",
    ]:
        check(cdnotify, config + BASE)
    with Answers(lambda request: "<AssumeRoleResponse/>") as sts:
        check(cdnotify, "[default]\n" + ROLE.format("deploy") + "source_profile = base\n" + BASE,
              AWS_ENDPOINT_URL_STS=sts.url)
    # The AWS CLI's cache of this role's session is a folder.
    asked = ('{"RoleArn": "arn:aws:iam::123456789012:role/deploy", '
             '"SerialNumber": "arn:aws:iam::123456789012:mfa/ada"}')
    name = hashlib.sha1(asked.encode()).hexdigest()
    (cdnotify.home / f".aws/cli/cache/{name}.json").mkdir(parents=True)
    check(cdnotify, "[default]\n" + ROLE.format("deploy") + "source_profile = base\n"
          "mfa_serial = arn:aws:iam::123456789012:mfa/ada\n" + BASE)


def scene_kept_keys(cdnotify):
    """Keys that are kept between runs, changed by hand."""
    cdnotify.identity
    config = "[default]\n" + ROLE.format("deploy") + "source_profile = base\n" + BASE
    check(cdnotify, config, CDNOTIFY_CREDENTIAL_CACHE=None)
    for file in (cdnotify.home / "credentials").glob("*.json"):
        kept = json.loads(file.read_text())
        file.write_text(json.dumps(kept | {"session_token": "a b"}))
    check(cdnotify, config, CDNOTIFY_CREDENTIAL_CACHE=None)


def scene_web_identity(cdnotify):
    tokens = cdnotify.identity.address("tokens")
    for role, token in {"deploy": tokens["current"], "web1": tokens["foreign"], "web2": ""}.items():
        check(cdnotify, AWS_ROLE_ARN=f"arn:aws:iam::123456789012:role/{role}",
              AWS_WEB_IDENTITY_TOKEN_FILE=cdnotify.write("token", token))
    check(cdnotify, AWS_WEB_IDENTITY_TOKEN_FILE="token")
    check(cdnotify, AWS_WEB_IDENTITY_TOKEN_FILE="nowhere",
          AWS_ROLE_ARN="arn:aws:iam::123456789012:role/web1")


def scene_processes(cdnotify):
    cdnotify.identity
    for command in [
        "keys --for cdnotify\\",
        "keys --for 'cdnotify",
        "false",
        "echo keys",
        "echo {}",
        "./no-such-program",
        """echo '{"Version": 2, "AccessKeyId": "AKIDBASE", "SecretAccessKey": "s"}'""",
        "no-such-program --verbose",
        "head -c 2000000 /dev/zero",
        cdnotify.write("keys", """#!/bin/sh
echo '{"Version": 1, "AccessKeyId": "AKIDBASE", "SecretAccessKey": "s", "Expiration": "soon"}'
""", 0o700),
    ]:
        check(cdnotify, f"[default]\ncredential_process = {command}\n")
    check(cdnotify, "[default]\ncredential_process = sleep 3600\n", **cdnotify.quick)


def scene_instances(cdnotify):
    for name in ("norole", "badtoken", "refused", "broken"):
        check(cdnotify, AWS_EC2_METADATA_DISABLED=None, AWS_EC2_METADATA_SERVICE_ENDPOINT=(
            cdnotify.identity.address("endpoint") + f"/imds/{name}/"))
    check(cdnotify, AWS_EC2_METADATA_DISABLED=None, AWS_EC2_METADATA_V1_DISABLED="true",
          AWS_EC2_METADATA_SERVICE_ENDPOINT=(
              cdnotify.identity.address("endpoint") + "/imds/version1/"))
    for mode, address in {"IPv5": None, "IPv4": "localhost"}.items():
        check(cdnotify, AWS_EC2_METADATA_DISABLED=None, AWS_EC2_METADATA_SERVICE_ENDPOINT=address,
              AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE=mode)


def scene_containers(cdnotify):
    keys = {"AccessKeyId": "ASIABASE", "SecretAccessKey": "s", "Token": "t",
            "Expiration": clock(600)}
    for lost in ("Token", "Expiration"):
        with Answers(lambda request: {key: keys[key] for key in keys if key != lost}) as container:
            check(cdnotify, AWS_CONTAINER_CREDENTIALS_FULL_URI=container.url)
    address = cdnotify.identity.address("endpoint") + "/container/"
    for name in ("broken", "garbage"):
        check(cdnotify, AWS_CONTAINER_CREDENTIALS_FULL_URI=address + name, **cdnotify.quick)
    for url in ("http://container.example/keys", "container.example/keys"):
        check(cdnotify, AWS_CONTAINER_CREDENTIALS_FULL_URI=url)
    cdnotify.write("token", "peer-container-token\n")
    for token in ("token", "nowhere"):
        check(cdnotify, AWS_CONTAINER_CREDENTIALS_FULL_URI=address + "token",
              AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=token)


def sso_token(cdnotify, session, **members):
    """What `aws sso login` would leave; `members` replace its own, None leaves one out."""
    token = {"accessToken": "sso-current", "expiresAt": clock(3600), "clientId": "client",
             "clientSecret": "client-secret", "registrationExpiresAt": clock(86400),
             "refreshToken": "refresh"} | members
    name = hashlib.sha1(session.encode()).hexdigest()
    return cdnotify.write(f".aws/sso/cache/{name}.json", json.dumps(token))


def scene_identity_center(cdnotify):
    older = SSO.format(session="", role="Poll")
    newer = SSO.format(session="sso_session = team\n", role="Poll") + (
        "[sso-session team]\nsso_start_url = https://example.awsapps.com/start\n"
        "sso_region = us-east-1\n")
    start = "https://example.awsapps.com/start"
    cdnotify.identity
    check(cdnotify, older)
    check(cdnotify, newer)
    for members in [{"accessToken": "sso current"}, {"expiresAt": "soon"}, {"accessToken": ""},
                    {"accessToken": "sso-revoked"}, {"expiresAt": clock(-60)}]:
        sso_token(cdnotify, start, **members)
        check(cdnotify, older)
    sso_token(cdnotify, start)
    check(cdnotify, SSO.format(session="", role="Forbidden"))
    # The portal's answer lacks keys, or has such as can't be right.
    keys = {"accessKeyId": "ASIABASE", "secretAccessKey": "s", "sessionToken": "t",
            "expiration": (time.time() + 600) * 1000}
    for answer in [{}] + [{"roleCredentials": keys | {key: "a b"}}
                          for key in ("accessKeyId", "secretAccessKey", "sessionToken")]:
        with Answers(lambda request: answer) as portal:
            check(cdnotify, older, AWS_ENDPOINT_URL_SSO=portal.url)
    with Answers(lambda request: {"roleCredentials": keys | {"accessKeyId": ""}}) as portal:
        check(cdnotify, older, AWS_ENDPOINT_URL_SSO=portal.url)
    # Renewing the token fails, or where the new one should be kept, nobody may write.
    sso_token(cdnotify, "team", expiresAt=clock(-60))
    with Answers(lambda request: {"accessToken": "", "expiresIn": 60}) as oidc:
        check(cdnotify, newer, AWS_ENDPOINT_URL_SSO_OIDC=oidc.url)
    check(cdnotify, newer, under=write_protected(cdnotify))
    sso_token(cdnotify, "team", expiresAt=clock(-60), refreshToken="other")
    check(cdnotify, newer)
    path = cdnotify.home / ".aws/sso/cache" / (hashlib.sha1(b"team").hexdigest() + ".json")
    path.unlink()
    path.mkdir()
    check(cdnotify, newer)


def write_protected(cdnotify):
    """Runs cdnotify where the AWS CLI's folder is write-protected, for root too."""
    return mounting('mount --bind "$1" "$1" && mount -o remount,bind,ro "$1"',
                    str(cdnotify.home / ".aws"))


def login(cdnotify, **members):
    """What `aws login` would leave; its keys have ended."""
    token = {
        "accessToken": {"accessKeyId": "ASIABASE", "secretAccessKey": "s", "sessionToken": "t",
                        "expiresAt": clock(-60)},
        "clientId": "arn:aws:signin:::devtools/same-device", "refreshToken": "login-refresh",
        "dpopKey": cdnotify.identity.address("login_key"),
    } | members
    name = hashlib.sha256(b"arn:aws:iam::123456789012:user/ada").hexdigest()
    return cdnotify.write(f".aws/login/cache/{name}.json", json.dumps(token))


def scene_login(cdnotify):
    profile = "[default]\nlogin_session = arn:aws:iam::123456789012:user/ada\n"
    path = login(cdnotify)
    check(cdnotify, profile, under=write_protected(cdnotify))
    keys = {"accessKeyId": "ASIABASE", "secretAccessKey": "s", "sessionToken": "t"}
    for answer in [
        {}, {"accessToken": keys, "refreshToken": "r", "expiresIn": 1e300},
        {"accessToken": keys, "refreshToken": "r", "expiresIn": -6.2e10},
    ]:
        with Answers(lambda request: answer) as signin:
            check(cdnotify, profile, AWS_ENDPOINT_URL_SIGNIN=signin.url)
    login(cdnotify, refreshToken="other")
    check(cdnotify, profile)
    cdnotify.write(path, "{}")
    check(cdnotify, profile)
    (cdnotify.home / path).unlink()
    (cdnotify.home / path).mkdir()
    check(cdnotify, profile)
