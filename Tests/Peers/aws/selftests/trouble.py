"""Faults, and that a client notices them."""

import threading
import time

from botocore.exceptions import BotoCoreError, ClientError

from . import PeerTest


class Trouble(PeerTest):
    def test_throttling_is_counted_and_matched(self):
        self.peer.post("faults", kind="throttle", operation="ListDeployments", count=2, retry_after=1)
        self.client().list_applications()
        answer = self.assertCode("ThrottlingException", self.client().list_deployments)
        self.assertEqual(answer["ResponseMetadata"]["HTTPStatusCode"], 400)
        self.assertEqual(answer["ResponseMetadata"]["HTTPHeaders"]["retry-after"], "1")
        self.client(attempts=2).list_deployments()
        self.peer.post("faults", kind="throttle", service="sns")
        self.assertCode("Throttling", self.client("sns").list_topics)
        self.assertEqual(len(self.peer.get("requests?operation=ListDeployments")["requests"]), 3)

    def test_the_nth_call_about_one_application(self):
        self.peer.post("applications", names=["a", "b"])
        self.peer.post("faults", kind="error", code="InternalFailure", status=500, application="b", nth=2)
        client = self.client()
        client.get_application(applicationName="b")
        client.get_application(applicationName="a")
        self.assertCode("InternalFailure", client.get_application, applicationName="b")
        client.get_application(applicationName="b")

    def test_one_request_and_its_repetitions(self):
        self.peer.post("applications", names=["a", "b"])
        self.peer.post("faults", kind="error", code="InternalFailure", status=500, nth=2, count=2, same=True)
        client = self.client()
        client.get_application(applicationName="a")
        self.assertCode("InternalFailure", client.get_application, applicationName="b")
        client.get_application(applicationName="a")
        client.list_applications()
        self.assertCode("InternalFailure", client.get_application, applicationName="b")
        client.get_application(applicationName="b")

    def test_broken_answers_are_errors_to_a_client(self):
        self.deployments(count=3)
        for fault in ({"kind": "garbage"}, {"kind": "truncated"}, {"kind": "cut", "after": 10}, {"kind": "drop"},
                      {"kind": "http", "status": 503}, {"kind": "hang"}, {"kind": "cut_headers"}):
            with self.subTest(fault["kind"]):
                self.peer.post("faults", **fault)
                try:
                    answer = self.client(read_timeout=0.5).list_deployments()
                except (BotoCoreError, ClientError):
                    continue
                # boto3 takes a body that isn't JSON for an answer without members, and headers
                # that end early for complete ones; so does libcurl with the latter.
                self.assertIn(fault["kind"], ("garbage", "truncated", "cut_headers"))
                self.assertNotIn("deployments", answer)
        self.assertEqual(len(self.client().list_deployments()["deployments"]), 3)

    def test_a_hanging_answer_can_be_released(self):
        number = self.peer.post("faults", kind="hang")["fault_id"]
        threading.Timer(0.3, lambda: self.peer.control("DELETE", f"faults/{number}")).start()
        begun = time.monotonic()
        self.client().list_applications()
        self.assertGreater(time.monotonic() - begun, 0.25)

    def test_odd_elements_stand_around_the_true_ones(self):
        [one] = self.deployments(count=1)
        self.peer.post("faults", kind="odd", operation="ListDeployments", key="deployments", elements=[None, 7])
        self.assertEqual(self.client().list_deployments()["deployments"], [None, 7, one, None, 7])

    def test_pages_without_end(self):
        self.peer.post("faults", kind="endless", operation="ListDeployments", count=-1)
        first = self.client().list_deployments()
        second = self.client().list_deployments(nextToken=first["nextToken"])
        self.assertNotEqual(first["nextToken"], second["nextToken"])
        self.assertFalse(set(first["deployments"]) & set(second["deployments"]))

    def test_ids_left_out(self):
        one, other = self.deployments(count=2)
        self.peer.post("faults", kind="omit", operation="BatchGetDeployments", ids=[one])
        [found] = self.client().batch_get_deployments(deploymentIds=[one, other])["deploymentsInfo"]
        self.assertEqual(found["deploymentId"], other)
