"""The control API under /_peer/: what a test sets up and what it looks at. See README.md."""

import json
from urllib.parse import parse_qsl, unquote

from . import faults, seed
from .credentials import ACCOUNT, Credential
from .deployments import Deployment
from .errors import AwsError
from .messages import json_reply
from .trail import event
from .world import SETTINGS

REGION = "us-east-1"


class Mistake(Exception):
    """The test's own error, answered with 400."""


class Control:
    def __init__(self, gateway):
        self.gateway, self.world = gateway, gateway.world

    def handle(self, request):
        parts = [unquote(part) for part in request.path.split("/")[2:]]
        name, argument = parts[0], "/".join(parts[1:]) or None
        method = "post" if request.method in ("PUT", "PATCH") else request.method.lower()
        action = getattr(self, f"{method}_{name}", None)
        if action is None:
            return json_reply({"error": f"{request.method} {request.path} is not part of the control API"}, 404)
        try:
            given = json.loads(request.body) if request.body else {}
            if not isinstance(given, dict):
                raise Mistake("the body must be a JSON object")
            query = dict(parse_qsl(request.query))
            return json_reply(action(given, argument, query) or {})
        except AwsError as error:
            return json_reply({"error": str(error)}, 400)
        except (Mistake, ValueError, KeyError, TypeError) as error:
            return json_reply({"error": f"{type(error).__name__}: {error}"}, 400)

    def place(self, given):
        return self.world.places[given.get("account", ACCOUNT), given.get("region", REGION)]

    # State

    def post_reset(self, given, argument, query):
        self.gateway.reset()

    def get_settings(self, given, argument, query):
        return self.world.settings

    def post_settings(self, given, argument, query):
        known(given, SETTINGS)
        self.world.change(given)
        return self.world.settings

    def post_applications(self, given, argument, query):
        known(given, {"name", "names", "groups", "region", "account", "compute_platform"})
        names = given.get("names") or [given["name"]]
        with self.world.lock:
            for name in names:
                platform = given.get("compute_platform", "Server")
                made = self.place(given).application(name, self.world.clock.now(), platform)
                for group in given.get("groups", ["prod"]):
                    made.groups.get(group) or made.add_group(group)
        return {"names": names}

    def delete_applications(self, given, argument, query):
        with self.world.lock:
            if self.place(query).applications.pop(argument, None) is None:
                raise Mistake(f"no application {argument}")

    def get_deployments(self, given, argument, query):
        with self.world.lock:
            found = self.place(query).deployments.values() if argument is None else [self.deployment(argument)]
            for each in found:
                each.advance(self.world.clock.now())
            return {"deployments": [each.describe() for each in found]}

    def post_deployments(self, given, argument, query):
        with self.world.lock:
            if argument:
                known(given, seed.FIELDS - {"application", "group", "region", "account", "id", "count"})
                seed.change(self.deployment(argument), given, self.world.clock)
                return {"ids": [argument]}
            known(given, seed.FIELDS)
            many = given.get("count", 1)
            if given.get("id") and many != 1:
                raise Mistake("an id fits one deployment only")
            copies = [json.loads(json.dumps(given)) for _ in range(many)]
            return {"ids": [seed.make(self.place(given), self.world.clock, each).id for each in copies]}

    def delete_deployments(self, given, argument, query):
        with self.world.lock:
            self.deployment(argument)
            for place in self.world.places.values():
                place.deployments.pop(argument, None)

    def deployment(self, number) -> Deployment:
        for place in self.world.places.values():
            if number in place.deployments:
                return place.deployments[number]
        raise Mistake(f"no deployment {number}")

    # Trouble and what was asked

    def get_faults(self, given, argument, query):
        return {"faults": self.gateway.faults.all()}

    def post_faults(self, given, argument, query):
        known(given, faults.FIELDS)
        if given.get("kind") not in faults.KINDS:
            raise Mistake(f"kind must be one of {', '.join(sorted(faults.KINDS))}")
        if given["kind"] == "error" and "code" not in given:
            raise Mistake("an error needs a code")
        return {"fault_id": self.gateway.faults.add(given).id}

    def delete_faults(self, given, argument, query):
        return {"removed": self.gateway.faults.remove(argument)}

    def get_requests(self, given, argument, query):
        return {"requests": self.gateway.log.select(**query)}

    def delete_requests(self, given, argument, query):
        self.gateway.log.clear()

    # Who may do what

    def get_credentials(self, given, argument, query):
        return {"credentials": [vars(each) for each in self.world.credentials.all()]}

    def post_credentials(self, given, argument, query):
        known(given, Credential.__dataclass_fields__)
        if given.get("expires") is not None:
            given["expires"] = self.world.clock.at(given["expires"])
        before = self.world.credentials.find(given["access_key"])
        made = Credential(**((vars(before) if before else {}) | given))
        self.world.credentials.add(made)
        return vars(made)

    def post_deny(self, given, argument, query):
        known(given, {"deny", "access_key", "role", "resource", "account_wide"})
        if not isinstance(given["deny"], list):
            raise Mistake("deny must be a list of actions")
        self.world.credentials.deny(given)

    def delete_deny(self, given, argument, query):
        self.world.credentials.allow_everything()

    def post_roles(self, given, argument, query):
        known(given, {"role_arn", "external_id", "trusted"})
        self.world.credentials.roles[given["role_arn"]] = given

    # The other services

    def post_topics(self, given, argument, query):
        known(given, {"name", "region", "account"})
        backend = self.gateway.moto.backend("sns", given.get("account", ACCOUNT), given.get("region", REGION))
        fifo = {"FifoTopic": "true"} if given["name"].endswith(".fifo") else {}
        return {"topic_arn": backend.create_topic(given["name"], attributes=fifo).arn}

    def get_sns(self, given, argument, query):
        return {"messages": [each for each in self.world.published if matches(each, query)]}

    def delete_sns(self, given, argument, query):
        self.world.published.clear()

    def post_parameters(self, given, argument, query):
        known(given, {"name", "value", "region", "account"})
        backend = self.gateway.moto.backend("ssm", given.get("account", ACCOUNT), given.get("region", REGION))
        backend.put_parameter(given["name"], "", given["value"], "SecureString", "", "", True, [], "text", None, None)

    def post_secrets(self, given, argument, query):
        known(given, {"name", "value", "region", "account"})
        backend = self.gateway.moto.backend(
            "secretsmanager", given.get("account", ACCOUNT), given.get("region", REGION))
        made = backend.create_secret(given["name"], given["value"], None, None, None, None, None, [], False)
        return {"arn": json.loads(made)["ARN"]}

    def post_identities(self, given, argument, query):
        known(given, {"email", "domain", "region", "account"})
        backend = self.gateway.moto.backend("ses", given.get("account", ACCOUNT), given.get("region", REGION))
        if "email" in given:
            backend.verify_email_identity(given["email"])
        if "domain" in given:
            backend.verify_domain(given["domain"])

    def post_ses(self, given, argument, query):
        known(given, {"sandbox", "configuration_sets"})
        ses = self.gateway.moto.ses
        ses.sandbox = bool(given.get("sandbox", ses.sandbox))
        ses.configuration_sets |= set(given.get("configuration_sets", ()))

    def get_ses(self, given, argument, query):
        return {"messages": [each for each in self.world.mail if matches(each, query)]}

    def post_trail(self, given, argument, query):
        known(given, {"deployment_id", "user", "identity", "region", "account", "time", "request", "source"})
        account, region = given.get("account", ACCOUNT), given.get("region", REGION)
        user = given.get("user", "peer")
        identity = given.get("identity") or {
            "type": "IAMUser", "userName": user, "arn": f"arn:aws:iam::{account}:user/{user}", "accountId": account,
        }
        when = self.world.clock.at(given.get("time", 0))
        source = given.get("source", "codedeploy.amazonaws.com")
        made = event(region, account, identity, user, given.get("request", {}), given["deployment_id"], when, source)
        with self.world.lock:
            self.world.trail[account, region].append(made)
        return {"event_id": made["EventId"]}


def known(given, fields):
    unknown = sorted(set(given) - set(fields))
    if unknown:
        raise Mistake(f"unknown: {', '.join(unknown)} (known: {', '.join(sorted(fields))})")


def matches(each, query):
    return all(str(each.get(key)) == value for key, value in query.items())
