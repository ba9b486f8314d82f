"""NerdGraph and REST v2: what is accepted, what is refused, and how."""

import http.client
import json
import time
from urllib.parse import urlencode

from .providers.newrelic import DEFAULT_KEY, entity_query
from .selftest_support import SinkCase


class NerdGraph(SinkCase):
    CREATE = """mutation($event: ChangeTrackingCreateEventInput!) {
        changeTrackingCreateEvent(changeTrackingEvent: $event) {
            messages
            changeTrackingEvent {
                __typename changeTrackingId category type categoryAndType timestamp customAttributes
                entity { guid name }
                ... on ChangeTrackingDeploymentEvent { version commit }
            }
        }
    }"""
    ENTITIES = [{"guid": "G1", "name": "O'Neil\\API", "accountId": 1},
                {"guid": "G2", "name": "checkout", "accountId": 1},
                {"guid": "G3", "name": "Checkout", "accountId": 2},
                {"guid": "G4", "name": "other", "domain": "BROWSER", "accountId": 1}]

    def setUp(self):
        super().setUp()
        self.control("POST", "/_sink/newrelic", {"entities": self.ENTITIES})

    def ask(self, query, variables=None, key=DEFAULT_KEY, parse=True):
        headers = {"Content-Type": "application/json", **({"Api-Key": key} if key else {})}
        status, text, _ = self.send("/graphql", json.dumps({"query": query, "variables": variables}), headers)
        return status, json.loads(text) if parse else text

    def event(self, **changed):
        return {"event": {
            "categoryAndTypeData": {"kind": {"category": "Deployment", "type": "Basic"},
                                    "categoryFields": {"deployment": {"version": "1.2", "commit": "abc"}}},
            "entitySearch": {"query": "name = 'checkout' AND domain = 'APM' AND accountId = 1"},
            "customAttributes": {"deployment_id": "d-1", "seconds_taken": 2.5, "rollback": False},
            "timestamp": int(time.time() * 1000), **changed}}

    def accepted(self):
        return self.control("GET", "/_sink/newrelic")["events"]

    def assert_refused(self, answer, part):
        status, value = answer
        self.assertEqual(status, 200)
        self.assertIn(part, value["errors"][0]["message"])
        self.assertEqual(self.accepted(), [])

    def test_an_event_is_accepted_and_kept(self):
        status, value = self.ask(self.CREATE, self.event())
        self.assertNotIn("errors", value)
        made = value["data"]["changeTrackingCreateEvent"]["changeTrackingEvent"]
        self.assertEqual((made["__typename"], made["categoryAndType"], made["version"], made["entity"]["guid"]),
                         ("ChangeTrackingDeploymentEvent", "DEPLOYMENT__BASIC", "1.2", "G2"))
        kept, = self.accepted()
        self.assertEqual((kept["api"], kept["customAttributes"]["deployment_id"], kept["entity"]["name"]),
                         ("changeTrackingCreateEvent", "d-1", "checkout"))
        self.assertEqual(kept["changeTrackingId"], made["changeTrackingId"])

    def test_the_answer_can_be_lost_after_the_event_was_accepted(self):
        self.script("/graphql", close=True, accept=True)
        with self.assertRaises(http.client.RemoteDisconnected):
            self.ask(self.CREATE, self.event())
        self.assertEqual(len(self.accepted()), 1)

    def test_keys(self):
        for key in (None, "NRAK-WRONG"):
            status, value = self.ask("{ actor { user { id } } }", key=key)
            self.assertEqual((status, value["errors"][0]["extensions"]), (401, {"error_code": "BAD_API_KEY"}))
        self.control("POST", "/_sink/newrelic", {"api_keys": ["NRAK-OTHER"]})
        self.assertEqual(self.ask("{ actor { user { id } } }", key="NRAK-OTHER")[0], 200)

    def test_what_the_schema_refuses(self):
        self.assert_refused(self.ask("{ actor { nothing } }"), "Cannot query field 'nothing'")
        self.assert_refused(self.ask("{ actor { "), "Syntax Error")
        self.assert_refused(self.ask(self.CREATE, {}), "was not provided")
        self.assert_refused(self.ask(self.CREATE, self.event(entityGuid="G2")), "is not defined by type")
        self.assert_refused(self.ask(self.CREATE, self.event(timestamp=str(int(time.time())))), "whole number")
        self.assert_refused(self.ask(self.CREATE, self.event(customAttributes={"a": [1]})), "no string")

    def test_what_the_rules_refuse(self):
        now = int(time.time() * 1000)
        for changed, part in (
                ({"timestamp": now - 90_000_000}, "not be more than 24 hours"),
                ({"timestamp": now + 90_000_000}, "not be more than 24 hours"),
                ({"entitySearch": {"query": "name = 'nobody'"}}, "matched none"),
                ({"entitySearch": {"query": "name = 'checkout'"}}, "matched 2: Checkout (G3), checkout (G2)"),
                ({"entitySearch": {"query": "name = 'O'Neil'"}}, "is not a valid NRQL query"),
                ({"customAttributes": {"description": "x"}}, "reserved"),
                ({"categoryAndTypeData": {"kind": {"category": "Deployment", "type": "Basic"}}}, "mandatory"),
                ({"categoryAndTypeData": {"kind": {"category": "Release", "type": "Big"}}}, "ALLOW_CUSTOM")):
            with self.subTest(part=part):
                self.assert_refused(self.ask(self.CREATE, self.event(**changed)), part)

    def test_a_refusal_can_come_as_a_message(self):
        self.control("POST", "/_sink/newrelic", {"refusals": "messages"})
        _, value = self.ask(self.CREATE, self.event(entitySearch={"query": "name = 'nobody'"}))
        made = value["data"]["changeTrackingCreateEvent"]
        self.assertIsNone(made["changeTrackingEvent"])
        self.assertIn("matched none", made["messages"][0])

    def test_entity_search(self):
        query = "query($q: String) { actor { entitySearch(query: $q) { count results " \
                "{ nextCursor entities { guid name accountId domain type } } } } }"
        for text, guids in ((r"name = 'O\'Neil\\API'", ["G1"]), ("domainId=1001", ["G2"]),
                            ("name = 'CHECKOUT' AND accountId = '2'", ["G3"]), ("id = 'G4'", ["G4"]),
                            ("type IN ('APPLICATION') AND domain = 'APM'", ["G3", "G1", "G2"]),
                            ("name LIKE 'neil'", ["G1"])):
            with self.subTest(text=text):
                found = self.ask(query, {"q": text})[1]["data"]["actor"]["entitySearch"]
                self.assertEqual([each["guid"] for each in found["results"]["entities"]], guids)
                self.assertEqual(found["count"], len(guids))
        for text in ("", "name", "name = checkout", r"name = 'a\b'", "name = 'a' OR name = 'b'", "name = 'a'x"):
            with self.subTest(text=text), self.assertRaises(entity_query.BadQuery):
                entity_query.search(text, [])

    def test_create_deployment(self):
        mutation = "mutation($d: ChangeTrackingDeploymentInput!) " \
                   "{ changeTrackingCreateDeployment(deployment: $d) { deploymentId entityGuid timestamp } }"
        _, value = self.ask(mutation, {"d": {"entityGuid": "G2", "version": "3"}})
        self.assertEqual(value["data"]["changeTrackingCreateDeployment"]["entityGuid"], "G2")
        _, value = self.ask(mutation, {"d": {"entityGuid": "G9", "version": "3"}})
        self.assertIn("no entity", value["errors"][0]["message"])
        self.assertEqual([each["version"] for each in self.accepted()], ["3"])

    def test_rest_v2(self):
        key = {"Api-Key": DEFAULT_KEY}
        path = "/v2/applications.json?" + urlencode({"filter[name]": "checkout"})
        found = json.loads(self.send(path, None, key, "GET")[1])["applications"]
        self.assertEqual([each["name"] for each in found], ["checkout", "Checkout"])
        target = f"/v2/applications/{found[0]['id']}/deployments.json"
        self.assertEqual(self.send(target, b'{"deployment": {"revision": "r1"}}', key)[0], 201)
        self.assertEqual(self.send(target, b'{"deployment": {}}', key)[0], 422)
        self.assertEqual(self.send("/v2/applications/9/deployments.json", b"{}", key)[0], 404)
        self.assertEqual(self.send(target, b"{}")[0], 401)
        self.assertEqual([each["revision"] for each in self.accepted()], ["r1"])
