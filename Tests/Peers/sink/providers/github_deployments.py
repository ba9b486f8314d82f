"""GitHub's deployments, their statuses, and statuses of commits.

Sources: docs.github.com/en/rest/deployments/deployments (auto_merge and the commit's checks are the default, and end
with 409; the payload may be an object or a text), …/deployments/statuses (states, 140 characters, auto_inactive:
earlier deployments to an environment that isn't production become inactive with a success), …/commits/statuses
(a whole SHA; at most 1,000 for a SHA and context), and rest-api-description, GitHub's own OpenAPI document, for types.
GitHub ignores what it doesn't know; here a misspelt name is a 422.
"""

import json
import re

from ..wire import Answer

CREATION = {"ref", "task", "auto_merge", "required_contexts", "payload", "environment", "description",
            "transient_environment", "production_environment"}
STATUS = {"state", "target_url", "log_url", "description", "environment", "environment_url", "auto_inactive"}
STATES = {"error", "failure", "inactive", "in_progress", "queued", "pending", "success"}
COMMIT_STATUS = {"state", "target_url", "description", "context"}


class Trouble(Exception):
    def __init__(self, status, message):
        super().__init__(message)
        self.status, self.message = status, message


class Deployments:
    def __init__(self, github):
        self.github = github
        self.made, self.commit_statuses = [], []

    def describe(self):
        return {"deployments": self.made, "commit_statuses": self.commit_statuses}

    def answer(self, request, prefix, is_known):
        parts = re.fullmatch(prefix + r"/repos/([^/]+/[^/]+)/(deployments|statuses)(/.*)?", request.path)
        if parts is None:
            return None
        try:
            if not is_known:
                raise Trouble(404, "Not Found")
            if parts[1] in self.github.renamed and request.method != "GET":
                raise Trouble(307, "Moved Permanently")
            if not any(each["repository"] == parts[1] for each in self.github.commits):
                raise Trouble(404, "Not Found")
            return self.route(request, parts[1], parts[2], parts[3] or "")
        except Trouble as trouble:
            return Answer.of_json({"message": trouble.message,
                                   "documentation_url": "https://docs.github.com/rest"}, trouble.status)

    def route(self, request, repository, kind, rest):
        if kind == "statuses":
            sha = re.fullmatch(r"/([0-9a-f]{40})", rest)
            if request.method != "POST" or not sha:
                raise Trouble(404, "Not Found")
            return self.commit_status(request, repository, sha[1])
        if rest == "":
            return self.create(request, repository) if request.method == "POST" else self.list(request, repository)
        found = re.fullmatch(r"/([0-9]+)/statuses", rest)
        deployment = next((each for each in self.made if found and each["id"] == int(found[1])
                           and each["repository"] == repository), None)
        if deployment is None:
            raise Trouble(404, "Not Found")
        if request.method == "POST":
            return self.add_status(request, deployment)
        return Answer.of_json(list(reversed(deployment["statuses"]))[:int(request.query("per_page", "30"))])

    def resolve(self, repository, ref):
        for commit in self.github.commits:
            if commit["repository"] == repository and (commit["sha"].startswith(ref) or commit.get("ref") == ref):
                return commit["sha"]
        raise Trouble(422, f"No ref found for: {ref}")

    def create(self, request, repository):
        body = read(request, CREATION)
        ref = body.get("ref")
        if not isinstance(ref, str) or not ref:
            raise Trouble(422, 'Invalid request.\n\n"ref" wasn\'t supplied.')
        sha = self.resolve(repository, ref)
        if body.get("auto_merge", True):
            raise Trouble(409, f"Conflict merging the default branch into {ref}.")
        if body.get("required_contexts") != []:
            raise Trouble(409, f"Conflict: Commit status checks failed for {ref}.")
        environment = text(body, "environment", 255, "production")
        text(body, "description", 140, "")
        if not isinstance(body.get("payload", {}), (dict, str)):
            raise Trouble(422, "payload must be an object or a string")
        self.made.append({
            "id": 1000 + len(self.made), "repository": repository, "sha": sha, "ref": ref, "task": "deploy",
            "environment": environment, "payload": body.get("payload", {}),
            "description": body.get("description"), "statuses": []})
        return Answer.of_json(self.made[-1], 201)

    def list(self, request, repository):
        found = [each for each in reversed(self.made) if each["repository"] == repository]
        for name in ("environment", "ref", "sha", "task"):
            wanted = request.query(name)
            if wanted is not None:
                found = [each for each in found if each[name] == wanted]
        return Answer.of_json(found[:min(100, int(request.query("per_page", "30")))])

    def add_status(self, request, deployment):
        body = read(request, STATUS)
        if body.get("state") not in STATES:
            raise Trouble(422, f"state {body.get('state')!r} is not in the enumeration")
        text(body, "description", 140, "")
        for name in ("log_url", "environment_url", "target_url"):
            if not re.match("https?://", body.get(name, "http://")):
                raise Trouble(422, f"{name} must use http(s) scheme")
        if body["state"] == "success" and body.get("auto_inactive", True) and deployment["environment"] != "production":
            for other in self.made:
                same = other["repository"] == deployment["repository"] and other is not deployment
                if same and other["environment"] == deployment["environment"] and other["id"] < deployment["id"]:
                    if other["statuses"] and other["statuses"][-1]["state"] == "success":
                        other["statuses"].append({"id": 0, "state": "inactive", "description": ""})
        status = {"id": 5000 + len(deployment["statuses"]), **body}
        deployment["statuses"].append(status)
        return Answer.of_json(status, 201)

    def commit_status(self, request, repository, sha):
        body = read(request, COMMIT_STATUS)
        if not any(each["repository"] == repository and each["sha"] == sha for each in self.github.commits):
            raise Trouble(422, f"No commit found for SHA: {sha}")
        if body.get("state") not in ("error", "failure", "pending", "success"):
            raise Trouble(422, "Validation Failed")
        text(body, "description", 140, "")
        text(body, "context", 255, "default")
        self.commit_statuses.append({"id": len(self.commit_statuses) + 1, "repository": repository, "sha": sha, **body})
        return Answer.of_json(self.commit_statuses[-1], 201)


def read(request, known):
    try:
        body = json.loads(request.body)
    except ValueError:
        raise Trouble(400, "Problems parsing JSON")
    if not isinstance(body, dict):
        raise Trouble(400, "Body should be a JSON object")
    if set(body) - known:
        raise Trouble(422, f"unknown: {sorted(set(body) - known)}")
    return body


def text(body, name, longest, default):
    value = body.get(name, default)
    if not isinstance(value, str) or len(value) > longest:
        raise Trouble(422, f"{name} is too long (maximum is {longest} characters)")
    return value
