"""Shows cdnotify at work, on this machine alone: `make demo`.

A local CodeDeploy and SNS, New Relic and a webhook receiver are the servers that the tests run
against. Whatever the demo says, it has checked; it ends with 1 and a sentence where that fails.
"""

import contextlib
import json
import os
import signal
import sys

from stage import ACCESS_KEY, SECRET_KEY, Command, DemoFailed, Screen, Server, check, query, temporary_folder

APPLICATION, ENTITY = "checkout", "Checkout API"
API_KEY = "NRAK-PEERPEERPEERPEERPEERPEERPEE"
HOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
GOOD, BAD = "d-8F3C1D2A9", "d-5E0B7C4D1"
OLD_COMMIT = "1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e"
NEW_COMMIT = "8f3c1d2a9b7e6f5d4c3b2a190817263544536271"
BAD_COMMIT = "5e0b7c4d1a2f3e4d5c6b7a8990a1b2c3d4e5f607"

# All that CodeDeploy's own summary doesn't say.
FAILED_INSTANCE = {"instanceTarget": {"targetId": "i-0abc12de34f567890", "status": "Failed", "lifecycleEvents": [{
    "lifecycleEventName": "ApplicationStart", "status": "Failed", "diagnostics": {
        "errorCode": "ScriptFailed", "scriptName": "scripts/start.sh", "message": "exit code 1",
        "logTail": "[stderr]config/payments.yml: no key \"timeout\"\n"}}]}}


def github(commit):
    return {"revisionType": "GitHub", "gitHubLocation": {"repository": "example/checkout", "commitId": commit}}


class Stage:
    """The local servers in the words of the story."""

    def __init__(self, aws, sink):
        self.aws, self.sink = aws, sink
        self.endpoint, self.providers = aws.address("endpoint"), sink.address("http")

    def _aws(self, path, body=None, method=None):
        return self.aws.ask(f"{self.endpoint}/_peer/{path}", body, method)

    def _sink(self, path, body=None):
        return self.sink.ask(f"{self.sink.address('control')}/_sink/{path}", body)

    def prepare(self):
        self._aws("applications", {"name": APPLICATION, "groups": ["prod"]})
        self.topic = self._aws("topics", {"name": "deployments"})["topic_arn"]
        entity = {"guid": "MXxBUE18QVBQTElDQVRJT058MQ", "name": ENTITY}
        self._sink("newrelic", {"api_keys": [API_KEY], "entities": [entity]})
        self._sink("webhook-secrets", {"path": "/hook", "secret": HOOK_SECRET})

    def deploy(self, number, commit, since, **more):
        self._aws("deployments", {
            "id": number, "application": APPLICATION, "group": "prod", "status": "InProgress",
            "create_time": -since - 2, "start_time": -since, "revision": github(commit), **more})

    def end(self, number, status, **more):
        self._aws(f"deployments/{number}", {"status": status, **more}, "PATCH")

    def forget_requests(self):
        self._aws("requests", method="DELETE")

    def codedeploy_requests(self):
        return [each["operation"] for each in self._aws("requests?" + query(service="codedeploy"))["requests"]]

    # What arrived for a deployment, at each provider

    def at_new_relic(self, number):
        events = self._sink("newrelic")["events"]
        return [each for each in events if each["customAttributes"]["deploymentId"] == number]

    def at_topic(self, number):
        return [each for each in self._aws("sns")["messages"] if number in each["message"]]

    def at_webhook(self, number):
        requests = self._sink("requests?" + query(path="/hook"))["requests"]
        return [each for each in requests if json.loads(each["body"])["deployment_id"] == number]

    def arrived(self, number):
        return {
            "New Relic": self.at_new_relic(number), "SNS": self.at_topic(number),
            "the webhook": self.at_webhook(number)}

    def check_arrivals(self, number, expected):
        for provider, notifications in self.arrived(number).items():
            wanted = 1 if provider in expected else 0
            check(len(notifications) == wanted,
                  f"{provider} got {len(notifications)} notifications of {number}, where {wanted} should arrive")
        hook = self.at_webhook(number)[0]
        check(hook["verified"], f"the webhook's signature is wrong: {hook.get('verification_problem')}")


def show_new_relic(screen, event):
    screen.facts(f"New Relic, a deployment marker on “{event['entity']['name']}”:", [
        ("shortDescription", event["shortDescription"]), ("version", event["version"]),
        ("user", event["user"]), ("deepLink", event["deepLink"])])


def show_topic(screen, message):
    lines = message["message"].splitlines()[1:5]
    screen.facts("SNS, a message for whoever subscribed:", [
        ("Subject", message["subject"]), *[("" if index else "Message", line) for index, line in enumerate(lines)]])


