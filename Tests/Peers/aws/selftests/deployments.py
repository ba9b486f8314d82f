"""CodeDeploy as a poller reads it."""

import time

from . import PeerTest


class Deployments(PeerTest):
    def test_pages_bind_their_tokens(self):
        ids = set(self.deployments(count=7))
        self.peer.post("settings", page_size=3, order="shuffled", empty_first_page=True)
        pages = list(self.client().get_paginator("list_deployments").paginate())
        self.assertEqual([len(page["deployments"]) for page in pages], [0, 3, 3, 1])
        self.assertEqual({each for page in pages for each in page["deployments"]}, ids)
        token = pages[0]["nextToken"]
        self.assertCode("InvalidNextTokenException", self.client().list_deployments, nextToken=token,
                        includeOnlyStatuses=["Failed"])
        self.assertCode("InvalidNextTokenException", self.client().list_deployments, nextToken="garbage")

    def test_filters(self):
        now = time.time()
        [old] = self.deployments(create_time=-7200)
        [failed] = self.deployments(status="Failed", group="staging")
        [elsewhere] = self.deployments(region="eu-west-1")
        list_ids = lambda **query: self.client().list_deployments(**query)["deployments"]
        self.assertEqual(list_ids(), [failed, old])
        self.assertEqual(list_ids(createTimeRange={"start": now - 7300, "end": now - 7100}), [old])
        self.assertEqual(list_ids(includeOnlyStatuses=["Failed"]), [failed])
        self.assertEqual(list_ids(applicationName="checkout", deploymentGroupName="staging"), [failed])
        self.assertEqual(self.client(region="eu-west-1").list_deployments()["deployments"], [elsewhere])

    def test_a_timeline_is_walked(self):
        [moving] = self.deployments(timeline=[[0.3, "InProgress"], [0.8, "Succeeded"]])
        read = lambda: self.client().get_deployment(deploymentId=moving)["deploymentInfo"]
        self.assertEqual(read()["status"], "Created")
        self.assertNotIn("startTime", read())
        time.sleep(0.4)
        self.assertEqual(read()["status"], "InProgress")
        time.sleep(0.5)
        ended = read()
        self.assertEqual(ended["status"], "Succeeded")
        self.assertEqual(round((ended["completeTime"] - ended["createTime"]).total_seconds(), 1), 0.8)

    def test_targets_say_why(self):
        event = {"lifecycleEventName": "AfterInstall", "status": "Failed",
                 "diagnostics": {"errorCode": "ScriptFailed", "scriptName": "install.sh", "logTail": "no space"}}
        targets = [{"instanceTarget": {"status": "Failed", "lifecycleEvents": [event]}},
                   {"instanceTarget": {"status": "Succeeded"}}]
        [failed] = self.deployments(status="Failed", targets=targets)
        client = self.client()
        only = {"TargetStatus": ["Failed"]}
        ids = client.list_deployment_targets(deploymentId=failed, targetFilters=only)["targetIds"]
        [target] = client.batch_get_deployment_targets(deploymentId=failed, targetIds=ids)["deploymentTargets"]
        self.assertEqual(target["instanceTarget"]["lifecycleEvents"][0]["diagnostics"]["logTail"], "no space")
        [waiting] = self.deployments(status="Queued")
        self.assertCode("DeploymentNotStartedException", client.list_deployment_targets, deploymentId=waiting)

    def test_created_stopped_and_found_in_the_trail(self):
        client = self.client()
        client.create_application(applicationName="shop")
        client.create_deployment_group(applicationName="shop", deploymentGroupName="prod",
                                       serviceRoleArn="arn:aws:iam::123456789012:role/codedeploy")
        text = {"revisionType": "AppSpecContent", "appSpecContent": {"content": "{}", "sha256": "ab"}}
        shop = {"applicationName": "shop", "deploymentGroupName": "prod"}
        made = client.create_deployment(**shop, revision=text)["deploymentId"]
        client.stop_deployment(deploymentId=made)
        self.assertEqual(client.get_deployment(deploymentId=made)["deploymentInfo"]["status"], "Stopped")
        known = client.get_application_revision(applicationName="shop", revision={
            "revisionType": "AppSpecContent", "appSpecContent": {"sha256": "ab"}})
        self.assertEqual(known["revision"], text)
        trail = self.client("cloudtrail").lookup_events(
            LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "CreateDeployment"}])
        self.assertIn(made, trail["Events"][0]["CloudTrailEvent"])
        self.assertEqual(trail["Events"][0]["Username"], "peer")

    def test_the_trail_is_narrowed_paged_and_throttled(self):
        now = time.time()
        for number in range(3):
            self.peer.post("trail", deployment_id=f"d-{number}", time=-100 * number)
        self.peer.post("trail", deployment_id="abc", source="apigateway.amazonaws.com")
        trail = self.client("cloudtrail")
        asked = {"LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": "CreateDeployment"}]}
        shown = trail.lookup_events(**asked, StartTime=now - 150, EndTime=now + 60, MaxResults=2)
        later = trail.lookup_events(**asked, StartTime=now - 150, EndTime=now + 60, MaxResults=2,
                                    NextToken=shown["NextToken"])
        self.assertEqual([len(page["Events"]) for page in (shown, later)], [2, 1])
        self.assertCode("ThrottlingException", trail.lookup_events, **asked)
        self.assertCode("ValidationException", trail.lookup_events, MaxResults=51)

    def test_a_change_and_a_removal(self):
        [one] = self.deployments(status="InProgress")
        self.peer.control("PATCH", f"deployments/{one}", {"status": "Failed"})
        info = self.client().get_deployment(deploymentId=one)["deploymentInfo"]
        self.assertEqual(info["errorInformation"]["code"], "HEALTH_CONSTRAINTS")
        self.assertEqual(info["deploymentOverview"]["Failed"], 1)
        self.peer.control("DELETE", f"deployments/{one}")
        self.assertCode("DeploymentDoesNotExistException", self.client().get_deployment, deploymentId=one)
