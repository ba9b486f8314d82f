"""Applications, deployment groups and deployments of one account and region."""

import hashlib
import secrets
import string
import uuid
from dataclasses import dataclass, field

FINAL = ("Succeeded", "Failed", "Stopped")
WAITING = ("Created", "Queued")
SYMBOLS = string.ascii_uppercase + string.digits


def new_id():
    return "d-" + "".join(secrets.choice(SYMBOLS) for _ in range(9))


@dataclass
class Application:
    name: str
    create_time: float
    platform: str = "Server"
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    groups: dict = field(default_factory=dict)  # name -> model-shaped deploymentGroupInfo

    def info(self):
        return {
            "applicationId": self.id,
            "applicationName": self.name,
            "createTime": self.create_time,
            "linkedToGitHub": False,
            "computePlatform": self.platform,
        }

    def add_group(self, name, settings=None):
        self.groups[name] = {
            "deploymentGroupId": str(uuid.uuid4()),
            "applicationName": self.name,
            "deploymentGroupName": name,
            "deploymentConfigName": "CodeDeployDefault.OneAtATime",
            "serviceRoleArn": "arn:aws:iam::123456789012:role/codedeploy",
            "computePlatform": self.platform,
        } | (settings or {})


@dataclass
class Deployment:
    id: str
    info: dict  # the model's deploymentInfo without what is worked out on reading
    create_time: float
    status: str
    start_time: float = None
    complete_time: float = None
    timeline: list = field(default_factory=list)  # [seconds after creation, status], ascending
    targets: dict = field(default_factory=dict)

    @property
    def application(self):
        return self.info["applicationName"]

    @property
    def group(self):
        return self.info["deploymentGroupName"]

    def advance(self, now):
        """Take the steps of the timeline that are due. Reading a deployment does this first."""
        while self.timeline and self.create_time + self.timeline[0][0] <= now:
            seconds, status = self.timeline.pop(0)
            self.move(status, round(self.create_time + seconds, 3))

    def move(self, status, when):
        self.status = status
        if status not in WAITING and self.start_time is None and status != "Stopped":
            self.start_time = when
        self.complete_time = when if status in FINAL else None

    def describe(self, with_content=True):
        answer = dict(self.info, deploymentId=self.id, status=self.status, createTime=self.create_time)
        if self.start_time is not None:
            answer["startTime"] = self.start_time
        if self.complete_time is not None:
            answer["completeTime"] = self.complete_time
        if "deploymentOverview" not in answer and self.start_time is not None:
            answer["deploymentOverview"] = overview(self.status, self.targets.values())
        if not with_content:
            for member in ("revision", "previousRevision"):
                if member in answer:
                    answer[member] = without_content(answer[member])
        return {key: value for key, value in answer.items() if value is not None}


def overview(status, targets):
    counts = dict.fromkeys(("Pending", "InProgress", "Succeeded", "Failed", "Skipped", "Ready"), 0)
    states = [inner(target).get("status") for target in targets]
    own = {"Baking": "InProgress", "Stopped": "Skipped"}.get(status, status)
    for state in states or [own]:
        if state in counts:
            counts[state] += 1
    return counts


def inner(target):
    """The one of a DeploymentTarget's four members that is set."""
    return next((value for value in target.values() if isinstance(value, dict)), {})


def without_content(revision):
    return {
        key: {name: item for name, item in value.items() if name != "content"} if isinstance(value, dict) else value
        for key, value in revision.items()
    }


@dataclass
class Place:
    """What one account has in one region."""

    applications: dict = field(default_factory=dict)
    deployments: dict = field(default_factory=dict)

    def application(self, name, now, platform="Server"):
        if name not in self.applications:
            self.applications[name] = Application(name, round(now, 3), platform)
        return self.applications[name]


def sort_key(deployment, order):
    if order == "shuffled":
        # The same shuffle on every request, or pages would overlap.
        return [hashlib.sha256(deployment.id.encode()).hexdigest()]
    sign = 1 if order == "oldest" else -1
    return [sign * deployment.create_time, deployment.id]
