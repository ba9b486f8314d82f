"""CodeDeploy's operations, answered from the world's state."""

import re

from .deployments import FINAL, Deployment, inner, new_id, sort_key
from .errors import AwsError
from .paging import page
from .revisions import revision_record

TARGET_STATUSES = ("Pending", "InProgress", "Succeeded", "Failed", "Skipped", "Unknown", "Ready")


class CodeDeploy:
    def __init__(self, world):
        self.world = world

    def answer(self, call):
        method = getattr(self, call.operation, None)
        if method is None or not call.operation[:1].isupper():
            raise AwsError("UnknownOperationException", f"{call.operation} is not served by this peer.")
        with self.world.lock:
            place = self.world.places[call.credential.account, call.region]
            now = self.world.clock.now()
            for deployment in place.deployments.values():
                deployment.advance(now)
            given = {key: value for key, value in call.input.items() if value is not None}
            return method(place, given, call)

    def applications_of(self, call):
        """The applications a call is about, also when it names deployments only."""
        given = call.input
        names = [given.get("applicationName"), *(given.get("applicationNames") or [])]
        ids = [given.get("deploymentId"), *(given.get("deploymentIds") or [])]
        with self.world.lock:
            deployments = self.world.places[call.credential.account, call.region].deployments
            names += [deployments[each].application for each in ids if each in deployments]
        return [name for name in names if name]

    def resources(self, call):
        """The ARNs that IAM would check, as the service authorization reference lists them."""
        prefix = f"arn:aws:codedeploy:{call.region}:{call.credential.account}:"
        given, operation = call.input, call.operation
        if operation in ("ListDeploymentTargets", "BatchGetDeploymentTargets", "ListApplications"):
            return ["*"]
        if operation in ("GetApplication", "CreateApplication", "BatchGetApplications", "ListDeploymentGroups",
                         "GetApplicationRevision"):
            return [f"{prefix}application:{name}" for name in self.applications_of(call)] or ["*"]
        ids = [given.get("deploymentId"), *(given.get("deploymentIds") or [])]
        with self.world.lock:
            deployments = self.world.places[call.credential.account, call.region].deployments
            known = [deployments[each] for each in ids if each in deployments]
            pairs = {(each.application, each.group) for each in known}
        if given.get("applicationName"):
            groups = given.get("deploymentGroupNames") or [given.get("deploymentGroupName") or "*"]
            pairs = {(given["applicationName"], group) for group in groups}
        return [f"{prefix}deploymentgroup:{name}/{group}" for name, group in sorted(pairs)] or [
            f"{prefix}deploymentgroup:*"
        ]

    # Applications and groups

    def CreateApplication(self, place, given, call):
        name = given["applicationName"]
        if name in place.applications:
            raise AwsError("ApplicationAlreadyExistsException", f"Application already exists: {name}")
        platform = given.get("computePlatform", "Server")
        return {"applicationId": place.application(name, self.world.clock.now(), platform).id}

    def GetApplication(self, place, given, call):
        return {"application": application(place, given).info()}

    def BatchGetApplications(self, place, given, call):
        names = given["applicationNames"]
        batch(names, 100, "ApplicationNameRequiredException")
        if self.world.settings["unknown_applications"] == "error":
            for name in names:
                application(place, {"applicationName": name})
        known = [place.applications[name].info() for name in dict.fromkeys(names) if name in place.applications]
        return {"applicationsInfo": known}

    def ListApplications(self, place, given, call):
        names = list(place.applications)
        return self.paged("applications", [[name] for name in names], names, given)

    def CreateDeploymentGroup(self, place, given, call):
        owner = application(place, given)
        name = given["deploymentGroupName"]
        if name in owner.groups:
            raise AwsError("DeploymentGroupAlreadyExistsException", f"Deployment group already exists: {name}")
        owner.add_group(name, {key: value for key, value in given.items() if key != "tags"})
        return {"deploymentGroupId": owner.groups[name]["deploymentGroupId"]}

    def ListDeploymentGroups(self, place, given, call):
        owner = application(place, given)
        names = list(owner.groups)
        answer = self.paged("deploymentGroups", [[name] for name in names], names, given)
        return {"applicationName": owner.name} | answer

    def GetDeploymentGroup(self, place, given, call):
        return {"deploymentGroupInfo": group(application(place, given), given)}

    def BatchGetDeploymentGroups(self, place, given, call):
        owner, names = application(place, given), given["deploymentGroupNames"]
        batch(names, 100, "DeploymentGroupNameRequiredException")
        unknown = [name for name in names if name not in owner.groups]
        answer = {"deploymentGroupsInfo": [owner.groups[name] for name in names if name in owner.groups]}
        if unknown:
            answer["errorMessage"] = f"No deployment group found for: {', '.join(unknown)}"
        return answer

    # Deployments

    def CreateDeployment(self, place, given, call):
        owner = application(place, given)
        if "deploymentGroupName" not in given:
            raise AwsError("DeploymentGroupNameRequiredException", "Deployment group name is required.")
        settings = group(owner, given)
        if "revision" not in given:
            raise AwsError("RevisionRequiredException", "Revision is required.")
        info = {key: value for key, value in given.items() if key != "updateOutdatedInstancesOnly"}
        info.setdefault("deploymentConfigName", settings["deploymentConfigName"])
        info |= {"creator": "user", "computePlatform": owner.platform}
        now = round(self.world.clock.now(), 3)
        timeline = [list(step) for step in self.world.settings["default_timeline"]]
        deployment = Deployment(new_id(), info, now, "Created", timeline=timeline)
        place.deployments[deployment.id] = deployment
        return {"deploymentId": deployment.id}

    def StopDeployment(self, place, given, call):
        deployment = find(place, given["deploymentId"])
        if deployment.status in FINAL:
            raise AwsError("DeploymentAlreadyCompletedException", "The deployment is already complete.")
        deployment.timeline = []
        deployment.move("Stopped", round(self.world.clock.now(), 3))
        return {"status": "Succeeded", "statusMessage": "No more commands will be scheduled for execution."}

    def GetDeployment(self, place, given, call):
        return {"deploymentInfo": self.describe(find(place, given["deploymentId"]))}

    def BatchGetDeployments(self, place, given, call):
        ids = given["deploymentIds"]
        batch(ids, 25, "DeploymentIdRequiredException")
        for each in ids:
            check_id(each)
        if self.world.settings["unknown_ids"] == "error":
            for each in ids:
                find(place, each)
        known = [place.deployments[each] for each in dict.fromkeys(ids) if each in place.deployments]
        return {"deploymentsInfo": [self.describe(each) for each in known]}

    def ListDeployments(self, place, given, call):
        if "applicationName" in given and "deploymentGroupName" not in given:
            raise AwsError("DeploymentGroupNameRequiredException", "Deployment group name is required.")
        if "deploymentGroupName" in given and "applicationName" not in given:
            raise AwsError("ApplicationNameRequiredException", "Application name is required.")
        span = given.get("createTimeRange") or {}
        start, end = span.get("start") or 0, span.get("end") or float("inf")
        if start > end:
            raise AwsError("InvalidTimeRangeException", "The start of the time range is after its end.")
        found = [each for each in place.deployments.values() if start <= each.create_time <= end]
        if "applicationName" in given:
            owner = application(place, given)
            name = group(owner, given)["deploymentGroupName"]
            found = [each for each in found if (each.application, each.group) == (owner.name, name)]
        if given.get("includeOnlyStatuses"):
            found = [each for each in found if each.status in given["includeOnlyStatuses"]]
        if "externalId" in given:
            found = [each for each in found if each.info.get("externalId") == given["externalId"]]
        keys = [sort_key(each, self.world.settings["order"]) for each in found]
        return self.paged("deployments", keys, [each.id for each in found], given)

    def ListDeploymentTargets(self, place, given, call):
        deployment = started(find(place, given["deploymentId"]))
        filters = given.get("targetFilters") or {}
        for status in filters.get("TargetStatus", []):
            if status not in TARGET_STATUSES:
                raise AwsError("InvalidInstanceStatusException", f"Unknown target status: {status}")
        ids = [
            each
            for each, target in deployment.targets.items()
            if not filters.get("TargetStatus") or inner(target).get("status") in filters["TargetStatus"]
            if not filters.get("ServerInstanceLabel")
            or inner(target).get("instanceLabel") in filters["ServerInstanceLabel"]
        ]
        return self.paged("targetIds", [[each] for each in ids], ids, given)

    def BatchGetDeploymentTargets(self, place, given, call):
        ids = given["targetIds"]
        deployment = started(find(place, given["deploymentId"]))
        batch(ids, 25, "DeploymentTargetIdRequiredException", "DeploymentTargetListSizeExceededException")
        for each in ids:
            if each not in deployment.targets:
                raise AwsError("DeploymentTargetDoesNotExistException", f"Target {each} does not exist.")
        return {"deploymentTargets": [deployment.targets[each] for each in ids]}

    def GetApplicationRevision(self, place, given, call):
        return revision_record(place, application(place, given), given["revision"])

    # What they share

    def describe(self, deployment):
        return deployment.describe(self.world.settings["revision_content"] == "include")

    def paged(self, member, keys, values, given):
        query = {key: value for key, value in given.items() if key != "nextToken"} | {"of": member}
        settings = self.world.settings
        shown, token = page(
            keys, values, query, given.get("nextToken"), settings["page_size"], settings["empty_first_page"]
        )
        return {member: shown} | ({"nextToken": token} if token else {})


def application(place, given):
    name = given["applicationName"]
    if name not in place.applications:
        raise AwsError("ApplicationDoesNotExistException", f"No application found for name: {name}")
    return place.applications[name]


def group(owner, given):
    name = given["deploymentGroupName"]
    if name not in owner.groups:
        raise AwsError("DeploymentGroupDoesNotExistException", f"No Deployment Group found for name: {name}")
    return owner.groups[name]


def check_id(each):
    if not re.fullmatch("d-[A-Z0-9]{9}", each):
        raise AwsError("InvalidDeploymentIdException", f"The deployment ID {each} is not valid.")


def find(place, each):
    check_id(each)
    if each not in place.deployments:
        raise AwsError("DeploymentDoesNotExistException", f"The deployment {each} could not be found")
    return place.deployments[each]


def started(deployment):
    if deployment.start_time is None:
        raise AwsError("DeploymentNotStartedException", f"Deployment {deployment.id} has not started.")
    return deployment


def batch(items, limit, missing, excess="BatchLimitExceededException"):
    if not items:
        raise AwsError(missing, "At least one item is required.")
    if len(items) > limit:
        raise AwsError(excess, f"The maximum number of items in a batch is {limit}; {len(items)} were given.")
