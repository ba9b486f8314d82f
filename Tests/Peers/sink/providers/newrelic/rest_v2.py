"""REST v2: applications and their deployments, until 2027-07-31.

Shapes from newrelic-client-go, pkg/apm/deployments.go, applications.go and their tests. The key is
a user key in Api-Key (there: PersonalAPIKeyCapableV2Authorizer). filter[name] matches parts of
names: the client's users compare the name once more.
"""

import datetime
import json
import re

from ...wire import Answer

DEPLOYMENTS = re.compile(r"/v2/applications/(\d+)/deployments\.json")


def answer(state, request, sequence):
    if request.path == "/v2/applications.json" and request.method == "GET":
        wanted = request.query("filter[name]", "").lower()
        found = [each for each in state.applications() if wanted in each["name"].lower()]
        return Answer.of_json({"applications": [application(each) for each in found]})
    match = DEPLOYMENTS.fullmatch(request.path)
    if match and request.method == "POST":
        return create_deployment(state, request, sequence, int(match.group(1)))
    return error(404, "The requested resource was not found")


def application(entity):
    return {"id": entity["applicationId"], "name": entity["name"], "language": "swift",
            "health_status": "unknown", "reporting": entity["reporting"]}


def create_deployment(state, request, sequence, identifier):
    entity = next((each for each in state.applications() if each["applicationId"] == identifier), None)
    if entity is None:
        return error(404, f"No application found with ID '{identifier}'")
    try:
        given = json.loads(request.body)["deployment"]
        revision = given["revision"]
    except (ValueError, KeyError, TypeError):
        return error(422, "deployment.revision is missing")
    if not isinstance(revision, str) or not revision.strip():
        return error(422, "Revision can't be blank")
    now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
    deployment = {
        "id": len(state.events) + 1,
        "revision": revision,
        **{name: given.get(name) or "" for name in ("changelog", "description", "user")},
        "timestamp": given.get("timestamp") or now,
        "links": {"application": identifier},
    }
    state.accept("rest-v2", sequence, {**deployment, "entity": entity})
    return Answer.of_json({"deployment": deployment}, 201)


def error(status, title):
    return Answer.of_json({"error": {"title": title}}, status)
