"""Runs the examples against the servers that cdnotify's own tests run against: `make examples`.

A local CodeDeploy, New Relic, a webhook receiver and a Mattermost server, on loopback only. It ends
with 1 and a sentence where something doesn't hold.
"""

import contextlib
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "contrib" / "demo"))
from stage import ACCESS_KEY, SECRET_KEY, DemoFailed, Server, check, query, temporary_folder  # noqa: E402

APPLICATION = "checkout"
API_KEY = "NRAK-PEERPEERPEERPEERPEERPEERPEE"
HOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
RENEWED_KEY, RENEWED_SECRET = "AKIDRENEWED00000PEER", "renewed-secret-key-0123456789abcdefghijkl"
SERVICE_TOKEN = "service-token-0123456789abcdef"
MATTERMOST = "/recipes/mattermost.example.com/hooks/mattermostmattermost12345"
# None of them may be in a log or an answer.
SECRETS = {
    "AWS's secret key": SECRET_KEY, "AWS's renewed key": RENEWED_SECRET, "New Relic's key": API_KEY, "the webhook's secret": HOOK_SECRET,
    "the service's token": SERVICE_TOKEN, "Mattermost's address": MATTERMOST.rpartition("/")[2]}
PATIENCE = 30  # seconds for anything to happen
CYCLES = 1000


def wait_for(what, happened):
    """Asks until `happened` returns something true, and returns that."""
    deadline = time.monotonic() + PATIENCE
    while not (result := happened()):
        check(time.monotonic() < deadline, f"{what} did not happen within {PATIENCE} s")
        time.sleep(0.1)
    return result


