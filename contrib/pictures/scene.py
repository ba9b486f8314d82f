"""What the pictures of chats show: a deployment that failed, and its rollback, on the local AWS."""

import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
IMAGES = HERE.parents[1] / "docs" / "images"
sys.path.insert(0, str(HERE.parent / "demo"))

from stage import ACCESS_KEY, SECRET_KEY  # noqa: E402

OLD, GOOD, BAD = ("1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e", "8f3c1d2a9b7e6f5d4c3b2a190817263544536271",
                  "5e0b7c4d1a2f3e4d5c6b7a8990a1b2c3d4e5f607")
COUNTS = {"Succeeded": 12, "Failed": 0, "Skipped": 0, "InProgress": 0, "Pending": 0}
LOG = """LifecycleEvent - ApplicationStart
Script - scripts/start.sh
[stdout]starting checkout 5e0b7c4
[stderr]checkout: config/payments.yml: no key "timeout" in <defaults>
[stderr]checkout: giving up after 3 attempts
"""


def command(program, aws, folder, **variables):
    """The program, to be called with its arguments, on a local AWS that has the application."""
    aws.ask(aws.address("endpoint") + "/_peer/applications", {"name": "checkout", "groups": ["production"]})

    def cdnotify(*arguments):
        subprocess.run([program, *arguments], check=True, stdout=subprocess.DEVNULL, env={
            "HOME": folder, "PATH": "/usr/bin:/bin", "AWS_ENDPOINT_URL": aws.address("endpoint"),
            "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "CDNOTIFY_STORE": folder + "/cdnotify.db", **variables})

    return cdnotify


def github(commit):
    return {"revisionType": "GitHub", "gitHubLocation": {"repository": "example/checkout", "commitId": commit}}


def deploy(aws, number, begun, took, revision, previous, **more):
    aws.ask(aws.address("endpoint") + "/_peer/deployments", {
        "id": number, "application": "checkout", "group": "production", "create_time": -begun,
        "start_time": -begun + 2, "complete_time": -begun + took, "revision": github(revision),
        "previous_revision": github(previous), **more})


def fail(aws):
    deploy(aws, "d-5E0B7C4D1", 600, 96, BAD, GOOD, status="Failed",
           description="Retry payments, deployed-by: grace@example.com",
           error={"code": "HEALTH_CONSTRAINTS", "message":
                  "The overall deployment failed because too many individual instances failed deployment."},
           overview={**COUNTS, "Succeeded": 10, "Failed": 1, "Skipped": 1},
           rollback_info={"rollbackDeploymentId": "d-7A6B5C4D3"},
           targets=[{"instanceTarget": {"targetId": "i-0abc12de34f567890", "status": "Failed", "lifecycleEvents": [{
               "lifecycleEventName": "ApplicationStart", "status": "Failed", "diagnostics": {
                   "errorCode": "ScriptFailed", "scriptName": "scripts/start.sh", "logTail": LOG,
                   "message": "Script at specified location: scripts/start.sh failed with exit code 1"}}]}}])


def roll_back(aws):
    deploy(aws, "d-7A6B5C4D3", 500, 71, GOOD, BAD, creator="codeDeployRollback", overview=COUNTS,
           rollback_info={"rollbackTriggeringDeploymentId": "d-5E0B7C4D1"})
