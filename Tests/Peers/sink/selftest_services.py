"""The services of the recipes, an Apprise API server, GitHub's deployments and Datadog's DORA deployments."""

import json

from .selftest_support import SinkCase

JSON = {"Content-Type": "application/json"}
SHA = "4f2d1c0b9a8e7f6d5c4b3a291817161514131211"


class Services(SinkCase):
    def post(self, path, value, headers=None, method="POST"):
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        status, text, _ = self.send(path, body, {**JSON, **(headers or {})}, method=method)
        return status, json.loads(text) if text[:1] in (b"{", b"[") else text.decode()

    def messages(self):
        return self.control("GET", "/_sink/recipes")["messages"]

    def test_a_recipe_is_held_to_the_service_s_form(self):
        path = "/recipes/mattermost.example.com/hooks/"
        self.assertEqual(self.post(path + "wrong", {"text": "a"})[0], 404)
        path += "mattermostmattermost12345"
        for wrong in ({}, {"text": ""}, {"txt": "a"}, {"text": "x" * 16384}, b"{", ["a"]):
            self.assertEqual(self.post(path, wrong)[0], 400, wrong)
        self.assertEqual(self.post(path, {"text": "ada@all.example @\u200ball"}), (200, "ok"))
        self.assertEqual(self.post(path, {"text": "@channel and @ada"})[0], 200)
        self.assertEqual([each["calls"] for each in self.messages()], [[], ["@channel", "@ada"]])

    def test_lark_refuses_with_200_and_the_others_with_a_status(self):
        path = "/recipes/open.larksuite.com/open-apis/bot/v2/hook/larklark-1234-5678-90ab-larklarklark"
        status, answer = self.post(path, {"msg_type": "text", "content": {"txt": "a"}})
        self.assertEqual((status, answer["code"]), (200, 19001))
        self.assertEqual(self.post(path, {"msg_type": "text", "content": {"text": "a"}})[1]["code"], 0)
        token = {"Authorization": "Bearer wrong"}
        for path in ("sentry.io/api/0/organizations/example/releases/" + SHA + "/deploys/",
                     "api.incident.io/v2/alert_events/http/01HINCIDENTIO"):
            self.assertEqual(self.post("/recipes/" + path, {}, token)[0], 401, path)
        self.assertEqual(self.messages()[0]["words"], "a")

    def test_forms_are_read_as_forms(self):
        path = "/recipes/api.pushover.net/1/messages.json"
        good = (b"token=apushoverpushoverpushover12345&user=upushoverpushoverpushover12345"
                b"&message=a%26b&priority=1")
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        self.assertEqual(self.post(path, good)[0], 400)
        self.assertEqual(self.post(path, good, form)[1]["status"], 1)
        self.assertEqual(self.post(path, good + b"&mesage=x", form)[0], 400)
        self.assertEqual(self.messages()[0]["words"], "a&b")

    def test_an_apprise_server(self):
        path, good = "/apprise/notify/deployments", {"title": "t", "body": "b", "type": "failure", "format": "text"}
        self.assertEqual(self.post(path, {**good, "tag": "team"})[0], 200)
        self.assertEqual(self.post(path, {**good, "tag": "others"})[0], 204)
        self.assertEqual(self.post("/apprise/notify/none", good)[0], 204)
        for wrong in ({**good, "type": "bad"}, {**good, "format": "rtf"}, {"title": "t"}, {**good, "tags": "a"}):
            self.assertEqual(self.post(path, wrong)[0], 400, wrong)
        self.control("POST", "/_sink/apprise", {"failing": 1})
        self.assertEqual([self.post(path, good)[0] for _ in range(2)], [424, 200])
        self.assertEqual(len(self.control("GET", "/_sink/apprise")["notifications"]), 2)

    def github(self, path, value=None, method="POST", token="good"):
        headers = {"User-Agent": "test", "Authorization": "Bearer " + token}
        return self.post("/api/v3/repos/example/open" + path, value if value is not None else b"", headers, method)

    def test_github_s_deployments(self):
        self.control("POST", "/_sink/github", {"tokens": ["good"], "commits": [
            {"repository": "example/open", "sha": SHA, "ref": "v1", "name": "Ada", "email": "a@b.example"}]})
        good = {"ref": "v1", "environment": "prod", "auto_merge": False, "required_contexts": [], "payload": {"a": 1}}
        self.assertEqual(self.github("/deployments", {"ref": "v1"})[0], 409)
        self.assertEqual(self.github("/deployments", {**good, "required_contexts": ["ci"]})[0], 409)
        self.assertEqual(self.github("/deployments", {**good, "ref": "v2"})[0], 422)
        self.assertEqual(self.github("/deployments", {**good, "enviroment": "x"})[0], 422)
        self.assertEqual(self.github("/deployments", good, token="bad")[0], 401)
        made = [self.github("/deployments", good)[1]["id"] for _ in range(2)]
        found = self.github("/deployments?environment=prod&ref=v1", method="GET")[1]
        self.assertEqual([each["id"] for each in found], made[::-1])
        self.assertEqual(self.github("/deployments?environment=other", method="GET")[1], [])
        for wrong in ({"state": "done"}, {"state": "success", "description": "x" * 141},
                      {"state": "success", "log_url": "ftp://a"}):
            self.assertEqual(self.github(f"/deployments/{made[0]}/statuses", wrong)[0], 422, wrong)
        for each in made:
            self.assertEqual(self.github(f"/deployments/{each}/statuses", {"state": "success"})[0], 201)
        first = self.github(f"/deployments/{made[0]}/statuses?per_page=1", method="GET")[1]
        self.assertEqual(first[0]["state"], "inactive")
        self.assertEqual(self.github("/statuses/" + SHA, {"state": "pending", "context": "c"})[0], 201)
        self.assertEqual(self.github("/statuses/" + "0" * 40, {"state": "pending"})[0], 422)
        self.control("POST", "/_sink/github", {"secondary": {"count": 1}})
        self.assertEqual([self.github("/deployments", good)[0] for _ in range(2)], [403, 201])

    def test_a_dora_deployment(self):
        key = {"DD-API-KEY": "datadog0123456789abcdef012345678"}
        good = {"id": "cdn_0123456789abcdef", "service": "checkout", "env": "prod", "started_at": 1, "finished_at": 2,
                "git": {"commit_sha": SHA, "repository_url": "https://github.com/a/b"}, "custom_tags": ["a:b"]}

        def send(changed):
            return self.post("/api/v2/dora/deployment", {"data": {"attributes": {**good, **changed}}}, key)

        self.assertEqual(send({})[0], 202)
        for wrong in ({"id": "short"}, {"started_at": 1.5}, {"finished_at": 0}, {"service": None}, {"git": {}},
                      {"custom_tags": ["word"]}, {"servce": "x"}):
            self.assertEqual(send(wrong)[0], 400, wrong)
        self.assertEqual(len(self.control("GET", "/_sink/datadog")["deployments"]), 1)
