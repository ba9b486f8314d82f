"""Who may call: access keys, temporary credentials, and what they are denied."""

import re
import threading
from dataclasses import dataclass
from fnmatch import fnmatchcase

ACCOUNT = "123456789012"


@dataclass
class Credential:
    access_key: str
    secret_key: str
    session_token: str = None
    expires: float = None
    account: str = ACCOUNT
    arn: str = None
    role_arn: str = None

    def __post_init__(self):
        if self.arn is None and self.role_arn:
            name = self.role_arn.rsplit("/", 1)[-1]
            self.arn = f"arn:aws:sts::{self.account}:assumed-role/{name}/session"
        if self.arn is None:
            self.arn = f"arn:aws:iam::{self.account}:user/{self.access_key.lower()}"

    @property
    def user_name(self):
        """What CloudTrail calls the user: the last part of the ARN, for a role its session."""
        return self.arn.rsplit("/", 1)[-1]


def defaults():
    role = f"arn:aws:iam::{ACCOUNT}:role/peer"
    return [
        Credential(
            "AKIDEXAMPLE00000PEER",
            "peer-secret-key-0123456789abcdefghijklmn",
            arn=f"arn:aws:iam::{ACCOUNT}:user/peer",
        ),
        Credential(
            "ASIAEXAMPLE00000PEER",
            "peer-temporary-key-0123456789abcdefghijk",
            session_token="peer-session-token",
            role_arn=role,
        ),
    ]


class Credentials:
    def __init__(self):
        self.lock = threading.Lock()
        self.reset()

    def reset(self):
        with self.lock:
            self.keys = {credential.access_key: credential for credential in defaults()}
            self.rules = []
            self.roles = {}

    def find(self, access_key):
        with self.lock:
            return self.keys.get(access_key)

    def add(self, credential):
        with self.lock:
            self.keys[credential.access_key] = credential

    def all(self):
        with self.lock:
            return list(self.keys.values())

    def deny(self, rule):
        with self.lock:
            self.rules.append(rule)

    def allow_everything(self):
        with self.lock:
            self.rules = []

    def denied_resource(self, credential, action, resources):
        """The first of the resources that a rule keeps this caller from, if any."""
        with self.lock:
            rules = list(self.rules)
        for rule in rules:
            if rule.get("access_key") not in (None, credential.access_key):
                continue
            if not same_role(rule.get("role"), credential.role_arn):
                continue
            if not any(fnmatchcase(action.lower(), each.lower()) for each in rule["deny"]):
                continue
            for resource in resources:
                if rule.get("account_wide") and not resource.endswith(":*"):
                    continue
                if fnmatchcase(resource, rule.get("resource", "*")):
                    return resource
        return None


def same_role(wanted, role_arn):
    if wanted is None:
        return True
    return role_arn is not None and wanted in (role_arn, re.sub(".*/", "", role_arn))
