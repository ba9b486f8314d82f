"""AWS's answers to calls: refusals, another clock, and answers of something that isn't AWS."""

from answers import Answers

HOOK = ("--channel", "webhook,url=http://127.0.0.1:9")

# For ListDeployments, each as another kind of refusal.
REFUSALS = [
    {"code": "AccessDeniedException", "message": "User: arn:aws:iam::123456789012:user/ada is not "
     "authorized to perform: codedeploy:ListDeployments with an explicit deny"},
    {"code": "AccessDeniedException", "message": "No."},
    {"code": "RequestExpired", "message": "Request has expired."},
    {"code": "IncompleteSignatureException", "message": "It is incomplete."},
]


def scene_refusals(cdnotify):
    cdnotify.deploy()
    cdnotify("register", "checkout", *HOOK)
    for refusal in REFUSALS:
        cdnotify.ask("/_peer/faults", {
            "kind": "error", "operation": "ListDeployments", "count": -1, "status": 400} | refusal)
        cdnotify("poll")
        cdnotify("check")
        cdnotify.ask("/_peer/faults", method="DELETE")


def scene_clock(cdnotify):
    cdnotify.ask("/_peer/settings", {"clock_offset": 3600})
    cdnotify("register", "checkout", *HOOK)
    cdnotify("check")
    cdnotify("check", "--store", "dynamodb:cdnotify")


def scene_other_servers(cdnotify):
    for answer in ("<html></html>", "<GetCallerIdentityResponse/>"):
        with Answers(lambda request: answer) as server:
            cdnotify("check", AWS_ENDPOINT_URL=server.url, AWS_MAX_ATTEMPTS="1")
