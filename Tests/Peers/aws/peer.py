"""Starts the peer for a Python test and speaks its control API."""

import json
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path


class Peer:
    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "aws"],
            cwd=Path(__file__).parent.parent,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.endpoint = json.loads(self.process.stdout.readline())["endpoint"]

    def control(self, method, path, body=None):
        data = json.dumps(body or {}).encode()
        request = urllib.request.Request(f"{self.endpoint}/_peer/{path}", data, method=method)
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise ValueError(json.load(error)["error"]) from None

    def post(self, path, **body):
        return self.control("POST", path, body)

    def get(self, path):
        return self.control("GET", path)

    def stop(self):
        self.process.stdin.close()
        self.process.stdout.close()
        return self.process.wait(timeout=5)
