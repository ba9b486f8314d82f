"""Deployments as a test describes them, turned into complete ones."""

from . import validation
from .deployments import FINAL, WAITING, Deployment, inner, new_id
from .models import service_model

MEMBERS = {  # of a control request, and of deploymentInfo
    "creator": "creator",
    "description": "description",
    "revision": "revision",
    "previous_revision": "previousRevision",
    "overview": "deploymentOverview",
    "error": "errorInformation",
    "rollback_info": "rollbackInfo",
    "config": "deploymentConfigName",
    "compute_platform": "computePlatform",
    "external_id": "externalId",
    "style": "deploymentStyle",
    "status_messages": "deploymentStatusMessages",
    "info": None,  # any other members of deploymentInfo, as they are
}
TIMES = ("create_time", "start_time", "complete_time")
FIELDS = {"application", "group", "region", "account", "status", "id", "timeline", "targets", "count", *TIMES, *MEMBERS}

FAILED = {
    "code": "HEALTH_CONSTRAINTS",
    "message": "The overall deployment failed because too many individual instances failed deployment, too few "
    "healthy instances are available for deployment, or some instances in your deployment group are experiencing "
    "problems.",
}
REVISION = {
    "revisionType": "GitHub",
    "gitHubLocation": {"repository": "example/checkout", "commitId": "4f2d1c0b9a8e7f6d5c4b3a291817161514131211"},
}
STYLES = {
    "Server": {"deploymentType": "IN_PLACE", "deploymentOption": "WITHOUT_TRAFFIC_CONTROL"},
    "Lambda": {"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"},
    "ECS": {"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"},
}
CONFIGS = {"Server": "OneAtATime", "Lambda": "LambdaAllAtOnce", "ECS": "ECSAllAtOnce"}


def make(place, clock, given):
    """One deployment, its application and group made when missing."""
    owner = place.application(given["application"], clock.now(), given.get("compute_platform", "Server"))
    name = given.get("group", "prod")
    if name not in owner.groups:
        owner.add_group(name)
    platform = given.get("compute_platform", owner.platform)
    info = {
        "applicationName": owner.name,
        "deploymentGroupName": name,
        "creator": "user",
        "revision": REVISION,
        "computePlatform": platform,
        "deploymentConfigName": f"CodeDeployDefault.{CONFIGS.get(platform, 'OneAtATime')}",
        "deploymentStyle": STYLES.get(platform, STYLES["Server"]),
        "ignoreApplicationStopFailures": False,
        "fileExistsBehavior": "DISALLOW",
    }
    timeline = sorted(given.get("timeline") or [])
    status = given.get("status") or ("Created" if timeline else "Succeeded")
    if status == "Failed":
        info["errorInformation"] = FAILED
    create, start, complete = times(clock, given, status, bool(timeline))
    deployment = Deployment(given.get("id") or new_id(), info, create, status, start, complete, timeline)
    describe(deployment, given)
    place.deployments[deployment.id] = deployment
    return deployment


def times(clock, given, status, moving):
    """When it was created, started and completed: what was given, and between it what is likely."""
    now = clock.now()
    ago = 0 if moving or status in WAITING else 30 if status not in FINAL else 60
    chosen = {key: None if given[key] is None else clock.at(given[key]) for key in TIMES if key in given}
    create = chosen.get("create_time") or round(now - ago, 3)
    start = None if status in WAITING else round(create + min(5, max(0, now - create)), 3)
    complete = round(max(create, min(create + 60, now)), 3) if status in FINAL else None
    return create, chosen.get("start_time", start), chosen.get("complete_time", complete)


def describe(deployment, given):
    for key, member in MEMBERS.items():
        if key in given and member:
            deployment.info[member] = given[key]
    deployment.info.update(given.get("info") or {})
    deployment.info = {key: value for key, value in deployment.info.items() if value is not None}
    if "targets" in given:
        deployment.targets = {}
        for target in given["targets"]:
            complete_target(deployment, target)
    check(deployment)


def complete_target(deployment, target):
    part = inner(target)
    part.setdefault("deploymentId", deployment.id)
    part.setdefault("targetId", f"i-{len(deployment.targets):017x}")
    member = next((key for key, value in target.items() if value is part), "")
    kinds = {"instanceTarget": "InstanceTarget", "lambdaTarget": "LambdaTarget", "ecsTarget": "ECSTarget",
             "cloudFormationTarget": "CloudFormationTarget"}
    target.setdefault("deploymentTargetType", kinds.get(member))
    deployment.targets[part["targetId"]] = target


def change(deployment, given, clock):
    if "timeline" in given:
        deployment.timeline = sorted(given["timeline"])
    if "status" in given:
        deployment.timeline = given.get("timeline") or []
        deployment.move(given["status"], round(clock.now(), 3))
        if given["status"] == "Failed":
            deployment.info.setdefault("errorInformation", FAILED)
    for key in TIMES:
        if key in given:
            setattr(deployment, key, None if given[key] is None else clock.at(given[key]))
    describe(deployment, given)


def check(deployment):
    """A mistake in a test's description should fail in the test, not in the program's parser."""
    model = service_model("codedeploy")
    # A creator or a status that the model doesn't list yet is something a client will meet.
    shown = {key: value for key, value in deployment.describe().items() if key not in ("creator", "status")}
    found = validation.problems(model.shape_for("DeploymentInfo"), shown)
    for target in deployment.targets.values():
        found += validation.problems(model.shape_for("DeploymentTarget"), target)
    if found:
        raise ValueError("; ".join(found))
