"""What a cycle and the commands cost where there is much: figures beside the comparisons."""

import json
import shutil
import statistics
import subprocess
import sys
import urllib.request
from pathlib import Path

from processes import Contender, WrongWork, of_small_parent, peak_memory, run_once
from stores import multiplied, registered
from surroundings import clean_environment


class Scale:
    def __init__(self, cdnotify, folder, runs, size=1.0):
        """`size` shrinks the stores, to try this script."""
        self.cdnotify, self.folder, self.runs, self.size = str(cdnotify), folder, runs, size
        self.server = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("local_codedeploy.py"))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.endpoint = json.loads(self.server.stdout.readline())["endpoint"]
        self.environment = clean_environment(folder, AWS_ENDPOINT_URL=self.endpoint)
        self.one = self.small_store()

    def stop(self):
        self.server.stdin.close()
        self.server.wait(10)

    def control(self, **body):
        request = urllib.request.Request(f"{self.endpoint}/control", json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def command(self, name, *arguments, store):
        return Contender(name, [self.cdnotify, *arguments, "--store", str(store)], self.environment)

    def documents(self, names):
        hook = {"webhook_notification": {"url": f"{self.endpoint}/hook"}}
        return json.dumps([
            {"codedeploy_application_name": each, "notifications": [hook]} for each in names])

    def small_store(self):
        """One application, which had its first cycle."""
        store, document = self.folder / "one.db", self.folder / "one.json"
        document.write_text(self.documents(["app-000"]))
        run_once(self.command(
            "register", "register", "--no-verify", "--file", str(document), store=store))
        run_once(self.command("poll", "poll", store=store))
        return store

    def announced_store(self):
        """The same, and one deployment of it was announced."""
        store = self.folder / "announced.db"
        shutil.copy(self.one, store)
        self.control(deployments=1, applications=["app-000"], latency=0)
        run_once(self.command("poll", "poll", store=store))
        self.control(deployments=0)
        return store

    def alternating(self, contenders, runs=None):
        """Median seconds of the clock and of CPU, by name."""
        for number in range((runs or self.runs) + 1):
            for each in contenders:
                run = run_once(each)
                if number > 0:
                    each.runs.append(run)
        return {each.name: {
            figure: statistics.median(run[figure] for run in each.runs)
            for figure in ("wall", "cpu", "faults")} for each in contenders}

    # Figures

    def idle(self):
        """Idle polls on stores that hold little and much."""
        many = registered(self.one, self.folder / "many.db", int(10_000 * self.size))
        sent = multiplied(
            self.announced_store(), self.folder / "sent.db", int(1_000_000 * self.size))
        times = self.alternating([
            self.command("one", "poll", store=self.one), self.command("many", "poll", store=many),
            self.command("sent", "poll", store=sent)])
        sent.unlink()
        one = times["one"]
        return {
            "registrations": {key: times["many"][key] / one[key] for key in one},
            "sent": {key: times["sent"][key] / one[key] for key in one}}

    def burst(self, count=3_000, latency=0.05, at_once=64):
        """A burst to one host that takes its time."""
        count = int(count * self.size) or 1
        store = self.folder / "burst.db"
        run, told = self.found(store, count, latency, "--concurrency", str(at_once))
        if len(told["receipts"]) != count:
            raise WrongWork(f"{len(told['receipts'])} webhooks instead of {count}")
        idle = self.alternating([self.command("one", "poll", store=self.one)], 3)["one"]["cpu"]
        return {
            "wall_to_ideal": run["wall"] / (count * latency / at_once),
            "cpu_each": (run["cpu"] - idle) / count, "at_once": told["most_at_once"]}

    def catching_up(self, count=20_000):
        """Deployments of applications that nobody registered, as after a week away."""
        count = int(count * self.size) or 1
        run, told = self.found(self.folder / "catch.db", count, 0, applications=["stranger"])
        requests = sum(told["counts"].values())
        needed = -(-count // 100) + -(-count // 25)
        return {"requests": requests / needed, "peak_kilobytes": run["peak_kilobytes"]}

    def found(self, store, count, latency, *arguments, applications=("app-000",)):
        for old in self.folder.glob(f"{store.name}*"):
            old.unlink()
        shutil.copy(self.one, store)
        self.control(deployments=count, applications=list(applications), latency=latency)
        run = self.once(self.command("poll", "poll", *arguments, store=store))
        told = self.control(deployments=0, latency=0)
        return run, told

    def listing(self, count=300_000):
        """What shows and moves all that is there."""
        count = int(count * self.size) or 1
        announced = self.announced_store()
        much = multiplied(announced, self.folder / "much.db", count)
        few = multiplied(announced, self.folder / "few.db", 10)
        lines = self.folder / "lines.jsonl"
        with lines.open("w") as file:
            subprocess.run(
                [self.cdnotify, "export", "--include-secrets", "--store", str(much)], stdout=file,
                check=True, env=self.environment)
        history = self.command("history", "history", "--json", store=much)
        export = self.command("export", "export", "--include-secrets", store=much)
        figures = {name: self.once(each) for name, each in (("history", history), ("export", export))}
        figures["import"] = self.once(self.command(
            "import", "import", str(lines), store=self.folder / "imported.db"))
        one = f"d-X{count // 2:09}"
        named = [self.command("much", "history", "--json", "--deployment", one, store=much),
                 self.command("few", "history", "--json", "--deployment", "d-X000000005", store=few)]
        times = self.alternating(named)
        figures["named"] = {key: times["much"][key] / times["few"][key] for key in times["few"]}
        return figures

    def registering(self, count=10_000):
        document = self.folder / "ten-thousand.json"
        document.write_text(self.documents([f"app-{each:06}" for each in range(int(count * self.size))]))
        return self.once(self.command(
            "register", "register", "--no-verify", "--file", str(document),
            store=self.folder / "ten-thousand.db"))

    @staticmethod
    def once(contender):
        """One run: such things take seconds, and no start-up blurs them. A process with little
        memory starts it."""
        return run_once(of_small_parent(contender))

    def memory(self):
        return peak_memory(self.command("one", "poll", store=self.one))
