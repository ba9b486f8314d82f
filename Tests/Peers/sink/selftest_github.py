"""Commits as GitHub tells them."""

import json

from .selftest_support import SinkCase

SHA = "4f2d1c0b9a8e7f6d5c4b3a291817161514131211"


class Commits(SinkCase):
    def setUp(self):
        super().setUp()
        commit = {"sha": SHA, "name": "Ada", "email": "ada@example.com", "login": "ada"}
        self.control("POST", "/_sink/github", {
            "commits": [{**commit, "repository": "example/open"},
                        {**commit, "repository": "example/closed", "private": True}],
            "tokens": ["good"], "renamed": {"example/old": "example/open"}})

    def get(self, repository, sha=SHA, **headers):
        headers = {"User-Agent": "test", **headers}
        status, text, answer = self.send(f"/api/v3/repos/{repository}/commits/{sha}?per_page=1", None,
                                         {k: v for k, v in headers.items() if v}, method="GET")
        return status, json.loads(text), answer

    def test_a_commit_and_what_is_none(self):
        status, commit, _ = self.get("example/open", SHA[:7])
        self.assertEqual((status, commit["commit"]["author"]["email"], commit["author"]["login"]),
                         (200, "ada@example.com", "ada"))
        self.assertEqual(self.get("example/open", "0" * 40)[0], 422)
        self.assertEqual(self.get("example/none")[0], 404)

    def test_tokens_open_what_is_closed(self):
        self.assertEqual(self.get("example/closed")[0], 404)
        self.assertEqual(self.get("example/closed", Authorization="Bearer good")[0], 200)
        self.assertEqual(self.get("example/open", Authorization="Bearer bad")[0], 401)

    def test_manners(self):
        self.assertEqual(self.get("example/open", **{"User-Agent": None})[0], 403)
        self.assertEqual(self.get("example/open", **{"X-GitHub-Api-Version": "2001-01-01"})[0], 400)
        self.control("POST", "/_sink/github", {"remaining": 1})
        self.assertEqual(self.get("example/open")[0], 200)
        status, _, answer = self.get("example/open")
        self.assertEqual((status, answer.getheader("X-RateLimit-Remaining")), (403, "0"))

    def test_a_renamed_repository_leads_on(self):
        status, _, answer = self.get("example/old")
        self.assertEqual(status, 301)
        place = answer.getheader("Location")
        path = place[place.index("/api/v3"):]
        self.assertEqual(self.send(path, None, {"User-Agent": "test"}, method="GET")[0], 200)
