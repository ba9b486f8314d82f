"""GetApplicationRevision: what a revision is and where it was used."""

from .deployments import without_content
from .errors import AwsError

LOCATIONS = {"S3": "s3Location", "GitHub": "gitHubLocation", "String": "string", "AppSpecContent": "appSpecContent"}


def same(asked, known):
    """A caller names a revision by its coordinates; the content of a text is found by its hash."""
    member = LOCATIONS.get(asked.get("revisionType"))
    if member is None or asked.get("revisionType") != known.get("revisionType"):
        return False
    bare = without_content(asked).get(member) or {}
    return bool(bare) and all((known.get(member) or {}).get(key) == value for key, value in bare.items() if value)


def revision_record(place, owner, asked):
    if LOCATIONS.get(asked.get("revisionType")) not in asked:
        raise AwsError("InvalidRevisionException", "The revision's type and location don't match.")
    users = [
        each
        for each in place.deployments.values()
        if each.application == owner.name and same(asked, each.info.get("revision") or {})
    ]
    if not users:
        raise AwsError("RevisionDoesNotExistException", "The revision is not registered with the application.")
    times = [each.create_time for each in users]
    return {
        "applicationName": owner.name,
        "revision": users[-1].info["revision"],
        "revisionInfo": {
            "deploymentGroups": sorted({each.group for each in users}),
            "firstUsedTime": min(times),
            "lastUsedTime": max(times),
            "registerTime": min(times),
        },
    }
