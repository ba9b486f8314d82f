"""What is compared with what. Every contender checks that it did the work, and only that."""

import json
import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import floors
import system_trust
from processes import Contender, WrongWork, run_once
from surroundings import ACCESS_KEY, REGION, SECRET_KEY, clean_environment

BURST = 250


@dataclass
class Comparison:
    title: str
    contenders: list

    @property
    def yardstick(self):
        """The others' ratios refer to it."""
        return self.contenders[0]


class Bench:
    """The parts that all comparisons are made of."""

    def __init__(self, cdnotify, aws_cli, aws, sink, folder):
        self.cdnotify, self.aws_cli = str(cdnotify), aws_cli
        self.aws, self.sink, self.folder = aws, sink, folder
        self.floors = floors.built(folder)
        self.curl = shutil.which("curl") or sys.exit("curl is missing: it is the yardstick")

    # Start-up

    def startup(self):
        plain = clean_environment(self.folder)
        return Comparison("start-up: nothing but the process", [
            Contender("true", [shutil.which("true")], plain),
            Contender("curl --version", [self.curl, "--version"], plain),
            *(Contender(name, [str(self.floors[name])], plain) for name in floors.NAMES.values()
              if name in self.floors),
            Contender("cdnotify --version", [self.cdnotify, "--version"], plain),
        ])

    # Idle polls

    def idle(self):
        """Nothing is new: one signed request, and the store says that there is nothing to do."""
        names = applications(200)
        self.aws.control("POST", "applications", {"names": names})
        environment = self.environment(AWS_ENDPOINT_URL=self.aws.endpoint)
        few, many = self.store("idle-1", names[:1]), self.store("idle-200", names)
        contenders = self.listings(self.aws.endpoint, environment) + self.least_poll(
            few, self.aws.endpoint, environment) + [
            self.poll("cdnotify poll, 1 application", few, environment),
            self.poll("cdnotify poll, 200 applications", many, environment),
        ]
        for each in contenders:
            each.before = self.aws.forget_requests
            each.after = self.expect({"ListDeployments": 1})
        return Comparison("idle poll over HTTP", contenders)

    def idle_tls(self):
        """The same through TLS, as AWS is in earnest, trusting what this system trusts."""
        self.sink.answer("/", {"deployments": []})
        store = self.store("idle-tls", applications(1))
        bundle = self.environment(
            AWS_ENDPOINT_URL=self.sink.https, AWS_CA_BUNDLE=str(self.sink.ca_bundle))
        ca_file = self.sink.places["ca_file"]
        contenders = self.listings(self.sink.https, bundle, "--cacert", str(self.sink.ca_bundle))
        if system_trust.trust(ca_file, self.folder):
            # boto3 and the AWS CLI bring CAs of their own, and are given those of the system.
            system = self.environment(AWS_ENDPOINT_URL=self.sink.https)
            contenders[0] = self.listings(self.sink.https, system)[0]
            contenders.append(self.poll("cdnotify poll, 1 application", store, system))
        contenders += [
            self.poll("cdnotify poll, all CAs in AWS_CA_BUNDLE", store, bundle),
            self.poll("cdnotify poll, one CA in AWS_CA_BUNDLE", store, bundle | {"AWS_CA_BUNDLE": ca_file})]
        for each in contenders:
            each.before = self.sink.forget_requests
            each.after = self.expect_at_sink(1)
        return Comparison("idle poll over TLS", contenders)

    def listings(self, endpoint, environment, *curl_options):
        """One ListDeployments for the last quarter of an hour, by those who can do it too."""
        window = {"createTimeRange": {"start": int(time.time()) - 900}}
        script = Path(__file__).with_name("boto3_listing.py")
        contenders = [
            Contender("curl --aws-sigv4", [
                self.curl, "--silent", "--show-error", "--fail", *curl_options,
                "--aws-sigv4", f"aws:amz:{REGION}:codedeploy", "--user", f"{ACCESS_KEY}:{SECRET_KEY}",
                "--header", "Content-Type: application/x-amz-json-1.1",
                "--header", "X-Amz-Target: CodeDeploy_20141006.ListDeployments",
                "--data", json.dumps(window), endpoint + "/"], environment),
            Contender("boto3 and sqlite3", [
                sys.executable, str(script), str(self.folder / "boto3.db")], environment),
        ]
        if self.aws_cli:
            contenders.append(Contender("aws deploy list-deployments", [
                self.aws_cli, "deploy", "list-deployments", "--create-time-range",
                f"start={window['createTimeRange']['start']}"], environment))
        return contenders

    def least_poll(self, store, endpoint, environment):
        """The floor: what an idle poll can't do without."""
        if floors.POLL not in self.floors:
            return []
        window = json.dumps({"createTimeRange": {"start": int(time.time()) - 900}})
        return [Contender(floors.POLL, [
            str(self.floors[floors.POLL]), str(store), endpoint + "/", window, REGION], environment)]

    # Announcements

    def burst(self):
        """Many deployments ended at once, of one application or of many. curl, the yardstick, only
        sends the webhooks: it asks for nothing and records nothing."""
        environment = self.environment(AWS_ENDPOINT_URL=self.aws.endpoint)
        return Comparison(f"{BURST} notifications in one cycle", [
            self.curl_burst(environment),
            self.announcing("cdnotify poll, 1 application", "us-west-1", 1, environment, BURST),
            self.announcing("cdnotify poll, 25 applications", "us-west-2", 25, environment, BURST),
        ])

    def single(self):
        """One deployment ended: how long until the webhook's server has it."""
        environment = self.environment(AWS_ENDPOINT_URL=self.aws.endpoint)
        return Comparison("1 notification", [
            self.announcing("cdnotify poll", "eu-west-1", 1, environment, 1)])

    def announcing(self, name, region, how_many, environment, count):
        """Each run begins with a copy of a store that has never heard of the deployments. Each
        contender has a region of its own, so that it finds only its own deployments."""
        names = applications(how_many)
        environment = environment | {"AWS_REGION": region, "AWS_DEFAULT_REGION": region}
        self.aws.control("POST", "applications", {"names": names, "region": region})
        before = self.store(f"before-{region}", names, environment)
        for each in names:
            self.aws.control("POST", "deployments", {
                "application": each, "count": count // len(names), "region": region,
                "create_time": -1, "start_time": -1, "complete_time": 0})
        store = self.folder / f"{region}.db"

        def restore():
            for old in self.folder.glob(f"{region}.db*"):
                old.unlink()
            shutil.copy(before, store)
            self.aws.forget_requests()
            self.sink.forget_requests()

        pages, batches = -(-count // 100), -(-count // 25)
        # The store doesn't know the account's id yet.
        expect_requests = self.expect({
            "ListDeployments": pages, "BatchGetDeployments": batches, "GetCallerIdentity": 1})

        def check(run):
            expect_requests(run)
            self.take_receipts(run, count)

        contender = self.poll(name, store, environment)
        contender.before, contender.after = restore, check
        return contender

    def curl_burst(self, environment):
        """As many bodies as there are deployments, over eight connections."""
        body = self.folder / "notification.json"
        body.write_text(json.dumps({"filler": "x" * 1000}))
        each = ["silent", f'url = "{self.sink.http}/hook"', f'data = "@{body}"', 'output = "/dev/null"',
                'header = "Content-Type: application/json"']
        configuration = self.folder / "burst.curl"
        configuration.write_text("\nnext\n".join("\n".join(each) for _ in range(BURST)))
        command = [self.curl, "--no-progress-meter", "--parallel", "--parallel-max", "8",
                   "--config", str(configuration)]
        return Contender("curl --parallel, sending only", command, environment,
                         before=self.sink.forget_requests,
                         after=lambda run: self.take_receipts(run, BURST))

    # Their parts

    def environment(self, **more):
        return clean_environment(self.folder, **more)

    def poll(self, name, store, environment):
        return Contender(name, [self.cdnotify, "poll", "--store", str(store)], environment)

    def store(self, name, names, environment=None):
        """A store in which these applications are registered and have had their first cycle."""
        path, document = self.folder / f"{name}.db", self.folder / f"{name}.json"
        hook = {"webhook_notification": {"url": f"{self.sink.http}/hook"}}
        document.write_text(json.dumps([
            {"codedeploy_application_name": each, "notifications": [hook]} for each in names]))
        environment = environment or self.environment(AWS_ENDPOINT_URL=self.aws.endpoint)
        for arguments in (["register", "--no-verify", "--file", str(document)], ["poll"]):
            run_once(Contender(f"cdnotify {arguments[0]}", [
                self.cdnotify, *arguments, "--store", str(path)], environment))
        return path

    def expect(self, operations):
        def check(run):
            run["requests"] = self.aws.operations()
            if run["requests"] != operations:
                raise WrongWork(f"requests: {run['requests']} instead of {operations}")
        return check

    def expect_at_sink(self, count):
        def check(run):
            run["requests"] = {"ListDeployments": len(self.sink.requests())}
            if run["requests"] != {"ListDeployments": count}:
                raise WrongWork(f"requests: {run['requests']} instead of {count}")
        return check

    def take_receipts(self, run, count):
        """Notes when the first and the last webhook arrived, counted from the process's start."""
        times = [each["time"] - run["started_at"] for each in self.sink.requests("/hook")]
        if len(times) != count:
            raise WrongWork(f"{len(times)} webhooks instead of {count}")
        run |= {"webhooks": count, "first_receipt": min(times), "last_receipt": max(times)}


def applications(count):
    return [f"app-{number:03}" for number in range(count)]
