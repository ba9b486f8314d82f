"""What the contenders talk to: the local AWS and the sink of Tests/Peers, on loopback."""

import json
import os
import ssl
import subprocess
import sys
import urllib.request
from pathlib import Path

PEERS = Path(__file__).resolve().parent.parent / "Tests" / "Peers"
REGION = "us-east-1"
ACCESS_KEY = "AKIDEXAMPLE00000PEER"
SECRET_KEY = "peer-secret-key-0123456789abcdefghijklmn"


class Server:
    """A server of Tests/Peers. It ends when its standard input does, so it can't outlive us."""

    def __init__(self, *module_and_options):
        self.process = subprocess.Popen(
            [sys.executable, "-m", *module_and_options], cwd=PEERS, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{module_and_options[0]} didn't start: see Tests/Peers/requirements.txt")
        self.places = json.loads(line)

    def stop(self):
        self.process.stdin.close()
        self.process.wait(10)


def call(method, url, body=None):
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data, method=method), timeout=60) as answer:
        return json.load(answer)


class LocalAWS(Server):
    def __init__(self):
        super().__init__("aws")
        self.endpoint = self.places["endpoint"]

    def control(self, method, path, body=None):
        return call(method, f"{self.endpoint}/_peer/{path}", body)

    def forget_requests(self):
        self.control("DELETE", "requests")

    def operations(self):
        """Successful requests since the last call to `forget_requests`, counted by operation."""
        counts = {}
        for each in self.control("GET", "requests")["requests"]:
            name = each["operation"] if each["status"] == 200 else f"{each['operation']}: {each['error']}"
            counts[name] = counts.get(name, 0) + 1
        return counts


class Sink(Server):
    """Takes webhooks, and stands in for AWS where it is to be reached through TLS."""

    def __init__(self, folder):
        super().__init__("sink", "--tls-directory", str(folder / "tls"))
        self.http, self.https = self.places["http"], self.places["https"]
        self.ca_bundle = self.make_bundle(folder / "bundle.pem")

    def control(self, method, path, body=None):
        return call(method, f"{self.places['control']}/_sink/{path}", body)

    def answer(self, path, body):
        """Answers everything below `path` with that JSON from now on."""
        self.control("POST", "script", {"path": path, "count": -1, "answer": {
            "body": body, "headers": {"Content-Type": "application/x-amz-json-1.1"}}})

    def forget_requests(self):
        self.control("DELETE", "requests")

    def requests(self, path="/"):
        return self.control("GET", f"requests?path={path}")["requests"]

    def make_bundle(self, path):
        """The CAs that this system trusts and the sink's: a client pays for reading them all."""
        system = ssl.get_default_verify_paths().cafile or "/etc/ssl/certs/ca-certificates.crt"
        trusted = Path(system).read_text() if os.path.exists(system) else ""
        path.write_text(trusted + Path(self.places["ca_file"]).read_text())
        return path


def clean_environment(folder, **more):
    """Nothing of the caller's: no proxy, no profile, no other store."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_EC2_METADATA_DISABLED": "true",
    } | more