class Program:
    """An example as a process in a folder of its own, over when the `with` block is."""

    def __init__(self, name, endpoint, keys=(ACCESS_KEY, SECRET_KEY), **variables):
        self.keys = keys
        self.name, self.log, self.printed = name, [], []
        self.path = os.path.join(os.path.abspath(sys.argv[1]), name)
        self.variables = {
            "PATH": os.environ["PATH"], "AWS_ENDPOINT_URL": endpoint, "AWS_REGION": "us-east-1",
            "HOOK_SECRET": HOOK_SECRET, **variables}

    def __enter__(self):
        self.folder = temporary_folder()
        home = self.folder.name
        self.write_credentials(*self.keys)
        self.process = subprocess.Popen(
            # What is printed is to be seen line by line; a program keeps it back for a pipe.
            ["stdbuf", "-oL", self.path], env=self.variables | {"HOME": home}, cwd=home, text=True, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        streams = ((self.process.stdout, self.printed), (self.process.stderr, self.log))
        self.readers = [threading.Thread(target=self._read, args=each) for each in streams]
        for reader in self.readers:
            reader.start()
        return self

    @staticmethod
    def _read(stream, lines):
        with stream:
            for line in stream:
                lines.append(line.rstrip())

    def write_credentials(self, key, secret):
        """Puts credentials into the place of earlier ones, as a program that renews them does."""
        folder = pathlib.Path(self.folder.name) / ".aws"
        folder.mkdir(exist_ok=True)
        new = folder / "credentials.new"
        new.write_text(f"[default]\naws_access_key_id = {key}\naws_secret_access_key = {secret}\n")
        new.rename(folder / "credentials")

    def __exit__(self, kind, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for reader in self.readers:
            reader.join()
        self.folder.cleanup()
        if kind is not None:
            print(f"The log of {self.name}:", *self.log[-40:], sep="\n  ", file=sys.stderr)

    def lines(self, pattern):
        """The lines of the log that match."""
        check(self.process.poll() is None, f"{self.name} ended with {self.process.returncode}")
        return [line for line in self.log if re.search(pattern, line)]

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def memory(self):
        """What is resident, in MiB."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) >> 10

    def end(self):
        """Returns the exit status after SIGTERM, once all that it wrote is read."""
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise DemoFailed(f"{self.name} did not end within {PATIENCE} s of SIGTERM") from None
        for reader in self.readers:
            reader.join()
        for name, secret in SECRETS.items():
            check(not any(secret in line for line in self.log + self.printed), f"{self.name} shows {name}")
        return status


class Service(Program):
    """DeploymentService, which listens on a port of its own choice."""

    _opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def __init__(self, endpoint):
        super().__init__(
            "DeploymentService", endpoint, HOST="127.0.0.1", PORT="0", POLL_SECONDS="1", SERVICE_TOKEN=SERVICE_TOKEN,
            REFERENCES="HOOK_SECRET,NEW_RELIC_API_KEY", NEW_RELIC_API_KEY=API_KEY)

    def listen(self):
        """Waits until it listens."""
        pattern = r"listening on 127\.0\.0\.1:(\d+)"
        line = wait_for("the service's start", lambda: self.lines(pattern))[0]
        self.address = f"http://127.0.0.1:{re.search(pattern, line)[1]}"

    def ask(self, method, path, body=None, token=SERVICE_TOKEN):
        """Returns the status and the text of an answer."""
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        request = urllib.request.Request(self.address + path, data, headers, method=method)
        try:
            with self._opener.open(request, timeout=PATIENCE) as answer:
                status, text = answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            status, text = error.code, error.read().decode()
        for name, secret in SECRETS.items():
            check(secret not in text, f"{method} {path} shows {name}: {text}")
        return status, text

    def expect(self, expected, method, path, body=None, says="", **more):
        """Returns the JSON of an answer, or the sentence of one that is a failure."""
        status, text = self.ask(method, path, body, **more)
        check(status == expected, f"{method} {path} was answered {status}, not {expected}: {text}")
        value = json.loads(text) if text else None
        if status >= 400:
            value = value["error"]["message"] if value else ""
            check(says in value, f"{method} {path} should say “{says}”: {value}")
        return value

class Stage:
    """The local servers."""

    def __init__(self, aws, sink):
        self.aws, self.sink = aws, sink
        self.endpoint, self.providers = aws.address("endpoint"), sink.address("http")
        self.peer("applications", {"name": APPLICATION, "groups": ["prod"]})
        entity = {"guid": "MXxBUE18QVBQTElDQVRJT058MQ", "name": "Checkout API"}
        self.control("newrelic", {"api_keys": [API_KEY], "entities": [entity]})
        for path in ("/hook", "/quick"):
            self.control("webhook-secrets", {"path": path, "secret": HOOK_SECRET})

    def peer(self, path, body=None, method=None):
        return self.aws.ask(f"{self.endpoint}/_peer/{path}", body, method)

    def control(self, path, body=None):
        return self.sink.ask(f"{self.sink.address('control')}/_sink/{path}", body)

    def deploy(self, number, **more):
        self.peer("deployments", {
            "id": number, "application": APPLICATION, "group": "prod", "status": "Succeeded", "create_time": -20,
            "start_time": -18, "complete_time": 0, "description": "Faster *checkout* for @all", **more})

    def hooks(self, path):
        """The notifications that a webhook got. Each has to be signed."""
        requests = self.control("requests?" + query(path=path))["requests"]
        for request in requests:
            check(request["verified"], f"a webhook's signature is wrong: {request.get('verification_problem')}")
        return [json.loads(each["body"]) for each in requests]

    def arrived(self, number):
        """How many notifications of a deployment each provider got."""
        events = self.control("newrelic")["events"]
        hooks = self.hooks("/hook")
        posts = self.control("recipes")["messages"]
        return {
            "New Relic": sum(each["customAttributes"]["deploymentId"] == number for each in events),
            "the webhook": sum(each["deployment_id"] == number for each in hooks),
            "Mattermost": sum(number in each["words"].replace("\\", "") for each in posts)}

    def await_arrival(self, number):
        wait_for(f"the announcement of {number}", lambda: all(self.arrived(number).values()))

    def check_once(self, number):
        for provider, count in self.arrived(number).items():
            check(count == 1, f"{provider} got {count} notifications of {number}, where 1 should arrive")

    def await_cycles(self, count):
        """Waits until so many more listings were asked for."""
        def listings():
            asked = self.peer("requests?" + query(service="codedeploy", operation="ListDeployments"))
            return len(asked["requests"])
        before = listings()
        wait_for(f"{count} more cycles", lambda: listings() >= before + count)


def document(*notifications, application=APPLICATION):
    return {"codedeploy_application_name": application, "notifications": list(notifications)}


def webhook(secret):
    return document({"webhook_notification": {"url": "http://127.0.0.1:9/hook", "secret": secret}})


def registers(service, stage):
    new_relic = {"application_name": "Checkout API", "base_url": stage.providers}
    registered = service.expect(201, "POST", "/registrations", document({"newrelic_notification": new_relic}))
    check(len(registered[0]["notifications"]) == 1, f"one channel should be registered: {registered}")
    service.expect(201, "POST", "/registrations", document(
        {"webhook_notification": {"url": f"{stage.providers}/hook", "secret": "env:HOOK_SECRET"}},
        {"mattermost_notification": {"webhook_url": stage.providers + MATTERMOST}}))
    listed = service.expect(200, "GET", "/registrations")
    check([len(each["notifications"]) for each in listed] == [3], f"three channels should be registered: {listed}")
    mattermost = listed[0]["notifications"][2]["mattermost_notification"]
    check(mattermost["webhook_url"].endswith("/********"), f"the address should be masked: {mattermost}")
    print("registered over HTTP, and listed without secrets")


def refuses(service, _):
    service.expect(401, "GET", "/registrations", token=None)
    service.expect(401, "GET", "/registrations", token="wrong")
    service.expect(422, "POST", "/registrations", b'{"codedeploy_application_name": ', says="line 1, column 33: not JSON or YAML")
    service.expect(422, "POST", "/registrations", b"\xff", says="not UTF-8")
    service.expect(422, "POST", "/registrations", document({"newrelic_notification": {"aplication_name": "x"}}),
                   says='notifications[0].newrelic_notification.aplication_name: unknown key; did you mean')
    for command in ({"exec_notification": {"command": "/bin/true"}}, {"apprise_notification": {"url": "x://y"}}):
        service.expect(422, "POST", "/registrations", document(command), says="unknown channel type")
    service.expect(422, "POST", "/registrations", webhook("env:SERVICE_TOKEN"),
                   says="env:SERVICE_TOKEN is not one of the references that this program allows")
    service.expect(422, "POST", "/registrations", webhook("file:/etc/hostname"), says="is not one of the references")
    service.expect(422, "POST", "/registrations", webhook("env:AWS_SECRET_ACCESS_KEY"), says="never given to a channel")
    service.expect(404, "POST", "/registrations", document(
        {"webhook_notification": {"url": "https://hooks.example.com/x"}}, application="nowhere"),
        says='no application "nowhere"')
    service.expect(413, "POST", "/registrations", b"x" * (1 << 21))
    service.expect(404, "DELETE", "/registrations/nowhere", says="is not registered")
    service.expect(404, "GET", "/applications/nowhere/deployments", says='no application "nowhere"')
    service.expect(404, "POST", "/deployments/d-NOWHERE00/announcements", says="no scope knows deployment")
    listed = service.expect(200, "GET", "/registrations")
    check([len(each["notifications"]) for each in listed] == [3], f"a refused document changed something: {listed}")
    print("refused what is wrong, what runs programs, and what refers to the service's own secrets")


def announces(service, stage):
    stage.deploy("d-8F3C1D2A9")
    stage.await_arrival("d-8F3C1D2A9")
    stage.await_cycles(3)
    stage.check_once("d-8F3C1D2A9")
    post = stage.control("recipes")["messages"][0]
    check(not post["calls"], f"a description calls people on Mattermost: {post}")
    print("announced a deployment once on each channel, its own among them")

    stage.deploy("d-OLD123456", create_time=-7200, start_time=-7190, complete_time=-7000)
    stage.await_cycles(2)
    check(not any(stage.arrived("d-OLD123456").values()), "a deployment from before the registration was announced")
    told = service.expect(200, "POST", "/deployments/d-OLD123456/announcements")
    check(sorted(each["outcome"] for each in told) == ["sent"] * 3, f"it should be sent on three channels: {told}")
    stage.check_once("d-OLD123456")
    listed = service.expect(200, "GET", f"/applications/{APPLICATION}/deployments")
    check(sorted(each["id"] for each in listed) == ["d-8F3C1D2A9", "d-OLD123456"], f"two should be listed: {listed}")
    seen = service.expect(200, "GET", f"/applications/{APPLICATION}/history")
    check(sorted(each["deployment_id"] for each in seen) == ["d-8F3C1D2A9", "d-OLD123456"], f"two should be seen: {seen}")
    status = service.expect(200, "GET", "/status")
    check((status["pending"], status["failed"]) == (0, 0), f"all should be sent: {status}")
    print("listed deployments, and announced an older one when asked to")


def recovers(service, stage):
    stage.peer("faults", {"kind": "drop", "service": "codedeploy", "count": -1})
    wait_for("an error in the log", lambda: service.lines(r" error .*CodeDeploy in us-east-1: "))
    service.expect(502, "GET", f"/applications/{APPLICATION}/deployments")
    stage.deploy("d-7A1B2C3D4")
    stage.peer("faults", method="DELETE")
    stage.await_arrival("d-7A1B2C3D4")
    stage.await_cycles(2)
    for number in ("d-7A1B2C3D4", "d-8F3C1D2A9", "d-OLD123456"):
        stage.check_once(number)
    print("logged an error while AWS was down, and caught up when it was back")


def renews(service, stage):
    stage.peer("credentials", {"access_key": ACCESS_KEY, "expires": -1})
    wait_for("an error in the log", lambda: service.lines(r" error .*(credentials|token).*expired"))
    stage.deploy("d-1A2B3C4D5")
    stage.peer("credentials", {"access_key": RENEWED_KEY, "secret_key": RENEWED_SECRET})
    service.write_credentials(RENEWED_KEY, RENEWED_SECRET)
    stage.await_arrival("d-1A2B3C4D5")
    stage.check_once("d-1A2B3C4D5")
    print("found the credentials that were renewed in its file")


def endures(service, stage):
    """Many cycles in one process, each asked for by itself beside those of the polling."""
    def read():
        return len(stage.peer("requests?" + query(service="codedeploy", operation="BatchGetDeployments"))["requests"])

    def cycle():
        told = service.expect(200, "POST", "/deployments/d-8F3C1D2A9/announcements")
        check(told == [], f"a deployment was announced again: {told}")

    for _ in range(CYCLES // 10):
        cycle()
    stage.peer("requests", method="DELETE")
    before = service.descriptors(), service.memory()
    for _ in range(CYCLES):
        cycle()
    requests, descriptors, memory = read(), service.descriptors(), service.memory()
    check(requests == CYCLES, f"{CYCLES} cycles for a deployment read it {requests} times")
    check(descriptors <= before[0] + 2, f"{descriptors} files are open after {CYCLES} cycles, and were {before[0]}")
    check(memory <= before[1] + 8, f"{memory} MiB are in use after {CYCLES} cycles, and were {before[1]}")
    print(f"made {CYCLES} cycles: {descriptors} files open and {memory} MiB, where there were "
          f"{before[0]} and {before[1]}")


def serves(stage):
    with Service(stage.endpoint) as service:
        service.listen()
        for part in (registers, refuses, announces, recovers, renews, endures):
            part(service, stage)
        status = service.end()
        check(status == 0, f"the service ended with {status} after SIGTERM, where 0 was expected")
    print("ended with 0 on SIGTERM, with no secret in its log")


def starts_quickly(stage):
    keys, address = (RENEWED_KEY, RENEWED_SECRET), f"{stage.providers}/quick"
    with Program("QuickStart", stage.endpoint, keys, HOOK_URL=address) as program:
        wait_for("the list of deployments", lambda: "d-1A2B3C4D5 Succeeded" in program.printed)
        stage.deploy("d-9E8D7C6B5")
        wait_for("the announcement", lambda: stage.hooks("/quick"))
        program.end()
        announced = [each["deployment_id"] for each in stage.hooks("/quick")]
        check(announced == ["d-9E8D7C6B5"], f"one deployment should be announced: {announced}")


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: test.py FOLDER_OF_THE_BUILT_EXAMPLES")
    with contextlib.ExitStack() as scope:
        stage = Stage(*[scope.enter_context(server) for server in (Server("aws"), Server("sink"))])
        print("DeploymentService")
        serves(stage)
        print("QuickStart")
        starts_quickly(stage)
        print("registered, listed, and announced once")


if __name__ == "__main__":
    try:
        main()
    except DemoFailed as failure:
        sys.exit(f"examples: {failure}")
