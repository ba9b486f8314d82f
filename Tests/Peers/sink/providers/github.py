"""GitHub's REST API as far as it tells who wrote a commit.

Sources: docs.github.com/en/rest/commits/commits#get-a-commit (shape, 422 for what is no commit, 404 for what isn't
there or isn't to be seen), …/rest/using-the-rest-api/rate-limits-for-the-rest-api (403, x-ratelimit-*), …/getting-
started-with-the-rest-api (a User-Agent or 403), …/about-the-rest-api/api-versions (400 for an unknown version),
…/authentication (401 "Bad credentials"), …/best-practices-for-using-the-rest-api#follow-redirects (301 with the
number of the repository). On GitHub Enterprise the API is below /api/v3, and here too.
"""

import re
import time

from ..wire import Answer
from .github_deployments import Deployments

PREFIX = "/api/v3"
VERSIONS = ("2022-11-28",)
COMMIT_FIELDS = {"repository", "sha", "name", "email", "login", "type", "private", "ref"}
SETTINGS = {"commits", "tokens", "renamed", "remaining", "secondary"}


class GitHub:
    control_path = "/_sink/github"

    def __init__(self, recorder):
        self.reset()

    def reset(self):
        self.commits, self.tokens, self.renamed, self.remaining, self.secondary = [], [], {}, None, None
        self.deployments = Deployments(self)

    def inspect(self, request, record):
        pass

    def answer(self, request, record):
        if not request.path.startswith(PREFIX + "/"):
            return None
        if not request.header("User-Agent"):
            return refusal(403, "Request forbidden by administrative rules. Please make sure your request has a "
                                "User-Agent header")
        version = request.header("X-GitHub-Api-Version", VERSIONS[0])
        if version not in VERSIONS:
            return refusal(400, f"Version {version} is not supported")
        kind, _, token = request.header("Authorization", "").partition(" ")
        if token and (kind.lower() not in ("bearer", "token") or token not in self.tokens):
            return refusal(401, "Bad credentials")
        if self.remaining is not None:
            if self.remaining <= 0:
                answer = refusal(403, "API rate limit exceeded")
                answer.set_header("X-RateLimit-Remaining", "0")
                answer.set_header("X-RateLimit-Reset", str(int(time.time()) + 1800))
                return answer
            self.remaining -= 1
        if self.secondary and request.method != "GET":
            return self.too_fast()
        answer = self.deployments.answer(request, PREFIX, bool(token))
        if answer is not None:
            return answer
        if request.method != "GET":
            return refusal(404, "Not Found")
        return self.find(request, bool(token))

    def too_fast(self):
        """A secondary limit: 403 or 429, with Retry-After or without."""
        self.secondary = {**self.secondary, "count": self.secondary.get("count", 1) - 1}
        answer = refusal(self.secondary.get("status", 403),
                         "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.")
        if "retry_after" in self.secondary:
            answer.set_header("Retry-After", str(self.secondary["retry_after"]))
        if self.secondary["count"] <= 0:
            self.secondary = None
        return answer

    def find(self, request, is_known):
        parts = re.fullmatch(PREFIX + r"/(?:repos/([^/]+/[^/]+)|repositories/([0-9]+))/commits/([^/]+)", request.path)
        if parts is None:
            return refusal(404, "Not Found")
        name = parts[1] or dict(enumerate(self.renamed.values())).get(int(parts[2]))
        if name in self.renamed:
            number = list(self.renamed).index(name)
            answer = refusal(301, "Moved Permanently")
            host = request.header("Host")
            answer.set_header("Location", f"http://{host}{PREFIX}/repositories/{number}/commits/{parts[3]}")
            return answer
        seen = [each for each in self.commits if each["repository"] == name and (is_known or not each.get("private"))]
        if not seen:
            return refusal(404, "Not Found")
        found = [each for each in seen if each["sha"].startswith(parts[3])]
        if len(found) != 1 or not re.fullmatch("[0-9a-f]{4,40}", parts[3]):
            return refusal(422, f"No commit found for SHA: {parts[3]}")
        return Answer.of_json(describe(found[0]))

    def control(self, method, body):
        if method == "POST":
            if not isinstance(body, dict) or set(body) - SETTINGS:
                raise ValueError(f"expected some of {sorted(SETTINGS)}")
            for commit in body.get("commits", []):
                if set(commit) - COMMIT_FIELDS or not {"repository", "sha", "name", "email"} <= set(commit):
                    raise ValueError(f"a commit has {sorted(COMMIT_FIELDS)}")
                self.commits.append(commit)
            self.tokens = body.get("tokens", self.tokens)
            self.renamed = body.get("renamed", self.renamed)
            self.remaining = body.get("remaining", self.remaining)
            self.secondary = body.get("secondary", self.secondary)
        elif method == "DELETE":
            self.reset()
        return 200, {"commits": self.commits, "tokens": self.tokens, "renamed": self.renamed,
                     "remaining": self.remaining, **self.deployments.describe()}


def describe(commit):
    person = {"name": commit["name"], "email": commit["email"], "date": "2026-01-01T12:00:00Z"}
    account = None
    if commit.get("login"):
        account = {"login": commit["login"], "id": 1, "type": commit.get("type", "User"), "site_admin": False}
    committer = {"name": "GitHub", "email": "noreply@github.com", "date": person["date"]}
    return {
        "sha": commit["sha"],
        "commit": {"author": person, "committer": committer, "message": "Change it", "comment_count": 0},
        "author": account,
        "committer": {"login": "web-flow", "id": 2, "type": "User", "site_admin": False},
        "parents": [],
        "stats": {"total": 1, "additions": 1, "deletions": 0},
        "files": [{"filename": "a", "status": "modified", "changes": 1}],
    }


def refusal(status, message):
    return Answer.of_json({"message": message, "documentation_url": "https://docs.github.com/rest"}, status)