def show_webhook(screen, request, names):
    body = json.loads(request["body"])
    headers = {name.lower(): value for name, value in request["headers"]}
    signature = headers["webhook-signature"][:24]
    screen.facts("The webhook, a signed request with all the facts as JSON, among them:", [
        ("webhook-id", headers["webhook-id"]), ("webhook-signature", f"{signature}… (verified)"),
        *[(name, json.dumps(body[name], ensure_ascii=False)) for name in names]])


def play(screen, stage, cdnotify):
    screen.bold("cdnotify: CodeDeploy deployments, announced when they end")
    screen.line("CodeDeploy, SNS, New Relic and the webhook are local servers, on loopback only. With\n"
               "AWS and New Relic you would leave AWS_ENDPOINT_URL and base_url out; nothing else differs.")

    screen.heading("1. Register an application with the channels it is announced on")
    cdnotify("register", APPLICATION,
             "--channel", f"newrelic,application_name={ENTITY},base_url={stage.providers}",
             "--channel", f"sns,topic_arn={stage.topic}",
             "--channel", f"webhook,url={stage.providers}/hook,secret=env:HOOK_SECRET")
    cdnotify("list")

    screen.heading("2. A deployment is under way: nothing to announce yet")
    stage.deploy(GOOD, NEW_COMMIT, since=96, description="Faster checkout, deployed-by: ada@example.com",
                 previous_revision=github(OLD_COMMIT))
    output = cdnotify("poll")
    check("1 in flight" in output, "poll did not see the deployment that is in flight")
    check(not any(stage.arrived(GOOD).values()), "a deployment that had not ended was announced")

    screen.heading("3. It succeeds: the next poll announces it on every channel")
    stage.end(GOOD, "Succeeded")
    cdnotify("poll")
    stage.check_arrivals(GOOD, {"New Relic", "SNS", "the webhook"})
    screen.line()
    screen.line("What arrived:")
    show_new_relic(screen, stage.at_new_relic(GOOD)[0])
    show_topic(screen, stage.at_topic(GOOD)[0])
    show_webhook(screen, stage.at_webhook(GOOD)[0], ["event", "duration_seconds", "deployer", "compare_url"])

    screen.heading("4. Polling again sends nothing, and costs one request")
    stage.forget_requests()
    cdnotify("poll")
    requests = stage.codedeploy_requests()
    check(len(requests) == 1, f"a cycle without news made {len(requests)} requests to CodeDeploy: {requests}")
    stage.check_arrivals(GOOD, {"New Relic", "SNS", "the webhook"})
    screen.line(f"It made {len(requests)} request to CodeDeploy ({requests[0]}), and each provider still has "
                "its one notification.")

    screen.heading("5. A deployment fails: only channels that asked for failures hear of it")
    stage.deploy(BAD, BAD_COMMIT, since=41, previous_revision=github(NEW_COMMIT))
    stage.end(BAD, "Failed", error={
        "code": "HEALTH_CONSTRAINTS",
        "message": "The overall deployment failed because too many individual instances failed deployment."},
        targets=[FAILED_INSTANCE])
    cdnotify("poll")
    stage.check_arrivals(BAD, {"SNS", "the webhook"})
    screen.line()
    screen.line("New Relic got nothing: unless told otherwise with on=, it marks successes only.")
    show_topic(screen, stage.at_topic(BAD)[0])
    show_webhook(screen, stage.at_webhook(BAD)[0], ["event", "failure"])

    screen.heading("6. What went where")
    output = cdnotify("history")
    sent = [line for line in output.splitlines() if line.split()[:1] == ["sent"]]
    check(len(sent) == 5, "the history does not show the five notifications as sent")

    screen.line()
    screen.bold("Five notifications arrived, each exactly once, and every signature was right.")


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: demo.py PATH_TO_CDNOTIFY")
    if not os.access(sys.argv[1], os.X_OK):
        sys.exit(f"demo: {sys.argv[1]} can't be run: build it with `make demo`, which runs this too")
    # So that leaving by SIGTERM or a closed terminal cleans up as well.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    with contextlib.ExitStack() as scope:
        folder = scope.enter_context(temporary_folder())
        stage = Stage(*[scope.enter_context(server) for server in (Server("aws"), Server("sink"))])
        stage.prepare()
        screen = Screen()
        play(screen, stage, Command(os.path.abspath(sys.argv[1]), screen, folder, {
            "AWS_ENDPOINT_URL": stage.endpoint, "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "NEW_RELIC_API_KEY": API_KEY, "HOOK_SECRET": HOOK_SECRET}))


if __name__ == "__main__":
    try:
        main()
    except DemoFailed as failure:
        sys.exit(f"demo: {failure}")
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read our output has left, and Python would complain of it once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
