"""What a poll asks of AWS beside CodeDeploy, and how soon a deployment's end is announced."""

import random
import shutil
import statistics
import subprocess
import threading
import time

from processes import Contender, WrongWork, run_once
from surroundings import clean_environment

# Seconds between two polls, as contrib/systemd's timer has it at its fastest.
INTERVAL = 2
ROLE = "arn:aws:iam::123456789012:role/deployments"


class Journeys:
    def __init__(self, bench, scale):
        self.bench, self.scale, self.aws = bench, scale, bench.aws
        self.folder = bench.folder / "journeys"
        self.folder.mkdir()
        self.environment = clean_environment(self.folder, AWS_ENDPOINT_URL=self.aws.endpoint)

    def run(self, *arguments, store):
        return run_once(Contender(
            arguments[0], [str(self.bench.cdnotify), *arguments, "--store", str(store)],
            self.environment))

    def requests_of_idle_poll(self, store):
        """The second poll's: the first one learns what later ones know."""
        self.run("poll", store=store)
        self.aws.forget_requests()
        self.run("poll", store=store)
        return self.aws.operations()

    def role(self):
        """With a role to assume, whose credentials are kept between runs."""
        store = self.folder / "role.db"
        self.aws.control("POST", "applications", {"names": ["behind-a-role"], "groups": ["prod"]})
        self.run("register", "behind-a-role", "--no-verify", "--role-arn", ROLE, "--channel",
                 "webhook,url=http://127.0.0.1:9/", store=store)
        return sum(self.requests_of_idle_poll(store).values())

    def table(self, count=300):
        """What a poll asks of DynamoDB, where a table holds the registrations: more than a page of
        them. The local server copies the whole table for each transaction, and so can't hold many
        more; Tests has 1,200."""
        store = "dynamodb:cdnotify-bench"
        document = self.folder / "registrations.json"
        document.write_text(self.scale.documents([f"app-{each:06}" for each in range(count)]))
        self.run("check", "--create-table", store=store)
        # Its warnings say that the webhook's address can be read in the table.
        subprocess.run(
            [str(self.bench.cdnotify), "register", "--no-verify", "--file", str(document),
             "--store", store], env=self.environment, stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, check=True)
        operations = self.requests_of_idle_poll(store)
        return sum(number for name, number in operations.items() if name != "ListDeployments")

    def latency(self, seconds=180):
        """Seconds from the end of a deployment, at a random time, to its webhook."""
        seconds = max(10, seconds * self.scale.size)
        store = self.folder / "latency.db"
        shutil.copy(self.scale.one, store)
        self.scale.control(deployments=0, applications=["app-000"], latency=0)
        stopped = threading.Event()
        polls = threading.Thread(target=self.poll_repeatedly, args=(store, stopped))
        polls.start()
        try:
            taken = self.delays(seconds)
        finally:
            stopped.set()
            polls.join()
        return {"median": statistics.median(taken), "worst": max(taken), "count": len(taken)}

    def poll_repeatedly(self, store, stopped):
        command = self.scale.command("poll", "poll", store=store)
        due = time.monotonic()
        while not stopped.is_set():
            run_once(command)
            due += INTERVAL
            stopped.wait(max(0, due - time.monotonic()))

    def delays(self, seconds):
        """One deployment after the other ends, each after the one before it was announced."""
        taken, until = [], time.monotonic() + seconds
        while time.monotonic() < until:
            time.sleep(random.uniform(0.1, INTERVAL))
            ended = time.time()
            self.scale.control(deployments=len(taken) + 1)
            for _ in range(100):
                time.sleep(0.1)
                receipts = self.scale.control()["receipts"]
                if receipts:
                    break
            else:
                raise WrongWork("a deployment was not announced within ten seconds")
            taken.append(receipts[0] - ended)
        return taken
